"""The file of one case of care or correction, as far as a reader may see it."""

from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflows import permissions, units
from workflows.actors import Actor
from workflows.correction_records import UnknownCorrection
from workflows.correction_states import SignState
from workflows.correction_tables import (
    Checkpoint,
    CorrectionAction,
    CorrectionCase,
    CorrectionDecision,
    CorrectionReceipt,
    CorrectionText,
    MemberEvidence,
    RiskSign,
)
from workflows.people_tables import Person
from workflows.permissions import Action, CorrectionFacts
from workflows.pool_tables import PoolMember

Row = TypeVar("Row")
# What a member says in the own case, and what is written for the member to read.
_FOR_THE_MEMBER = frozenset({"hearing", "talk", "reply", "admonition", "agreement"})


@dataclass(frozen=True)
class SignEntry:
    """A sign with what an office found; reporter and report are for the whole file only."""

    sign: RiskSign
    evidence: MemberEvidence | None


@dataclass(frozen=True)
class CorrectionFile:
    """
    What a reader sees of a case.

    Attributes:
        is_whole: Whether reporters, reports and first looks are part of it.
        is_own: Whether the reader is the member.

    """

    case: CorrectionCase
    is_whole: bool
    is_own: bool
    signs: list[SignEntry]
    decisions: list[CorrectionDecision]
    actions: list[CorrectionAction]
    checkpoints: list[Checkpoint]
    texts: list[CorrectionText]
    receipts: list[CorrectionReceipt]

    def people(self) -> set[str | None]:
        """Return the usernames of everybody whom the page may name."""
        named: set[str | None] = {self.case.helper, self.case.talker}
        named |= {each.decided_by for each in self.decisions}
        named |= {name for each in self.checkpoints for name in (each.held_by, each.decided_by)}
        named |= {each.author for each in self.texts}
        named |= {name for each in self.receipts for name in each.witnesses}
        if self.is_whole:
            named |= {each.sign.raised_by for each in self.signs}
            named |= {each.sign.triaged_by for each in self.signs}
            named |= {each.sign.verified_by for each in self.signs}
        return named


def read(session: Session, actor: Actor, case_id: int) -> CorrectionFile:
    """
    Return the file of a case as far as the actor may see it, in a fixed number of statements.

    The helper sees the plan and the checkpoints, not the signs; the member sees
    everything that was verified or decided, but never who reported it.

    Raises:
        UnknownCorrection: There is none.
        NotFound: The actor may not know of it.

    """
    case = _fetch(session, case_id)
    person = case.member.person
    heads = frozenset(units.superiors(session, person))
    if case.member.accountable_head:
        heads |= {case.member.accountable_head}
    facts = CorrectionFacts(person.username, heads, case.helper)
    permissions.check(actor, Action.READ_CORRECTION, facts)
    is_whole = permissions.allows(actor, Action.READ_CORRECTION_FILE, facts)
    is_own = actor.username == person.username
    sees_reasons = is_whole or is_own
    signs = _signs(session, case) if sees_reasons else []
    return CorrectionFile(
        case=case,
        is_whole=is_whole,
        is_own=is_own,
        signs=signs if is_whole else [each for each in signs if _is_verified(each)],
        decisions=_of(session, CorrectionDecision, case_id) if sees_reasons else [],
        actions=_of(session, CorrectionAction, case_id),
        checkpoints=_of(session, Checkpoint, case_id),
        texts=_texts(session, case_id, is_own=is_own) if sees_reasons else [],
        receipts=_of(session, CorrectionReceipt, case_id) if sees_reasons else [],
    )


def _fetch(session: Session, case_id: int) -> CorrectionCase:
    """Return a case with member, pool, person and place."""
    member = joinedload(CorrectionCase.member)
    person = member.joinedload(PoolMember.person)
    case = session.scalar(
        select(CorrectionCase)
        .options(
            member.joinedload(PoolMember.pool),
            person.joinedload(Person.unit),
            person.joinedload(Person.post),
        )
        .where(CorrectionCase.id == case_id)
    )
    if case is None:
        raise UnknownCorrection
    return case


def _of(session: Session, table: type[Row], case_id: int) -> list[Row]:
    """Return the rows of a table that belong to a case, in order."""
    columns: Any = table
    query = select(table).where(columns.case_id == case_id).order_by(columns.id)
    return list(session.scalars(query))


def _signs(session: Session, case: CorrectionCase) -> list[SignEntry]:
    """Return the signs of a case with the statements of the offices."""
    rows = session.execute(
        select(RiskSign, MemberEvidence)
        .outerjoin(MemberEvidence, MemberEvidence.id == RiskSign.evidence_id)
        .where(RiskSign.case_id == case.id)
        .order_by(RiskSign.id)
    )
    return [SignEntry(sign, evidence) for sign, evidence in rows]


def _is_verified(entry: SignEntry) -> bool:
    """Say whether a sign counts; what does not hold is not held against the member."""
    return entry.sign.state is SignState.VERIFIED


def _texts(session: Session, case_id: int, *, is_own: bool) -> list[CorrectionText]:
    """Return what was said and written; the member sees what is meant for him or her."""
    found = _of(session, CorrectionText, case_id)
    return [text for text in found if not is_own or text.kind in _FOR_THE_MEMBER]
