"""The tracker of care and correction and the file of a case: who sees what of it."""

import csv
import io
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.reserve import Make, Reserve, make_reserve
from workflows import people
from workflows.correction_states import (
    CaseState,
    Level,
    Occasion,
    Outcome,
    Severity,
    SignState,
    Step,
)
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
from workflows.database import Database
from workflows.engine.tables import AuditEvent, UserTask
from workflows.pool_tables import PoolMember

REPORT = "Somebody heard it in the corridor."
STATEMENT = "The log of two days shows it."
REASON = "Because the verified facts say so."


@pytest.fixture
def reserve(app: Flask, database: Database, cases: list[int]) -> Reserve:
    """Three members; cases of the engine lend their numbers to cases of correction."""
    with database.unit_of_work() as session:
        return make_reserve(session, now=NOW)


@pytest.fixture
def case_id(database: Database, reserve: Reserve, cases: list[int]) -> int:
    """A case of level 2 about the first member, with everything that can be in it."""
    with database.unit_of_work() as session:
        return _case(session, reserve.members[0], cases[0], level=Level.L2)


def _case(
    session: Session, member: PoolMember, instance_id: int, *, level: Level | None, **facts: object
) -> int:
    """Add a case with a sign, a decision, a plan, a checkpoint and what was said."""
    case = CorrectionCase(
        **{
            "member_id": member.id,
            "instance_id": instance_id,
            "issue_code": "grade_drop",
            "level": level,
            "points": 5,
            "helper": "kenji.nakamura",
            "plan_days": 60,
            "next_checkpoint_at": NOW + timedelta(days=15),
            "opened_at": NOW - timedelta(days=20),
            **facts,
        }
    )
    session.add(case)
    evidence = MemberEvidence(
        member_id=member.id,
        kind="risk_sign",
        office="hr",
        requested_at=NOW,
        answered_at=NOW,
        answered_by="helena.carvalho",
        result="confirmed",
        statement=STATEMENT,
    )
    session.add(evidence)
    session.flush()
    of_case = {"case_id": case.id}
    of_sign = {"member_id": member.id, "source": "hr", "raised_at": NOW, **of_case}
    session.add_all(
        [
            RiskSign(
                **of_sign,
                code="grade_drop",
                evidence=REPORT,
                evidence_id=evidence.id,
                state=SignState.VERIFIED,
                severity=Severity.ORDINARY,
                points=2,
                raised_by="tomasz.nowak",
                verified_by="helena.carvalho",
                expires_on=date(2027, 11, 20),
            ),
            RiskSign(
                **of_sign,
                code="unexplained_absence_ge_3",
                state=SignState.REJECTED,
                raised_by="system",
            ),
            CorrectionDecision(
                **of_case,
                proposal="L1",
                decision="L2",
                is_followed=False,
                is_final=True,
                points=5,
                reason=REASON,
                decided_by="omar.darwish",
                decided_at=NOW,
            ),
            CorrectionAction(**of_case, level=Level.L2, position=1, action="Hand in on time"),
            CorrectionText(
                **of_case, kind="hearing", author="member00", body="I was ill.", written_at=NOW
            ),
            CorrectionReceipt(**of_case, level=Level.L2, answer="signed", recorded_at=NOW),
            Checkpoint(
                **of_case,
                level=Level.L2,
                plan_round=1,
                number=1,
                occasion=Occasion.SCHEDULED,
                is_last=False,
                extensions=0,
                expected=25,
                progress=30,
                evidence_complete=True,
                findings="Half of it is done.",
                opened_at=NOW,
                proposal="CONTINUE",
                decision=Step.CONTINUE,
                decided_by="omar.darwish",
                decided_at=NOW,
                reason=REASON,
            ),
        ]
    )
    session.flush()
    return case.id


def _account_of(database: Database, reserve: Reserve, username: str) -> None:
    """Let a well-known account be that of the first member."""
    with database.unit_of_work() as session:
        person = people.by_id(session, reserve.members[0].person_id)
        other = session.scalars(select(people.Person).where(people.Person.username == username))
        for each in other:
            each.username = f"old.{username}"
        session.flush()
        person.username = username


# The file of a case.


