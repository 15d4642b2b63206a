"""The services that find a mentor: propose, let the member choose, ask the mentors in turn."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import (
    groups,
    member_services,
    mentor_candidates,
    mentor_tasks,
    notifications,
    pairings,
    people,
)
from workflows.engine.services import BusinessError, ServiceContext, service
from workflows.mentoring_tables import MentorPreference, PairingKind

Result = dict[str, Any]
MOST_WISHES = 3


@service("mentoring.propose")
def propose(call: ServiceContext, *, member_id: int) -> Result:
    """Collect the facts of those who could mentor the member, for the decision."""
    member = member_services.fetch(call.session, member_id)
    return {
        "search_number": _last_search(call.session, member_id) + 1,
        "candidates": mentor_candidates.propose(call.session, member, now=call.now),
    }


@service("mentoring.shortlist")
def shortlist(call: ServiceContext, *, judged: Sequence[Mapping[str, Any]]) -> Result:
    """
    Keep those whom the decision lets mentor; what was known of the others leaves the case.

    Raises:
        BusinessError: `no_mentor_available`, when nobody is left.

    """
    eligible = [each["mentor"] for each in judged if each["result"] == "OK"]
    if not eligible:
        raise BusinessError("no_mentor_available", "Nobody may mentor this member now.")
    names = people.names_of(call.session, eligible)
    return {
        "eligible": eligible,
        "eligible_names": ", ".join(names[each] for each in eligible),
        "candidates": None,
        "judged": None,
        "wish_notice": None,
    }


@service("mentoring.note_wishes")
def note_wishes(
    call: ServiceContext,
    *,
    member_id: int,
    search_number: int,
    eligible: Sequence[str],
    wishes: Mapping[str, Any] | None = None,
) -> Result:
    """
    Keep up to three wishes of the member; who says nothing gets the first proposals.

    Wishes for somebody who was not proposed are left out; where none remains the
    member is asked again.
    """
    if wishes is None:
        wanted = list(eligible)
    else:
        named = [str(wishes.get(name)) for name in ("first", "second", "third")]
        wanted = list(dict.fromkeys(name for name in named if name in eligible))
    _remember(call.session, member_id, search_number, wanted[:MOST_WISHES])
    notice = None if wanted else str(Sentence("Choose somebody from the proposals, please."))
    return {"wishes": None, "has_wishes": bool(wanted), "wish_notice": notice}


@service("mentoring.next_wish")
def next_wish(call: ServiceContext, *, member_id: int, search_number: int) -> Result:
    """Return the mentor who is to be asked next, or nobody; who has left meanwhile stays silent."""
    wishes = call.session.scalars(
        _of_search(member_id, search_number)
        .where(MentorPreference.answer == "")
        .order_by(MentorPreference.rank)
    ).all()
    for wish in wishes:
        if not pairings.has_left(call.session, wish.mentor):
            return {"wish": wish.mentor}
        wish.answer = "silent"
    call.session.flush()
    return {"wish": None}


@service("mentoring.note_answer")
def note_answer(
    call: ServiceContext,
    *,
    member_id: int,
    search_number: int,
    wish: str,
    answer: Mapping[str, Any] | None = None,
) -> Result:
    """
    Keep what a mentor answered, and begin the pairing with who accepts.

    Somebody who found another member meanwhile may have no room left. What others
    answer for somebody who has left binds nobody.
    """
    asked = call.session.scalars(
        _of_search(member_id, search_number).where(
            MentorPreference.mentor == wish, MentorPreference.answer == ""
        )
    ).one()
    if pairings.has_left(call.session, wish):
        answer = None
    accepts = answer is not None and answer["accepts"]
    if accepts and not pairings.has_room(call.session, wish):
        accepts, asked.answer = False, "full"
    else:
        asked.answer = "accepted" if accepts else "silent" if answer is None else "refused"
    asked.comment = (answer or {}).get("comment") or ""
    call.session.flush()
    if not accepts:
        return {"answer": None, "accepted": False}
    return {"answer": None, "accepted": True, **_pair(call, member_id, wish, PairingKind.MENTOR)}


@service("mentoring.interim_facts")
def interim_facts(call: ServiceContext, *, member_id: int, head: str | None = None) -> Result:
    """Return the facts of the accountable head as somebody who stands in, or nothing."""
    member = member_services.fetch(call.session, member_id)
    candidate = (
        mentor_candidates.facts_of(call.session, member, head, allow_line=True) if head else None
    )
    return {"candidate": candidate}


@service("mentoring.begin_interim")
def begin_interim(call: ServiceContext, *, member_id: int, mentor: str) -> Result:
    """Let somebody stand in as the mentor until one is found."""
    return _pair(call, member_id, mentor, PairingKind.INTERIM)


@service("mentoring.name_mentor")
def name_mentor(call: ServiceContext, *, member_id: int, named: Mapping[str, Any]) -> Result:
    """Return the facts of a mentor whom the pool manager named; an own search begins with it."""
    member = member_services.fetch(call.session, member_id)
    candidate = mentor_candidates.facts_of(call.session, member, named["person"])
    number = _last_search(call.session, member_id) + 1
    if candidate is not None:
        _remember(call.session, member_id, number, [candidate["mentor"]])
    return {"named": None, "candidate": candidate, "search_number": number}


@service("mentoring.watch")
def watch(call: ServiceContext, *, member_id: int, to: str | None = None) -> None:
    """Tell somebody, or a group, when a member is still without a mentor."""
    if pairings.primary(call.session, member_id) is not None:
        return
    member = member_services.fetch(call.session, member_id)
    text = f"{member.person.display_name} still has no mentor."
    notifications.notify(
        call.session,
        [to] if to else groups.members_of(call.session, groups.POOL_MANAGER),
        text,
        instance_id=call.instance_id,
        now=call.now,
    )


def _pair(call: ServiceContext, member_id: int, mentor: str, kind: PairingKind) -> Result:
    """Begin a pairing and return what the case needs to know of it."""
    member = member_services.fetch(call.session, member_id)
    before = pairings.primary(call.session, member_id)
    pairing = pairings.begin(call.session, member, mentor, kind=kind, now=call.now)
    mentor_tasks.hand_on(call, member, old=before.mentor if before else None, new=mentor)
    name = people.names_of(call.session, [mentor])[mentor]
    return {"pairing_id": pairing.id, "mentor": mentor, "mentor_name": name}


def _remember(session: Session, member_id: int, number: int, wanted: Sequence[str]) -> None:
    """Write down wishes in their order."""
    for rank, mentor in enumerate(wanted, start=1):
        session.add(
            MentorPreference(member_id=member_id, search_number=number, rank=rank, mentor=mentor)
        )
    session.flush()


def _of_search(member_id: int, number: int) -> Select[MentorPreference]:
    """Return the query for the wishes of one search."""
    return select(MentorPreference).where(
        MentorPreference.member_id == member_id, MentorPreference.search_number == number
    )


def _last_search(session: Session, member_id: int) -> int:
    """Return the number of the newest search of a member."""
    number = session.scalar(
        select(func.max(MentorPreference.search_number)).where(
            MentorPreference.member_id == member_id
        )
    )
    return number or 0
