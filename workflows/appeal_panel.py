"""The services of the panel of an appeal: three people without a part in the matter, who vote."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflows import groups, people
from workflows.account_tables import Account
from workflows.appeal_records import fetch, involved, seats_of
from workflows.appeal_tables import Appeal, AppealOutcome, AppealSeat
from workflows.engine.services import BusinessError, ServiceContext, service
from workflows.people import UnknownPerson

Result = dict[str, Any]
SEATS = 3
_BOUND = "bound"
_SOURCES = ("hr", "manager", "reviewer")
# Ties that keep somebody from judging, as the decision about conflicts names them.
_FREE = "none"


@service("appeal_panel.propose")
def propose(call: ServiceContext, *, appeal_id: int) -> Result:
    """Propose three people who had no part in the matter; the secretary may name others."""
    entry = fetch(call.session, appeal_id)
    barred = involved(call.session, entry) | {each.person for each in _bound(call, entry)}
    names = [name for source in _SOURCES for name in groups.members_of(call.session, source)]
    free = [
        name for name in dict.fromkeys(names) if name not in barred and _is_free(call, name, entry)
    ]
    kept = [each.person for each in seats_of(call.session, entry) if each.vote != _BOUND]
    return {"proposed_panel": [*kept, *(name for name in free if name not in kept)][:SEATS]}


@service("appeal_panel.seat")
def seat(call: ServiceContext, *, appeal_id: int, panel: Mapping[str, Any]) -> Result:
    """
    Seat the three people whom the secretary confirmed.

    Raises:
        BusinessError: `not_independent`, when they are not three different people, or one
            had a part in the matter or is bound to the member.

    """
    session, entry = call.session, fetch(call.session, appeal_id)
    named = list(dict.fromkeys(panel["people"]))
    barred = involved(session, entry) | {each.person for each in _bound(call, entry)}
    if len(named) != SEATS or barred.intersection(named):
        raise BusinessError("not_independent", "Name three people who had no part in the matter.")
    if not all(_is_free(call, name, entry) for name in named):
        raise BusinessError("not_independent", "Somebody is bound to the member, or not active.")
    known = {each.person for each in seats_of(session, entry)}
    for each in seats_of(session, entry):
        if each.person not in named and each.vote is None:
            session.delete(each)
    for name in named:
        if name not in known:
            session.add(AppealSeat(appeal_id=entry.id, person=name, seated_at=call.now))
    session.flush()
    return {"panel": None, "proposed_panel": None, "voters": _missing(call, entry)}


@service("appeal_panel.vote")
def vote(
    call: ServiceContext, *, appeal_id: int, judge: str, appeal_vote: Mapping[str, Any]
) -> Result:
    """Keep the vote of one seat with its reason."""
    held = call.session.get_one(AppealSeat, (appeal_id, judge))
    held.vote, held.voted_at = appeal_vote["vote"], call.now
    held.reason = appeal_vote.get("reason") or ""
    call.session.flush()
    return {"appeal_vote": None}


@service("appeal_panel.extend")
def extend(call: ServiceContext, *, appeal_id: int) -> Result:
    """Give the panel more time, once, and say who has not voted."""
    entry = fetch(call.session, appeal_id)
    entry.is_extended = True
    call.session.flush()
    return {"is_extended": True, "voters": _missing(call, entry)}


@service("appeal_panel.count")
def count(call: ServiceContext, *, appeal_id: int) -> Result:
    """
    Count as the panel rule does: more than half must agree, in whole numbers.

    Where nobody has more than half for "upheld", those who want at least a part
    are counted together. A seat that turns out to be bound must be filled again.
    """
    entry = fetch(call.session, appeal_id)
    votes = Counter(each.vote for each in seats_of(call.session, entry))
    valid = sum(votes[each.value] for each in AppealOutcome)
    if valid < SEATS:
        return {"is_complete": False, "outcome": None, "panel_reasons": None}
    outcome = AppealOutcome.DISMISSED
    if 2 * votes["upheld"] > valid:
        outcome = AppealOutcome.UPHELD
    elif 2 * (votes["upheld"] + votes["partly"]) > valid:
        outcome = AppealOutcome.PARTLY
    reasons = [each.reason for each in seats_of(call.session, entry) if each.reason]
    return {
        "is_complete": True,
        "outcome": outcome.value,
        "panel_reasons": "\n\n".join(sorted(reasons)),
    }


def _missing(call: ServiceContext, entry: Appeal) -> list[str]:
    """Return the seats that have not voted."""
    return [each.person for each in seats_of(call.session, entry) if each.vote is None]


def _bound(call: ServiceContext, entry: Appeal) -> list[AppealSeat]:
    """Return the seats whose holders said that they are bound to the matter."""
    return [each for each in seats_of(call.session, entry) if each.vote == _BOUND]


def _is_free(call: ServiceContext, name: str, entry: Appeal) -> bool:
    """Say whether somebody is active here and has no tie to the member."""
    active = call.session.scalar(
        select(Account.is_active).where(Account.username == name, Account.is_active)
    )
    try:
        tie = people.relation(call.session, name, entry.member.person.username, now=call.now)
    except UnknownPerson:
        return False
    return bool(active) and tie == _FREE