@pytest.mark.parametrize("who", ["helena.carvalho", "priya.sharma", "ebele.nwosu", "omar.darwish"])
def test_offices_and_heads_read_the_whole_file(person: Make, case_id: int, who: str) -> None:
    html = person(who).get(f"/corrections/{case_id}").text

    for text in ("Member00 Adler00", "The grade fell", REPORT, STATEMENT, REASON, "I was ill."):
        assert text in html
    assert "reported by Tomasz Nowak" in html
    assert "reported by The system" in html
    assert "Three or more days of absence are unexplained" in html  # it did not hold
    assert "the rules proposed: Reminder (level 1)" in html
    assert "Hand in on time" in html
    assert "30 per cent done, 25 expected" in html


def test_only_who_may_read_the_case_is_led_to_it(
    person: Make, case_id: int, cases: list[int]
) -> None:
    link = f'href="/cases/{cases[0]}"'

    assert link in person("helena.carvalho").get(f"/corrections/{case_id}").text
    assert link not in person("ebele.nwosu").get(f"/corrections/{case_id}").text


def test_the_member_reads_the_own_case_without_reporters(
    person: Make, reserve: Reserve, case_id: int, database: Database
) -> None:
    _account_of(database, reserve, "amara.okafor")

    html = person("amara.okafor").get(f"/corrections/{case_id}").text

    for text in ("The grade fell", STATEMENT, REASON, "I was ill.", "Hand in on time"):
        assert text in html
    for text in (REPORT, "reported by", "verified by", "tomasz.nowak", "Tomasz Nowak"):
        assert text not in html
    assert "absence" not in html  # what does not hold is not held against her


def test_an_officer_is_a_member_in_the_own_case(
    person: Make, reserve: Reserve, case_id: int, database: Database
) -> None:
    _account_of(database, reserve, "helena.carvalho")

    html = person("helena.carvalho").get(f"/corrections/{case_id}").text

    assert STATEMENT in html
    assert REPORT not in html


def test_the_helper_sees_the_plan_but_not_the_signs(person: Make, case_id: int) -> None:
    html = person("kenji.nakamura").get(f"/corrections/{case_id}").text

    assert "Hand in on time" in html
    assert "Half of it is done." in html
    for text in ("The grade fell", STATEMENT, REPORT, "I was ill."):
        assert text not in html


@pytest.mark.parametrize("who", ["tomasz.nowak", "nora.lindqvist", "amara.okafor"])
def test_peers_cannot_tell_a_case_from_one_that_does_not_exist(
    person: Make, case_id: int, who: str
) -> None:
    somebody = person(who)

    hidden = somebody.get(f"/corrections/{case_id}")
    missing = somebody.get("/corrections/999")

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert "Adler00" not in hidden.text
    assert "It does not exist, or it is not meant for you." in hidden.text


# The tracker.


@pytest.fixture
def several(database: Database, reserve: Reserve, cases: list[int], case_id: int) -> None:
    """Two more cases: one overdue, one closed."""
    with database.unit_of_work() as session:
        _case(session, reserve.members[1], cases[1], level=Level.L1)
        overdue = session.scalars(
            select(UserTask).where(UserTask.instance_id == cases[1], UserTask.state == "open")
        ).first()
        assert overdue is not None
        overdue.due_at = NOW - timedelta(days=3)
        for user_task in session.scalars(select(UserTask).where(UserTask.instance_id == cases[0])):
            user_task.due_at = NOW + timedelta(days=4)
        closed = {
            "state": CaseState.CLOSED,
            "closed_at": NOW,
            "outcome": Outcome.CORRECTED,
            "retain_until": date(2028, 11, 20),
            "next_checkpoint_at": None,
        }
        _case(session, reserve.members[2], cases[2], level=Level.L1, **closed)


def test_what_is_overdue_stands_first_with_whom_it_waits_for(person: Make, several: None) -> None:
    html = person("helena.carvalho").get("/corrections/").text

    assert html.index("Member01 Adler01") < html.index("Member00 Adler00")
    assert "3 days overdue" in html
    assert "Adler02" not in html
    assert "Inquiry and plan (level 2)" in html


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("level=L2", {"Adler00"}),
        ("level=L1", {"Adler01"}),
        ("overdue=1", {"Adler01"}),
        ("state=closed", {"Adler02"}),
        ("q=member00", {"Adler00"}),
        ("level=nonsense", {"Adler00", "Adler01"}),
    ],
)
def test_the_filters_narrow_the_list(
    person: Make, several: None, query: str, shown: set[str]
) -> None:
    html = person("helena.carvalho").get(f"/corrections/?{query}").text

    assert {name for name in ("Adler00", "Adler01", "Adler02") if name in html} == shown


