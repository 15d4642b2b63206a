"""The services of check-ins: when they are due, what was said, and who missed them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from workflows import audit, member_services, pairings, pools, units
from workflows.actors import SYSTEM
from workflows.check_in_tables import CheckIn, CheckInKind, CheckInState, WellbeingNote
from workflows.engine import apart, entity_queries
from workflows.engine.prepared import Prepared
from workflows.engine.services import ServiceContext, service
from workflows.engine.transition import WorkingCalendar
from workflows.mentoring_tables import ContactKind, MentorContact
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle

Result = dict[str, Any]
FORGOTTEN = "wellbeing.forget"
# The first working day of each month, the third of each quarter, the fifth of each half year.
RHYTHMS = {
    CheckInKind.MENTOR: "0 9 1 * * P0BD",
    CheckInKind.MANAGER: "0 9 1 */3 * P2BD",
    CheckInKind.HEAD: "0 9 1 */6 * P4BD",
}
_RESTING = (Lifecycle.SUSPENDED, Lifecycle.INTAKE)
_FORGET = Prepared(
    delete(WellbeingNote)
    .where(WellbeingNote.expires_on <= bindparam("today"))
    .returning(WellbeingNote.check_in_id),
    of_entities=True,
)


@service("check_in.rhythm")
def rhythm(call: ServiceContext, *, member_id: int, kind: str) -> Result:
    """Return when the next check-in is due: by the policy of the pool, or as usual."""
    _forget(call)
    member = member_services.fetch(call.session, member_id)
    following = _by_rhythm(member, CheckInKind(kind), call.now, call.calendar)
    return {
        "next_check_in": following.isoformat(),
        "is_over": member.lifecycle is Lifecycle.EXITED,
    }


@service("check_in.open")
def open_check_in(call: ServiceContext, *, member_id: int, kind: str) -> Result:
    """
    Open a check-in with whoever is responsible for it.

    None is due while a membership rests, or for a mentor where there is none.
    """
    member = member_services.fetch(call.session, member_id)
    facts = member_services.of(call.session, member)
    is_over = member.lifecycle is Lifecycle.EXITED
    responsible = facts[CheckInKind(kind).value]
    is_due = not is_over and member.lifecycle not in _RESTING
    if not is_due or (responsible is None and kind == CheckInKind.MENTOR):
        return {"is_over": is_over, "is_due": False}
    check_in = CheckIn(
        member_id=member_id,
        kind=CheckInKind(kind),
        responsible=responsible or "",
        opened_on=call.now.date(),
    )
    call.session.add(check_in)
    call.session.flush()
    return {
        "is_over": False,
        "is_due": True,
        "check_in_id": check_in.id,
        "responsible": responsible,
        "superior": _superior(call.session, member, responsible),
    }


@service("check_in.note_held")
def note_held(call: ServiceContext, *, check_in_id: int, check_in: Mapping[str, Any]) -> Result:
    """
    Keep what was said in a check-in; only the way that follows stays in the case.

    A member who refuses to talk twice in a row is told that this counts.
    """
    row = entity_queries.get_one(call.session, CheckIn, check_in_id)
    row.held_by, row.closed_on = call.actor.username, call.now.date()
    if check_in["result"] == "refused":
        row.state = CheckInState.REFUSED
        call.session.flush()
        twice = _in_a_row(call.session, row) % 2 == 0
        return {"check_in": None, "outcome": "refused_twice" if twice else "refused"}
    row.state, row.outcome = CheckInState.HELD, check_in["outcome"]
    row.motivation, row.workload = check_in["motivation"], check_in["workload"]
    for name in ("work", "obstacles", "wanted_support", "actions", "finding"):
        setattr(row, name, check_in.get(name) or "")
    _keep_wellbeing(call, row, apart.take(call.session, check_in.get("wellbeing")))
    _keep_contact(call, row, check_in)
    call.session.flush()
    return {
        "check_in": None,
        "outcome": row.outcome,
        "helper": check_in.get("helper") or call.actor.username,
        "finding": check_in.get("change") or "other",
        "sign": check_in.get("sign"),
    }


@service("check_in.note_missed")
def note_missed(call: ServiceContext, *, check_in_id: int) -> Result:
    """Count a check-in as missed by whoever is responsible, never by the member."""
    row = entity_queries.get_one(call.session, CheckIn, check_in_id)
    row.state, row.closed_on = CheckInState.MISSED, call.now.date()
    call.session.flush()
    return {"missed_twice": _in_a_row(call.session, row) % 2 == 0}


def next_due(
    member: PoolMember, kind: CheckInKind, *, now: datetime, calendar: WorkingCalendar
) -> datetime | None:
    """Return when the next check-in of a member is due; none while the membership rests."""
    if member.lifecycle in (*_RESTING, Lifecycle.EXITED):
        return None
    return _by_rhythm(member, kind, now, calendar)


def year_after(day: date) -> date:
    """Return the day twelve months later."""
    return pools.term_end(day, 12)


def _by_rhythm(
    member: PoolMember, kind: CheckInKind, now: datetime, calendar: WorkingCalendar
) -> datetime:
    """Return the next day of a rhythm: by the policy of the pool, or as usual."""
    agreed = member.pool.policy.get("check_in_rhythm", {})
    return calendar.next_by_cron(agreed.get(kind.value, RHYTHMS[kind]), now)


def _in_a_row(session: Session, row: CheckIn) -> int:
    """Return how often in a row the same happened with the same responsible person."""
    earlier = session.scalars(
        select(CheckIn)
        .where(
            CheckIn.member_id == row.member_id,
            CheckIn.kind == row.kind,
            CheckIn.state != CheckInState.OPEN,
        )
        .order_by(CheckIn.id.desc())
        .limit(24)
    )
    number = 0
    for each in earlier:
        is_same_person = row.state is CheckInState.REFUSED or each.responsible == row.responsible
        if each.state is not row.state or not is_same_person:
            break
        number += 1
    return number


def _superior(session: Session, member: PoolMember, responsible: str | None) -> str | None:
    """Return who answers for it that a check-in is held: the head, or who stands above."""
    chain = [member.accountable_head, *units.superiors(session, member.person)]
    barred = (None, responsible, member.person.username)
    return next((name for name in chain if name not in barred), None)


def _keep_wellbeing(call: ServiceContext, row: CheckIn, said: str | None) -> None:
    """Keep what the member chose to say about life, apart from everything else, for a year."""
    if not said:
        return
    today = call.now.date()
    call.session.add(
        WellbeingNote(
            check_in_id=row.id,
            body=said,
            written_by=call.actor.username,
            written_on=today,
            expires_on=year_after(today),
        )
    )


def _keep_contact(call: ServiceContext, row: CheckIn, check_in: Mapping[str, Any]) -> None:
    """Count a talk of the mentor among the contacts of the pairing."""
    pairing = pairings.primary(call.session, row.member_id)
    if row.kind is not CheckInKind.MENTOR or pairing is None:
        return
    call.session.add(
        MentorContact(
            pairing_id=pairing.id,
            held_on=call.now.date(),
            kind=ContactKind(check_in.get("contact") or ContactKind.PROFESSIONAL),
            recorded_by=call.actor.username,
            recorded_at=call.now,
        )
    )


def _forget(call: ServiceContext) -> None:
    """Delete what people said about wellbeing more than a year ago, and write down that it was."""
    numbers = [number for (number,) in _FORGET.rows(call.session, today=call.now.date())]
    for number in sorted(numbers):
        audit.record(call.session, FORGOTTEN, "check_in", number, actor=SYSTEM, now=call.now)
