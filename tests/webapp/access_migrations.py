"""Migrations of cases for the access matrix: in the state that a route needs, by whom it needs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.conftest import NOW
from tests.webapp.access_world import STRANGER, World
from tests.workflows.engine.build import Process
from workflows.actors import SYSTEM
from workflows.engine import definitions
from workflows.engine.definitions import SourceFile
from workflows.engine.migration.runs import RunState
from workflows.engine.migration_tables import CaseMigration

_STATES = {
    "migrations.propose": RunState.EXAMINED,
    "migrations.confirm": RunState.PROPOSED,
    "migrations.stop": RunState.MIGRATING,
}


def relations(rule: Rule) -> tuple[str, ...]:
    """Return the relations that matter to a route about a migration, or none."""
    if not rule.endpoint.startswith("migrations."):
        return ()
    return ("own", "other's") if rule.endpoint == "migrations.confirm" else ("-",)


def values(world: World, rule: Rule, role: str, relation: str) -> Mapping[str, Any]:
    """Make a migration in the state that a route needs, by whoever asks or by somebody else."""
    who = role if relation == "own" else STRANGER
    state = _STATES.get(rule.endpoint, RunState.EXAMINED)
    with world.database.unit_of_work() as session:
        key = _process(session, role)  # one for each: each can be decided about once
        session.execute(delete(CaseMigration).where(CaseMigration.process_key == key))
        run = CaseMigration(
            process_key=key,
            bundle_id=definitions.active_bundle(session, key).id,
            version=1,
            state=state,
            reason="" if state == RunState.EXAMINED else "The cases are to have it too.",
            begun_by=who,
            begun_at=world.now,
            proposed_by=who,
            proposed_at=world.now,
            confirmed_by=STRANGER if state == RunState.MIGRATING else None,
            confirmed_at=world.now if state == RunState.MIGRATING else None,
        )
        session.add(run)
        session.flush()
        return {"migration_id": run.id, "key": key}


def _process(session: Session, role: str) -> str:
    """Return the key of a process of which only one role lets cases migrate."""
    key = f"errand_{role.replace('-', '_')}"
    process = Process(key).start().user("do").end().chain("start", "do", "end")
    file = SourceFile(f"{key}.bpmn", process.xml())
    definitions.publish(session, [file], actor=SYSTEM, now=NOW)
    return key
