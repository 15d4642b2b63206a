"""Absences: the days on which people are away, and who stands in for them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import accounts, audit, permissions, units
from workflows.account_tables import Account
from workflows.actors import Actor
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.tables import UserTask
from workflows.errors import Conflict, Invalid, NotAllowed, NotFound
from workflows.people_tables import Person
from workflows.permissions import Action, PersonFacts
from workflows.stand_in_tables import Absence
from workflows.vocabulary import AbsenceKind, EmploymentStatus

MOST_HOPS = 3  # substitutes of substitutes who are away, too
LONGEST_DAYS = 1_100
_OVER = EntityQuery(
    select(Absence)
    .where(Absence.ended_at.is_(None), Absence.last_day < bindparam("day"))
    .order_by(Absence.id)
)
_BEGUN = EntityQuery(
    select(Absence)
    .where(
        Absence.ended_at.is_(None),
        Absence.first_day <= bindparam("day"),
        Absence.last_day >= bindparam("day"),
        Absence.substitute.is_not(None),
        exists().where(UserTask.assignee == Absence.username, UserTask.state == "open"),
    )
    .order_by(Absence.id)
)


class UnknownAbsence(NotFound):
    """There is no such absence that could be taken back."""

    def __init__(self) -> None:
        super().__init__("There is no such absence.")


class AbsenceRefused(Invalid):
    """The absence cannot be as asked; the sentence says why."""


class SubstitutesInCircle(Invalid):
    """Whoever stands in must not be away and lean on the same person again."""

    def __init__(self, username: str) -> None:
        super().__init__(
            Sentence(
                "%(username)s is away then, too, and the substitutes lead back to where they"
                " began. Choose somebody else.",
                username=username,
            )
        )


class AlreadyAway(Conflict):
    """Absences of one person do not overlap."""

    def __init__(self, first_day: date, last_day: date) -> None:
        super().__init__(
            Sentence(
                "There is an absence from %(first_day)s to %(last_day)s already.",
                first_day=first_day,
                last_day=last_day,
            )
        )


def enter(
    session: Session,
    username: str,
    first_day: date,
    last_day: date,
    *,
    substitute: str | None = None,
    kind: AbsenceKind = AbsenceKind.OTHER,
    actor: Actor,
    now: datetime,
) -> Absence:
    """
    Enter an absence: one's own, or for somebody of one's units, or as HR.

    Raises:
        NotAllowed: The actor may not do so for this person.
        AbsenceRefused: The days or the substitute make no sense.
        AlreadyAway: The person has an absence on some of the days.
        SubstitutesInCircle: The substitutes would lean on each other.

    """
    _check(session, username, actor)
    if not timedelta() <= last_day - first_day <= timedelta(days=LONGEST_DAYS):
        raise AbsenceRefused(
            Sentence("The last day must not be before the first, nor years later.")
        )
    # Two absences entered at once must see each other: the account is locked.
    session.execute(select(Account.username).where(Account.username == username).with_for_update())
    _must_be_free(session, username, first_day, last_day)
    if substitute:
        _must_stand_in(session, username, substitute, first_day, last_day)
    absence = Absence(
        username=username,
        first_day=first_day,
        last_day=last_day,
        substitute=substitute or None,
        kind=kind,
        created_by=actor.username,
        created_at=now,
    )
    session.add(absence)
    session.flush()
    facts = {"person": username, "substitute": substitute or ""}
    audit.record(session, "absence.enter", "absence", absence.id, actor=actor, now=now, **facts)
    return absence


def get(session: Session, absence_id: int, *, actor: Actor) -> Absence:
    """
    Return an absence that is planned or under way, of oneself or of whom one answers for.

    Raises:
        UnknownAbsence: There is none, or it is somebody else's affair.

    """
    absence = session.get(Absence, absence_id)
    if absence is None or absence.ended_at is not None:
        raise UnknownAbsence
    try:
        _check(session, absence.username, actor)
    except (NotFound, NotAllowed) as refused:
        raise UnknownAbsence from refused
    return absence


def end(session: Session, absence: Absence, *, actor: Actor, now: datetime) -> None:
    """Take an absence back, or end it; what was handed over is given back by `stand_ins`."""
    absence.ended_at, absence.ended_by = now, actor.username
    session.flush()
    audit.record(session, "absence.end", "absence", absence.id, actor=actor, now=now)


def planned(session: Session, username: str) -> list[Absence]:
    """Return the absences of a person that are not over, the next one first."""
    query = select(Absence).where(Absence.username == username, Absence.ended_at.is_(None))
    return list(session.scalars(query.order_by(Absence.first_day, Absence.id)))


def under_way(session: Session, username: str, day: date) -> Absence | None:
    """Return the absence of a person on a day."""
    return session.scalars(_on(day, day).where(Absence.username == username)).first()


def begun(session: Session, day: date) -> list[Absence]:
    """Return the absences on a day that name a substitute, of those for whom something waits."""
    return _BEGUN.all(session, day=day)


def over(session: Session, day: date) -> list[Absence]:
    """Return the absences whose last day has passed, and that nobody has ended yet."""
    return _OVER.all(session, day=day)


def substitute_of(session: Session, absence: Absence, day: date) -> tuple[Absence, str] | None:
    """
    Return who really stands in on a day, and the absence that names him.

    A substitute who is away, too, has a substitute in turn; after a few of them nobody
    stands in.
    """
    seen, current = {absence.username}, absence
    for _ in range(MOST_HOPS):
        name = current.substitute
        if name is None or name in seen:
            return None
        following = under_way(session, name, day)
        if following is None:
            return (current, name) if _can_work(session, name) else None
        seen.add(name)
        current = following
    return None


def days_off(
    session: Session, usernames: Iterable[str | None], since: date, until: date
) -> dict[str, frozenset[date]]:
    """Return the days of a span on which people are or were away, in one statement."""
    wanted = {name for name in usernames if name}
    if not wanted or until < since:
        return {}
    found: defaultdict[str, set[date]] = defaultdict(set)
    query = select(Absence.username, Absence.first_day, Absence.last_day, Absence.ended_at)
    for row in session.execute(
        query.where(
            Absence.username.in_(wanted), Absence.last_day >= since, Absence.first_day <= until
        )
    ):
        last = row.last_day if row.ended_at is None else min(row.last_day, row.ended_at.date())
        day = max(row.first_day, since)
        while day <= min(last, until):
            found[row.username].add(day)
            day += timedelta(days=1)
    return {name: frozenset(days) for name, days in found.items()}


def _check(session: Session, username: str, actor: Actor) -> None:
    """
    Pass when the actor may enter and end absences of a person.

    Raises:
        NotAllowed: He may not.

    """
    if actor.username == username:
        return
    person = session.scalar(select(Person).where(Person.username == username))
    heads = frozenset(units.superiors(session, person)) if person else frozenset()
    permissions.check(actor, Action.ENTER_ABSENCE, PersonFacts(username, heads))


def _must_be_free(session: Session, username: str, first_day: date, last_day: date) -> None:
    """Refuse an absence that overlaps another one."""
    other = session.scalars(_on(first_day, last_day).where(Absence.username == username)).first()
    if other is not None:
        raise AlreadyAway(other.first_day, other.last_day)


def _must_stand_in(
    session: Session, username: str, substitute: str, first_day: date, last_day: date
) -> None:
    """Refuse a substitute who cannot sign in, or who leans on the same person in these days."""
    if substitute == username:
        raise AbsenceRefused(Sentence("Nobody stands in for himself. Choose somebody else."))
    if not _can_work(session, substitute):
        raise AbsenceRefused(
            Sentence(
                "%(substitute)s has no account and could not do anything.", substitute=substitute
            )
        )
    seen, layer = {substitute}, {substitute}
    while layer:
        away = _on(first_day, last_day).where(Absence.username.in_(layer))
        layer = {one.substitute for one in session.scalars(away) if one.substitute} - seen
        if username in layer:
            raise SubstitutesInCircle(substitute)
        seen |= layer


def _can_work(session: Session, username: str) -> bool:
    """Say whether somebody has an account that works and has not left."""
    try:
        accounts.actor_of(session, username)
    except accounts.UnknownAccount:
        return False
    left = select(func.count()).where(
        Person.username == username, Person.employment_status == EmploymentStatus.LEFT
    )
    return not session.scalar(left)


def _on(first_day: date, last_day: date) -> Select[Absence]:
    """Select the absences that touch a span of days and were not ended."""
    return select(Absence).where(
        Absence.ended_at.is_(None), Absence.first_day <= last_day, Absence.last_day >= first_day
    )
