"""Whoever is away or delegates: who does the work meanwhile, and which duties bind whom."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.shop import open_tasks
from tests.workflows.errands import TODAY, WEEK, away, begin, do, furnish, holder, sweep
from tests.workflows.nomination_case import CALENDAR, Case
from workflows import absences, accounts, delegations, handover
from workflows.absences import AbsenceRefused, AlreadyAway, SubstitutesInCircle
from workflows.delegations import DelegationRefused, OnlyYours
from workflows.engine import drafts, outbox
from workflows.engine.failures import DutyConflict, NotForYou
from workflows.engine.tables import AuditEvent, Duty
from workflows.errors import NotAllowed
from workflows.people_tables import Person, Relationship
from workflows.stand_ins import CannotSignIn, ConcernsThem, RelatedToThem, SeesNoCases
from workflows.vocabulary import RelationKind


@pytest.fixture
def house(organisation):
    """The organisation and its errand."""
    furnish(organisation)
    return organisation


def test_what_is_new_for_an_absent_person_goes_to_the_substitute_with_its_notice(house):
    away(house, "ben", "hugo")
    case = begin(house)

    outbox.deliver_due(house, NOW, CALENDAR)
    outbox.deliver_due(house, NOW, CALENDAR)

    assert holder(house, case) == ("hugo", ["ben"])
    player = Case(house)
    assert player.told("ben") == []
    assert [text for text in player.told("hugo") if "write" in text] != []


def test_what_was_open_is_handed_over_when_the_absence_begins_and_comes_back_after_it(house):
    case = begin(house)
    away(house, "ben", "hugo", first=TODAY + timedelta(days=3))
    sweep(house)
    assert holder(house, case) == ("ben", [])

    sweep(house, NOW + timedelta(days=3))
    assert holder(house, case) == ("hugo", ["ben"])

    sweep(house, NOW + WEEK)
    assert holder(house, case) == ("hugo", ["ben"])  # the last day is one of them

    sweep(house, NOW + WEEK + timedelta(days=1))
    assert holder(house, case) == ("ben", [])


def test_what_the_substitute_has_begun_stays_with_the_substitute(house):
    case = begin(house)
    absence = away(house, "ben", "hugo")
    sweep(house)
    with house.unit_of_work() as session:
        number = open_tasks(house, case)["write"].id
        drafts.save_draft(session, number, {}, actor=accounts.actor_of(session, "hugo"), now=NOW)

    with house.unit_of_work() as session:
        mine = absences.get(session, absence.id, actor=accounts.actor_of(session, "ben"))
        absences.end(session, mine, actor=accounts.actor_of(session, "ben"), now=NOW)
    sweep(house)

    assert holder(house, case) == ("hugo", ["ben"])


def test_a_substitute_who_is_away_has_a_substitute_and_nobody_runs_in_circles(house):
    away(house, "ben", "hugo")
    away(house, "hugo", "mia")
    case = begin(house)
    sweep(house)
    assert holder(house, case) == ("mia", ["ben"])

    with pytest.raises(SubstitutesInCircle):
        away(house, "mia", "ben")


def test_a_chain_of_substitutes_ends_after_a_few(house):
    for one, other in (("ben", "hugo"), ("hugo", "mia"), ("mia", "bob"), ("bob", "ron")):
        away(house, one, other)
    case = begin(house)

    sweep(house)

    assert holder(house, case) == ("ben", [])


def test_absences_make_sense(house):
    with pytest.raises(AbsenceRefused, match="before the first"):
        away(house, "ben", None, first=TODAY, last=TODAY - WEEK)
    with pytest.raises(AbsenceRefused, match="Nobody stands in for himself"):
        away(house, "ben", "ben")
    with pytest.raises(AbsenceRefused, match="no account"):
        away(house, "ben", "nobody")
    away(house, "ben", "hugo")
    with pytest.raises(AlreadyAway):
        away(house, "ben", "mia", first=TODAY + WEEK, last=TODAY + 2 * WEEK)


def test_only_the_person_the_head_and_hr_enter_an_absence(house):
    away(house, "cara", None, by="nora")  # the head of her unit
    away(house, "bob", None, by="hana")

    with pytest.raises(NotAllowed):
        away(house, "ben", None, by="bob")


def test_a_substitute_whom_a_duty_excludes_gets_nothing(house):
    away(house, "nora", "ben")
    case = begin(house)
    do(house, case, "write", "ben")

    sweep(house)
    outbox.deliver_due(house, NOW, CALENDAR)

    assert holder(house, case, "approve") == ("nora", [])


def test_a_substitute_whom_the_case_is_about_gets_nothing(house):
    away(house, "nora", "cara")
    case = begin(house)
    do(house, case, "write", "ben")

    sweep(house)

    assert holder(house, case, "approve") == ("nora", [])


def test_what_concerns_the_subject_alone_is_never_handed_over(house):
    away(house, "cara", "hugo")
    case = begin(house, writer="cara")

    sweep(house)

    assert holder(house, case) == ("cara", [])


def delegate(database, case, element, giver, receiver, **facts):
    with database.unit_of_work() as session:
        task = open_tasks(database, case)[element]
        return delegations.delegate(
            session,
            task.id,
            receiver,
            **{
                "until": NOW + WEEK,
                "reason": "At a conference.",
                "actor": accounts.actor_of(session, giver),
                "now": NOW,
                **facts,
            },
        )


def test_a_delegate_does_it_for_somebody_and_both_hold_the_duty(house):
    case = begin(house)
    delegate(house, case, "write", "ben", "hugo")
    assert holder(house, case) == ("hugo", ["ben"])
    with pytest.raises(NotForYou):
        do(house, case, "write", "ben")

    do(house, case, "write", "hugo")

    with house.reading() as session:
        authors = session.scalars(
            select(Duty.username).where(Duty.instance_id == case, Duty.duty == "author")
        ).all()
        trace = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "user_task.hand_over")
        ).one()
    assert sorted(authors) == ["ben", "hugo"]
    assert trace.actor == "ben"
    assert trace.data == {"from": "ben", "to": "hugo", "for": ["ben"], "reason": "At a conference."}


def test_whoever_let_another_write_may_not_approve(house):
    case = begin(house, approver="ben")
    delegate(house, case, "write", "ben", "hugo")
    do(house, case, "write", "hugo")

    with pytest.raises(DutyConflict):
        do(house, case, "approve", "ben")


def test_a_delegate_is_excluded_by_the_duties_of_the_giver_and_by_his_own(house):
    case = begin(house, approver="ben")
    do(house, case, "write", "ben")
    with pytest.raises(DutyConflict, match="ben has a part"):  # the giver holds the excluded duty
        delegate(house, case, "approve", "ben", "hugo")

    other = begin(house)
    do(house, other, "write", "ben")
    with pytest.raises(DutyConflict, match="ben has a part"):  # the receiver holds it
        delegate(house, other, "approve", "nora", "ben")


def test_a_duty_that_the_giver_takes_on_later_binds_the_delegate_when_completing(house):
    case = begin(house)
    do(house, case, "write", "ben")
    delegate(house, case, "approve", "nora", "hugo")
    with house.unit_of_work() as session:
        session.add(Duty(instance_id=case, duty="author", username="nora"))

    with pytest.raises(DutyConflict, match="nora has a part"):
        do(house, case, "approve", "hugo")


def test_a_substitute_is_bound_in_the_completing_transaction(house):
    case = begin(house)
    do(house, case, "write", "ben")
    away(house, "nora", "hugo")
    sweep(house)
    assert holder(house, case, "approve") == ("hugo", ["nora"])
    with house.unit_of_work() as session:
        session.add(Duty(instance_id=case, duty="author", username="nora"))

    with pytest.raises(DutyConflict, match="nora has a part"):
        do(house, case, "approve", "hugo")


def test_no_office_completes_or_reassigns_past_a_duty(house):
    with house.unit_of_work() as session:
        accounts.set_roles(session, accounts.get(session, "hana"), ["hr", "administrator"])
    case = begin(house, writer="hana")
    do(house, case, "write", "hana")
    number = open_tasks(house, case)["approve"].id
    with pytest.raises(NotForYou):
        do(house, case, "approve", "hana")

    for name, refusal in (("hana", DutyConflict), ("cara", ConcernsThem)):
        with pytest.raises(refusal), house.unit_of_work() as session:
            handover.hand_over(
                session,
                case,
                number,
                to=name,
                reason="Quick",
                actor=accounts.actor_of(session, "hana"),
                now=NOW,
            )


@pytest.mark.parametrize("role", ["administrator", "designer", "auditor"])
def test_no_office_without_a_part_in_cases_gets_one_by_delegation(house, role):
    with house.unit_of_work() as session:
        accounts.set_roles(session, accounts.get(session, "hugo"), [role])
    case = begin(house)

    with pytest.raises(SeesNoCases):
        delegate(house, case, "write", "ben", "hugo")


def test_nobody_works_on_a_case_about_a_relative_for_somebody_else(house):
    with house.unit_of_work() as session:
        ids = {row.username: row.id for row in session.scalars(select(Person))}
        session.add(
            Relationship(
                person_id=ids["hugo"],
                other_id=ids["cara"],
                kind=RelationKind.SPOUSE,
                declared_at=NOW,
            )
        )
    case = begin(house)

    with pytest.raises(RelatedToThem):
        delegate(house, case, "write", "ben", "hugo")
    with pytest.raises(RelatedToThem), house.unit_of_work() as session:
        handover.hand_over(
            session,
            case,
            open_tasks(house, case)["write"].id,
            to="hugo",
            reason="Quick",
            actor=accounts.actor_of(session, "hana"),
            now=NOW,
        )


def test_delegations_make_sense(house):
    case = begin(house)
    with pytest.raises(DelegationRefused, match="reason"):
        delegate(house, case, "write", "ben", "hugo", reason=" ")
    with pytest.raises(DelegationRefused, match="until when"):
        delegate(house, case, "write", "ben", "hugo", until=NOW)
    with pytest.raises(DelegationRefused, match="yours already"):
        delegate(house, case, "write", "ben", "ben")
    with pytest.raises(CannotSignIn):
        delegate(house, case, "write", "ben", "nobody")
    with pytest.raises(NotForYou):
        delegate(house, case, "write", "hugo", "mia")
    own = begin(house, writer="cara")
    with pytest.raises(OnlyYours):
        delegate(house, own, "write", "cara", "hugo")


def test_a_delegation_ends_with_its_time_and_the_work_comes_back(house):
    case = begin(house)
    delegate(house, case, "write", "ben", "hugo")

    sweep(house, NOW + WEEK)

    assert holder(house, case) == ("ben", [])
    delegate(house, case, "write", "ben", "mia")  # and may be delegated again
    assert holder(house, case) == ("mia", ["ben"])


def test_all_user_tasks_of_a_kind_are_delegated_for_a_time(house):
    old = begin(house)
    with house.unit_of_work() as session:
        delegations.delegate_kind(
            session,
            "errand",
            "hugo",
            element_id="write",
            since=NOW,
            until=NOW + WEEK,
            reason="He knows more of it.",
            actor=accounts.actor_of(session, "ben"),
            now=NOW,
        )
    new = begin(house)

    outbox.deliver_due(house, NOW, CALENDAR)
    assert holder(house, new) == ("hugo", ["ben"])
    sweep(house)
    assert holder(house, old) == ("hugo", ["ben"])
    with pytest.raises(DelegationRefused, match="the same to you"), house.unit_of_work() as session:
        delegations.delegate_kind(
            session,
            "errand",
            "ben",
            since=NOW,
            until=NOW + WEEK,
            reason="Back to him.",
            actor=accounts.actor_of(session, "hugo"),
            now=NOW,
        )


def test_a_reassigned_user_task_is_done_for_nobody_any_more(house):
    case = begin(house)
    delegate(house, case, "write", "ben", "hugo")

    with house.unit_of_work() as session:
        handover.hand_over(
            session,
            case,
            open_tasks(house, case)["write"].id,
            to="mia",
            reason="Urgent",
            actor=accounts.actor_of(session, "hana"),
            now=NOW,
        )

    assert holder(house, case) == ("mia", [])


def test_completing_asks_nothing_more_where_nobody_stands_in(house):
    plain, passed = begin(house), begin(house)
    for case in (plain, passed):
        do(house, case, "write", "ben")
    delegate(house, passed, "approve", "nora", "hugo")

    with counted(house) as ordinary:
        do(house, plain, "approve", "nora")
    with counted(house) as for_another:
        do(house, passed, "approve", "hugo")

    asked = [one for one in ordinary if "FROM duty" in one and "UNION" not in one]
    more = [one for one in for_another if "FROM duty" in one and "UNION" not in one]
    assert (len(asked), len(more)) == (0, 1)
    assert len(for_another) == len(ordinary) + 1


def test_an_absence_counts_the_days_until_it_was_ended(house):
    absence = away(house, "ben", "hugo")
    with house.unit_of_work() as session:
        ben = accounts.actor_of(session, "ben")
        mine = absences.get(session, absence.id, actor=ben)
        absences.end(session, mine, actor=ben, now=NOW + timedelta(days=1))

    with house.reading() as session:
        days = absences.days_off(session, ["ben", None], date(2026, 1, 1), date(2027, 1, 1))

    assert days == {"ben": frozenset({TODAY, TODAY + timedelta(days=1)})}
