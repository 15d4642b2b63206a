"""The services that open a case of correction and take in what is reported meanwhile."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rules.sentences import Sentence
from workflows import correction_records, member_services, pairings
from workflows.correction_closing import close
from workflows.correction_records import fetch, months_before
from workflows.correction_states import CaseState, Outcome, SignState
from workflows.correction_tables import CorrectionCase, RiskSign
from workflows.engine.entity_queries import get_one
from workflows.engine.services import ServiceContext, service
from workflows.engine.tables import Instance
from workflows.errors import Conflict
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle

REPEAT_MONTHS = 12
RELAPSE_MONTHS = 6
# A case of the engine that is over leaves nobody who could close the correction.
_OVER = frozenset({"completed", "cancelled"})
Result = dict[str, Any]


class MemberHasLeft(Conflict):
    """A correction is for members only."""

    def __init__(self, number: str) -> None:
        super().__init__(
            Sentence(
                "Member %(number)s has left the pool; nothing can be corrected there.",
                number=number,
            )
        )


class AlreadyOpen(Conflict):
    """A member has one open case of care or correction at most."""

    def __init__(self, number: str) -> None:
        super().__init__(
            Sentence("A case about member %(number)s was opened at the same moment.", number=number)
        )


@service("correction.open_case")
def open_case(
    call: ServiceContext,
    *,
    member_id: int,
    code: str | None = None,
    source: str | None = None,
    evidence: str | None = None,
    evidence_id: int | None = None,
) -> Result:
    """
    Write a sign down, and open a case unless one is open already.

    Raises:
        MemberHasLeft: The membership is over.
        AlreadyOpen: Somebody else opened a case at the same moment.

    """
    member = member_services.fetch(call.session, member_id)
    if member.lifecycle is Lifecycle.EXITED:
        raise MemberHasLeft(member.number)
    sign = correction_records.raise_sign(
        call,
        member_id,
        None,
        code=code,
        source=source,
        evidence=evidence,
        evidence_id=evidence_id,
    )
    found = _open_and_alive(call, member_id)
    case = found or _opened(call, member, sign)
    sign.case_id = case.id
    call.session.flush()
    return {
        "evidence": None,
        "case_id": case.id,
        "sign_id": sign.id,
        "joins": found is not None,
        "talker": case.talker,
        "helper": case.helper,
        "checking": 0,
        "serious_signs": 0,
        "answered_signs": 0,
    }


@service("correction.add_sign")
def add_sign(call: ServiceContext, *, case_id: int, new_sign: Mapping[str, Any]) -> Result:
    """
    Add a sign that came while the case is open, or that was handed on to it.

    Who reported by hand holds the duty of a reporter here, too.
    """
    case = fetch(call.session, case_id)
    if new_sign.get("sign_id") is not None:
        handed_on = get_one(call.session, RiskSign, new_sign["sign_id"])
        return {"new_sign_id": handed_on.id, "new_reporter": handed_on.raised_by}
    sign = correction_records.raise_sign(
        call,
        case.member_id,
        case.id,
        code=new_sign.get("code"),
        source=new_sign.get("source"),
        evidence_id=new_sign.get("evidence_id"),
    )
    return {"new_sign_id": sign.id, "new_reporter": None}


@service("correction.look_at_sign")
def look_at_sign(call: ServiceContext, *, sign_id: int) -> Result:
    """Say whether a checked sign is grave enough to interrupt the plan that runs."""
    sign = get_one(call.session, RiskSign, sign_id)
    is_serious = (
        sign.state is SignState.VERIFIED and sign.severity is not None and sign.severity.is_grave
    )
    return {"is_serious": is_serious}


def _open_and_alive(call: ServiceContext, member_id: int) -> CorrectionCase | None:
    """Return the open case of a member; one whose process was cancelled is closed instead."""
    found = correction_records.open_case_of(call.session, member_id)
    if found is None:
        return None
    status = call.session.scalar(select(Instance.status).where(Instance.id == found.instance_id))
    if status not in _OVER:
        return found
    close(call, found, Outcome.ABANDONED)
    return None


def _opened(call: ServiceContext, member: PoolMember, sign: RiskSign) -> CorrectionCase:
    """Open a case; of two at the same moment, the slower one is refused."""
    today = call.now.date()
    head = member_services.of(call.session, member)["head"]
    talker = pairings.declared_mentor(call.session, member.person_id, today=today) or head
    last = _last_closed(call, member.id)
    closed_on = last.closed_at.date() if last is not None and last.closed_at else date.min
    case = CorrectionCase(
        member_id=member.id,
        instance_id=call.instance_id,
        issue_code=sign.code,
        talker=talker,
        helper=talker,
        is_repeat=closed_on >= months_before(call.now, REPEAT_MONTHS),
        is_relapse=closed_on >= months_before(call.now, RELAPSE_MONTHS),
        opened_at=call.now,
    )
    if case.is_repeat and last is not None and last.level is not None:
        case.prior_level = last.level.number
    try:
        with call.session.begin_nested():
            call.session.add(case)
    except IntegrityError as error:
        raise AlreadyOpen(member.number) from error
    return case


def _last_closed(call: ServiceContext, member_id: int) -> CorrectionCase | None:
    """Return the last case of a member that came to a level and was not undone."""
    return call.session.scalar(
        select(CorrectionCase)
        .where(
            CorrectionCase.member_id == member_id,
            CorrectionCase.state == CaseState.CLOSED,
            CorrectionCase.level.is_not(None),
            CorrectionCase.outcome != Outcome.APPEAL_UPHELD,
        )
        .order_by(CorrectionCase.closed_at.desc(), CorrectionCase.id.desc())
        .limit(1)
    )
