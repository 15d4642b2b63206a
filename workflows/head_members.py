"""What an accountable head should know of each member whom he or she answers for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, func, literal_column, select
from sqlalchemy.orm import Session, joinedload

from workflows import late_steps, permissions
from workflows.actors import Actor
from workflows.check_in_tables import CheckIn, CheckInState
from workflows.correction_states import CaseState
from workflows.correction_tables import Checkpoint, CorrectionCase
from workflows.engine.prepared import Prepared
from workflows.late_steps import LateStep
from workflows.people_tables import Person
from workflows.permissions import Action, CorrectionFacts, PersonFacts, ReviewFacts
from workflows.pool_tables import PoolMember
from workflows.review_states import ReviewState
from workflows.review_tables import Review
from workflows.training_facts import SELF_STUDY_SHARE
from workflows.training_states import HoursKind
from workflows.training_tables import HoursLedger, TrainingCheck, TrainingPlan
from workflows.vocabulary import Lifecycle

A_YEAR = timedelta(days=365)
Row = TypeVar("Row")
_Hours = Mapping[tuple[int, int], Mapping[HoursKind, float]]
_NOTHING_SAID = (ReviewState.POSTPONED, ReviewState.ENDED)


@dataclass(frozen=True)
class MemberLine:
    """
    One member with what the head sees of every part of the membership.

    Attributes:
        plan: The newest training plan.
        hours: What counts toward its year: self-study up to its share of the duty.
        checked: What the last look at the hours said; nothing before the first.
        talks: The talks of the last twelve months, the newest first.
        correction: The open case of care or correction.
        checkpoints: Every look at a correction in the last twelve months.
        reviews: The reviews of the membership, the newest first.
        late: What is late in the cases about the member, the latest first.

    """

    member: PoolMember
    plan: TrainingPlan | None = None
    hours: float = 0
    checked: str | None = None
    talks: Sequence[CheckIn] = ()
    correction: CorrectionCase | None = None
    checkpoints: Sequence[Checkpoint] = ()
    reviews: Sequence[Review] = ()
    late: Sequence[LateStep] = ()

    @property
    def is_resting(self) -> bool:
        """Say whether nothing is asked of the member at the moment."""
        return self.member.lifecycle in {Lifecycle.INTAKE, Lifecycle.SUSPENDED}

    @property
    def last_talk(self) -> date | None:
        """Return when somebody last asked the member how things are."""
        held = [each.closed_on for each in self.talks if each.state is CheckInState.HELD]
        return max((day for day in held if day is not None), default=None)

    @property
    def graded(self) -> Review | None:
        """Return the newest review whose grade stands."""
        return next((each for each in self.reviews if each.state is ReviewState.FINAL), None)


@dataclass(frozen=True)
class _Found:
    """Everything about the members of one head, by member; `late` is by username."""

    plans: Mapping[int, TrainingPlan]
    checked: Mapping[int, str]
    hours: _Hours
    talks: Mapping[int, Sequence[CheckIn]] = field(default_factory=dict)
    corrections: Mapping[int, CorrectionCase] = field(default_factory=dict)
    checkpoints: Mapping[int, Sequence[Checkpoint]] = field(default_factory=dict)
    reviews: Mapping[int, Sequence[Review]] = field(default_factory=dict)
    late: Mapping[str, Sequence[LateStep]] = field(default_factory=dict)


def is_head(session: Session, username: str) -> bool:
    """Say whether somebody answers for at least one member."""
    return bool(_FIRST_OF.rows(session, username=username))


def lines(session: Session, actor: Actor, *, now: datetime) -> list[MemberLine]:
    """Return the members whom an actor answers for by name, in nine statements."""
    members = session.scalars(
        _answered_for(PoolMember, actor.username)
        .options(
            joinedload(PoolMember.pool),
            joinedload(PoolMember.person).joinedload(Person.unit),
        )
        .order_by(Person.sort_name, PoolMember.id)
    ).all()
    found = _collect(session, actor, now)
    return [_line(actor, member, found) for member in members]


def _answered_for(what: Any, username: str | BindParameter[str]) -> Select[Any]:
    """Return the query for the members whom somebody answers for, but for the own membership."""
    return (
        select(what)
        .join_from(PoolMember, Person, Person.id == PoolMember.person_id)
        .where(
            PoolMember.accountable_head == username,
            PoolMember.lifecycle != Lifecycle.EXITED,
            Person.username != username,
        )
    )


# Every page asks for it, to show the way to the page of a head.
_FIRST_OF = Prepared(
    _answered_for(PoolMember.id, bindparam("username")).limit(literal_column("1")),
    of_entities=True,
)


def _collect(session: Session, actor: Actor, now: datetime) -> _Found:
    """Ask for every part once, whatever the number of members."""
    ids, people = (_answered_for(what, actor.username) for what in (PoolMember.id, Person.username))
    year_ago = now - A_YEAR
    plans = _newest_plans(session, ids)
    talks = select(CheckIn).where(CheckIn.opened_on >= year_ago.date()).order_by(CheckIn.id.desc())
    reviews = select(Review).options(joinedload(Review.cycle)).order_by(Review.id.desc())
    cases = select(CorrectionCase).where(CorrectionCase.state == CaseState.OPEN)
    return _Found(
        plans=plans,
        checked=_last_checks(session, ids),
        hours=_hours(session, ids),
        talks=_by_member(session.scalars(talks.where(CheckIn.member_id.in_(ids))), _member_of),
        corrections={
            case.member_id: case
            for case in session.scalars(cases.where(CorrectionCase.member_id.in_(ids)))
        },
        checkpoints=_checkpoints(session, ids, year_ago),
        reviews=_by_member(session.scalars(reviews.where(Review.member_id.in_(ids))), _member_of),
        late=late_steps.of_subjects(session, actor, people, now=now),
    )


def _member_of(row: Any) -> int:
    """Return whose a row is."""
    return int(row.member_id)


def _by_member(rows: Iterable[Row], member: Callable[[Row], int]) -> dict[int, list[Row]]:
    """Sort rows by member and keep their order."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[member(row)].append(row)
    return found


