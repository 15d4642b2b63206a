"""The services of postings and rotations: match, agree, begin, recall, end with experience."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rules.sentences import Sentence
from workflows import training_records
from workflows.account_tables import Account
from workflows.engine.entity_queries import get_one
from workflows.engine.services import BusinessError, ServiceContext, service
from workflows.nomination_records import months_later
from workflows.people_tables import ExperienceSpell, OrgUnit
from workflows.pool_tables import PoolMember
from workflows.posting_tables import DAYS_FOR_CREDIT, PostingAgreement, UrgentTask
from workflows.training_records import end_item
from workflows.training_states import Direction, ItemState, PostingState
from workflows.training_tables import TrainingItem
from workflows.vocabulary import SpellKind, Temperature

SETTLING_IN = timedelta(days=30)
MOST_MATCHES = 3
Result = dict[str, Any]
_OPEN = (PostingState.MATCHED, PostingState.AGREED, PostingState.RUNNING)
_MONTHS = {Direction.DOWN: (12, 24), Direction.UP: (6, 12), None: (12, 36)}
_NOT_SUITABLE = Sentence(
    "The host must be another unit, the supervisor a user, and the months allowed."
)


@service("posting.begin")
def begin(call: ServiceContext, *, item_id: int) -> Result:
    """Return what the search for a host needs to know."""
    entry = training_records.item(call.session, item_id)
    low, high = _MONTHS[entry.direction]
    return {
        "item_title": entry.title,
        "posting_extent": f"{low} to {high} months",
        "matches": 0,
        "match_notice": None,
    }


@service("posting.match")
def match(call: ServiceContext, *, item_id: int, matches: int, host: Mapping[str, Any]) -> Result:
    """
    Propose a host unit and write the agreement that three have to sign.

    Raises:
        BusinessError: `not_suitable`, when host, supervisor or months cannot be.

    """
    entry = training_records.item(call.session, item_id)
    unit = _suitable_unit(call, entry, host)
    agreement = _agreement(call, entry, unit, host)
    _insert(call, agreement)
    return {
        "host": None,
        "match_notice": None,
        "matches": matches + 1,
        "agreement_id": agreement.id,
        "host_supervisor": agreement.host_supervisor,
        "posting_place": unit.name,
        **_days_of(agreement),
    }


@service("posting.refuse_match")
def refuse_match(call: ServiceContext) -> Result:
    """Say why a match cannot be, before the next one."""
    return {"host": None, "match_notice": str(_NOT_SUITABLE)}


@service("posting.sign")
def sign(
    call: ServiceContext, *, agreement_id: int, side: str, answer: Mapping[str, Any]
) -> Result:
    """Keep the answer of one of the three."""
    agreement = get_one(call.session, PostingAgreement, agreement_id)
    if answer["agrees"]:
        setattr(agreement, f"{side}_agreed_at", call.now)
    else:
        agreement.refusal = f"{agreement.refusal}\n{side}: {answer.get('reason') or ''}".strip()
    call.session.flush()
    return {f"{side}_answer": None}


@service("posting.tally")
def tally(call: ServiceContext, *, agreement_id: int, matches: int) -> Result:
    """Say whether all three agreed; if not, the match is off."""
    agreement = get_one(call.session, PostingAgreement, agreement_id)
    all_agree = bool(
        agreement.member_agreed_at and agreement.home_agreed_at and agreement.host_agreed_at
    )
    agreement.state = PostingState.AGREED if all_agree else PostingState.CANCELLED
    call.session.flush()
    return {"all_agree": all_agree, "may_match_again": matches < MOST_MATCHES}


@service("posting.start")
def start(call: ServiceContext, *, agreement_id: int) -> None:
    """Begin a posting on its first day."""
    agreement = get_one(call.session, PostingAgreement, agreement_id)
    agreement.state = PostingState.RUNNING
    call.session.flush()


@service("posting.note_settling_in")
def note_settling_in(
    call: ServiceContext, *, agreement_id: int, settling_note: Mapping[str, Any]
) -> Result:
    """Keep how the member has settled in after thirty days."""
    get_one(call.session, PostingAgreement, agreement_id).settling_in = settling_note["report"]
    return {"settling_note": None}


@service("posting.note_midpoint")
def note_midpoint(
    call: ServiceContext, *, agreement_id: int, midpoint_note: Mapping[str, Any]
) -> Result:
    """Keep the report of the host at half time."""
    get_one(call.session, PostingAgreement, agreement_id).midpoint_report = midpoint_note["report"]
    return {"midpoint_note": None}


@service("posting.note_recall")
def note_recall(call: ServiceContext, *, agreement_id: int, recall: Mapping[str, Any]) -> Result:
    """End a posting early, or keep to it; either way with the reason of a named person."""
    agreement = get_one(call.session, PostingAgreement, agreement_id)
    agreement.recall_reason, agreement.recalled_by = recall["reason"], call.actor.username
    if recall["is_recalled"]:
        _end(call, agreement, PostingState.RECALLED)
    return {"recall": None, "is_recalled": recall["is_recalled"]}


@service("posting.cancel")
def cancel(call: ServiceContext, *, agreement_id: int, matches: int) -> Result:
    """Take back a posting that the host cancelled; days that were served stay experience."""
    agreement = get_one(call.session, PostingAgreement, agreement_id)
    _end(call, agreement, PostingState.CANCELLED)
    return {"may_match_again": matches < MOST_MATCHES, "is_credited": agreement.is_credited}


@service("posting.end")
def end(call: ServiceContext, *, agreement_id: int) -> None:
    """End a posting on its last day and write the experience down."""
    _end(call, get_one(call.session, PostingAgreement, agreement_id), PostingState.ENDED)


@service("posting.note_end_report")
def note_end_report(
    call: ServiceContext, *, agreement_id: int, end_note: Mapping[str, Any]
) -> Result:
    """Keep the last report of the host."""
    get_one(call.session, PostingAgreement, agreement_id).end_report = end_note["report"]
    return {"end_note": None}


@service("posting.debrief")
def debrief(
    call: ServiceContext, *, item_id: int, agreement_id: int, debriefing: Mapping[str, Any]
) -> Result:
    """Keep what was learned and handed over, and end the measure; a short time has no credit."""
    agreement = get_one(call.session, PostingAgreement, agreement_id)
    agreement.debrief, agreement.handed_over = debriefing["report"], debriefing["handed_over"]
    entry = training_records.item(call.session, item_id)
    state = ItemState.COMPLETED if agreement.is_credited else ItemState.CANCELLED
    end_item(entry, state, result=f"{agreement.days_served} days", now=call.now)
    call.session.flush()
    return {"debriefing": None}


@service("posting.give_up")
def give_up(call: ServiceContext, *, item_id: int, substitute: Mapping[str, Any]) -> Result:
    """End a measure for which there is no host and put another one in its place."""
    entry = training_records.item(call.session, item_id)
    end_item(entry, ItemState.CANCELLED, result="no_host", now=call.now)
    other = TrainingItem(
        plan_id=entry.plan_id,
        member_id=entry.member_id,
        code="SELF_STUDY" if substitute["kind"] == "self_study" else "COORDINATION_PROJECT",
        track=substitute["kind"],
        title=substitute["title"],
        objective=substitute["objective"],
        goal=entry.goal,
        hours=float(substitute.get("hours") or 0),
        state=ItemState.RUNNING,
    )
    call.session.add(other)
    call.session.flush()
    return {"substitute": None, "substitute_id": other.id, "substitute_kind": substitute["kind"]}


def hand_back(call: ServiceContext, entry: TrainingItem, cause: str) -> None:
    """End whatever posting or urgent task goes on for a measure; the system has the reason."""
    agreement = call.session.scalar(
        select(PostingAgreement).where(
            PostingAgreement.item_id == entry.id, PostingAgreement.state.in_(_OPEN)
        )
    )
    if agreement is not None:
        is_running = agreement.state is PostingState.RUNNING
        agreement.recall_reason, agreement.recalled_by = cause, call.actor.username
        _end(call, agreement, PostingState.RECALLED if is_running else PostingState.CANCELLED)
    task = call.session.scalar(
        select(UrgentTask).where(UrgentTask.item_id == entry.id, UrgentTask.ended_on.is_(None))
    )
    if task is not None and task.began_on is not None:
        task.ended_on = call.now.date()


def _suitable_unit(call: ServiceContext, entry: TrainingItem, host: Mapping[str, Any]) -> OrgUnit:
    """Return the host unit, if it, the supervisor and the months can be."""
    person = training_records.plan(call.session, entry.plan_id).member.person
    unit = call.session.scalar(select(OrgUnit).where(OrgUnit.code == host["host_unit"].strip()))
    supervisor, (low, high) = host["host_supervisor"], _MONTHS[entry.direction]
    is_known = supervisor != person.username and call.session.get(Account, supervisor)
    if unit is None or unit.id == person.unit_id or not is_known:
        raise BusinessError("not_suitable", _NOT_SUITABLE)
    if not low <= int(host["months"]) <= high:
        raise BusinessError("not_suitable", _NOT_SUITABLE)
    return unit


def _agreement(
    call: ServiceContext, entry: TrainingItem, unit: OrgUnit, host: Mapping[str, Any]
) -> PostingAgreement:
    """Return the agreement that three have to sign."""
    from_on = max(date.fromisoformat(host["from_on"]), call.now.date())
    return PostingAgreement(
        item_id=entry.id,
        member_id=entry.member_id,
        home_unit_id=training_records.plan(call.session, entry.plan_id).member.person.unit_id,
        host_unit_id=unit.id,
        host_supervisor=host["host_supervisor"],
        direction=entry.direction,
        kind=SpellKind(host["kind"]),
        temperature=entry.temperature or Temperature(host["temperature"]),
        objectives=host["objectives"],
        months=int(host["months"]),
        from_on=from_on,
        to_on=months_later(from_on, int(host["months"])),
        matched_at=call.now,
    )


def _insert(call: ServiceContext, agreement: PostingAgreement) -> None:
    """Insert an agreement; a member has one at a time."""
    try:
        with call.session.begin_nested():
            call.session.add(agreement)
    except IntegrityError as error:
        raise BusinessError("not_suitable", "There is another posting already.") from error


def _end(call: ServiceContext, agreement: PostingAgreement, state: PostingState) -> None:
    """End a posting; only one that ran leaves experience, only a long one credit."""
    was_running, today = agreement.state is PostingState.RUNNING, call.now.date()
    agreement.state = state
    if was_running:
        agreement.ended_on = min(today, max(agreement.to_on, agreement.from_on))
        agreement.days_served = max((agreement.ended_on - agreement.from_on).days, 0)
        agreement.is_credited = agreement.days_served >= DAYS_FOR_CREDIT
        _write_experience(call, agreement, agreement.ended_on)
    call.session.flush()


def _write_experience(call: ServiceContext, agreement: PostingAgreement, until: date) -> None:
    """Write the time of a posting into the experience of the person."""
    member = get_one(call.session, PoolMember, agreement.member_id)
    unit = get_one(call.session, OrgUnit, agreement.host_unit_id)
    call.session.add(
        ExperienceSpell(
            person_id=member.person_id,
            kind=agreement.kind,
            temperature=agreement.temperature,
            place=unit.name,
            since=agreement.from_on,
            until=max(until, agreement.from_on),
        )
    )


def _days_of(agreement: PostingAgreement) -> Result:
    """Return the days on which something is due, as timers read them."""
    whole = agreement.to_on - agreement.from_on
    days = {
        "posting_starts": agreement.from_on,
        "thirty_days_on": agreement.from_on + SETTLING_IN,
        "half_time": agreement.from_on + whole / 2,
        "posting_ends": agreement.to_on,
    }
    return {
        name: datetime.combine(day, time(7), UTC).isoformat().replace("+00:00", "Z")
        for name, day in days.items()
    }
