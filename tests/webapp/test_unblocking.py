"""A manager sees why each case stands still, and sets it moving from there."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from math import ceil
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.conftest import NOW
from tests.flushing import without_flushing
from tests.statements import counted
from tests.webapp.conftest import SETTINGS, Person
from tests.webapp.german import read_german, refused
from webapp import create_app
from webapp.stall_words import REASONS
from workflows import stalled_cases
from workflows.account_tables import Notification
from workflows.actors import SYSTEM
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.demo import organisation, stalls
from workflows.engine import commands, incident_opening, instances, outbox, replay
from workflows.engine.element_pace import pace
from workflows.engine.incident_opening import Trouble
from workflows.engine.tables import AuditEvent, Incident, Instance, Outbox, UserTask
from workflows.engine.transition import CompleteUserTask
from workflows.people_tables import Person as PersonRow
from workflows.vocabulary import AgeBand

MANAGER, OTHER, AUDITOR = "priya.sharma", "helena.carvalho", "grace.thornton"


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with an organisation in which ten cases stand still."""
    path = tmp_path_factory.mktemp("desk") / "desk.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    database = without_flushing(f"sqlite:///{path}")
    with database.unit_of_work() as session:
        loaded = organisation.load(session, now=NOW, people=150)
        stalls.make(session, loaded, now=NOW, calendar=OrganisationCalendar())
    database.close()
    return path


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of that database for one test."""
    path = tmp_path / "copy.sqlite"
    path.write_bytes(filled.read_bytes())
    database = without_flushing(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def time() -> FixedClock:
    """A clock that a test can move."""
    return FixedClock(NOW)


@pytest.fixture
def desk(store: Database, time: FixedClock) -> Callable[[str], Person]:
    """People at the desk who have signed in."""
    app: Flask = create_app(SETTINGS, database=store, clock=time)

    def make(username: str = MANAGER) -> Person:
        somebody = Person(app.test_client())
        somebody.begin(username)
        return somebody

    return make


class Case:
    """One of the ten cases."""

    def __init__(self, database: Database, kind: str) -> None:
        self._database = database
        with database.reading() as session:
            rows = session.scalars(select(Instance).where(Instance.ended_at.is_(None))).all()
            self.id = next(row.id for row in rows if row.data["kind"] == kind)

    @property
    def status(self) -> str:
        """Return the status of the case now."""
        with self._database.reading() as session:
            return session.get_one(Instance, self.id).status

    @property
    def user_task(self) -> UserTask:
        """Return the user task that is open."""
        query = select(UserTask).where(UserTask.instance_id == self.id, UserTask.state == "open")
        with self._database.reading() as session:
            return session.scalars(query).one()

    @property
    def incident(self) -> int:
        """Return the number of its incident."""
        with self._database.reading() as session:
            query = select(Incident.id).where(Incident.instance_id == self.id)
            return session.scalars(query).one()


def act(somebody: Person, case: Case, deed: str, **facts: object) -> tuple[int, str]:
    """Do something on the page of a case; return the status and the page."""
    address = f"/stalled/{case.id}/"
    somebody.get(address)
    answer = somebody.post(f"{address}{deed}", {"reason": "It must go on.", **facts})
    if answer.status_code == 302:
        answer = somebody.get(answer.location)
    return answer.status_code, answer.text


def stranger(database: Database) -> str:
    """Return somebody who has nothing to do and no part in the cases."""
    with database.reading() as session:
        rows = session.scalars(select(Instance.data)).all()
        used = {data[name] for data in rows for name in ("member", "holder")}
        query = select(PersonRow.username).where(PersonRow.employment_status == "active")
        found = session.scalars(query.order_by(PersonRow.id.desc())).all()
    return next(name for name in found if name not in used)


def audited(database: Database, action: str) -> list[AuditEvent]:
    """Return what was written down of one kind of action."""
    with database.reading() as session:
        query = select(AuditEvent).where(AuditEvent.action == action)
        return list(session.scalars(query.order_by(AuditEvent.id)))


def test_every_seeded_case_is_listed_with_its_reason(desk: Callable[..., Person]) -> None:
    html = desk().get("/stalled/").text

    listed = Counter(label for label in map(str, REASONS.values()) if f">{label}</span>" in html)

    assert set(listed) == set(map(str, REASONS.values())) - {
        "Its owner left",
        "A timer did not fire",
    }


def test_the_reasons_are_told_in_german(desk: Callable[..., Person]) -> None:
    person = desk()
    person.get("/stalled/")
    person.post("/preferences/language", {"language": "de"})

    html = person.get("/stalled/").text

    assert "ist für Travel insurance, aber dort ist niemand." in html
    assert "„Journey booked“ wartet auf „travel.booked“, was kein Prozess sendet." in html


def test_what_is_refused_is_said_in_german(desk: Callable[..., Person], store: Database) -> None:
    case, failed = Case(store, "request"), Case(store, "failed")
    manager, task = read_german(desk()), case.user_task.id
    page, stuck = f"/stalled/{case.id}/", f"/stalled/{failed.id}/"
    given = {"user_task": task, "reason": "Es muss weitergehen.", "person": stranger(store)}

    refused(manager.post(f"{page}dance", given), 422, "Wählen Sie, was zu tun ist.")
    nobody = {**given, "person": "niemand"}
    refused(manager.post(f"{page}reassign", nobody), 422, "Niemand heißt „niemand“")
    refused(manager.post(f"{page}reassign", {**given, "reason": ""}), 422, "den Grund")
    refused(manager.post(f"{page}substitute", given), 409, "ist nicht abwesend")
    manager.post(f"{page}nudge", given)
    refused(manager.post(f"{page}nudge", given), 409, "wurden heute schon erinnert")
    refused(manager.post(f"{page}undo", given), 409, "nicht mehr rückgängig machen")
    move = f"/cases/{case.id}/move/"
    refused(manager.post(move, {"reason": "Weiter."}), 422, "Wählen Sie, was zurückgezogen wird")
    skip = {"object": failed.incident, "reason": "Es muss weitergehen."}
    refused(manager.post(f"{stuck}approve", skip), 409, "Niemand hat darum gebeten")
    manager.post(f"{stuck}skip", skip)
    refused(manager.post(f"{stuck}approve", skip), 403, "Sie haben selbst darum gebeten")
    many = {"do": "escalate", "reason": "Weiter.", "user_task": [task, 999_999]}
    refused(manager.post("/stalled/bulk", many), 200)
    for reason in ("", "Schluss."):
        ended = manager.post(f"/cases/{case.id}/cancel", {"reason": reason})
    refused(manager.post(f"/cases/{case.id}/cancel", {"reason": "x"}), 409, "hat den Stand")
    assert ended.status_code == 302


@pytest.mark.parametrize(
    ("question", "number"),
    [("age=0-5", 7), ("age=over-20", 0), ("reason=away", 1), ("process=nomination", 0)],
)
def test_the_list_and_the_file_are_narrowed_alike(
    desk: Callable[..., Person], question: str, number: int
) -> None:
    html = desk().get(f"/stalled/?{question}").text
    file = desk().get(f"/stalled/stalled.csv?{question}").text

    assert html.count('class="stalled-why"') == number
    assert len(file.splitlines()) == number + 1


def test_the_counts_by_age_add_up_to_all_cases(store: Database) -> None:
    with store.reading() as session:
        board = stalled_cases.board(session, SYSTEM, now=NOW, calendar=OrganisationCalendar())

    bands = board.bands(stalled_cases.StalledFilter())

    assert sum(bands.values()) == len(board.cases) == 10
    for band, number in bands.items():
        assert len(board.narrowed(stalled_cases.StalledFilter(band=band))) == number


def test_twice_as_many_cases_need_no_more_statements(
    desk: Callable[..., Person], store: Database
) -> None:
    person = desk()
    person.get("/stalled/")
    with counted(store) as few:
        person.get("/stalled/")
    with store.unit_of_work() as session:
        data = session.get_one(Instance, Case(store, "visa").id).data
        for _ in range(15):
            instances.start(
                session,
                stalls.KEY,
                data,
                actor=SYSTEM,
                now=NOW - timedelta(days=30),
                calendar=OrganisationCalendar(),
            )

    with counted(store) as many:
        html = person.get("/stalled/").text

    assert html.count('class="stalled-why"') == 25
    assert len(many) == len(few)


def test_whoever_has_a_task_is_reminded_once_a_working_day(
    desk: Callable[..., Person], store: Database, time: FixedClock
) -> None:
    case, person = Case(store, "request"), desk()
    task = case.user_task

    first = act(person, case, "nudge", user_task=task.id)
    again = act(person, case, "nudge", user_task=task.id)
    time.moment += timedelta(days=2)  # to Sunday
    sunday = act(desk(), case, "nudge", user_task=task.id)
    time.moment += timedelta(days=1)
    monday = act(desk(), case, "nudge", user_task=task.id)

    assert first[0] == monday[0] == 200
    assert "Reminded:" in first[1]
    assert again[0] == sunday[0] == 409
    outbox.deliver_due(store, time.moment, OrganisationCalendar())
    with store.reading() as session:
        letters = session.scalars(select(Outbox.id).where(Outbox.id.startswith("nudge:"))).all()
        told = session.scalars(select(Notification.text)).all()
    assert len([each for each in letters if not each.endswith(":mail")]) == 2
    assert told.count("Somebody waits for you. Please go on with: Review the request.") == 2
    assert len(audited(store, "stalled.nudge")) == 2


def test_a_task_that_was_given_away_can_be_taken_back_by_the_same_person_only(
    desk: Callable[..., Person], store: Database
) -> None:
    case, heir = Case(store, "request"), stranger(store)
    task = case.user_task

    given = act(desk(), case, "reassign", user_task=task.id, person=heir)
    assert case.user_task.assignee == heir
    others = act(desk(OTHER), case, "undo", user_task=task.id)
    undone = act(desk(), case, "undo", user_task=task.id)

    assert "Undo" in given[1]
    assert "Next stalled case" in given[1]
    assert others[0] == 409
    assert undone[0] == 200
    assert case.user_task.assignee == task.assignee


def test_somebody_stands_in_for_whoever_is_away(
    desk: Callable[..., Person], store: Database
) -> None:
    case, heir = Case(store, "away"), stranger(store)
    task = case.user_task

    status, html = act(desk(), case, "substitute", user_task=task.id, person=heir)

    assert status == 200
    assert "stands in until the absence is over" in html
    assert case.user_task.assignee == heir
    assert case.user_task.on_behalf_of == [task.assignee]


def test_a_step_that_failed_is_tried_again(desk: Callable[..., Person], store: Database) -> None:
    case = Case(store, "failed")

    status, _html = act(desk(), case, "retry", object=case.incident)

    assert (status, case.status) == (200, "completed")


def test_skipping_takes_two(desk: Callable[..., Person], store: Database) -> None:
    case = Case(store, "failed")
    manager = desk()

    nobody = act(manager, case, "approve", object=case.incident)
    asked = act(manager, case, "skip", object=case.incident)
    own = act(manager, case, "approve", object=case.incident)
    shown = desk(OTHER).get(f"/stalled/{case.id}/").text
    approved = act(desk(OTHER), case, "approve", object=case.incident)

    assert (nobody[0], asked[0], own[0], approved[0]) == (409, 200, 403, 200)
    assert "Priya Sharma asks to skip the step: It must go on." in shown
    assert case.status == "completed"
    (entry,) = audited(store, "stalled.skip_approved")
    assert (entry.actor, entry.data["asked_by"]) == (OTHER, MANAGER)


def test_many_tasks_are_escalated_at_once_with_a_result_for_each(
    desk: Callable[..., Person], store: Database
) -> None:
    cases, person = [Case(store, kind) for kind in ("request", "advice")], desk()
    numbers = [case.user_task.id for case in cases]
    person.get("/stalled/")

    answer = person.post(
        "/stalled/bulk",
        {"do": "escalate", "reason": "It must go on.", "user_task": [*numbers, 999_999]},
    )
    listed, taken = person.get("/stalled/").text, person.get("/stalled/in-hand").text
    shown = person.get(f"/stalled/{cases[0].id}/").text
    page = person.get(f"/cases/{cases[0].id}").text

    assert answer.text.count("Escalated to ") == 2
    assert answer.text.count("Task 999999") == 1
    for case in cases:
        assert f"case {case.id}<" not in listed
        assert f"case {case.id}<" in taken
    assert "Escalated to " in shown
    assert "Next: the accountable head on " in shown
    assert "Next: the accountable head on " in page
    assert len(audited(store, "user_task.escalate")) == 2


def fail_alike(database: Database, *kinds: str) -> list[int]:
    """Let the review of some cases fail as that of the failed one; return all incidents."""
    with database.unit_of_work() as session:
        first = session.scalars(select(Incident)).one()
        for kind in kinds:
            task = Case(database, kind).user_task
            command = CompleteUserTask(task.token_id, {})
            trouble = Trouble(
                task.instance_id,
                first.kind,
                first.message,
                commands.to_json(command, task.assignee or ""),
                NOW,
                task.assignee or "",
                task.element_id,
            )
            incident_opening.open_incident(session, trouble)
        return list(session.scalars(select(Incident.id).order_by(Incident.id)))


def test_what_failed_alike_is_one_line_and_is_tried_again_at_once(
    desk: Callable[..., Person], store: Database
) -> None:
    numbers, person = fail_alike(store, "request", "circle"), desk()
    listed = person.get("/problems/").text
    address = f"/problems/{numbers[0]}"
    shown = person.get(address).text

    answer = person.post(
        address, {"do": "retry", "reason": "The office is back", "incident": [*numbers, 999_999]}
    )

    assert listed.count('class="stalled-why"') == 1
    assert "<strong>3</strong>" in listed
    assert shown.count('name="incident"') == 3
    assert answer.text.count("It worked this time.") == 3
    assert "There is no incident 999999." in answer.text
    assert "No case has this problem any more." in person.get(address).text
    assert "Nothing failed" in person.get("/problems/").text


def test_skips_of_many_are_asked_for_one_by_one_and_told_once(
    desk: Callable[..., Person], store: Database, time: FixedClock
) -> None:
    numbers, person = fail_alike(store, "request"), desk()
    address = f"/problems/{numbers[0]}"
    person.get(address)
    wanted = {"do": "skip", "reason": "The office has closed", "incident": numbers}

    first, again = person.post(address, wanted), person.post(address, wanted)
    outbox.deliver_due(store, time.moment, OrganisationCalendar())

    assert first.text.count("Somebody else must approve.") == 2
    assert again.text.count("somebody else must approve.") == 2
    with store.reading() as session:
        told = session.execute(
            select(Notification.recipient, Notification.page).where(
                Notification.text == "Waits for your approval: skip the step Review the request."
            )
        ).all()
    assert len(told) == len(set(told)) >= 2
    assert MANAGER not in {name for name, _page in told}
    assert {page for _name, page in told} == {
        f"/stalled/{Case(store, kind).id}/" for kind in ("failed", "request")
    }


def test_other_messages_versions_and_steps_are_other_causes(
    desk: Callable[..., Person], store: Database
) -> None:
    fail_alike(store, "request", "visa")
    with store.unit_of_work() as session:
        last = session.scalars(select(Incident).order_by(Incident.id.desc())).first()
        assert last is not None
        session.add(
            Incident(
                instance_id=last.instance_id,
                kind=last.kind,
                message="Something else.",
                command={},
                opened_at=NOW,
            )
        )

    html = desk().get("/problems/").text

    assert html.count('class="stalled-why"') == 3
    assert html.index("<strong>2</strong>") < html.index("<strong>1</strong>")
    assert "Beside the steps" in html


def test_causes_are_for_those_who_see_stalled_cases(desk: Callable[..., Person]) -> None:
    auditor = desk(AUDITOR)

    assert auditor.get("/problems/").status_code == 200
    assert auditor.post("/problems/1", {"do": "retry"}).status_code == 403
    assert desk("mateo.navarro").get("/problems/").status_code == 403


def stops_of(somebody: Person, case: Case) -> list[str]:
    """Return what can be withdrawn on the page on which a case is moved."""
    html = somebody.get(f"/cases/{case.id}/move/").text
    return re.findall(r'name="stop" value="([^"]+)"', html)


def test_a_move_is_foreseen_asked_for_and_approved_by_a_second_person(
    desk: Callable[..., Person], store: Database, time: FixedClock
) -> None:
    case, manager, other = Case(store, "papers"), desk(), desk(OTHER)
    address = f"/cases/{case.id}/move/"
    (held,) = (one for one in stops_of(manager, case) if one.endswith("ready"))
    wanted = {"stop": held, "to": "prepared", "reason": "The permit is on file"}

    foreseen = manager.post(address, {**wanted, "step": "preview"}).text
    before = case.user_task.element_id
    manager.post(address, {**wanted, "step": "save"})
    own = manager.post(f"{address}approve")
    shown = other.get(address).text
    outbox.deliver_due(store, time.moment, OrganisationCalendar())
    with store.reading() as session:
        told = session.execute(select(Notification.recipient, Notification.text)).all()
    approved = other.post(f"{address}approve")

    assert "Nothing happens until a second person approves." in foreseen
    assert before == "file"
    assert own.status_code == 403
    assert "The permit is on file" in shown
    assert "Priya Sharma" in shown
    text = "Waits for your approval: let a case go on at Prepared."
    readers = [name for name, words in told if words == text]
    assert OTHER in readers
    assert MANAGER not in readers
    assert approved.status_code == 302
    assert f"case {case.id}<" not in manager.get("/stalled/").text
    assert case.user_task.element_id == "file"
    (entry,) = audited(store, "case.moved")
    assert (entry.actor, entry.data["asked_by"]) == (OTHER, MANAGER)
    with store.reading() as session:
        found = replay.replayed(session, case.id)
        assert found.state == session.get_one(Instance, case.id).state


def test_a_move_that_nobody_wants_any_more_is_declined(
    desk: Callable[..., Person], store: Database
) -> None:
    case, manager = Case(store, "papers"), desk()
    address = f"/cases/{case.id}/move/"
    (held,) = (one for one in stops_of(manager, case) if one.endswith("ready"))
    wanted = {"stop": held, "to": "prepared", "reason": "Why not", "step": "save"}
    manager.post(address, wanted)

    twice = manager.post(address, wanted)
    manager.get(address)
    declined = desk(OTHER).get(address) and desk(OTHER).post(f"{address}decline")
    late = desk(OTHER).post(f"{address}approve")

    assert (twice.status_code, declined.status_code, late.status_code) == (409, 302, 404)
    assert case.status == "running"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"to": "prepared", "reason": "why"}, "Choose what to withdraw"),
        ({"to": "ready", "reason": "why", "stop": "own"}, "The case cannot go on at"),
        ({"to": "papers", "reason": "why", "stop": "own"}, "would wait for ever"),
    ],
)
def test_a_move_that_cannot_be_done_says_why(
    desk: Callable[..., Person], store: Database, facts: dict[str, str], sentence: str
) -> None:
    case, manager = Case(store, "request"), desk()
    chosen = {"stop": stops_of(manager, case)[0]} if "stop" in facts else {}

    answer = manager.post(f"/cases/{case.id}/move/", {**facts, **chosen, "step": "preview"})

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_request_to_skip_does_not_stand_in_the_way_of_a_retry(
    desk: Callable[..., Person], store: Database
) -> None:
    case = Case(store, "failed")
    act(desk(), case, "skip", object=case.incident)

    status, _html = act(desk(), case, "retry", object=case.incident)

    assert (status, case.status) == (200, "completed")


@pytest.mark.parametrize("kind", ["journey", "host"])
def test_a_message_is_sent_to_this_case(
    desk: Callable[..., Person], store: Database, kind: str
) -> None:
    case = Case(store, kind)
    html = desk().get(f"/stalled/{case.id}/").text
    number = html.partition('name="object" value="')[2].partition('"')[0]

    status, _html = act(desk(), case, "send", object=number)

    assert (status, case.status) == (200, "completed")


def test_a_case_that_cannot_go_on_is_cancelled(
    desk: Callable[..., Person], store: Database
) -> None:
    case = Case(store, "papers")

    status, html = act(desk(), case, "cancel")

    assert (status, case.status) == (200, "cancelled")
    assert "9 more cases stand still." in html


def test_a_case_in_hand_leaves_the_list_until_two_working_days_have_passed(
    desk: Callable[..., Person], store: Database, time: FixedClock
) -> None:
    case, person = Case(store, "request"), desk()
    marked = f"case {case.id}<"

    act(person, case, "nudge", user_task=case.user_task.id)
    listed, taken = person.get("/stalled/").text, person.get("/stalled/in-hand").text
    file = person.get("/stalled/stalled.csv").text
    time.moment += timedelta(days=1)  # a Saturday
    saturday = desk().get("/stalled/").text
    time.moment += timedelta(days=3)
    tuesday = desk().get("/stalled/").text

    assert marked not in listed
    assert len(file.splitlines()) == 10
    assert marked in taken
    assert "Reminded: " in taken
    assert "It must go on." in taken
    assert marked not in saturday
    assert marked in tuesday


def test_a_case_in_hand_comes_back_at_once_for_another_reason(
    desk: Callable[..., Person], store: Database
) -> None:
    case, person = Case(store, "request"), desk()
    task = case.user_task
    act(person, case, "nudge", user_task=task.id)

    with store.unit_of_work() as session:
        session.get_one(UserTask, task.id).assignee = "gone.person"

    assert f"case {case.id}<" in person.get("/stalled/").text
    assert f"case {case.id}<" not in person.get("/stalled/in-hand").text


def test_somebody_in_charge_puts_a_case_back_on_the_list(
    desk: Callable[..., Person], store: Database
) -> None:
    case, person = Case(store, "circle"), desk()
    act(person, case, "reassign", user_task=case.user_task.id, person=stranger(store))
    before = person.get("/stalled/").text

    person.get(f"/stalled/{case.id}/")
    person.post(f"/stalled/{case.id}/back")

    assert f"case {case.id}<" not in before
    assert f"case {case.id}<" in person.get("/stalled/").text
    assert "Nothing in hand" in person.get("/stalled/in-hand").text
    assert len(audited(store, "stalled.put_back")) == 1


@pytest.mark.parametrize("deed", ["nudge", "reassign", "substitute", "cancel", "send", "skip"])
def test_nothing_is_done_without_a_reason(
    desk: Callable[..., Person], store: Database, deed: str
) -> None:
    case = Case(store, {"send": "journey", "skip": "failed"}.get(deed, "away"))
    facts = {"user_task": 0, "object": 0, "person": stranger(store)}
    if deed in {"nudge", "reassign", "substitute"}:
        facts["user_task"] = case.user_task.id
    if deed == "skip":
        facts["object"] = case.incident

    status, html = act(desk(), case, deed, reason=" ", **facts)

    assert status == 422
    assert "Enter the reason" in html
    assert case.status in {"running", "incident"}


def test_several_people_are_reminded_at_once_with_a_result_for_each(
    desk: Callable[..., Person], store: Database
) -> None:
    person = desk()
    person.get("/stalled/")
    tasks = [Case(store, kind).user_task.id for kind in ("request", "advice", "insurance")]

    answer = person.post(
        "/stalled/bulk", {"user_task": [str(each) for each in tasks], "reason": "x", "do": "nudge"}
    )

    assert answer.text.count("Reminded:") == 2
    assert "Nobody can do “Insure the journey”" in answer.text


def test_an_auditor_looks_and_does_nothing(desk: Callable[..., Person], store: Database) -> None:
    person, case = desk(AUDITOR), Case(store, "papers")

    html = person.get("/stalled/").text

    assert html.count('class="stalled-why"') == 10
    assert f"/stalled/{case.id}/" not in html
    assert person.get(f"/stalled/{case.id}/").status_code == 403


@given(st.integers(0, 400))
def test_every_age_is_in_one_band(days: int) -> None:
    first = {AgeBand.FRESH: 0, AgeBand.WEEK: 6, AgeBand.MONTH: 11, AgeBand.OLD: 21}

    band = stalled_cases.band_of(days)

    assert [each for each in AgeBand if first[each] <= days][-1] is band


@given(st.lists(st.floats(0, 200), min_size=1, max_size=60))
def test_half_take_no_longer_than_the_median_and_nine_of_ten_no_longer_than_usual(
    days: list[float],
) -> None:
    found = pace(days)

    assert sum(each <= found.median for each in days) >= len(days) / 2
    assert sum(each >= found.median for each in days) >= len(days) / 2
    assert sum(each <= found.high for each in days) >= ceil(0.9 * len(days))
    assert sum(each < found.high for each in days) < ceil(0.9 * len(days))
