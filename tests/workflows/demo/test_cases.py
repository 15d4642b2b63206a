"""The cases of the demonstration really happened, and show every kind of trouble."""

from datetime import datetime, timedelta
from statistics import median

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.flushing import without_flushing
from workflows import accounts, demo, packaged, service_catalogue, stalled_cases
from workflows.appeal_tables import Appeal
from workflows.calendar import OrganisationCalendar
from workflows.database import Database
from workflows.demo import organisation, stalls
from workflows.demo.logins import LOGINS
from workflows.demo.stories import Ending, Novelist
from workflows.engine import stalled, user_tasks
from workflows.engine.stall_reasons import Reason
from workflows.engine.tables import HistoryEvent, Incident, Instance, Outbox, Timer, UserTask
from workflows.exit_tables import ExitCase
from workflows.nomination_tables import Nomination
from workflows.presence import PRESENCE
from workflows.review_tables import Review, ReviewCycle

PEOPLE = 480  # thirty cases

assert service_catalogue  # registers the services that the processes call


@pytest.fixture(scope="module")
def loaded(sqlite_template, tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    database = without_flushing(f"sqlite:///{path}")
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)
        demo.load(session, now=NOW, calendar=OrganisationCalendar(), people=PEOPLE)
    yield database
    database.close()


def test_cases_are_in_many_states(loaded: Database):
    with loaded.reading() as session:
        states = set(session.scalars(select(Nomination.state)))
        statuses = set(session.scalars(select(Instance.status)))
        number = session.scalar(select(func.count()).where(Instance.definition_key == "nomination"))

    assert 25 <= number <= 30
    assert len(states) >= 7
    assert statuses == {"running", "completed", "incident"}


def test_every_part_of_the_life_of_a_member_is_under_way(loaded: Database):
    with loaded.reading() as session:
        keys = set(session.scalars(select(Instance.definition_key)))
        states = set(session.scalars(select(ExitCase.state)))
        reviewed = set(session.scalars(select(Review.state)))

    assert keys >= {
        "training",
        "mentoring",
        "mentor_change",
        "check_in",
        "review_cycle",
        "review",
        "review_rating",
        "correction",
        "pool_exit",
        "person_leaves",
    }
    assert len(states) >= 2
    assert len(reviewed) >= 2


def test_nothing_is_due_one_step_failed_and_nothing_happened_in_the_future(loaded: Database):
    with loaded.reading() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1
        assert session.scalar(select(func.min(Timer.due_at))) > NOW
        assert session.scalar(select(func.max(HistoryEvent.at))) <= NOW
        assert session.scalar(select(func.count()).where(Outbox.sent_at.is_(None))) == 0


def test_some_work_is_overdue(loaded: Database):
    with loaded.reading() as session:
        overdue = session.scalar(
            select(func.count())
            .select_from(UserTask)
            .where(UserTask.state == "open", UserTask.due_at < NOW)
        )

    assert overdue


def test_ten_cases_stand_still_each_for_another_reason_and_no_other_one_does(loaded: Database):
    with loaded.reading() as session:
        found = stalled.survey(
            session,
            now=NOW,
            people=PRESENCE,
            calendar=OrganisationCalendar(),
            sent_elsewhere=stalled_cases.SENT_ELSEWHERE,
        )

    assert sorted(case.reason for case in found) == sorted(
        set(Reason) - {Reason.LEFT, Reason.LATE_TIMER}  # a worker settles these by itself
    )
    assert {case.instance.definition_key for case in found} == {stalls.KEY}


def test_the_ages_and_the_usual_pace_are_those_of_the_history(loaded: Database):
    calendar = OrganisationCalendar()
    with loaded.reading() as session:
        found = stalled.survey(session, now=NOW, people=PRESENCE, calendar=calendar)
        events = session.execute(
            select(HistoryEvent.instance_id, HistoryEvent.type, HistoryEvent.at)
            .join(Instance, Instance.id == HistoryEvent.instance_id)
            .where(Instance.definition_key == stalls.KEY, HistoryEvent.element_id == "advise")
        ).all()
    (slow,) = (case for case in found if case.reason is Reason.SLOW)
    created = {row.instance_id: row.at for row in events if row.type == "activity_started"}
    done = {row.instance_id: row.at for row in events if row.type == "activity_completed"}

    days = [_working_days(created[number], at) for number, at in done.items()]

    assert len(days) >= 10
    assert slow.cause.facts["usual"] == pytest.approx(median(days), abs=0.01)
    assert slow.days == int(_working_days(created[slow.instance.id], NOW))


def _working_days(start: datetime, end: datetime) -> float:
    """Count by the hour what passes from Monday to Friday."""
    hours = round((end - start) / timedelta(hours=1))
    moments = (start + timedelta(hours=each) for each in range(hours))
    return sum(moment.weekday() < 5 for moment in moments) / 24


def test_the_well_known_people_find_work_but_the_candidate_is_free(loaded: Database):
    with loaded.reading() as session:
        work = {
            login.username: user_tasks.counts(
                session, accounts.actor_of(session, login.username), now=NOW
            ).open
            for login in LOGINS
        }
        nominated = session.scalar(
            select(func.count()).select_from(Instance).where(Instance.name == "Amara Okafor")
        )

    for username in ("helena.carvalho", "priya.sharma", "ebele.nwosu", "kenji.nakamura"):
        assert work[username] > 0, username
    assert work["mateo.navarro"] == work["soo-jin.kwon"] == work["grace.thornton"] == 0
    assert nominated == 0


def test_nobody_acted_in_his_own_case(loaded: Database):
    own = {"consent", "read_outcome", "comment_facts", "sign_agreement", "self_assessment"}
    with loaded.reading() as session:
        rows = session.execute(
            select(UserTask.element_id, UserTask.completed_by, Instance.data)
            .join(Instance, Instance.id == UserTask.instance_id)
            .where(UserTask.state == "completed")
        ).all()

    assert {element for element, who, data in rows if who == data.get("candidate")} <= own | {
        "complete_file",
        "answer_questions",
    }  # those of the nominator, who may be himself


def test_a_few_cases_can_be_made_on_both_databases(database: Database):
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)
        demo.load(session, now=NOW, calendar=OrganisationCalendar(), people=200)

        assert session.scalar(select(func.count()).select_from(Instance)) >= 5
        assert session.scalar(select(func.count()).select_from(ReviewCycle)) == 1
        # Corrections are decided as proposed, mostly, so that there is one to contest.
        assert session.scalars(select(Appeal.matter)).all() == ["correction"]


def test_stories_cover_every_ending_and_begin_on_working_days(database: Database):
    from random import Random

    calendar = OrganisationCalendar("DE", time_zone="UTC")
    with database.rehearsing() as session:
        loaded = organisation.load(session, now=NOW)
    novelist = Novelist(Random(1), loaded, lambda *_: "ELIGIBLE", calendar, NOW)

    stories = novelist.stories(120)

    assert {story.ending for story in stories} == set(Ending)
    assert all(calendar.is_working_day(story.begins_at.date()) for story in stories)
    assert all(story.begins_at < NOW for story in stories)
    assert all(story.candidate not in {login.username for login in LOGINS} for story in stories)
    assert len({(story.candidate, story.pool) for story in stories}) == len(stories)
