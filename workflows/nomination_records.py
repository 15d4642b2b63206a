"""What every part of the nomination does with its records: find, move on, keep a text."""

from calendar import monthrange
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence, Term
from workflows.actors import Actor
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.services import ServiceContext
from workflows.errors import Conflict, NotFound
from workflows.nomination_states import NominationState
from workflows.nomination_tables import Nomination, NominationStep, NominationText

_BY_ID = EntityQuery(
    select(Nomination).where(Nomination.id == bindparam("id")),
    (Nomination.candidate,),
    (Nomination.pool,),
)


class UnknownNomination(NotFound):
    """No nomination has this number."""

    def __init__(self) -> None:
        super().__init__("There is no such nomination.")


class WrongState(Conflict):
    """A nomination goes only from states to states that follow them."""

    def __init__(self, now: NominationState, wanted: NominationState) -> None:
        super().__init__(
            Sentence(
                "A nomination that is “%(now)s” cannot become “%(wanted)s”.",
                now=Term("nomination", now.value, now.label),
                wanted=Term("nomination", wanted.value, wanted.label),
            )
        )


def fetch(session: Session, nomination_id: int) -> Nomination:
    """
    Return a nomination with its candidate and pool.

    Raises:
        UnknownNomination: There is none.

    """
    nomination = _BY_ID.first(session, id=nomination_id)
    if nomination is None:
        raise UnknownNomination
    return nomination


def move(
    session: Session,
    nomination: Nomination,
    to: NominationState,
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """
    Move a nomination to a state and record the step; being there already changes nothing.

    Raises:
        WrongState: The state does not follow the present one.

    """
    before = nomination.state
    if before is to:
        return
    if not before.may_become(to):
        raise WrongState(before, to)
    nomination.state, nomination.state_since = to, now
    record_step(session, nomination, before, reason=reason, actor=actor, now=now)


def record_step(
    session: Session,
    nomination: Nomination,
    before: NominationState | None,
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Append the step that led to the present state."""
    session.add(
        NominationStep(
            nomination_id=nomination.id,
            from_state=before,
            to_state=nomination.state,
            reason=reason[:60],
            actor=actor.username,
            at=now,
        )
    )
    session.flush()


def keep_text(
    session: Session,
    nomination_id: int,
    kind: str,
    body: str | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep something that somebody wrote; nothing is kept of an empty text."""
    if not body or not body.strip():
        return
    session.add(
        NominationText(
            nomination_id=nomination_id,
            kind=kind,
            author=actor.username,
            body=body.strip(),
            written_at=now,
        )
    )
    session.flush()


def move_in_case(
    call: ServiceContext, nomination: Nomination, to: NominationState, *, reason: str = ""
) -> None:
    """Move a nomination as its case does: in the name of whoever acts there."""
    move(call.session, nomination, to, reason=reason, actor=call.actor, now=call.now)


def keep(call: ServiceContext, nomination_id: int, kind: str, body: str | None) -> None:
    """Keep a text in the name of whoever acts in the case."""
    keep_text(call.session, nomination_id, kind, body, actor=call.actor, now=call.now)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
