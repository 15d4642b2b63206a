"""User tasks: who may do them, once, and what becomes of their data."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import (
    ADA,
    BEN,
    CALENDAR,
    CLEO,
    HANA,
    SCORE,
    complete,
    event_types,
    find,
    open_tasks,
    publish,
    start,
    two_steps,
    with_duty,
)
from workflows.engine import drafts, user_tasks
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import (
    AlreadyClaimed,
    AlreadyCompleted,
    DutyConflict,
    NotForYou,
    StartRefused,
    TransitionFailed,
    UserTaskNotFound,
)
from workflows.engine.forms import FormRefused
from workflows.errors import Invalid


@pytest.fixture
def scoring(database):
    """A case whose user task `score` is open for reviewers."""
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "Bridge"})
    complete(database, open_tasks(database, case)["prepare"].id)
    return open_tasks(database, case)["score"]


def test_a_case_runs_to_its_end(database, scoring):
    case = complete(database, scoring.id, {"score": 80}, actor=BEN)

    assert case.status == "completed"
    assert case.data == {"topic": "Bridge", "score": 80}
    assert case.state is None
    assert open_tasks(database, case) == {}
    assert find(database, case.id).ended_at == NOW
    types = event_types(database, case.id)
    assert types[0] == "instance_started"
    assert types[-1] == "instance_completed"


def test_a_user_task_without_assignment_goes_to_whoever_started_the_case(database):
    publish(database, two_steps(), SCORE)

    case = start(database, "two_steps", {"topic": "Bridge"})

    prepare = open_tasks(database, case)["prepare"]
    assert prepare.assignee == "ada"
    assert prepare.subject == "Bridge"
    with pytest.raises(NotForYou, match="for ada"):
        complete(database, prepare.id, actor=BEN)


def test_a_second_completion_learns_who_was_faster_and_when(database, scoring):
    complete(database, scoring.id, {"score": 80}, actor=BEN, now=NOW + timedelta(hours=1))

    with pytest.raises(AlreadyCompleted, match="by ben on 2026-11-20 at 10:00") as caught:
        complete(database, scoring.id, {"score": 10}, actor=CLEO)

    assert caught.value.by == "ben"
    assert find(database, scoring.instance_id).data["score"] == 80


def test_a_claimed_user_task_is_closed_to_the_rest_of_the_group(database, scoring):
    with database.unit_of_work() as session:
        claimed = user_tasks.claim(session, scoring.id, actor=BEN, now=NOW)
    assert claimed.assignee == "ben"

    with pytest.raises(AlreadyClaimed, match="taken by ben"), database.unit_of_work() as session:
        user_tasks.claim(session, scoring.id, actor=CLEO, now=NOW)
    with pytest.raises(AlreadyClaimed, match="taken by ben"):
        complete(database, scoring.id, {"score": 1}, actor=CLEO)


def test_a_released_user_task_is_offered_again(database, scoring):
    with database.unit_of_work() as session:
        user_tasks.claim(session, scoring.id, actor=BEN, now=NOW)
        user_tasks.release(session, scoring.id, actor=BEN, now=NOW)

    with database.reading() as session:
        offered = user_tasks.inbox(session, CLEO, now=NOW).items

    assert [one.id for one in offered] == [scoring.id]
    assert offered[0].assignee is None


def test_only_the_holder_releases(database, scoring):
    with database.unit_of_work() as session:
        user_tasks.claim(session, scoring.id, actor=BEN, now=NOW)

    with pytest.raises(NotForYou, match="for ben"), database.unit_of_work() as session:
        user_tasks.release(session, scoring.id, actor=CLEO, now=NOW)


def test_other_groups_may_neither_claim_nor_complete(database, scoring):
    with pytest.raises(NotForYou, match="for reviewer"), database.unit_of_work() as session:
        user_tasks.claim(session, scoring.id, actor=HANA, now=NOW)
    with pytest.raises(NotForYou, match="for reviewer"):
        complete(database, scoring.id, {"score": 1}, actor=HANA)


def test_a_reassigned_user_task_belongs_to_the_new_person(database, scoring):
    with database.unit_of_work() as session:
        user_tasks.reassign(
            session, scoring.id, assignee="dan", actor=HANA, now=NOW, reason="Ben is away"
        )

    with pytest.raises(AlreadyClaimed, match="taken by dan"):
        complete(database, scoring.id, {"score": 1}, actor=BEN)
    with pytest.raises(Invalid, match="reason"), database.unit_of_work() as session:
        user_tasks.reassign(session, scoring.id, assignee=None, actor=HANA, now=NOW, reason=" ")


def test_whoever_wrote_may_not_approve(database):
    publish(database, with_duty())
    case = start(database, "four_eyes")
    complete(database, open_tasks(database, case)["write"].id, actor=BEN)
    approve = open_tasks(database, case)["approve"]

    with pytest.raises(DutyConflict, match="in this case you are the author"):
        complete(database, approve.id, actor=BEN)
    with pytest.raises(DutyConflict), database.unit_of_work() as session:
        user_tasks.claim(session, approve.id, actor=BEN, now=NOW)
    with pytest.raises(DutyConflict, match="ben has a part"), database.unit_of_work() as session:
        user_tasks.reassign(
            session, approve.id, assignee="ben", actor=HANA, now=NOW, reason="Quick"
        )
    with database.reading() as session:
        assert user_tasks.inbox(session, BEN, now=NOW).items == []
        assert len(user_tasks.inbox(session, CLEO, now=NOW).items) == 1
    assert complete(database, approve.id, actor=CLEO).status == "completed"


def test_a_form_names_every_fault_and_nothing_changes(database, scoring):
    with pytest.raises(FormRefused) as caught:
        complete(database, scoring.id, {"score": 101, "approved": True}, actor=BEN)

    assert [(error.field, error.message) for error in caught.value.errors] == [
        ("score", "Score must be a whole number between 0 and 100"),
        ("approved", "This form has no field “approved”; leave it out"),
    ]
    assert open_tasks(database, scoring.instance_id)["score"].state == "open"


def test_a_user_task_without_a_form_takes_no_data(database):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps")

    with pytest.raises(FormRefused, match="takes no data"):
        complete(database, open_tasks(database, case)["prepare"].id, {"score": 99})


def test_an_unknown_user_task_is_not_found(database):
    with pytest.raises(UserTaskNotFound):
        complete(database, 4711)


def test_a_draft_is_kept_for_each_person_until_the_user_task_is_done(database, scoring):
    with database.unit_of_work() as session:
        drafts.save_draft(session, scoring.id, {"score": 7, "x": 1}, actor=BEN, now=NOW)
        drafts.save_draft(session, scoring.id, {"score": "a"}, actor=BEN, now=NOW)
    with database.reading() as session:
        assert drafts.draft(session, scoring.id, actor=BEN) == {"score": "a"}
        assert drafts.draft(session, scoring.id, actor=CLEO) == {}

    complete(database, scoring.id, {"score": 60}, actor=CLEO)

    with database.reading() as session:
        assert drafts.draft(session, scoring.id, actor=BEN) == {}
    with pytest.raises(AlreadyCompleted), database.unit_of_work() as session:
        drafts.save_draft(session, scoring.id, {"score": 1}, actor=BEN, now=NOW)


def test_completing_a_plain_user_task_takes_few_statements(database):
    publish(database, two_steps(), SCORE)
    first, second = (start(database, "two_steps") for _ in range(2))
    complete(database, open_tasks(database, first)["prepare"].id)
    prepare = open_tasks(database, second)["prepare"]

    with counted(database) as statements, database.unit_of_work() as session:
        user_tasks.complete(session, prepare.id, {}, actor=ADA, now=NOW, calendar=CALENDAR)

    asked = [one for one in statements if not one.startswith("BEGIN")]
    assert len(asked) <= (12 if database.is_sqlite else 6), asked


def test_giving_back_what_nobody_holds_keeps_it_offered(database, scoring):
    with database.unit_of_work() as session:
        user_tasks.reassign(
            session, scoring.id, assignee=None, actor=HANA, now=NOW, reason="Who wants it?"
        )

    with database.reading() as session:
        assert [one.id for one in user_tasks.inbox(session, BEN, now=NOW).items] == [scoring.id]


def test_an_assignee_that_is_too_long_to_keep_is_an_incident(database):
    process = Process("endless")
    process.start().user("ask").user("answer", assignee="=name").end()
    process.chain("start", "ask", "answer", "end")
    publish(database, SourceFile("endless.bpmn", process.xml()))
    case = start(database, "endless", {"name": "n" * 121})

    with pytest.raises(TransitionFailed, match="is longer than 120 characters"):
        complete(database, open_tasks(database, case)["ask"].id)

    assert find(database, case.id).status == "incident"


def test_a_case_whose_first_assignee_is_too_long_does_not_start(database):
    process = Process("endless")
    process.start().user("answer", assignee="=name").end().chain("start", "answer", "end")
    publish(database, SourceFile("endless.bpmn", process.xml()))

    with pytest.raises(StartRefused, match="is longer than 120 characters"):
        start(database, "endless", {"name": "n" * 121})


def test_a_user_task_can_be_handed_over_twice_in_one_moment(database, scoring):
    for name in ("cleo", "ben"):
        with database.unit_of_work() as session:
            handed = user_tasks.reassign(
                session, scoring.id, assignee=name, actor=HANA, now=NOW, reason="holidays"
            )

    assert handed.assignee == "ben"
