"""The services that the nomination process calls for the nomination itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from workflows import member_services, memberships, nomination, people, permissions, pools, units
from workflows.engine.services import ServiceContext, service
from workflows.nomination_records import fetch, keep, months_later, move_in_case, record_step
from workflows.nomination_states import NominationState
from workflows.nomination_tables import Nomination
from workflows.people_tables import Person
from workflows.permissions import Action, NominationFacts
from workflows.pool_tables import Pool
from workflows.vocabulary import Lifecycle

COOLING_OFF_MONTHS = 6
_CAUSES = {
    "panel": "The panel decided against the nomination",
    "no_plan": "No approved plan has a place",
    "no_longer_eligible": "The conditions are no longer met",
}
Result = dict[str, Any]


@dataclass(frozen=True)
class _Place:
    """Where the candidate stands: the first superior who may decide about him or her."""

    head: str | None
    head_name: str | None


@service("nomination.register")
def register(
    call: ServiceContext, *, candidate: str, pool: str, channel: str, statement: str
) -> Result:
    """Write the nomination down and collect what the forms show."""
    session, nominator = call.session, call.started_by
    person, wanted = people.by_username(session, candidate), pools.by_code(session, pool)
    # Pages ask before; a case that is started in any other way meets the same policy here.
    facts = NominationFacts(candidate, frozenset(wanted.channels))
    permissions.check(call.actor, Action.NOMINATE, facts)
    nomination.check(session, person, wanted, channel=channel, nominator=nominator)
    entry = Nomination(
        instance_id=call.instance_id,
        pool_id=wanted.id,
        candidate_id=person.id,
        nominator=nominator,
        channel=channel,
        statement=statement,
        nominated_at=call.now,
        state_since=call.now,
    )
    _insert(call, entry, person, wanted)
    place = _place(call, candidate, nominator)
    names = people.names_of(session, [nominator])
    return {
        "nomination_id": entry.id,
        "nominator": nominator,
        "nominator_name": names.get(nominator, nominator),
        "candidate_name": person.display_name,
        "head": place.head,
        "head_name": place.head_name,
        **_policy(wanted),
    }


def _insert(call: ServiceContext, entry: Nomination, person: Person, pool: Pool) -> None:
    """Insert a nomination; of two at the same moment, the slower one is refused."""
    try:
        with call.session.begin_nested():
            call.session.add(entry)
    except IntegrityError as error:
        raise nomination.AlreadyNominated(person.display_name, pool.name) from error
    record_step(call.session, entry, None, actor=call.actor, now=call.now)


def _policy(pool: Pool) -> Result:
    """Return what the process needs to know of the pool."""
    return {"pool_name": pool.name, "notice_required": pool.notice_required}


def _place(call: ServiceContext, candidate: str, nominator: str) -> _Place:
    """Find the nearest superior who is neither the candidate nor the nominator."""
    person = people.by_username(call.session, candidate)
    chain = units.superiors(call.session, person)
    head = next((name for name in chain if name not in (candidate, nominator)), None)
    names = people.names_of(call.session, [head] if head else [])
    return _Place(head, names.get(head, head) if head else None)


@service("nomination.note_answers")
def note_answers(
    call: ServiceContext, *, nomination_id: int, answers: Mapping[str, Any] | None = None
) -> Result:
    """Keep the answers to the panel's questions; without any the panel decides as it is."""
    keep(call, nomination_id, "panel_answers", (answers or {}).get("answers"))
    return {"answers": None, "questions": None}


@service("nomination.note_head_decision")
def note_head_decision(
    call: ServiceContext, *, nomination_id: int, head_decision: Mapping[str, Any]
) -> Result:
    """Keep the reason of a head who decides in place of the panel."""
    keep(call, nomination_id, "head_decision", head_decision["reason"])
    return {"panel_outcome": head_decision["outcome"], "head_decision": None}


@service("nomination.reject")
def reject(call: ServiceContext, *, nomination_id: int, cause: str) -> Result:
    """Reject the nomination; after a decision of the panel a waiting time begins."""
    entry = fetch(call.session, nomination_id)
    move_in_case(call, entry, NominationState.REJECTED, reason=cause)
    if cause == "panel":
        until = months_later(call.now.date(), COOLING_OFF_MONTHS)
        memberships.cool_off(
            call.session, entry.candidate, entry.pool, until=until, reason="rejected"
        )
    return {"closing_cause": _CAUSES.get(cause, cause), "reason_codes": None}


@service("nomination.revoke")
def revoke(call: ServiceContext, *, nomination_id: int) -> Result:
    """Revoke an approval after an objection that holds."""
    move_in_case(call, fetch(call.session, nomination_id), NominationState.REVOKED)
    return {"closing_cause": "An objection holds", "reason_codes": None}


@service("nomination.confirm")
def confirm(call: ServiceContext, *, nomination_id: int, notice_result: str | None = None) -> None:
    """Confirm the nomination; the intake follows."""
    entry = fetch(call.session, nomination_id)
    move_in_case(
        call, entry, NominationState.CONFIRMED, reason=(notice_result or "no_notice").lower()
    )


@service("nomination.withdraw")
def withdraw(call: ServiceContext, *, nomination_id: int, reason: str) -> None:
    """Withdraw the nomination, or end a membership that has not begun yet."""
    entry = fetch(call.session, nomination_id)
    if not entry.state.is_final:
        move_in_case(call, entry, NominationState.WITHDRAWN, reason=reason)
        return
    member = memberships.current(call.session, entry.candidate, entry.pool)
    if member is not None and member.lifecycle is Lifecycle.INTAKE:
        member_services.move(call, member, Lifecycle.EXITED, reason="withdrawn")
