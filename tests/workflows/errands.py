"""A small process that needs two people, and short ways to play it by name."""

from datetime import timedelta

from tests.conftest import NOW
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import open_tasks, publish
from tests.workflows.nomination_case import CALENDAR, make_organisation
from workflows import absences, accounts, contract_watch
from workflows.actors import SYSTEM
from workflows.engine import instances, user_tasks
from workflows.engine.definitions import SourceFile
from workflows.engine.occasion import Occasion

TODAY = NOW.date()  # a Friday
WEEK = timedelta(days=7)


def errand() -> SourceFile:
    """Somebody writes something about somebody, and somebody named approves it."""
    process = Process("errand", duties={"subject": "=about"})
    process.start()
    process.user("write", assignee="=writer", duty="author", dueIn="P5BD")
    process.user("approve", assignee="=approver", excludes="author,subject", duty="approver")
    process.boundary("write_late", "write", timer(duration="P4BD"), interrupting=False)
    process.user("look", assignee="hana").end("looked").chain("write_late", "look", "looked")
    process.end().chain("start", "write", "approve", "end")
    return SourceFile("errand.bpmn", process.xml())


def furnish(database):
    """Make the organisation, and publish a process: Ben writes about Cara, Nora approves."""
    make_organisation(database)
    publish(database, errand())


def begin(database, writer="ben", approver="nora", about="cara", now=NOW):
    """Start an errand."""
    with database.unit_of_work() as session:
        data = {"writer": writer, "approver": approver, "about": about}
        return instances.start(
            session,
            "errand",
            data,
            actor=accounts.actor_of(session, "max"),
            now=now,
            calendar=CALENDAR,
        ).id


def do(database, case, element, name, now=NOW):
    """Let somebody complete the user task of an element."""
    with database.unit_of_work() as session:
        task = open_tasks(database, case)[element]
        return user_tasks.complete(
            session,
            task.id,
            {},
            actor=accounts.actor_of(session, name),
            now=now,
            calendar=CALENDAR,
        )


def away(database, name, substitute, first=TODAY, last=TODAY + WEEK, by=None):
    """Enter an absence, of one's own or by somebody else."""
    with database.unit_of_work() as session:
        return absences.enter(
            session,
            name,
            first,
            last,
            substitute=substitute,
            actor=accounts.actor_of(session, by or name),
            now=NOW,
        )


def occasion(name=None, now=NOW, database=None):
    """Return the circumstances in which somebody acts, or the worker."""
    if name is None:
        return Occasion(SYSTEM, now, CALENDAR)
    with database.reading() as session:
        return Occasion(accounts.actor_of(session, name), now, CALENDAR)


def sweep(database, now=NOW):
    """Let the watch look once, as the worker does each minute."""
    contract_watch.watch(database, occasion(now=now))


def holder(database, case, element="write"):
    """Return who holds the user task of an element, and for whom."""
    task = open_tasks(database, case)[element]
    return task.assignee, task.on_behalf_of
