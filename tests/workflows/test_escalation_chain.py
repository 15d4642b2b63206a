"""A task that nobody does goes along its chain: each step once, to whom the policy names."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from rules import decisions
from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.shop import open_tasks, publish
from tests.workflows.errands import begin, furnish
from tests.workflows.nomination_case import CALENDAR, Case
from workflows import accounts, audit, contract_watch, escalation_chain, escalation_steps
from workflows.desk_tables import Escalation
from workflows.engine import outbox
from workflows.engine.definitions import SourceFile
from workflows.engine.instances import ReasonMissing
from workflows.engine.jobs import performing
from workflows.engine.tables import UserTask
from workflows.errors import NotAllowed, NotFound
from workflows.escalation_steps import ChainOver

FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)  # five working days: all the time
TUESDAY = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)  # seven
IN_CHARGE = "hana"


@pytest.fixture
def house(organisation):
    """The organisation and its errand: Ben writes about Cara within five working days."""
    furnish(organisation)
    return organisation


def look(database, now):
    """Let the worker look at what is late, and deliver what it posts."""
    performing.perform_due(database, contract_watch.WORK, now, CALENDAR)
    outbox.deliver_due(database, now, CALENDAR)


def told(database, who):
    return [text for text in Case(database).told(who) if "scalated" in text]


def steps(database):
    with database.reading() as session:
        rows = session.scalars(select(Escalation).order_by(Escalation.step)).all()
        return [(one.step, one.to, one.people, one.by) for one in rows]


def standing(database, case, now):
    with database.reading() as session:
        rows = session.scalars(select(UserTask).where(UserTask.instance_id == case)).all()
        return escalation_chain.standings(session, rows, CALENDAR, now)[rows[0].id]


def change_policy(database, *changes):
    """Put another chain into force."""
    text = decisions.packaged()["escalation_chain.dmn"].decode()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    publish(database, SourceFile("escalation_chain.dmn", text.encode()))


def test_the_superior_hears_first_and_the_accountable_head_next(house):
    case = begin(house)
    look(house, FRIDAY - timedelta(minutes=2))
    assert steps(house) == []

    look(house, FRIDAY)
    look(house, FRIDAY + timedelta(minutes=1))
    assert steps(house) == [(1, "superior", ["hedy"], "system")]
    first = standing(house, case, FRIDAY)
    look(house, TUESDAY)

    assert first.last.people == ["hedy"]
    assert (first.following.to, first.at) == ("head", datetime(2026, 11, 30, 15, 0, tzinfo=UTC))
    assert [one[:3] for one in steps(house)] == [
        (1, "superior", ["hedy"]),
        (2, "head", ["nora"]),
    ]
    assert told(house, "hedy") == told(house, "nora") == ["Escalated to you: write."]
    assert told(house, "cara") == []
    assert standing(house, case, TUESDAY).following is None


def test_somebody_in_charge_takes_the_next_step_at_once_and_it_is_not_taken_again(house):
    case = begin(house)
    task = open_tasks(house, case)["write"]

    def escalate(username=IN_CHARGE, reason="It burns"):
        with house.unit_of_work() as session:
            actor = accounts.actor_of(session, username)
            return escalation_steps.escalate(
                session, case, task.id, reason=reason, actor=actor, now=NOW
            )

    assert escalate() == ["hedy"]
    assert escalate() == ["nora"]
    with pytest.raises(ChainOver):
        escalate()
    with pytest.raises(ReasonMissing):
        escalate(reason=" ")
    with pytest.raises((NotAllowed, NotFound)):
        escalate("ben")
    look(house, TUESDAY)
    assert [one[3] for one in steps(house)] == [IN_CHARGE, IN_CHARGE]
    with house.reading() as session:
        entries = audit.entries(session, object_type="user_task", object_id=task.id).items
    assert [one.data["reason"] for one in entries if one.action == "user_task.escalate"] == [
        "It burns",
        "It burns",
    ]


def test_a_policy_of_its_own_counts_in_days_and_gives_the_task_away(house):
    change_policy(
        house,
        (
            '<outputEntry><text>"percent"</text></outputEntry>',
            '<outputEntry><text>"days"</text></outputEntry>',
        ),
        ("<text>escalation_policy.first</text>", "<text>2</text>"),
        (
            "<outputEntry><text>false</text></outputEntry>",
            "<outputEntry><text>true</text></outputEntry>",
        ),
    )
    case = begin(house)
    tuesday = NOW + timedelta(days=4)

    look(house, tuesday - timedelta(minutes=2))
    before = open_tasks(house, case)["write"].assignee
    look(house, tuesday)

    assert before == "ben"
    assert open_tasks(house, case)["write"].assignee == "hedy"
    assert steps(house) == [(1, "superior", ["hedy"], "system")]


def test_a_task_without_anybody_above_goes_to_hr(house):
    begin(house, writer="hedy")

    look(house, FRIDAY)

    ((_step, _to, people, _by),) = steps(house)
    assert people
    assert "hedy" not in people


def test_many_tasks_need_no_more_statements(house):
    rows = [open_tasks(house, begin(house))["write"] for _ in range(4)]

    def asked(some):
        with counted(house) as statements, house.reading() as session:
            escalation_chain.standings(session, some, CALENDAR, FRIDAY)
        return len(statements)

    assert asked(rows[:1]) == asked(rows)
