"""Members, and everything that is kept about them, for each role in each relation to a member."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.webapp.access_world import STRANGER, WORKER, World
from tests.workflows.staff import add_person
from workflows import memberships, people, pools, review_schemes
from workflows.actors import SYSTEM
from workflows.appeal_tables import Appeal
from workflows.check_in_tables import CheckIn, CheckInKind, CheckInState
from workflows.correction_states import Level
from workflows.correction_tables import CorrectionCase
from workflows.exit_tables import ExitCase
from workflows.mentoring_tables import MentorPairing
from workflows.people_tables import OrgUnit
from workflows.pool_tables import PoolMember
from workflows.rating_tables import RaterAssignment, RatingResponse
from workflows.review_states import CycleKind, RaterGroup, SeatState
from workflows.review_tables import Review, ReviewCycle

_USUAL = ("member", "mentor", "head", "other head", "office", "unrelated")
_RELATIONS = {
    "/members/": _USUAL,
    "/training/": _USUAL,
    "/mentoring/": _USUAL,
    "/check-ins/": _USUAL,
    "/corrections/": ("helper", *_USUAL),
    "/exits/": _USUAL,
    "/appeals/": _USUAL,
    "/reviews/": ("rater", *_USUAL),
}
# Lists hold nobody whom their reader may not see; whose office they are for shows one line.
_LIST = ("-", "office")
Asker = tuple[str, str]  # role and relation
_OF_MEMBER = {"number", "check_in_id", "case_id", "exit_id", "appeal_id"}


def relations(rule: Rule) -> tuple[str, ...]:
    """Return the relations that matter to a route about a member; none for any other route."""
    area = next((each for each in _RELATIONS if rule.rule.startswith(each)), None)
    if area is None or (rule.arguments & {"code", "cycle_id"} and "number" not in rule.arguments):
        return ()
    return _RELATIONS[area] if rule.arguments & _OF_MEMBER else _LIST


def values(world: World, rule: Rule, role: str, relation: str) -> Mapping[str, Any]:
    """Make a member to whom somebody stands in a relation, and what the route is about."""
    with world.database.unit_of_work() as session:
        member = _member(session, world, role, relation)
        make = next(each for area, each in _MAKE.items() if rule.rule.startswith(area))
        return {"number": member.number, **make(session, world, member, (role, relation))}


def cycle(world: World, code: str) -> int:
    """Return the review cycle of a pool, opened where there is none."""
    with world.database.unit_of_work() as session:
        return _cycle(session, world, code)


def _member(session: Session, world: World, role: str, relation: str) -> PoolMember:
    """Return somebody's own membership, or a new member for the others."""
    pool = pools.by_code(session, "open")
    if relation == "member":
        person = people.by_username(session, role)
        if mine := memberships.current(session, person, pool):
            return memberships.by_number(session, mine.number)
    else:
        unit = role if relation == "head" else "Team"
        place = session.scalars(select(OrgUnit).where(OrgUnit.name == unit)).one()
        person = add_person(session, f"m{session.query(PoolMember).count()}", place)
    member = memberships.create(session, person, pool, actor=SYSTEM, now=world.now)
    memberships.activate(session, member, actor=SYSTEM, now=world.now)
    mentor = role if relation == "mentor" else WORKER
    began = world.now.date() - timedelta(days=30)
    session.add(MentorPairing(member_id=member.id, mentor=mentor, started_on=began))
    session.flush()
    return memberships.by_number(session, member.number)


def _nothing(_session: Session, _world: World, _member: PoolMember, _who: Asker) -> dict[str, Any]:
    """Make nothing: the address names the member alone."""
    return {}


def _check_in(session: Session, world: World, member: PoolMember, _who: Asker) -> dict[str, Any]:
    """Make a talk with the mentor of which something follows for the head."""
    mentor = session.scalars(
        select(MentorPairing.mentor).where(MentorPairing.member_id == member.id)
    ).one()
    row = CheckIn(
        member_id=member.id,
        kind=CheckInKind.MENTOR,
        responsible=mentor,
        held_by=mentor,
        state=CheckInState.HELD,
        opened_on=world.now.date(),
        closed_on=world.now.date(),
        motivation=4,
        workload=3,
        outcome="obstacle",
    )
    return {"check_in_id": _added(session, row)}


