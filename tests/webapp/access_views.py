"""Kept views for the access matrix: those of whoever asks, shared ones, and those of others."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete
from werkzeug.routing import Rule

from tests.webapp.access_world import STRANGER, World
from workflows.view_tables import SavedView, ViewAlert, ViewPage, Watched

RELATIONS = ("own", "shared", "other's")


def relations(rule: Rule) -> tuple[str, ...]:
    """Return the relations that matter to a route about a view, or none."""
    return RELATIONS if "view_id" in rule.arguments else ()


def values(world: World, _rule: Rule, role: str, relation: str) -> Mapping[str, Any]:
    """Make a view with an alert of its owner; a shared one is for those who have the role."""
    name = f"{role} {relation}"
    owner = role if relation == "own" else STRANGER
    with world.database.unit_of_work() as session:
        session.execute(delete(SavedView).where(SavedView.name == name))
        view = SavedView(
            owner=owner,
            page=ViewPage.STALLED,
            name=name,
            arguments={"age": "over-20"},
            audience=role if relation == "shared" else "",
            created_at=world.now,
        )
        session.add(view)
        session.flush()
        alert = ViewAlert(view_id=view.id, username=owner, watched=Watched.STALLED, most=5)
        session.add(alert)
        session.flush()
        return {"view_id": view.id, "alert_id": alert.id}
