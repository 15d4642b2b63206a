"""Models of other tools are translated where that is safe, and every change is told."""

import pytest

from tests.workflows.engine.build import Process
from tests.workflows.engine.foreign.comparing import missing
from workflows.engine.foreign.importing import Imported, ImportRefused, import_model, still_open
from workflows.engine.foreign.report import Severity
from workflows.engine.foreign.taking_out import take_out
from workflows.engine.publishing import examine
from workflows.engine.source_files import SourceFile

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" targetNamespace="urn:own"'
    ' xmlns:own="urn:own">'
)


def errors(file: SourceFile) -> list[str]:
    return [one.code for one in examine([file], frozenset())[1] if one.is_error]


def told(result: Imported, severity: Severity) -> list[tuple[str, str | None]]:
    return [(row.code, row.element_id) for row in result.rows if row.severity is severity]


def opened(text: str, **chosen: str) -> Imported:
    return import_model(
        SourceFile("model.bpmn", f"{HEAD}{text}</bpmn:definitions>".encode()), **chosen
    )


def test_what_is_harmless_is_repaired_and_told_and_nothing_is_left_out():
    process = Process("p", isExecutable=False)
    process.start().user("a", "<bpmn:dataInputAssociation id='d'/>").end()
    process.add("dataStoreReference", "store").sub("empty")
    process.chain("start", "a", "empty", "end")
    source = SourceFile("p.bpmn", process.xml())

    result = import_model(source)

    assert errors(source) != []
    assert errors(result.file) == []
    assert told(result, Severity.TRANSLATED) == [
        ("executable", "p"),
        ("sub-process-filled", "empty"),
    ]
    assert told(result, Severity.KEPT) == [("data-association", "a"), ("data", "store")]
    assert [each for each in missing(source.content, result.file.content) if each[0] != "p"] == []


