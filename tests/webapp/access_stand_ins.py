"""Absences, delegations and questions, for each role in each relation to them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.webapp.access_world import SPARE, STRANGER, WORKER, World
from workflows.question_tables import Question
from workflows.stand_in_tables import Absence, Delegation

_ABSENCE, _DELEGATION, _QUESTION = "absence_id", "delegation_id", "question_id"
_RELATIONS = {
    _ABSENCE: ("themselves", "head", "other head", "unrelated"),
    _DELEGATION: ("themselves", "unrelated"),
    _QUESTION: ("asker", "asked", "subject", "head", "unrelated"),
}


def relations(rule: Rule) -> tuple[str, ...]:
    """Return the relations that matter to a route about standing in or asking, or none."""
    return next((each for name, each in _RELATIONS.items() if name in rule.arguments), ())


def values(world: World, rule: Rule, role: str, relation: str) -> Mapping[str, Any]:
    """Make what a route is about, for somebody who stands in a relation to it."""
    with world.database.unit_of_work() as session:
        return {
            name: _MAKE[name](session, world, role, relation) for name in rule.arguments & {*_MAKE}
        }


def _absence(session: Session, world: World, role: str, relation: str) -> int:
    """Add an absence: one's own, of somebody in the own unit, or of anybody else."""
    row = Absence(
        username={"themselves": role, "head": f"p.{role}"}.get(relation, STRANGER),
        first_day=world.now.date(),
        last_day=world.now.date(),
        created_by=STRANGER,
        created_at=world.now,
    )
    return _added(session, row)


def _delegation(session: Session, world: World, role: str, relation: str) -> int:
    """Add a delegation: one's own, or of anybody else."""
    row = Delegation(
        giver=role if relation == "themselves" else STRANGER,
        receiver=SPARE,
        definition_key="sample",
        reason="On a journey",
        since=world.now,
        until=world.now + timedelta(days=1),
    )
    return _added(session, row)


def _question(session: Session, world: World, role: str, relation: str) -> int:
    """Add a question about a user task of a case."""
    of_case = {"asker": "assignee", "asked": "unrelated"}.get(relation, relation)
    target = world.target(session, role, of_case)
    row = Question(
        user_task_id=target.user_task_id,
        instance_id=target.case_id,
        asked_by=role if relation == "asker" else WORKER,
        asked_of=role if relation == "asked" else SPARE,
        text="In which year was that?",
        asked_at=world.now,
    )
    return _added(session, row)


def _added(session: Session, row: Any) -> int:
    """Store a row and return its number."""
    session.add(row)
    session.flush()
    return int(row.id)


_MAKE = {_ABSENCE: _absence, _DELEGATION: _delegation, _QUESTION: _question}
