"""What happened to a member in every part of the life in a pool, as far as a reader may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from workflows import check_ins, permissions, training_records, units
from workflows.actors import Actor
from workflows.appeal_tables import Appeal
from workflows.check_in_tables import CheckIn, CheckInKind, CheckInState
from workflows.correction_tables import CorrectionCase
from workflows.engine.transition import WorkingCalendar
from workflows.exit_tables import ExitCase
from workflows.member_rules import Facts
from workflows.mentoring_access import PairingFacts, visible_check_ins
from workflows.mentoring_tables import MentorContact, MentorPairing
from workflows.people_tables import Person
from workflows.permissions import (
    Action,
    CorrectionFacts,
    ExitFacts,
    PersonFacts,
    PoolFacts,
    ReviewFacts,
)
from workflows.pool_tables import PoolMember
from workflows.review_states import ReviewState
from workflows.review_tables import Review, ReviewGrade
from workflows.training_records import Hours
from workflows.training_states import ItemState
from workflows.training_tables import TrainingItem, TrainingPlan


@dataclass(frozen=True)
class TrainingPart:
    """The plans of a member, the newest first, and how the newest stands."""

    plans: Sequence[TrainingPlan]
    hours: Hours
    running: Sequence[TrainingItem]

    @property
    def plan(self) -> TrainingPlan | None:
        """Return the plan of the year."""
        return self.plans[0] if self.plans else None


@dataclass(frozen=True)
class MentoringPart:
    """
    Who mentored a member, and how often the two talk.

    Attributes:
        pairings: Every primary pairing, the newest first.
        last_contact: When the mentor of today and the member met last.
        open_check_in: The talk that is due now, if the reader may know of it.
        next_check_in: When the next talk is due after that.

    """

    pairings: Sequence[MentorPairing]
    last_contact: date | None
    open_check_in: CheckIn | None
    next_check_in: datetime | None

    @property
    def pairing(self) -> MentorPairing | None:
        """Return the pairing that runs now."""
        return next((each for each in self.pairings if each.ended_on is None), None)


@dataclass(frozen=True)
class ReviewLine:
    """One review, and when its grade was decided last."""

    review: Review
    decided_at: datetime | None

    @property
    def is_final(self) -> bool:
        """Say whether the grade stands."""
        return self.review.state is ReviewState.FINAL


@dataclass(frozen=True)
class MemberStory:
    """
    Every part of the story; a part that is not for the reader is None.

    Attributes:
        grades: The grades that stand, for a mentor, who reads no reviews.

    """

    training: TrainingPart | None
    mentoring: MentoringPart | None
    reviews: Sequence[ReviewLine] | None
    corrections: Sequence[CorrectionCase] | None
    exits: Sequence[ExitCase] | None
    appeals: Sequence[Appeal] | None
    grades: Sequence[ReviewLine] | None = None

    def people(self) -> set[str]:
        """Return the usernames of everybody whom a page about it names."""
        part = self.mentoring
        named = {each.mentor for each in part.pairings} if part else set()
        if part and part.open_check_in:
            named.add(part.open_check_in.responsible)
        return named


@dataclass(frozen=True)
class _Reader:
    """Who reads about whom."""

    session: Session
    actor: Actor
    member: PoolMember
    superiors: frozenset[str]
    pairings: Sequence[MentorPairing]

    @property
    def person(self) -> Person:
        """Return who the member is."""
        return self.member.person

    @property
    def heads(self) -> frozenset[str]:
        """Return the superiors and the accountable head."""
        accountable = self.member.accountable_head
        return self.superiors | ({accountable} if accountable else set())

    @property
    def pairing(self) -> MentorPairing | None:
        """Return the pairing that runs now."""
        return next((each for each in self.pairings if each.ended_on is None), None)

    @property
    def facts(self) -> PersonFacts:
        """Return the member as the policy sees it."""
        mentor = self.pairing.mentor if self.pairing else None
        return PersonFacts(self.person.username, self.heads, mentor)

    def may(self, action: Action, facts: Facts) -> bool:
        """Say whether the policy lets the reader."""
        return permissions.allows(self.actor, action, facts)


def is_open_to(actor: Actor, member: PoolMember, facts: PersonFacts) -> bool:
    """Say whether an actor may open the story: whoever sees the pool, and the mentor."""
    pool = PoolFacts(member.pool.code, member.pool.visibility)
    is_mentor = permissions.allows(actor, Action.SEE_MENTEE, facts)
    return is_mentor or permissions.allows(actor, Action.SEE_MEMBERS, pool)


def collect(
    session: Session,
    actor: Actor,
    member: PoolMember,
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> MemberStory:
    """Return the story of a member in a fixed number of statements; the policy decides on each."""
    superiors = frozenset(units.superiors(session, member.person))
    reader = _Reader(session, actor, member, superiors, _pairings(session, member))
    about = ExitFacts(member.person.username, reader.heads)
    reviewed = ReviewFacts(member.person.username, superiors)
    return MemberStory(
        training=_training(reader),
        mentoring=_mentoring(reader, now, calendar),
        reviews=_reviews(reader) if reader.may(Action.READ_REVIEW, reviewed) else None,
        corrections=_corrections(reader),
        exits=_exits(reader) if reader.may(Action.READ_EXIT, about) else None,
        appeals=_appeals(reader) if reader.may(Action.READ_APPEAL, about) else None,
        grades=_grades(reader) if not reader.may(Action.READ_REVIEW, reviewed) else None,
    )


def _training(reader: _Reader) -> TrainingPart | None:
    """Return the plans, and hours and measures of the newest."""
    if not reader.may(Action.SEE_TRAINING, reader.facts):
        return None
    session, member = reader.session, reader.member
    plans = session.scalars(
        select(TrainingPlan)
        .where(TrainingPlan.member_id == member.id)
        .order_by(TrainingPlan.year.desc(), TrainingPlan.version.desc())
    ).all()
    if not plans:
        return TrainingPart([], Hours(0, 0), [])
    return TrainingPart(
        plans=plans,
        hours=training_records.hours_of(session, member.id, plans[0].year),
        running=training_records.items(session, plans[0].id, ItemState.RUNNING),
    )


def _pairings(session: Session, member: PoolMember) -> Sequence[MentorPairing]:
    """Return every primary pairing, the newest first."""
    return session.scalars(
        select(MentorPairing)
        .where(MentorPairing.member_id == member.id, MentorPairing.is_primary)
        .order_by(MentorPairing.id.desc())
    ).all()


def _mentoring(reader: _Reader, now: datetime, calendar: WorkingCalendar) -> MentoringPart | None:
    """Return the pairings and talks, for whoever reads the person and for the mentor."""
    session, member, pairing = reader.session, reader.member, reader.pairing
    parties = PairingFacts(reader.person.username, pairing.mentor if pairing else None)
    reads = reader.may(Action.READ_PERSON, reader.facts)
    if not reads and not reader.may(Action.NOTE_MENTOR_CONTACT, parties):
        return None
    last = select(func.max(MentorContact.held_on)).where(
        MentorContact.pairing_id == (pairing.id if pairing else None)
    )
    return MentoringPart(
        pairings=reader.pairings,
        last_contact=session.scalar(last),
        open_check_in=_open_check_in(reader),
        next_check_in=check_ins.next_due(member, CheckInKind.MENTOR, now=now, calendar=calendar)
        if pairing
        else None,
    )


def _open_check_in(reader: _Reader) -> CheckIn | None:
    """Return the talk with the mentor that is due now, if the reader knows of it."""
    return reader.session.scalar(
        select(CheckIn)
        .join(PoolMember, PoolMember.id == CheckIn.member_id)
        .join(Person, Person.id == PoolMember.person_id)
        .where(
            CheckIn.member_id == reader.member.id,
            CheckIn.kind == CheckInKind.MENTOR,
            CheckIn.state == CheckInState.OPEN,
            visible_check_ins(reader.actor),
        )
    )


def _grades(reader: _Reader) -> list[ReviewLine] | None:
    """Return the reviews whose grade stands, for a mentor: of the others nothing is known yet."""
    if not reader.may(Action.SEE_MENTEE, reader.facts):
        return None
    return [line for line in _reviews(reader) if line.is_final]


def _reviews(reader: _Reader) -> list[ReviewLine]:
    """Return the reviews over the years, the newest first."""
    decided = (
        select(func.max(ReviewGrade.decided_at))
        .where(ReviewGrade.review_id == Review.id)
        .correlate(Review)
        .scalar_subquery()
    )
    rows = reader.session.execute(
        select(Review, decided.label("decided_at"))
        .options(joinedload(Review.cycle))
        .where(Review.member_id == reader.member.id)
        .order_by(Review.id.desc())
    )
    return [ReviewLine(row.Review, row.decided_at) for row in rows]


def _corrections(reader: _Reader) -> list[CorrectionCase] | None:
    """Return the cases that the reader may see; whoever helps sees only where he or she helps."""

    def facts(helper: str | None) -> CorrectionFacts:
        return CorrectionFacts(reader.person.username, reader.heads, helper)

    cases = reader.session.scalars(
        select(CorrectionCase)
        .where(CorrectionCase.member_id == reader.member.id)
        .order_by(CorrectionCase.id.desc())
    ).all()
    seen = [case for case in cases if reader.may(Action.READ_CORRECTION, facts(case.helper))]
    # An empty list says that there is none; only those may hear it who would see every case.
    return seen if seen or reader.may(Action.READ_CORRECTION, facts(None)) else None


def _exits(reader: _Reader) -> Sequence[ExitCase]:
    """Return the exits, the newest first."""
    return reader.session.scalars(
        select(ExitCase).where(ExitCase.member_id == reader.member.id).order_by(ExitCase.id.desc())
    ).all()


def _appeals(reader: _Reader) -> Sequence[Appeal]:
    """Return the appeals, the newest first."""
    return reader.session.scalars(
        select(Appeal).where(Appeal.member_id == reader.member.id).order_by(Appeal.id.desc())
    ).all()
