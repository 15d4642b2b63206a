"""The reference models of the BPMN MIWG are imported, keep everything, and run where they can."""

from pathlib import Path

import pytest

from tests.workflows.engine.foreign.comparing import missing
from workflows.engine.foreign.importing import Imported, import_model
from workflows.engine.foreign.report import Severity
from workflows.engine.publishing import examine
from workflows.engine.source_files import SourceFile

FOLDER = Path(__file__).with_name("miwg")
MODELS = sorted(path.name for path in FOLDER.glob("*.bpmn"))


def imported(name: str) -> tuple[bytes, Imported]:
    content = (FOLDER / name).read_bytes()
    return content, import_model(SourceFile(name, content))


def test_all_reference_models_are_here():
    assert len(MODELS) == 14


@pytest.mark.parametrize("name", MODELS)
def test_every_difference_after_the_import_is_a_row_of_the_report(name):
    content, result = imported(name)

    differences = missing(content, result.file.content)

    told = {row.element_id for row in result.rows if row.done}
    assert [each for each in differences if each[0] not in told] == []


@pytest.mark.parametrize("name", MODELS)
def test_importing_what_was_imported_changes_nothing_more(name):
    _, result = imported(name)

    again = import_model(result.file)

    assert again.file.content == result.file.content
    assert [row for row in again.rows if row.severity is Severity.TRANSLATED] == []


@pytest.mark.parametrize("name", MODELS)
def test_what_the_checks_find_in_an_imported_model_names_elements_of_it(name):
    _, result = imported(name)

    _, findings = examine([result.file], frozenset())

    ids = result.file.content.decode()
    assert all(f'"{each.element_id}"' in ids for each in findings if each.element_id)
    assert "xml-" not in "".join(each.code for each in findings)


@pytest.mark.parametrize("name", MODELS)
def test_each_pool_of_a_model_can_become_the_draft(name):
    content, result = imported(name)

    for candidate in result.candidates:
        chosen = import_model(SourceFile(name, content), process_id=candidate.id, key="mine")
        parts, findings = examine([chosen.file], frozenset())
        assert chosen.key == "mine"
        assert {part.key for part in parts} <= {"mine"}
        assert findings or parts
