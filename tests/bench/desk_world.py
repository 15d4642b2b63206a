"""The demonstration with what its desk and studio have only while somebody works there."""

from tests.conftest import NOW
from workflows import accounts, case_migrations, demo, saved_views, studio_begin
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.engine import background, definitions
from workflows.engine.definitions import SourceFile
from workflows.engine.jobs.choice import jobs_for
from workflows.saved_views import Wording
from workflows.studio_states import DraftKind, Subject
from workflows.view_tables import ViewPage

DESIGNER, MANAGER = "mateo.navarro", "priya.sharma"
MIGRATING = "short_assignment"
CALENDAR = OrganisationCalendar()


def make(database: Database) -> None:
    """Load the demonstration: with a table and a process being changed, and a view kept."""
    with database.unit_of_work() as session:
        demo.load(session, now=NOW, calendar=CALENDAR, people=200)
    with database.unit_of_work() as session:
        designer = accounts.actor_of(session, DESIGNER)
        table = Subject(DraftKind.DECISION, "eligibility")
        studio_begin.begin(session, table, actor=designer, now=NOW)
        process = Subject(DraftKind.PROCESS, MIGRATING)
        studio_begin.begin(session, process, actor=designer, now=NOW)
        manager = accounts.actor_of(session, MANAGER)
        narrowed = {"process": "nomination"}
        saved_views.keep(
            session, manager, ViewPage.FIGURES, narrowed, Wording("Nominations"), now=NOW
        )
        there = definitions.latest(session, "process", MIGRATING)
        changed = SourceFile(there.file_name, there.source + b"<!-- changed -->")
        definitions.publish(session, [changed], actor=designer, now=NOW)
        case_migrations.begin(
            session, MIGRATING, mapping={}, restarts_timers=False, actor=designer, now=NOW
        )
    worker = jobs_for(database, FixedClock(NOW), CALENDAR, background.KINDS)
    while worker.run_once():
        pass
