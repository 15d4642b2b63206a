"""The services of the assessments: propose reviewers, seat them, seal what they write."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import groups, people
from workflows.account_tables import Account
from workflows.engine.services import BusinessError, ServiceContext, service
from workflows.engine.tables import UserTask
from workflows.nomination_records import fetch
from workflows.nomination_tables import Assessment, ConflictDeclaration, Nomination
from workflows.people_tables import Person
from workflows.vetting import missing_assessments

REVIEWERS = "reviewer"
WEIGHTS = {
    "values_conduct": 20,
    "professional": 15,
    "leadership": 20,
    "results": 25,
    "diligence": 10,
    "integrity": 10,
}
_PROPOSED = 5
Result = dict[str, Any]


@service("assessment.propose")
def propose(call: ServiceContext, *, nomination_id: int) -> Result:
    """Propose reviewers who are not bound to the candidate, those with the least work first."""
    entry = fetch(call.session, nomination_id)
    needed = max(1, missing_assessments(call.session, entry))
    chosen = _proposal(call.session, entry, needed + _PROPOSED)[:_PROPOSED]
    names = people.names_of(call.session, chosen)
    return {
        "needed": needed,
        "seats": [],
        "choice": {"reviewers": chosen[:needed]},
        "proposed": [f"{names.get(name, name)} ({name})" for name in chosen],
        "reviewer_notice": None,
    }


@service("assessment.appoint")
def appoint(
    call: ServiceContext, *, nomination_id: int, choice: Mapping[str, Any], needed: int
) -> Result:
    """Seat the chosen reviewers; the notice says who cannot take part and how many are missing."""
    entry = fetch(call.session, nomination_id)
    wanted = list(dict.fromkeys(choice["reviewers"]))
    seats, refused = _suitable(call.session, entry, wanted)
    notice = _notice(refused, needed if len(seats) < needed else 0)
    return {"seats": seats, "choice": None, "reviewer_notice": notice}


def _notice(refused: Sequence[str], needed: int) -> str | None:
    """Say who cannot assess and how many are needed, if there is anything to say."""
    if refused and needed:
        told = Sentence(
            "These people cannot assess: %(names)s. At least %(number)s reviewers are needed.",
            names=refused,
            number=needed,
        )
    elif refused:
        told = Sentence("These people cannot assess: %(names)s.", names=refused)
    elif needed:
        told = Sentence("At least %(number)s reviewers are needed.", number=needed)
    else:
        return None
    return str(told)


@service("assessment.substitute")
def substitute(
    call: ServiceContext, *, nomination_id: int, substitute: Mapping[str, Any]
) -> Result:
    """
    Seat a substitute.

    Raises:
        BusinessError: `not_suitable`, when the person is bound, seated or unknown.

    """
    entry = fetch(call.session, nomination_id)
    name = substitute["person"]
    suitable, _ = _suitable(call.session, entry, [name])
    if not suitable or _is_asked(call, name):
        raise BusinessError("not_suitable", "This person cannot assess the candidate.")
    return {"reviewer": name, "substitute": None, "substitute_notice": None}


@service("assessment.seal")
def seal(
    call: ServiceContext, *, nomination_id: int, reviewer: str, assessment: Mapping[str, Any]
) -> Result:
    """Keep an assessment sealed until all are in; nothing of it stays in the case."""
    scores = {name: assessment[name] for name in WEIGHTS}
    call.session.add(
        Assessment(
            nomination_id=nomination_id,
            reviewer=reviewer,
            scores=scores,
            score=weighted(scores),
            comment=assessment["comment"],
            submitted_at=call.now,
        )
    )
    call.session.flush()
    return {"assessment": None}


def weighted(scores: Mapping[str, int]) -> float:
    """Return the weighted score, 0 to 100, of marks from 1 to 5."""
    total = sum(WEIGHTS[name] * (mark - 1) * 25 for name, mark in scores.items())
    return total / sum(WEIGHTS.values())


def _proposal(session: Session, entry: Nomination, most: int) -> list[str]:
    """Return reviewers from other units than the candidate's, the least busy first."""
    busy = (
        select(func.count())
        .where(UserTask.assignee == Account.username, UserTask.state == "open")
        .scalar_subquery()
    )
    candidates = session.scalars(
        select(Account.username)
        .join(Person, Person.id == Account.person_id)
        .where(
            Account.username.in_(groups.members_of(session, REVIEWERS)),
            Person.unit_id != entry.candidate.unit_id,
        )
        .order_by(busy, Account.username)
        .limit(most + 10)
    ).all()
    suitable, _ = _suitable(session, entry, candidates)
    return suitable[:most]


def _suitable(
    session: Session, entry: Nomination, usernames: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Part people into those who may assess and those who may not."""
    barred = {entry.nominator, entry.candidate.username}
    barred.update(
        session.scalars(select(Assessment.reviewer).where(Assessment.nomination_id == entry.id))
    )
    barred.update(
        session.scalars(
            select(ConflictDeclaration.person).where(
                ConflictDeclaration.nomination_id == entry.id,
                ConflictDeclaration.purpose == "reviewer",
                ConflictDeclaration.outcome.in_(("RECUSE", "SPEAK_NO_VOTE")),
            )
        )
    )
    active = set(
        session.scalars(
            select(Account.username).where(Account.username.in_(usernames), Account.is_active)
        )
    )
    suitable = [name for name in usernames if name in active and name not in barred]
    return suitable, [name for name in usernames if name not in suitable]


def _is_asked(call: ServiceContext, username: str) -> bool:
    """
    Say whether somebody already has a seat in this case.

    Whoever is late has it until somebody has decided about the delay, which can
    also give more time.
    """
    mine = (UserTask.instance_id == call.instance_id, UserTask.assignee == username)
    asked = exists().where(
        *mine, UserTask.state == "open", UserTask.element_id.in_(("assess", "declare"))
    )
    was_late = exists().where(*mine, UserTask.state == "cancelled", UserTask.element_id == "assess")
    undecided = exists().where(
        UserTask.instance_id == call.instance_id,
        UserTask.state == "open",
        UserTask.element_id == "late_assessment",
    )
    return bool(call.session.scalar(select(or_(asked, and_(was_late, undecided)))))
