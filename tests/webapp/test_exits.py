"""The pages of exits and appeals: who may read them, and what a file of them holds."""

from datetime import date, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import NOW
from tests.webapp.reserve import Make, Reserve, make_reserve
from workflows import appeal_list, exit_list, groups, paging, people
from workflows.account_tables import Account
from workflows.appeal_tables import Appeal, AppealOutcome, AppealState
from workflows.database import Database
from workflows.exit_tables import ExitCase, ExitProposal, ExitState, HandoverItem
from workflows.pool_tables import PoolMember

REASON = "The plans had no result in three years."
STATEMENT = "I was ill for half of the time."


@pytest.fixture
def reserve(app: Flask, database: Database) -> Reserve:
    with database.unit_of_work() as session:
        made = make_reserve(session, now=NOW)
        first = _removal(made.members[0].id)
        session.add_all([first, _running(made.members[1].id)])
        session.flush()
        session.add_all(
            [
                ExitProposal(
                    exit_case_id=first.id,
                    cause="plan_failed",
                    evidence="=Three plans",
                    proposed_by="omar.darwish",
                    proposed_at=NOW,
                ),
                HandoverItem(exit_case_id=first.id, title="Describe the leave", note="Bob."),
                _appeal(made.members[0].id, first.id),
            ]
        )
        groups.join(session, "tomasz.nowak", "appeals-secretary")
        return made


def _removal(member_id: int) -> ExitCase:
    return ExitCase(
        member_id=member_id,
        cause="plan_failed",
        reason="plan_failed",
        proposal="PROPOSE_REMOVAL:plan_failed",
        state=ExitState.EFFECTIVE,
        statement=STATEMENT,
        decision="exit",
        follows=False,
        decided_by="omar.darwish",
        decided_at=NOW,
        decision_reason=REASON,
        effective_on=NOW.date(),
        cooling_off_until=date(2027, 11, 20),
        opened_at=NOW - timedelta(days=40),
        closed_at=NOW,
    )


def _running(member_id: int) -> ExitCase:
    return ExitCase(member_id=member_id, cause="voluntary", reason="voluntary", opened_at=NOW)


def _appeal(member_id: int, exit_case_id: int) -> Appeal:
    return Appeal(
        member_id=member_id,
        matter="exit",
        matter_id=exit_case_id,
        ground="facts",
        statement="The plans had results.",
        filed_by="member00",
        filed_at=NOW,
        state=AppealState.DECIDED,
        outcome=AppealOutcome.PARTLY,
        reasons="One plan had a result.",
        closed_at=NOW,
    )


def test_hr_sees_every_exit_the_newest_first(person: Make, reserve: Reserve) -> None:
    html = person("helena.carvalho").get("/exits/").text

    assert html.index("Member01 Adler01") < html.index("Member00 Adler00")
    assert "Training plan failed" in html
    assert "No longer in the pool" in html


def test_the_list_is_narrowed_by_state_reason_and_name(person: Make, reserve: Reserve) -> None:
    hr = person("helena.carvalho")

    for query in ("state=EFFECTIVE", "reason=plan_failed", "q=adler00"):
        html = hr.get(f"/exits/?{query}").text
        assert "Member00 Adler00" in html
        assert "Member01 Adler01" not in html
    assert "No exits" in hr.get("/exits/?state=SUSPENDED").text


