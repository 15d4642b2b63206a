"""The services of the conflict declaration: how somebody who judges is bound to the candidate."""

from collections.abc import Mapping
from typing import Any

from workflows import people
from workflows.engine.services import ServiceContext, service
from workflows.nomination_tables import ConflictDeclaration
from workflows.ties import RECUSE, stronger


@service("conflicts.compare")
def compare(
    call: ServiceContext, *, person: str, candidate: str, declaration: Mapping[str, Any]
) -> dict[str, Any]:
    """Compare what was declared with what the records know; the stronger tie counts."""
    known = people.relation(call.session, person, candidate, now=call.now)
    relation = stronger(known, declaration["relation"])
    return {"declaration": {**declaration, "relation": relation}}


@service("conflicts.record")
def record(
    call: ServiceContext,
    *,
    nomination_id: int,
    person: str,
    purpose: str,
    declaration: Mapping[str, Any],
    conflict: str,
) -> dict[str, Any]:
    """Keep a declaration with what follows from it; its details leave the case."""
    call.session.add(
        ConflictDeclaration(
            nomination_id=nomination_id,
            person=person,
            purpose=purpose,
            is_answered=True,
            relation=declaration["relation"],
            financial_tie=declaration["financial_tie"],
            other_declared=declaration["other_declared"],
            details=declaration.get("details") or "",
            outcome=conflict,
            declared_at=call.now,
        )
    )
    call.session.flush()
    return {"declaration": None}


@service("conflicts.record_silence")
def record_silence(
    call: ServiceContext, *, nomination_id: int, person: str, purpose: str
) -> dict[str, Any]:
    """Treat a declaration that nobody made as a conflict."""
    call.session.add(
        ConflictDeclaration(
            nomination_id=nomination_id,
            person=person,
            purpose=purpose,
            is_answered=False,
            outcome=RECUSE,
            declared_at=call.now,
        )
    )
    call.session.flush()
    return {"conflict": RECUSE}