def _correction(session: Session, world: World, member: PoolMember, who: Asker) -> dict[str, Any]:
    """Return the open case of correction of a member; whoever asks as helper helps in it."""
    role, relation = who
    query = select(CorrectionCase.id).where(CorrectionCase.member_id == member.id)
    found = session.scalars(query).first()
    if found is None:
        row = CorrectionCase(
            member_id=member.id,
            instance_id=world.target(session, role, "unrelated").case_id,
            issue_code="grade_drop",
            level=Level.L2,
            helper=role if relation == "helper" else WORKER,
            opened_at=world.now,
        )
        found = _added(session, row)
    return {"case_id": found}


def _exit(session: Session, world: World, member: PoolMember, _who: Asker) -> dict[str, Any]:
    """Return the open exit of a member."""
    found = session.scalars(select(ExitCase.id).where(ExitCase.member_id == member.id)).first()
    row = ExitCase(member_id=member.id, cause="voluntary", reason="voluntary", opened_at=world.now)
    return {"exit_id": found or _added(session, row)}


def _appeal(session: Session, world: World, member: PoolMember, _who: Asker) -> dict[str, Any]:
    """Return the open appeal of a member."""
    found = session.scalars(select(Appeal.id).where(Appeal.member_id == member.id)).first()
    row = Appeal(
        member_id=member.id,
        matter="exit",
        matter_id=member.id,
        ground="facts",
        filed_by=member.person.username,
        filed_at=world.now,
    )
    return {"appeal_id": found or _added(session, row)}


def _review(session: Session, world: World, member: PoolMember, who: Asker) -> dict[str, Any]:
    """Return the cycle in which a member is reviewed, and rated by somebody."""
    (role, relation), cycle_id = who, _cycle(session, world, "open")
    of_member = Review.cycle_id == cycle_id, Review.member_id == member.id
    if session.scalars(select(Review.id).where(*of_member)).first() is None:
        row = Review(
            cycle_id=cycle_id,
            member_id=member.id,
            subject=member.person.username,
            opened_at=world.now,
        )
        _rated(session, world, row, role if relation == "rater" else WORKER)
    return {"cycle_id": cycle_id}


def _rated(session: Session, world: World, review: Review, rater: str) -> None:
    """Let somebody rate in a review."""
    seat = RaterAssignment(
        review_id=review.id or _added(session, review),
        subject=review.subject,
        rater=rater,
        rater_group=RaterGroup.PEERS,
        state=SeatState.ANSWERED,
    )
    answer = RatingResponse(
        seat_id=_added(session, seat), marks={}, is_failing=False, submitted_at=world.now
    )
    session.add(answer)


def _cycle(session: Session, world: World, code: str) -> int:
    """Return the review cycle of a pool, opened where there is none."""
    pool = pools.by_code(session, code)
    found = session.scalars(select(ReviewCycle.id).where(ReviewCycle.pool_id == pool.id)).first()
    row = ReviewCycle(
        pool_id=pool.id,
        year=world.now.year,
        kind=CycleKind.ANNUAL,
        scheme_id=review_schemes.in_force(session, pool, now=world.now).id,
        opened_by=STRANGER,
        opened_at=world.now,
        calibrate_at=world.now + timedelta(days=30),
    )
    return found or _added(session, row)


def _added(session: Session, row: Any) -> int:
    """Store a row and return its number."""
    session.add(row)
    session.flush()
    return int(row.id)


_MAKE: Mapping[str, Callable[[Session, World, PoolMember, Asker], dict[str, Any]]] = {
    "/members/": _nothing,
    "/training/": _nothing,
    "/mentoring/": _nothing,
    "/check-ins/": _check_in,
    "/corrections/": _correction,
    "/exits/": _exit,
    "/appeals/": _appeal,
    "/reviews/": _review,
}
