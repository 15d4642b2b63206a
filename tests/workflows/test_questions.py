"""Questions about user tasks: who may be asked, what they cost, and how they end."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from tests.workflows.engine.shop import open_tasks
from tests.workflows.errands import WEEK, begin, do, furnish, occasion, sweep
from tests.workflows.nomination_case import CALENDAR, Case
from workflows import question_list, questions
from workflows.account_tables import Account
from workflows.clock import FixedClock
from workflows.engine import instances, outbox, timers, verification
from workflows.engine.failures import NotForYou
from workflows.engine.tables import Timer
from workflows.question_tables import Question
from workflows.questions import (
    AlreadyAsked,
    NotInvolved,
    QuestionEnded,
    QuestionRefused,
    UnknownQuestion,
)
from workflows.vocabulary import QuestionEnd

FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # five working days after NOW
MONDAY = NOW + timedelta(days=3)


@pytest.fixture
def house(organisation):
    """The organisation and its errand."""
    furnish(organisation)
    return organisation


def ask(database, case, of="max", who="ben", text="Which year?", now=NOW):
    number = open_tasks(database, case)["write"].id
    with database.unit_of_work() as session:
        return questions.ask(session, number, of, text, occasion=occasion(who, now, database)).id


def answer(database, number, who="max", text="2024.", now=NOW):
    mine = occasion(who, now, database)
    with database.unit_of_work() as session:
        return questions.answer(session, number, text, occasion=mine)


def recall(database, number, who="ben", now=NOW):
    mine = occasion(who, now, database)
    with database.unit_of_work() as session:
        return questions.recall(session, number, occasion=mine)


def timer_due(database, case):
    with database.reading() as session:
        return session.scalars(select(Timer.due_at).where(Timer.instance_id == case)).one()


def agrees(database):
    with database.reading() as session:
        return list(verification.differences(session))


def test_a_question_opens_work_and_lets_the_time_stand_still(house):
    case = begin(house)

    number = ask(house, case)

    task = open_tasks(house, case)["write"]
    assert (task.paused_at, task.due_at) == (NOW, FRIDAY + WEEK)
    assert task.inbox_at == task.due_at
    assert timer_due(house, case) == FRIDAY + WEEK - timedelta(days=1)
    with house.reading() as session:
        assert [one.id for one in question_list.waiting_for(session, "max")] == [number]
        assert question_list.waiting_for(session, "ben") == []
    assert agrees(house) == []


def test_an_answer_costs_the_working_time_that_it_took(house):
    case = begin(house)
    number = ask(house, case)

    answered = answer(house, number, now=MONDAY)  # over a weekend: one working day

    assert (answered.answer, answered.outcome) == ("2024.", QuestionEnd.ANSWERED)
    task = open_tasks(house, case)["write"]
    assert (task.paused_at, task.due_at) == (None, FRIDAY + timedelta(days=3))
    assert task.stalls_at == FRIDAY + timedelta(days=4, hours=12)
    assert timer_due(house, case) == FRIDAY  # the day before was one working day earlier
    assert agrees(house) == []
    with house.reading() as session:
        causes = [
            one.data["cause"]
            for one in instances.history(session, case)
            if one.type == "user_task_rescheduled"
        ]
    assert causes == ["asked", "answered"]


def test_both_are_told_and_no_text_leaves_its_table(house):
    case = begin(house)
    number = ask(house, case, text="A private matter?")
    outbox.deliver_due(house, NOW, CALENDAR)
    answer(house, number, text="A private answer.")
    outbox.deliver_due(house, NOW, CALENDAR)

    player = Case(house)
    assert player.told("max") == ["A question to you about: write."]
    assert "Your question was answered: write." in player.told("ben")
    with house.reading() as session:
        told = repr([one.data for one in instances.history(session, case)])
    assert "private" not in told


def test_timers_at_the_border_do_not_fire_while_somebody_is_asked(house):
    case = begin(house)
    number = ask(house, case)

    late = NOW + timedelta(days=6)  # Thursday, when the timer was due at first
    assert timers.fire_due(house, FixedClock(late), CALENDAR) == 0

    answer(house, number, now=late)
    assert "look" not in open_tasks(house, case)
    timers.fire_due(house, FixedClock(FRIDAY + WEEK), CALENDAR)
    assert "look" in open_tasks(house, case)


def test_a_question_is_taken_back_by_who_asked_it(house):
    case = begin(house)
    number = ask(house, case)

    with pytest.raises(UnknownQuestion):
        recall(house, number, who="nora")
    recall(house, number, now=NOW + timedelta(hours=2))

    task = open_tasks(house, case)["write"]
    assert (task.paused_at, task.due_at) == (None, FRIDAY + timedelta(hours=2))
    with pytest.raises(QuestionEnded):
        recall(house, number)
    with pytest.raises(QuestionEnded):
        answer(house, number)
    ask(house, case)  # and may be asked again


def test_time_runs_on_after_five_working_days_although_nobody_answers(house):
    case = begin(house)
    number = ask(house, case)
    sweep(house, FRIDAY - timedelta(minutes=1))
    assert open_tasks(house, case)["write"].paused_at == NOW

    sweep(house, FRIDAY + timedelta(hours=1))

    task = open_tasks(house, case)["write"]
    assert (task.paused_at, task.due_at) == (None, FRIDAY + WEEK)
    answer(house, number, now=FRIDAY + timedelta(hours=2))
    assert open_tasks(house, case)["write"].due_at == FRIDAY + WEEK
    assert agrees(house) == []


def test_only_those_who_take_part_are_asked(house):
    case = begin(house)

    for name in ("max", "cara", "nora"):  # the starter, the subject, the head of the subject
        recall(house, ask(house, case, of=name))
    with pytest.raises(NotInvolved):
        ask(house, case, of="bob")
    with pytest.raises(QuestionRefused, match="somebody else"):
        ask(house, case, of="ben")
    with pytest.raises(QuestionRefused, match="Enter the question"):
        ask(house, case, text="  ")


@pytest.mark.parametrize("role", ["auditor", "designer"])
def test_whoever_takes_no_part_in_cases_is_not_asked(house, role):
    case = begin(house)
    number = ask(house, case, of="nora")
    with house.unit_of_work() as session:
        mine = Account.username == "nora"
        session.execute(update(Account).where(mine).values(roles=[role]))

    with pytest.raises(UnknownQuestion):
        answer(house, number, who="nora")
    recall(house, number)
    with pytest.raises(NotInvolved):
        ask(house, case, of="nora")


def test_only_the_holder_asks_and_one_question_at_a_time(house):
    case = begin(house)
    with pytest.raises(NotForYou):
        ask(house, case, who="nora")
    ask(house, case)
    with pytest.raises(AlreadyAsked):
        ask(house, case)


def test_only_the_one_who_was_asked_answers(house):
    case = begin(house)
    number = ask(house, case)

    with pytest.raises(UnknownQuestion):
        answer(house, number, who="nora")
    with pytest.raises(QuestionRefused):
        answer(house, number, text=" ")
    with house.reading() as session, pytest.raises(UnknownQuestion):
        questions.read(session, number, actor=occasion("bob", database=house).actor, now=NOW)


def test_a_question_about_work_that_is_done_waits_for_nobody(house):
    case = begin(house)
    number = ask(house, case)
    do(house, case, "write", "ben")

    with house.reading() as session:
        assert question_list.waiting_for(session, "max") == []
    sweep(house, FRIDAY + WEEK)

    with house.reading() as session:
        assert session.get_one(Question, number).outcome is QuestionEnd.DROPPED


def test_the_database_refuses_two_open_questions_and_an_end_without_an_outcome(house):
    case = begin(house)
    ask(house, case)
    number = open_tasks(house, case)["write"].id
    facts = {
        "user_task_id": number,
        "instance_id": case,
        "asked_by": "ben",
        "asked_of": "max",
        "text": "Again?",
        "asked_at": NOW,
    }
    for more in ({}, {"ended_at": NOW}, {"ended_at": NOW, "outcome": "recalled", "answer": "x"}):
        with pytest.raises(IntegrityError), house.unit_of_work() as session:
            session.add(Question(**facts, **more))
