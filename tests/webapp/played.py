"""A process to play: a service, a person who is slow, a message, and a process that is called."""

from datetime import datetime

from sqlalchemy.orm import Session

from tests.workflows.engine.build import Process, timer
from workflows.actors import SYSTEM
from workflows.engine import definitions
from workflows.engine.definitions import SourceFile
from workflows.packaged import sources

KEY = "trip"
FORMS = {"study_leave_request.form.json", "study_leave_decision.form.json"}


def trip(days: int = 3) -> bytes:
    """Return the process: who does not decide in so many working days is reminded."""
    process = Process(KEY, name="A trip")
    process.start("wish", name="Wish").service("register", "nomination.register", name="Register")
    process.user("decide", name="Decide", form="study_leave_decision", candidateGroups="hr")
    process.boundary("late", "decide", timer(duration=f"P{days}BD"), interrupting=False)
    process.service("remind", "case.remind", name="Remind").end("reminded", name="Reminded")
    process.boundary("left", "decide", message="trip.left").end("gone", name="Gone")
    process.exclusive("granted", default="no").call("packing", "packing", name="Packing")
    process.end("done", name="Done").end("refused", name="Refused")
    process.chain("wish", "register", "decide", "granted")
    process.chain("late", "remind", "reminded").chain("left", "gone")
    process.flow("granted", "packing", 'outcome = "grant"', id="yes").flow("packing", "done")
    process.flow("granted", "refused", id="no")
    return process.xml()


def packing() -> bytes:
    """Return the process that is called."""
    process = Process("packing", name="Packing")
    return (
        process.start("go")
        .user("pack", name="Pack")
        .end("packed")
        .chain("go", "pack", "packed")
        .xml()
    )


def publish_trip(session: Session, *, now: datetime) -> None:
    """Publish both processes and the form."""
    files = [each for each in sources() if each.name in FORMS]
    files += [SourceFile("trip.bpmn", trip()), SourceFile("packing.bpmn", packing())]
    definitions.publish(session, files, actor=SYSTEM, now=now)
