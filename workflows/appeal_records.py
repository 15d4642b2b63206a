"""What every part of an appeal does with its records: find it, and know who was involved."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflows import people, units
from workflows.appeal_tables import Appeal, AppealSeat
from workflows.correction_tables import CorrectionCase
from workflows.engine.tables import Duty, UserTask
from workflows.errors import NotFound
from workflows.exit_records import head_of
from workflows.exit_tables import ExitCase, ExitMeeting, ExitProposal, OutcomeReceipt
from workflows.pool_tables import PoolMember
from workflows.rating_tables import RaterAssignment
from workflows.review_tables import Review

CORRECTION, EXIT, GRADE = "correction", "exit", "grade"


class UnknownAppeal(NotFound):
    """No appeal has this number."""

    def __init__(self) -> None:
        super().__init__("There is no such appeal.")


def fetch(session: Session, appeal_id: int) -> Appeal:
    """
    Return an appeal with its member, person and pool.

    Raises:
        UnknownAppeal: There is none.

    """
    found = session.scalar(
        select(Appeal)
        .options(
            joinedload(Appeal.member).joinedload(PoolMember.person),
            joinedload(Appeal.member).joinedload(PoolMember.pool),
        )
        .where(Appeal.id == appeal_id)
    )
    if found is None:
        raise UnknownAppeal
    return found


def seats_of(session: Session, appeal: Appeal) -> list[AppealSeat]:
    """Return the seats of the panel of an appeal, those who left it too, by name."""
    return list(
        session.scalars(
            select(AppealSeat)
            .where(AppealSeat.appeal_id == appeal.id)
            .order_by(AppealSeat.seated_at, AppealSeat.person)
        )
    )


def superior_of(session: Session, appeal: Appeal) -> str | None:
    """Return the superior of the accountable head, who decides in the second instance."""
    member = appeal.member
    head = head_of(session, member)
    if head is None:
        return None
    chain = units.superiors(session, people.by_username(session, head))
    return next((name for name in chain if name not in (head, member.person.username)), None)


def involved(session: Session, appeal: Appeal) -> set[str]:
    """
    Return everybody who had a part in the matter and can therefore not judge it again.

    Who worked on the cases around the matter, holds a duty in one, proposed or
    decided, sat on its panel or witnessed its outcome, and all superiors.
    """
    member = appeal.member
    names = {member.person.username, *units.superiors(session, member.person)}
    names |= {name for name in (member.accountable_head, appeal.admitted_by) if name}
    names |= _of_matter(session, appeal)
    instances = [appeal.instance_id, *_cases_of(session, appeal)]
    wanted = [instance_id for instance_id in instances if instance_id is not None]
    did = select(UserTask.completed_by).where(UserTask.instance_id.in_(wanted))
    held = select(Duty.username).where(Duty.instance_id.in_(wanted), Duty.duty != "panel")
    # The seats of the appeal itself judge it; who has done anything else around it does not.
    did = did.where(UserTask.completed_by.is_not(None), UserTask.duty.is_distinct_from("panel"))
    return names | {name for name in session.scalars(did) if name} | set(session.scalars(held))


def _cases_of(session: Session, appeal: Appeal) -> list[int | None]:
    """Return the cases in which the matter was worked on; a removal may follow corrections."""
    if appeal.matter == GRADE:
        wanted = select(Review.instance_id).where(Review.id == appeal.matter_id)
    elif appeal.matter == CORRECTION:
        wanted = select(CorrectionCase.instance_id).where(CorrectionCase.id == appeal.matter_id)
    else:
        wanted = select(CorrectionCase.instance_id).where(
            CorrectionCase.member_id == appeal.member_id
        )
        case = session.get(ExitCase, appeal.matter_id)
        return [*session.scalars(wanted), case.instance_id if case is not None else None]
    return [*session.scalars(wanted)]


def _of_matter(session: Session, appeal: Appeal) -> set[str]:
    """Return who had a part in the matter beside the cases: panels, witnesses, raters."""
    if appeal.matter == EXIT:
        case = session.get(ExitCase, appeal.matter_id)
        return _of_exit(session, case) if case is not None else set()
    if appeal.matter == GRADE:
        raters = select(RaterAssignment.rater)
        return {*session.scalars(raters.where(RaterAssignment.review_id == appeal.matter_id))}
    return set()


def _of_exit(session: Session, case: ExitCase) -> set[str]:
    """Return who had a part in an exit."""
    proposed = select(ExitProposal.proposed_by).where(ExitProposal.exit_case_id == case.id)
    names = {*session.scalars(proposed)} | ({case.decided_by} if case.decided_by else set())
    seats = session.scalars(select(ExitMeeting.seats).where(ExitMeeting.exit_case_id == case.id))
    witnesses = session.scalars(
        select(OutcomeReceipt.witnesses).where(
            OutcomeReceipt.matter == EXIT, OutcomeReceipt.matter_id == case.id
        )
    )
    return names | {name for group in (*seats, *witnesses) for name in group}