def test_a_beginning_that_is_clear_is_drawn():
    result = opened(
        '<bpmn:process id="p" isExecutable="true"><bpmn:userTask id="a"/><bpmn:endEvent id="e"/>'
        '<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="e"/></bpmn:process>'
        '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="l" bpmnElement="p">'
        '<bpmndi:BPMNShape id="s" bpmnElement="a"><dc:Bounds x="200" y="100" width="100"'
        ' height="80"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    )

    assert errors(result.file) == []
    assert told(result, Severity.TRANSLATED) == [("start-added", "a")]
    text = result.file.content.decode()
    assert 'bpmnElement="p_startEvent"' in text
    assert '<dc:Bounds x="114" y="122" width="36" height="36"/>' in text


def test_what_would_change_the_meaning_stays_a_finding():
    process = Process("p").start().add("serviceTask", "s").end().chain("start", "s", "end")

    result = import_model(SourceFile("p.bpmn", process.xml()))

    assert told(result, Severity.TRANSLATED) == []
    assert errors(result.file) == ["service-missing"]


def test_ids_that_are_not_accepted_are_mended_and_everything_follows():
    result = opened(
        '<bpmn:process id="Prüfung 1" isExecutable="true"><bpmn:startEvent id="1start"/>'
        '<bpmn:userTask id="a b"><bpmn:incoming>f</bpmn:incoming></bpmn:userTask>'
        '<bpmn:userTask id="a b"/><bpmn:userTask/>'
        '<bpmn:sequenceFlow id="f" sourceRef="1start" targetRef="a b"/></bpmn:process>'
        '<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="l" bpmnElement="Prüfung 1">'
        '<bpmndi:BPMNShape id="s" bpmnElement="a b"/></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    )

    assert result.key == "Prufung_1"
    text = result.file.content.decode()
    assert 'sourceRef="_1start" targetRef="a_b"' in text
    assert 'bpmnElement="a_b"' in text
    assert 'bpmnElement="Prufung_1"' in text
    assert told(result, Severity.TRANSLATED) == [
        ("id", "Prufung_1"),
        ("id", "_1start"),
        ("id", "a_b"),
        ("id-twice", "a_b_2"),
        ("id-added", "userTask"),
    ]


def test_references_with_a_prefix_become_plain():
    result = opened(
        '<bpmn:message id="m" name="Order"/><bpmn:process id="p" isExecutable="true">'
        '<bpmn:startEvent id="s"><bpmn:messageEventDefinition messageRef="own:m"/>'
        '</bpmn:startEvent><bpmn:endEvent id="e"/>'
        '<bpmn:sequenceFlow id="f" sourceRef="own:s" targetRef="e"/></bpmn:process>'
    )

    assert errors(result.file) == []
    assert ("reference", "f") in told(result, Severity.TRANSLATED)


def test_of_several_processes_one_becomes_the_draft_and_the_others_are_drawn():
    text = (
        '<bpmn:collaboration id="c"><bpmn:participant id="x" name="Shop" processRef="shop"/>'
        '<bpmn:participant id="y" name="Customer" processRef="customer"/></bpmn:collaboration>'
        '<bpmn:process id="shop"><bpmn:startEvent id="a"/></bpmn:process>'
        '<bpmn:process id="customer"><bpmn:startEvent id="b"/><bpmn:endEvent id="e"/>'
        '<bpmn:sequenceFlow id="f" sourceRef="b" targetRef="e"/></bpmn:process>'
    )

    largest = opened(text)
    chosen = opened(text, process_id="shop", key="my_shop")

    assert [(each.id, each.name) for each in largest.candidates] == [
        ("shop", "Shop"),
        ("customer", "Customer"),
    ]
    assert (largest.key, largest.name) == ("customer", "Customer")
    assert (chosen.key, chosen.name) == ("my_shop", "Shop")
    assert 'processRef="my_shop"' in chosen.file.content.decode()
    assert ("process-drawn", "customer") in told(chosen, Severity.KEPT)
    parts, _ = examine([largest.file], frozenset())
    assert [part.key for part in parts] == ["customer"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<not-bpmn/>", "no BPMN 2.0"),
        (b"no xml", "not well-formed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "DOCTYPE"),
        (f"{HEAD}</bpmn:definitions>".encode(), "no process in the file"),
        (f'{HEAD}<bpmn:process id="p"/></bpmn:definitions>'.encode(), "no process in the file"),
        (b"<a>" * 50 + b"</a>" * 50, "deep"),
        (b" " * (2 * 1024 * 1024 + 1), "bytes"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_a_sentence(content, reason):
    with pytest.raises(ImportRefused, match=reason):
        import_model(SourceFile("x.bpmn", content))


def test_a_process_or_id_that_does_not_fit_is_refused():
    text = '<bpmn:process id="p"><bpmn:startEvent id="a"/></bpmn:process>'

    with pytest.raises(ImportRefused, match="no process “q” in the file, but: p"):
        opened(text, process_id="q")
    with pytest.raises(ImportRefused, match="has the id “a”"):
        opened(text, key="a")


def test_what_is_taken_out_is_no_longer_open():
    process = Process("p").start().end()
    process.parts.append(
        '<bpmn:userTask id="x" camunda:candidateUsers="ada,bob"><bpmn:extensionElements>'
        '<camunda:taskListener class="org.example.L" event="create"/>'
        "</bpmn:extensionElements></bpmn:userTask>"
    )
    process.chain("start", "x", "end")
    draft = import_model(SourceFile("p.bpmn", process.xml())).file.content
    rows = still_open(draft, "p")

    for row in rows:
        draft = take_out(draft, row.element_id or "", row.removable) or b""

    assert [row.code for row in rows] == ["candidates", "program-text"]
    assert still_open(draft, "p") == []
    assert errors(SourceFile("p.bpmn", draft)) == []
    assert take_out(draft, "x", rows[0].removable) is None
