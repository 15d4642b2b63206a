"""What every part of a correction does with its records: find, keep a text, follow the standing."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import notifications, people
from workflows.correction_states import CaseState, Level, SignCode, SignState
from workflows.correction_tables import CorrectionCase, CorrectionText, RiskSign
from workflows.engine import entity_queries
from workflows.engine.services import ServiceContext
from workflows.errors import Invalid, NotAllowed, NotFound
from workflows.nomination_records import months_later
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Standing

SIGN_MONTHS = 12


class UnknownCorrection(NotFound):
    """No case of care or correction has this number."""

    def __init__(self) -> None:
        super().__init__("There is no such case of care or correction.")


class UnknownSign(Invalid):
    """Nobody knows what a sign of this name means."""

    def __init__(self, code: str) -> None:
        super().__init__(
            Sentence('"%(code)s" is no sign that the rules for early warning know.', code=code)
        )


class OwnCase(NotAllowed):
    """Nobody decides about the own correction."""

    def __init__(self) -> None:
        super().__init__(Sentence("You cannot decide about your own correction."))


def fetch(session: Session, case_id: int) -> CorrectionCase:
    """
    Return a case.

    Raises:
        UnknownCorrection: There is none.

    """
    case = entity_queries.get(session, CorrectionCase, case_id)
    if case is None:
        raise UnknownCorrection
    return case


def open_case_of(session: Session, member_id: int) -> CorrectionCase | None:
    """Return the open case of a member, or None."""
    return session.scalar(
        select(CorrectionCase).where(
            CorrectionCase.member_id == member_id, CorrectionCase.state == CaseState.OPEN
        )
    )


def open_level(session: Session, member_id: int) -> int:
    """Return the level of the open correction of a member as decisions count it; 0 for none."""
    case = open_case_of(session, member_id)
    return case.level.number if case is not None and case.level is not None else 0


def effect_until(session: Session, member_id: int, *, today: date) -> date | None:
    """Return until when an admonition blocks an appointment and the highest grade, or None."""
    return session.scalar(
        select(CorrectionCase.effect_until)
        .where(CorrectionCase.member_id == member_id, CorrectionCase.effect_until >= today)
        .order_by(CorrectionCase.effect_until.desc())
        .limit(1)
    )


def counting_signs(session: Session, member_id: int, *, today: date) -> list[RiskSign]:
    """Return the verified signs of a member that have not expired, oldest first."""
    return list(
        session.scalars(
            select(RiskSign)
            .where(
                RiskSign.member_id == member_id,
                RiskSign.state == SignState.VERIFIED,
                RiskSign.expires_on >= today,
            )
            .order_by(RiskSign.id)
        )
    )


def raise_sign(
    call: ServiceContext,
    member_id: int,
    case_id: int | None,
    *,
    code: str | None,
    source: str | None,
    evidence: str | None = None,
    evidence_id: int | None = None,
) -> RiskSign:
    """
    Write a sign down; it counts only once it is verified.

    Raises:
        UnknownSign: The rules do not know the code.

    """
    if code not in set(SignCode):
        raise UnknownSign(str(code))
    sign = RiskSign(
        member_id=member_id,
        case_id=case_id,
        code=code,
        source=str(source or "system")[:20],
        source_id=evidence_id,
        evidence=(evidence or "").strip(),
        raised_at=call.now,
        raised_by=call.actor.username,
    )
    call.session.add(sign)
    call.session.flush()
    return sign


def in_words(codes: list[str]) -> list[str]:
    """Return the words for signs, each once."""
    return [SignCode(code).words for code in dict.fromkeys(codes)]


def keep(
    call: ServiceContext,
    case: CorrectionCase,
    kind: str,
    body: str | None,
    *,
    held_on: date | None = None,
) -> None:
    """Keep a text in the name of whoever acts in the case; nothing is kept of an empty one."""
    if not body or not body.strip():
        return
    call.session.add(
        CorrectionText(
            case_id=case.id,
            kind=kind,
            level=case.level,
            author=call.actor.username,
            body=body.strip(),
            held_on=held_on,
            written_at=call.now,
        )
    )
    call.session.flush()


def follow_standing(session: Session, member_id: int, standing: Standing) -> None:
    """Let the membership show in which stage of care or correction the member is."""
    session.get_one(PoolMember, member_id).standing = standing
    session.flush()


def restore_standing(session: Session, member_id: int) -> None:
    """Let a member who stays be in good standing again, unless a correction is under way."""
    if open_case_of(session, member_id) is None:
        follow_standing(session, member_id, Standing.GOOD)


def standing_of(level: Level) -> Standing:
    """Return the standing that a decided level means; a referral is watched."""
    if level is Level.REFER:
        return Standing.WATCH
    return Standing.CARE if level is Level.L0 else Standing(level.value)


def username_of(session: Session, case: CorrectionCase) -> str:
    """Return the username of the member whom a case is about."""
    member = session.get_one(PoolMember, case.member_id)
    return people.by_id(session, member.person_id).username


def tell(call: ServiceContext, recipients: list[str | None], text: str) -> None:
    """Tell people something that names nobody; the case says whom it is about."""
    notifications.notify(call.session, recipients, text, instance_id=call.instance_id, now=call.now)


def months_before(day: datetime, months: int) -> date:
    """Return the day some months earlier."""
    return months_later(day.date(), -months)
