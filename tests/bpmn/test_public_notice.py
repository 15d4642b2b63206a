"""The public notice: its length, objections, inquiries, and what follows from them."""

import pytest

from tests.workflows.nomination_case import CALENDAR, LETTER, REASON, Case
from workflows import accounts, public_notice
from workflows.nomination_states import NominationState as State
from workflows.nomination_tables import Objection, PublicNotice
from workflows.public_notice import NoticeOver


def object_to(case: Case, who: str = "bob", *, is_anonymous: bool = False) -> None:
    """Object to the nomination."""
    with case.database.unit_of_work() as session:
        public_notice.object_to(
            session,
            case.entry.id,
            category="conduct",
            text="I have seen something else.",
            is_anonymous=is_anonymous,
            actor=accounts.actor_of(session, who),
            now=case.clock.now(),
            calendar=CALENDAR,
        )


def test_the_notice_says_little_and_ends_after_seven_days(case: Case) -> None:
    case.to_notice().wait("P6BD")

    (notice,) = case.rows(PublicNotice)
    assert notice.body == "Cara Example, is proposed for Leaders."
    assert case.state is State.NOTICE
    case.wait("P1BD")
    assert case.state is State.CONFIRMED
    assert case.rows(PublicNotice)[0].taken_down_at == case.clock.now()


def test_a_pool_may_ask_for_a_longer_notice(case: Case) -> None:
    case.change_pool(notice_days=15).to_notice().wait("P14BD")

    assert case.state is State.NOTICE


def test_a_pool_without_a_notice_confirms_at_once(case: Case) -> None:
    case.change_pool(notice_required=False).to_notice()

    assert case.state is State.CONFIRMED
    assert case.rows(PublicNotice) == []


def test_an_objection_opens_an_inquiry_of_the_conduct_office(case: Case) -> None:
    case.to_notice()
    object_to(case)

    (objection,) = case.rows(Objection)
    assert (case.state, case.open) == (State.INQUIRY, ["inquire"])
    assert (objection.objector, objection.finding) == ("bob", None)


def test_an_anonymous_objection_names_nobody(case: Case) -> None:
    case.to_notice()
    object_to(case, is_anonymous=True)

    assert case.rows(Objection)[0].objector is None


def test_an_objection_by_message_is_registered(case: Case) -> None:
    case.to_notice().tell(
        "objection.received", str(case.entry.id), category="conduct", text="I saw something."
    )

    (objection,) = case.rows(Objection)
    assert (objection.body, case.open) == ("I saw something.", ["inquire"])


def test_nobody_objects_to_what_is_not_on_display(case: Case) -> None:
    case.to_panel()

    with pytest.raises(NoticeOver):
        object_to(case)


def test_an_unfounded_objection_changes_nothing(case: Case) -> None:
    case.to_notice()
    object_to(case)

    case.do("inquire", "cora", finding="none", reason=REASON)
    assert case.state is State.NOTICE
    case.wait("P7BD")

    assert case.state is State.CONFIRMED


def test_two_objections_have_an_inquiry_each(case: Case) -> None:
    case.to_notice()
    object_to(case, "bob")
    object_to(case, "ben")

    assert case.open == ["inquire", "inquire"]
    case.do("inquire", "cora", finding="none", reason=REASON)
    assert case.state is State.INQUIRY
    case.do("inquire", "cora", finding="minor", reason=REASON).wait("P7BD")

    assert [one.finding for one in case.rows(Objection)] == ["none", "minor"]
    assert case.rows(PublicNotice)[0].outcome == "CONFIRM_WITH_CORRECTION"


def test_an_open_inquiry_is_waited_for(case: Case) -> None:
    case.to_notice()
    object_to(case)
    case.wait("P10BD")
    assert case.state is State.INQUIRY

    case.do("inquire", "cora", finding="none", reason=REASON)

    case.wait("PT1M")
    assert case.state is State.CONFIRMED


def test_a_serious_finding_revokes(case: Case) -> None:
    case.to_notice()
    object_to(case)
    object_to(case, "ben")
    case.do("inquire", "cora", finding="serious", reason=REASON).wait("P7BD")

    assert case.state is State.REVOKED
    assert case.open == ["write_reasons"]
    case.do("write_reasons", "hana", **LETTER).do("read_outcome", "cara", signature="signed")
    assert case.instance.status == "completed"


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("CONFIRM", State.CONFIRMED),
        ("CONFIRM_WITH_CORRECTION", State.CONFIRMED),
        ("REVOKE", State.REVOKED),
    ],
)
def test_an_inquiry_of_twenty_days_moves_the_decision_to_the_head(
    case: Case, outcome: str, state: State
) -> None:
    case.to_notice()
    object_to(case)
    case.wait("P15BD")
    assert case.told("cora")[-1].startswith("Look into the objection is due on")
    case.wait("P5BD")

    assert "Look into the objection is overdue." in case.told("hedy")
    assert "decide_objection" in case.open
    case.do("decide_objection", "hedy", outcome=outcome, reason=REASON)

    assert case.state is state
    assert "inquire" not in case.open


def test_a_head_who_does_not_decide_shares_it_with_the_pool_manager(case: Case) -> None:
    case.to_notice()
    object_to(case)
    case.wait("P25BD")

    case.do("decide_objection", "mia", outcome="CONFIRM", reason=REASON)

    assert case.state is State.CONFIRMED