def test_the_list_goes_on_behind_a_cursor(
    person: Make, several: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.corrections.ON_A_PAGE", 1)
    helena = person("helena.carvalho")
    first = helena.get("/corrections/").text
    cursor = first.split("cursor=")[1].split('"')[0]

    second = helena.get(f"/corrections/?cursor={cursor}").text

    assert ("Adler01" in first, "Adler00" in first) == (True, False)
    assert ("Adler01" in second, "Adler00" in second) == (False, True)
    assert "Show more" in first
    assert "Show more" not in second


@pytest.mark.parametrize("cursor", ["nonsense", "WyJ4IiwxXQ", "WyIyMDI2LTAxLTAxIiwxXQ"])
def test_a_foreign_cursor_is_refused(person: Make, several: None, cursor: str) -> None:
    assert person("helena.carvalho").get(f"/corrections/?cursor={cursor}").status_code == 422


def test_a_head_sees_the_own_units_and_a_helper_whom_he_helps(
    person: Make, several: None, database: Database
) -> None:
    assert "Adler00" in person("omar.darwish").get("/corrections/").text
    assert "Adler01" in person("kenji.nakamura").get("/corrections/").text
    with database.unit_of_work() as session:
        for case in session.scalars(select(CorrectionCase)):
            case.helper = None

    assert "Adler01" not in person("kenji.nakamura").get("/corrections/").text


def test_a_peer_sees_an_empty_list(person: Make, several: None) -> None:
    html = person("amara.okafor").get("/corrections/").text

    assert "Nobody is in care or correction" in html
    assert "Adler" not in html
    assert 'href="/corrections/" aria-current="page"' not in html  # not in the navigation


def test_a_filter_without_result_offers_a_way_on(person: Make, several: None) -> None:
    html = person("helena.carvalho").get("/corrections/?q=nobody").text

    assert "No case matches" in html
    assert "Take away a filter." in html


def test_the_list_asks_the_same_however_long_it_is(
    person: Make, case_id: int, reserve: Reserve, cases: list[int], database: Database
) -> None:
    helena = person("helena.carvalho")
    helena.get("/corrections/")
    with counted(database) as one:
        helena.get("/corrections/")
    with database.unit_of_work() as session:
        for member, instance in zip(reserve.members[1:], cases[1:], strict=False):
            _case(session, member, instance, level=Level.L1)

    with counted(database) as three:
        html = helena.get("/corrections/").text

    assert "Adler02" in html
    assert len(three) == len(one)


# The export.


def test_the_export_has_the_rows_of_the_list_and_is_written_down(
    person: Make, several: None, database: Database
) -> None:
    answer = person("helena.carvalho").get("/corrections/export?level=L2")

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["name"], row["level"]) for row in rows] == [("Member00 Adler00", "L2")]
    assert rows[0]["next_due_on"] == "2026-11-24"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "text/csv"
    for text in (REPORT, STATEMENT, REASON):
        assert text not in answer.text
    with database.reading() as session:
        (event,) = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "correction.export")
        )
    assert (event.actor, event.data) == ("helena.carvalho", {"rows": 1})


def test_the_export_of_a_head_has_the_own_units_only(
    person: Make, several: None, reserve: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        member = session.get_one(PoolMember, reserve.members[0].id)
        member.accountable_head = None
        stranger = people.by_id(session, member.person_id)
        stranger.unit_id = reserve.leaders.owner_unit_id

    rows = list(csv.DictReader(io.StringIO(person("omar.darwish").get("/corrections/export").text)))

    assert [row["name"] for row in rows] == ["Member01 Adler01"]


def test_a_peer_may_not_export(person: Make, several: None) -> None:
    assert person("amara.okafor").get("/corrections/export").status_code == 403


def test_cells_never_become_formulas(
    person: Make, several: None, reserve: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        member = people.by_id(session, reserve.members[0].person_id)
        member.display_name = "=HYPERLINK(1)"

    text = person("helena.carvalho").get("/corrections/export").text

    assert "'=HYPERLINK(1)" in text