def test_a_long_list_goes_on(
    person: Make, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.exits.ON_A_PAGE", 1)
    hr = person("helena.carvalho")
    first = hr.get("/exits/").text

    address = first.partition('href="/exits/?cursor=')[2].partition('"')[0]
    second = hr.get(f"/exits/?cursor={address}").text

    assert ("Member01 Adler01" in first, "Member00 Adler00" in first) == (True, False)
    assert ("Member01 Adler01" in second, "Member00 Adler00" in second) == (False, True)


def test_a_cursor_of_another_list_is_refused(person: Make, reserve: Reserve) -> None:
    assert person("helena.carvalho").get("/exits/?cursor=WzEsMl0").status_code == 422


def test_the_head_reads_what_was_said_and_decided(person: Make, reserve: Reserve) -> None:
    html = person("omar.darwish").get("/exits/1").text

    assert all(text in html for text in (REASON, STATEMENT, "against the proposal", "Bob."))
    assert "20 Nov 2027" in html


def test_a_colleague_learns_nothing_but_that_somebody_left(person: Make, reserve: Reserve) -> None:
    colleague = person("nora.lindqvist")

    assert "No exits" in colleague.get("/exits/").text
    assert colleague.get("/exits/1").status_code == 404
    assert colleague.get("/exits/99").status_code == 404
    assert len(colleague.get("/exits/exits.csv").text.splitlines()) == 1
    assert person("amara.okafor").get("/exits/exits.csv").status_code == 403


def test_a_designer_in_an_office_sees_the_own_exit_and_appeal_alone(
    person: Make, reserve: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        for group in ("pool-manager", "appeals-secretary"):
            groups.join(session, "nora.lindqvist", group)
        hers = Account.username == "nora.lindqvist"
        session.execute(update(Account).where(hers).values(roles=["designer"]))
    designer = person("nora.lindqvist")

    for page in ("/exits/", "/appeals/"):
        assert "Adler" not in designer.get(page).text
    assert designer.get("/exits/exits.csv").status_code == 403
    assert designer.get("/appeals/1").status_code == 404

    _belongs_to(database, reserve, "nora.lindqvist")

    assert "Training plan failed" in designer.get("/exits/").text
    assert "Upheld in part" in designer.get("/appeals/").text


def test_the_member_reads_the_own_exit_but_not_who_proposed_it(
    person: Make, reserve: Reserve, database: Database
) -> None:
    _belongs_to(database, reserve, "nora.lindqvist")
    html = person("nora.lindqvist").get("/exits/1").text

    assert REASON in html
    assert "Bob." not in html
    assert "Training plan failed" in person("nora.lindqvist").get("/exits/").text


def test_an_exit_is_found_by_the_number_of_the_membership(person: Make, reserve: Reserve) -> None:
    html = person("helena.carvalho").get(f"/exits/?q={reserve.members[0].number}").text

    assert "Member00 Adler00" in html
    assert "Member01 Adler01" not in html


def test_the_file_of_exits_holds_no_text_that_somebody_wrote(
    person: Make, reserve: Reserve
) -> None:
    answer = person("helena.carvalho").get("/exits/exits.csv?state=EFFECTIVE")

    assert answer.headers["Content-Disposition"] == "attachment; filename=exits.csv"
    lines = answer.text.splitlines()
    assert len(lines) == 2
    assert lines[1].endswith("plan_failed,EFFECTIVE,2026-10-11,2026-11-20,2027-11-20")
    assert REASON not in answer.text


def test_the_secretary_and_hr_see_appeals(person: Make, reserve: Reserve) -> None:
    for username in ("tomasz.nowak", "helena.carvalho"):
        reader = person(username)
        assert "Upheld in part" in reader.get("/appeals/").text
        html = reader.get("/appeals/1").text
        assert "A fact is wrong" in html
        assert "One plan had a result." in html


def test_appeals_are_narrowed_and_written_to_a_file(person: Make, reserve: Reserve) -> None:
    hr = person("helena.carvalho")

    assert "No appeals" in hr.get("/appeals/?outcome=upheld").text
    assert "Upheld in part" in hr.get("/appeals/?outcome=partly&matter=exit&state=DECIDED").text
    content = hr.get("/appeals/appeals.csv").text
    assert content.splitlines()[1].endswith("exit,facts,DECIDED,partly,2026-11-20,2026-11-20")
    assert "The plans had results." not in content


def test_files_hold_every_line_however_many_are_read_at_once(
    person: Make, reserve: Reserve, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr = person("helena.carvalho")
    files = ("/exits/exits.csv", "/appeals/appeals.csv")
    whole = [hr.get(address).text for address in files]

    for module in (exit_list, appeal_list):
        monkeypatch.setattr(module, "all_newest_first", partial(paging.all_newest_first, limit=1))

    assert [hr.get(address).text for address in files] == whole
    assert len(whole[0].splitlines()) > 2


def test_a_colleague_sees_no_appeal(person: Make, reserve: Reserve) -> None:
    colleague = person("nora.lindqvist")

    assert "No appeals" in colleague.get("/appeals/").text
    assert colleague.get("/appeals/1").status_code == 404
    assert len(colleague.get("/appeals/appeals.csv").text.splitlines()) == 1
    assert person("amara.okafor").get("/appeals/appeals.csv").status_code == 403


def test_the_member_reads_the_own_appeal(
    person: Make, reserve: Reserve, database: Database
) -> None:
    _belongs_to(database, reserve, "nora.lindqvist")

    assert "One plan had a result." in person("nora.lindqvist").get("/appeals/1").text


def _belongs_to(database: Database, reserve: Reserve, username: str) -> None:
    """Give the first membership to somebody with an account."""
    with database.unit_of_work() as session:
        owner = people.by_username(session, username)
        session.get_one(PoolMember, reserve.members[0].id).person_id = owner.id
