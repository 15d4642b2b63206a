"""Models full of what other tools write keep everything, and the report names all of it."""

from pathlib import Path

import pytest

from tests.workflows.engine.foreign.comparing import missing
from tests.workflows.engine.foreign.test_importing import errors, opened, told
from workflows.engine.foreign.importing import Imported, import_model
from workflows.engine.foreign.report import Severity
from workflows.engine.publishing import examine
from workflows.engine.source_files import SourceFile

FOLDER = Path(__file__).with_name("vendors")
MODELS = sorted(path.name for path in FOLDER.glob("*.bpmn"))
FLOW = (
    '<bpmn:endEvent id="e"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="a"/>'
    '<bpmn:sequenceFlow id="g" sourceRef="a" targetRef="e"/>'
)


def process(start: str, task: str, around: str = "") -> Imported:
    """Import a process of a start, one task and an end."""
    return opened(
        f'{around}<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s">{start}'
        f"</bpmn:startEvent>{task}{FLOW}</bpmn:process>"
    )


@pytest.mark.parametrize("name", MODELS)
def test_everything_is_kept_and_every_change_is_told(name):
    content = (FOLDER / name).read_bytes()

    for process_id in (
        None,
        *(each.id for each in import_model(SourceFile(name, content)).candidates),
    ):
        result = import_model(SourceFile(name, content), process_id=process_id)
        changed = {row.element_id for row in result.rows if row.done}
        again = import_model(result.file, process_id=result.key)
        _, findings = examine([result.file], frozenset())

        assert [
            each for each in missing(content, result.file.content) if each[0] not in changed
        ] == []
        assert again.file.content == result.file.content
        assert "xml-" not in "".join(each.code for each in findings)


@pytest.mark.parametrize("odd", ["v", "a", "1 ü", "x" * 90])
def test_ids_of_a_decision_inside_of_an_extension_are_mended(odd):
    result = process(
        "",
        '<bpmn:userTask id="a"><bpmn:extensionElements><own:bindings'
        ' xmlns:dmn="https://www.omg.org/spec/DMN/20191111/MODEL/"><dmn:variable id="v"/>'
        f'<dmn:variable id="{odd}"/><dmn:requiredDecision href="#{odd}"/></own:bindings>'
        "</bpmn:extensionElements></bpmn:userTask>",
    )

    assert errors(result.file) == []
    [(code, element)] = told(result, Severity.TRANSLATED)
    assert (code, element) == ("id-twice" if len(odd) == 1 else "id", "a")
    kept = f'href="#{odd}"' in result.file.content.decode()
    assert kept == (code == "id-twice")


def test_an_id_stays_with_the_element_of_the_process():
    result = process(
        '<bpmn:extensionElements><dmn:variable id="a"'
        ' xmlns:dmn="https://www.omg.org/spec/DMN/20191111/MODEL/"/></bpmn:extensionElements>',
        '<bpmn:userTask id="a"/>',
    )

    assert errors(result.file) == []
    assert told(result, Severity.TRANSLATED) == [("id-twice", "s")]


def test_data_that_is_drawn_at_an_event_is_named():
    result = process('<bpmn:dataOutput id="o" name="Order"/>', '<bpmn:userTask id="a"/>')

    assert told(result, Severity.KEPT) == [("data", "s")]


def test_a_data_association_that_computes_is_to_be_mended():
    result = process(
        "",
        '<bpmn:userTask id="a"><bpmn:dataInputAssociation id="d"><bpmn:transformation>x.y'
        "</bpmn:transformation></bpmn:dataInputAssociation></bpmn:userTask>",
    )

    assert errors(result.file) == ["data-association"]
    assert told(result, Severity.MEND) == [("data-association", "a")]
    assert result.rows[-1].explains == ("data-association",)


@pytest.mark.parametrize("role", ["performer", "resourceRole", "potentialOwner"])
def test_a_role_where_nobody_is_asked_is_named(role):
    result = process("", f'<bpmn:task id="a"><bpmn:{role} id="r"/></bpmn:task>')

    assert told(result, Severity.KEPT) == [("owner-kept", "a")]


@pytest.mark.parametrize(
    ("name", "written"),
    [("ada", 'assignee="ada"'), ("Travel office", 'candidateGroups="=&quot;Travel office&quot;"')],
)
def test_a_performer_that_cannot_be_a_user_is_a_group(name, written):
    result = process(
        "",
        '<bpmn:userTask id="a"><bpmn:performer><bpmn:resourceRef>r</bpmn:resourceRef>'
        "</bpmn:performer></bpmn:userTask>",
        f'<bpmn:resource id="r" name="{name}"/>',
    )

    assert written in result.file.content.decode()


def test_an_owner_is_read_as_the_editor_writes_it():
    result = process(
        "",
        '<bpmn:userTask id="a"><bpmn:potentialOwner><bpmn:resourceAssignmentExpression>'
        "<bpmn:expression>clerks</bpmn:expression></bpmn:resourceAssignmentExpression>"
        "</bpmn:potentialOwner></bpmn:userTask>",
    )

    assert 'candidateGroups="clerks"' in result.file.content.decode()


def test_an_element_that_the_editor_does_not_know_is_named():
    result = process(
        "",
        '<bpmn:userTask id="a"/>',
        '<bpmn:interface id="i"><bpmn:operation id="o"><bpmn:serviceInputRef>x'
        "</bpmn:serviceInputRef></bpmn:operation></bpmn:interface>",
    )

    assert ("unknown-element", "o") in told(result, Severity.KEPT)
