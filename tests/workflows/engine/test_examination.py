"""Examining files beside what is in force: few statements, however much they refer to."""

from collections.abc import Sequence

from tests.statements import counted
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import form, publish
from workflows.database import Database
from workflows.engine import definitions, examination
from workflows.engine.definitions import SourceFile


def _asking(forms: int) -> tuple[SourceFile, Sequence[SourceFile]]:
    """Return a process that asks so many forms, and these forms."""
    process = Process(f"asks_{forms}")
    process.start().end()
    names = [f"form_{number}" for number in range(forms)]
    for name in names:
        process.user(f"ask_{name}", form=name)
    process.chain("start", *(f"ask_{name}" for name in names), "end")
    documents = [form(name, text={"type": "string"}) for name in names]
    return SourceFile("asking.bpmn", process.xml()), documents


def _statements(database: Database, file: SourceFile) -> int:
    """Count what examining a file asks."""
    with database.reading() as session, counted(database) as statements:
        _, findings = examination.examine(session, [file])
    assert findings == []
    return len(statements)


def test_what_a_file_refers_to_is_read_at_once(database: Database) -> None:
    few, _ = _asking(2)
    many, forms = _asking(40)
    publish(database, *forms)

    assert _statements(database, many) == _statements(database, few) <= 4


def test_the_packaged_nomination_is_examined_with_few_statements(published: Database) -> None:
    with published.reading() as session:
        found = definitions.latest(session, "process", "nomination")
        nomination = SourceFile(found.file_name, found.source)

    assert _statements(published, nomination) <= 6
