"""The survey that is kept of a large installation shows what looking afresh would show."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.bench.many_cases import multiply
from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.shop import SCORE, complete, open_tasks, publish, start, two_steps
from tests.workflows.staff import add_person, add_units
from workflows import accounts, kept_survey
from workflows.actors import Actor
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.engine.bookkeeping_tables import Sweep
from workflows.engine.jobs.choice import jobs_for
from workflows.engine.kept_tables import KeptPace, RiskNote, StalledNote
from workflows.engine.stall_reasons import Reason
from workflows.engine.tables import Duty, UserTask
from workflows.paging import CursorRefused
from workflows.stalled_cases import StalledFilter
from workflows.stalled_desk import Desk
from workflows.vocabulary import AgeBand

CALENDAR = OrganisationCalendar()
LATER = NOW + timedelta(days=12)
HR = Actor("helena", "Helena", frozenset({"hr"}), frozenset({"hr"}))
HEAD = Actor("head", "Head", frozenset({"manager"}), frozenset({"manager"}))


@pytest.fixture
def cases(database, monkeypatch):
    """Ten cases: some stand still, some may, one is about somebody in the unit of a head."""
    monkeypatch.setattr(kept_survey, "FROM_OPEN", 5)
    with database.unit_of_work() as session:
        for name in ("ada", "ben"):
            accounts.create(session, name, name=name.title(), roles=["reviewer"], now=NOW)
        units = add_units(session)
        add_person(session, "mia", units["T"])
        units["D"].head_username = "head"
    publish(database, two_steps(), SCORE)
    found = [start(database, "two_steps", {"topic": "Bridge"}).id for _ in range(10)]
    for case in found[:6]:
        complete(database, open_tasks(database, case)["prepare"].id)
    with database.unit_of_work() as session:
        session.add(Duty(instance_id=found[0], duty="subject", username="mia"))
        late = NOW - timedelta(days=30)
        session.execute(
            update(UserTask)
            .where(UserTask.instance_id == found[1], UserTask.state == "open")
            .values(created_at=late, due_at=late, inbox_at=late, stalls_at=late)
        )
    return found


def survey(database, at=LATER):
    """Let the worker look, whenever it looked last."""
    with database.unit_of_work() as session:
        session.execute(delete(Sweep).where(Sweep.name == kept_survey.ROW))
    jobs_for(database, FixedClock(at), CALENDAR, [kept_survey.WORK]).run_once()


def told(database, actor, wanted=None, at=LATER):
    """Return everything that the page says, over all its pages."""
    with database.reading() as session:
        desk = Desk(session, actor, at, CALENDAR, limit=3)
        look = desk.look(wanted or StalledFilter(), cursor=None)
        items, after = [*look.page.items], look.page.next
        while after is not None:
            page = desk.look(wanted or StalledFilter(), cursor=after).page
            items, after = [*items, *page.items], page.next
        exported = desk.cases(wanted or StalledFilter())
    assert [one.instance.id for one in exported] == [one.instance.id for one in items]
    facts = (look.bands, list(look.units), sorted(look.process_keys), look.is_empty)
    return [(one.instance.id, one.cause, one.others, one.days) for one in items], facts


WANTED = [
    StalledFilter(),
    StalledFilter(reason=Reason.OVERDUE),
    StalledFilter(reason=Reason.JOIN),
    StalledFilter(process="two_steps"),
    *(StalledFilter(band=band) for band in AgeBand),
]


def test_what_is_kept_is_what_looking_afresh_shows(database, cases):
    afresh = [told(database, actor, wanted) for actor in (HR, HEAD) for wanted in WANTED]

    survey(database)

    kept = [told(database, actor, wanted) for actor in (HR, HEAD) for wanted in WANTED]
    assert kept == afresh
    assert len(afresh[0][0]) > 3
    assert [row[0] for row in afresh[len(WANTED)][0]] == [cases[0]]


def test_the_list_of_a_unit_is_the_same(database, cases):
    with database.reading() as session:
        units = Desk(session, HR, LATER, CALENDAR).look(StalledFilter(), cursor=None).units
    wanted = [StalledFilter(unit=unit.id) for unit in units]
    afresh = [told(database, HR, one) for one in wanted]

    survey(database)

    assert len(wanted) > 1
    assert [told(database, HR, one) for one in wanted] == afresh


def test_steps_at_risk_are_the_same_and_paged(database, cases):
    at = NOW + timedelta(days=4.7)

    def risks():
        with database.reading() as session:
            desk = Desk(session, HR, at, CALENDAR, limit=2)
            page, number, as_of = desk.at_risk(cursor=None)
            found = [*page.items]
            while page.next:
                page, _, _ = desk.at_risk(cursor=page.next)
                found += page.items
        return found, number, as_of

    afresh, number, as_of = risks()
    survey(database, at)

    assert len(afresh) > 2
    assert as_of is None
    assert risks() == (afresh, number, at)


def test_a_case_that_went_on_since_is_left_out(database, cases):
    survey(database)
    case = cases[2]
    assert case in [row[0] for row in told(database, HR)[0]]

    with database.unit_of_work() as session:
        mine = update(UserTask).where(UserTask.instance_id == case)
        session.execute(mine.values(due_at=LATER + timedelta(days=9), stalls_at=None))
        session.execute(mine.values(created_at=LATER))

    assert case not in [row[0] for row in told(database, HR)[0]]


def test_a_case_and_the_next_one_are_found(database, cases):
    def around():
        with database.reading() as session:
            return Desk(session, HR, LATER, CALENDAR).around(cases[1])

    mine, following, left = afresh = around()
    survey(database)

    assert around() == afresh
    assert (mine.instance.id, left) == (cases[1], len(told(database, HR)[0]) - 1)
    assert following.instance.id != cases[1]


def test_where_few_cases_are_open_nothing_is_kept(database, cases, monkeypatch):
    survey(database)
    monkeypatch.setattr(kept_survey, "FROM_OPEN", 1_000)

    survey(database)

    with database.reading() as session:
        assert kept_survey.kept_at(session) is None
        for table in (StalledNote, RiskNote, KeptPace):
            assert session.scalars(select(table)).all() == []


def test_a_second_look_writes_only_what_changed(database, cases):
    survey(database)

    with counted(database) as statements:
        survey(database)

    notes = ("stalled_note", "risk_note", "kept_pace")
    writes = [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [one for one in writes if any(name in one for name in notes)] == []


def test_what_is_usual_is_kept_too(database, cases):
    for case in cases:
        for user_task in open_tasks(database, case).values():
            if user_task.element_id == "prepare":
                complete(database, user_task.id)

    survey(database)

    with database.reading() as session:
        kept = session.scalars(select(KeptPace)).one()
    assert (kept.definition_key, kept.element_id, kept.number) == ("two_steps", "prepare", 10)


@pytest.mark.parametrize("cursor", ["nonsense", "WyJub3doZXJlIiwxXQ"])
def test_a_foreign_cursor_is_refused(database, cases, cursor):
    survey(database)

    with database.reading() as session, pytest.raises(CursorRefused):
        Desk(session, HR, LATER, CALENDAR).look(StalledFilter(), cursor=cursor)


def test_the_pages_ask_as_much_for_many_cases_as_for_few(database, cases):
    survey(database)
    told(database, HR)
    with counted(database) as few, database.reading() as session:
        desk = Desk(session, HR, LATER, CALENDAR)
        desk.look(StalledFilter(), cursor=None)
        desk.at_risk(cursor=None)
    multiply(database, 200, open_share=1)
    survey(database)

    with counted(database) as many, database.reading() as session:
        desk = Desk(session, HR, LATER, CALENDAR)
        look = desk.look(StalledFilter(), cursor=None)
        desk.at_risk(cursor=None)

    assert sum(look.bands.values()) > 100
    assert len(many) <= len(few)
