"""Processes that call others in tests, and cases that are checked after every step."""

from typing import Any

from tests.workflows.engine import shop
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import open_tasks
from workflows.database import Database
from workflows.engine import instances, replay, verification
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import Instance


def file(process: Process) -> SourceFile:
    return SourceFile(f"{process.key}.bpmn", process.xml())


def caller(
    called: str = "callee",
    key: str = "caller",
    body: str = "",
    binding: str = "latest",
    **call: Any,
) -> Process:
    """Somebody works before the call and after it."""
    process = (
        Process(key).start().user("before").call("inner", called, body, binding=binding, **call)
    )
    return process.user("after").end().chain("start", "before", "inner", "after", "end")


def callee(*elements: str, key: str = "callee", **attributes: Any) -> SourceFile:
    """A process of user tasks, one after the other."""
    process = Process(key).start().end()
    for element in elements:
        process.user(element, **attributes)
    return file(process.chain("start", *elements, "end"))


def done(database: Database, case: Instance, element: str, data: Any = None, **facts: Any) -> None:
    """Complete a user task; the case must agree with its log before and after."""
    shop.complete(database, open_tasks(database, case)[element].id, data, **facts)
    must_agree(database, case)


def waiting(database: Database, case: Instance) -> set[str]:
    """Return where people are waited for."""
    return set(open_tasks(database, case))


def must_agree(database: Database, case: Instance) -> None:
    """Rows, state and log of a case tell the same."""
    with database.reading() as session:
        assert list(verification.differences_of(session, case.id)) == []
        assert replay.replay(session, case.id) == instances.get(session, case.id).state
