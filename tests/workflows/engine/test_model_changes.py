"""What differs between two BPMN files, told by element and property."""

import re
from pathlib import Path

import pytest

from workflows.engine.model_changes import compare

EXAMPLE = (Path(__file__).parents[3] / "bpmn" / "example.bpmn").read_bytes()
ALL = sorted((Path(__file__).parents[3] / "bpmn").glob("*.bpmn"))


def _changed(*edits):
    """The example with some texts replaced; each of them is there."""
    text = EXAMPLE.decode()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def _told(changes):
    return [
        (each.kind, each.element_id, [(one.name, one.before, one.after) for one in each.properties])
        for each in changes.elements
    ]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_file_does_not_differ_from_itself(path):
    assert compare(path.read_bytes(), path.read_bytes()).is_nothing


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (('name="Granted"', 'name="Yes"'), ("granted", ("name", "Granted", "Yes"))),
        (('dueIn="P5BD"', 'dueIn="P4BD"'), ("decide", ("dueIn", "P5BD", "P4BD"))),
        ((' understudy:excludes="requester"', ""), ("decide", ("excludes", "requester", ""))),
        (
            ('outcome = "grant"', "outcome in ok"),
            (
                "what_now_to_granted",
                ("conditionExpression", 'outcome = "grant"', "outcome in ok"),
            ),
        ),
        (
            ("Grant the leave,", "Allow the leave,"),
            (
                "decide",
                (
                    "documentation",
                    "Grant the leave, refuse it, or send it back with a question.",
                    "Allow the leave, refuse it, or send it back with a question.",
                ),
            ),
        ),
        (
            ('"Leave to study"</understudy:subject>', '"Study"</understudy:subject>'),
            ("example", ("subject", '"Leave to study"', '"Study"')),
        ),
    ],
)
def test_a_property_is_told_as_it_was_and_as_it_is(edit, told):
    element, change = told

    assert _told(compare(EXAMPLE, _changed(edit))) == [("changed", element, [change])]


def test_a_mapping_is_called_by_what_it_writes():
    with_output = _changed(
        (
            "Say what you want to study, from when, and for how many days.</bpmn:documentation>",
            "Say what you want to study, from when, and for how many days.</bpmn:documentation>"
            '<bpmn:extensionElements><understudy:output name="days">3</understudy:output>'
            "</bpmn:extensionElements>",
        )
    )

    assert _told(compare(EXAMPLE, with_output)) == [("changed", "ask", [("output days", "", "3")])]
    assert _told(compare(with_output, EXAMPLE)) == [("changed", "ask", [("output days", "3", "")])]


def test_elements_come_and_go_and_change_their_kind():
    other = _changed(('<bpmn:endEvent id="refused" name="Refused">', "<bpmn:endEvent id='no'>"))
    kind = _changed(
        ('<bpmn:userTask id="decide"', '<bpmn:manualTask id="decide"'),
        (
            "<bpmn:incoming>ask_to_decide</bpmn:incoming>\n"
            "      <bpmn:outgoing>decide_to_what_now</bpmn:outgoing>\n    </bpmn:userTask>",
            "</bpmn:manualTask>",
        ),
    )

    assert [(each[0], each[1]) for each in _told(compare(EXAMPLE, other))] == [
        ("added", "no"),
        ("removed", "refused"),
    ]
    assert _told(compare(EXAMPLE, kind)) == [
        ("changed", "decide", [("type", "userTask", "manualTask")])
    ]


def test_what_a_modeler_may_write_or_leave_out_is_no_difference():
    written = _changed(
        ("<bpmn:incoming>ask_to_decide</bpmn:incoming>\n", ""),
        (
            '<bpmn:exclusiveGateway id="what_now"',
            '<bpmn:exclusiveGateway gatewayDirection="Unspecified" id="what_now"',
        ),
        (' exporter="Understudy"', ' exporter="Another"'),
    )

    assert compare(EXAMPLE, written).is_nothing


def test_moved_shapes_are_told_apart_from_what_the_process_does():
    changes = compare(EXAMPLE, EXAMPLE.replace(b'<dc:Bounds x="', b'<dc:Bounds x="1', 1))

    assert (changes.elements, changes.is_redrawn) == ([], True)


def test_a_lane_tells_what_it_gains_and_loses():
    moved = _changed(
        ("        <bpmn:flowNodeRef>begin</bpmn:flowNodeRef>\n", ""),
        (
            "<bpmn:flowNodeRef>decide</bpmn:flowNodeRef>",
            "<bpmn:flowNodeRef>begin</bpmn:flowNodeRef><bpmn:flowNodeRef>decide</bpmn:flowNodeRef>",
        ),
    )

    assert _told(compare(EXAMPLE, moved)) == [
        ("changed", "lane_asks", [("flowNodeRef begin", "✓", "")]),
        ("changed", "lane_decides", [("flowNodeRef begin", "", "✓")]),
    ]


def test_what_only_stands_elsewhere_is_told_apart_from_what_changes():
    root = EXAMPLE.decode()
    place = re.search(r'bpmnElement="granted"[^>]*>\s*<dc:Bounds x="(\d+)"', root)
    assert place is not None
    start = place.start(1)
    farther = root[:start] + str(int(place[1]) + 40) + root[place.end(1) :]

    changes = compare(EXAMPLE, farther.encode())

    assert changes.elements == []
    assert [(each.kind, each.element_id) for each in changes.moved] == [("moved", "granted")]
    assert changes.is_redrawn


def test_a_picture_that_is_shifted_as_a_whole_has_nothing_moved():
    shifted = re.sub(r' x="(\d+)"', lambda found: f' x="{int(found[1]) + 100}"', EXAMPLE.decode())

    changes = compare(EXAMPLE, shifted.encode())

    assert (changes.elements, changes.moved, changes.is_redrawn) == ([], [], True)


def test_a_line_that_bends_differently_between_its_ends_is_moved():
    root = EXAMPLE.decode()
    edge = re.search(r'bpmnElement="what_now_to_granted".*?</bpmndi:BPMNEdge>', root, re.DOTALL)
    assert edge is not None
    point = re.search(r"<di:waypoint", edge[0])
    assert point is not None
    end = edge[0].index("/>") + 2
    bent = f'{edge[0][:end]}<di:waypoint x="5" y="7" />{edge[0][end:]}'

    changes = compare(EXAMPLE, root.replace(edge[0], bent).encode())

    assert [each.element_id for each in changes.moved] == ["what_now_to_granted"]
