"""Short ways to migrate cases in tests."""

from datetime import datetime
from typing import Any

from tests.conftest import NOW
from tests.workflows.engine.build import Process
from tests.workflows.engine.callers import must_agree
from tests.workflows.engine.shop import CALENDAR, HANA
from workflows.database import Database, table_of
from workflows.engine.compiled import of_case
from workflows.engine.definitions import SourceFile
from workflows.engine.migration import targets
from workflows.engine.migration.cases import Answer, Blocked, Examiner
from workflows.engine.migration.verdicts import Wish
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance

REASON = "The new version has a second look."


def file(process: Process) -> SourceFile:
    return SourceFile(f"{process.key}.bpmn", process.xml())


def line(*elements: str, key: str = "line", **attributes: Any) -> Process:
    """Return a process of user tasks, one after the other."""
    process = Process(key).start().end()
    for element in elements:
        process.user(element, **attributes)
    return process.chain("start", *elements, "end")


def migrate(
    database: Database, case: Instance, wish: Wish | None = None, now: datetime = NOW
) -> Answer:
    """Migrate a case to the version in force; a dry run must have said the same."""
    foreseen = look(database, case, wish, now)
    occasion = Occasion(HANA, now, CALENDAR)
    try:
        with database.unit_of_work() as session:
            to = targets.in_force(session, case.definition_key)
            answer = Examiner(to, wish or Wish()).migrate(session, case.id, REASON, occasion)
    except Blocked as blocked:
        answer = blocked.answer
    assert (foreseen.hindrances, foreseen.remarks) == (answer.hindrances, answer.remarks)
    must_agree(database, case)
    return answer


def look(
    database: Database, case: Instance, wish: Wish | None = None, now: datetime = NOW
) -> Answer:
    """Only look at the migration of a case."""
    with database.reading() as session:
        to = targets.in_force(session, case.definition_key)
        found, bundle = of_case(session, case.id)
        values = {column.name: getattr(found, column.name) for column in table_of(Instance).c}
        return Examiner(to, wish or Wish()).look(
            session, values, bundle, Occasion(HANA, now, CALENDAR)
        )


def codes(answer: Answer) -> list[tuple[str, str]]:
    """Return what stands in the way, and where."""
    return [(found.code, found.element_id) for found in answer.hindrances]


def remarks(answer: Answer) -> list[tuple[str, str]]:
    """Return what is to be known, and where."""
    return [(found.code, found.element_id) for found in answer.remarks]