def _newest_plans(session: Session, ids: Select[Any]) -> dict[int, TrainingPlan]:
    """Return the newest plan of each member."""
    plans = session.scalars(
        select(TrainingPlan)
        .where(TrainingPlan.member_id.in_(ids))
        .order_by(TrainingPlan.year, TrainingPlan.version)
    )
    return {plan.member_id: plan for plan in plans}


def _last_checks(session: Session, ids: Select[Any]) -> dict[int, str]:
    """Return what the last look at the hours of each plan said."""
    newest = (
        select(func.max(TrainingCheck.id))
        .join(TrainingPlan, TrainingPlan.id == TrainingCheck.plan_id)
        .where(TrainingPlan.member_id.in_(ids))
        .group_by(TrainingCheck.plan_id)
    )
    rows = session.execute(
        select(TrainingCheck.plan_id, TrainingCheck.outcome).where(TrainingCheck.id.in_(newest))
    )
    return {row.plan_id: row.outcome for row in rows}


def _hours(session: Session, ids: Select[Any]) -> _Hours:
    """Return the hours of each member and year, by kind."""
    rows = session.execute(
        select(
            HoursLedger.member_id,
            HoursLedger.counts_toward_year.label("year"),
            HoursLedger.kind,
            func.sum(HoursLedger.hours).label("hours"),
        )
        .where(HoursLedger.member_id.in_(ids))
        .group_by(HoursLedger.member_id, HoursLedger.counts_toward_year, HoursLedger.kind)
    )
    found: defaultdict[tuple[int, int], dict[HoursKind, float]] = defaultdict(dict)
    for row in rows:
        found[row.member_id, row.year][row.kind] = float(row.hours)
    return found


def _checkpoints(
    session: Session, ids: Select[Any], since: datetime
) -> dict[int, list[Checkpoint]]:
    """Return the looks at corrections of each member since a moment, the newest first."""
    rows = session.execute(
        select(Checkpoint, CorrectionCase.member_id)
        .join(CorrectionCase, CorrectionCase.id == Checkpoint.case_id)
        .where(CorrectionCase.member_id.in_(ids), Checkpoint.opened_at >= since)
        .order_by(Checkpoint.id.desc())
    )
    found: defaultdict[int, list[Checkpoint]] = defaultdict(list)
    for row in rows:
        found[row.member_id].append(row.Checkpoint)
    return found


def _line(actor: Actor, member: PoolMember, found: _Found) -> MemberLine:
    """Return the line of a member; what the policy keeps from the reader is as if it were not."""
    username, heads = member.person.username, frozenset({member.accountable_head or ""})

    def may(action: Action, facts: Any) -> bool:
        return permissions.allows(actor, action, facts)

    sees_training = may(Action.SEE_TRAINING, PersonFacts(username, heads))
    sees_corrections = may(Action.READ_CORRECTION, CorrectionFacts(username, heads))
    sees_reviews = may(Action.READ_REVIEW, ReviewFacts(username, heads))
    plan = found.plans.get(member.id) if sees_training else None
    reviews = found.reviews.get(member.id, ()) if sees_reviews else ()
    return MemberLine(
        member=member,
        plan=plan,
        hours=_counted(plan, found.hours) if plan else 0,
        checked=found.checked.get(plan.id) if plan else None,
        talks=found.talks.get(member.id, ()),
        correction=found.corrections.get(member.id) if sees_corrections else None,
        checkpoints=found.checkpoints.get(member.id, ()) if sees_corrections else (),
        reviews=[each for each in reviews if each.state not in _NOTHING_SAID],
        late=found.late.get(username, ()),
    )


def _counted(plan: TrainingPlan, hours: _Hours) -> float:
    """Return the hours that count toward a plan."""
    booked = hours.get((plan.member_id, plan.year), {})
    own, most = booked.get(HoursKind.SELF, 0.0), SELF_STUDY_SHARE * plan.required_hours
    return booked.get(HoursKind.ORGANISED, 0.0) + min(own, most)
