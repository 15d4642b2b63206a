"""The pages of reviews: who sees what of a cycle, a review and its raters, and the schemes."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.webapp.conftest import SETTINGS, Person
from tests.workflows.member_case import make_member
from tests.workflows.review_case import PEERS, RATERS, REASON, ReviewCase, make_review_case
from webapp import create_app
from webapp.rate_limits import limiter
from workflows.account_tables import Account
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.demo.logins import PASSWORD_HASH
from workflows.pool_tables import PoolMember
from workflows.review_tables import IndicatorScheme

Make = Callable[[str], Person]

_TOKEN = re.compile(r"[\w.-]{40,}")  # keys of a session: chance may spell a name in one


@pytest.fixture
def database(organisation: Database) -> Database:
    """A copy of the organisation."""
    return organisation


@pytest.fixture
def case(database: Database) -> ReviewCase:
    """A cycle in which everybody but Rita has rated."""
    case = make_review_case(database).to_ratings()
    return case.rate_all(names=[name for name in RATERS if name != "rita"])


@pytest.fixture
def browser(database: Database, case: ReviewCase) -> Iterator[Make]:
    """People of the organisation at a browser."""
    app: Flask = create_app(SETTINGS, database=database, clock=FixedClock(NOW))

    def make(username: str) -> Person:
        limiter.reset()
        with database.unit_of_work() as session:
            account = session.scalars(select(Account).where(Account.username == username)).one()
            account.password_hash = PASSWORD_HASH
        somebody = Person(app.test_client())
        somebody.begin(username)
        return somebody

    yield make


def _finish(case: ReviewCase) -> ReviewCase:
    case.rate("rita").count().judge().begun("review_cycle").calibrate().begun("review")
    return case.confirm("B").talk().sign(comment="I see it in the same way.")


def _address(case: ReviewCase, *, number: bool = True) -> str:
    end = f"/{case.member.number}" if number else ""
    return f"/reviews/{case.cycle.id}{end}"


# The subject.


@pytest.mark.parametrize("is_done", [False, True])
def test_no_answer_to_the_subject_names_a_rater(
    browser: Make, case: ReviewCase, is_done: bool
) -> None:
    if is_done:
        _finish(case)
    cara = browser("cara")
    addresses = [
        _address(case),
        f"/members/{case.member.number}",
        "/people/cara",
        "/",
        "/cases/",
        f"/cases/{case.review.instance_id}",
        f"/cases/{case.review.instance_id}/steps",
        f"/cases/{case.review.instance_id}/diagram",
        f"/cases/{case.review.instance_id}/data",
        "/notices/",
        _address(case, number=False),
        f"/reviews/{case.cycle.id}/export.csv",
    ]

    answers = {address: cara.get(address) for address in addresses}

    assert answers[_address(case)].status_code == 200
    # Nora is known as head and manager; that she rates is what must not be said.
    for address, answer in answers.items():
        told = _TOKEN.sub("", answer.text)
        for name in (*PEERS, "hana"):
            assert name not in told, (address, name)
            assert f"{name.title()} Example" not in told, (address, name)


def test_the_subject_reads_means_after_the_talk_only(browser: Make, case: ReviewCase) -> None:
    cara = browser("cara")
    before = cara.get(_address(case)).text
    _finish(case)

    after = cara.get(_address(case)).text

    assert "Colleagues" not in before
    assert "75.00" not in before
    assert "Colleagues" in after
    assert "75.00" in after
    assert "Raters" not in after
    assert "I see it in the same way." in after


def test_a_change_of_the_calibration_is_shown_with_its_reason(
    browser: Make, case: ReviewCase
) -> None:
    case.rate("rita").count().judge().begun("review_cycle").change("A").calibrate()

    told = browser("nora").get(_address(case)).text

    assert "A instead of B" in told
    assert "Mia Example" in told
    assert REASON in told
    assert "A instead of B" not in browser("cara").get(_address(case)).text


def test_four_comments_are_too_few_to_be_shown(browser: Make, case: ReviewCase) -> None:
    _finish(case)

    assert "An example that" not in browser("cara").get(_address(case)).text


def test_the_subject_is_not_shown_the_cockpit(browser: Make, case: ReviewCase) -> None:
    assert browser("cara").get(_address(case, number=False)).status_code == 403


# Raters, heads, offices.


def test_a_rater_sees_the_own_answer_only(browser: Make, case: ReviewCase) -> None:
    html = browser("bob").get(_address(case)).text

    assert "An example that bob has seen." in html
    assert "An example that ben has seen." not in html
    assert "Ben Example" not in html
    assert "Feedback" not in html


def test_a_rater_sees_no_case_but_the_own_rating(browser: Make, case: ReviewCase) -> None:
    _finish(case)
    bob = browser("bob")

    review = bob.get(f"/cases/{case.review.instance_id}")
    own, theirs = (
        bob.get(f"/cases/{case.begun('review_rating').instance_id - back}") for back in (3, 0)
    )

    assert review.status_code == 404
    assert [answer.status_code for answer in (own, theirs)] == [200, 404]
    # Icons are drawn with such numbers, and tokens are made of any.
    told = re.sub(r'<svg.*?</svg>|(content|value)="[^"]{40,}"', "", own.text, flags=re.DOTALL)
    assert "75" not in told


@pytest.mark.parametrize("who", ["rita", "paul"])
def test_whoever_has_not_rated_finds_nothing(browser: Make, case: ReviewCase, who: str) -> None:
    answer = browser(who).get(_address(case))

    assert answer.status_code == 404
    assert "Cara" not in answer.text


@pytest.mark.parametrize("who", ["nora", "hedy", "hugo", "max"])
def test_heads_and_offices_see_scores_and_raters(browser: Make, case: ReviewCase, who: str) -> None:
    _finish(case)

    html = browser(who).get(_address(case)).text

    assert "Rita Example" in html
    assert "Key contributor" in html
    assert "Accountable head: B" in html


def test_an_office_is_blind_for_the_own_review(database: Database, browser: Make) -> None:
    hana = ReviewCase(database, make_member(database, "hana"))
    hana.open_cycle("mini")
    somebody = browser("hana")

    page = somebody.get(f"/reviews/{hana.cycle.id}/{hana.member.number}").text
    cockpit = somebody.get(f"/reviews/{hana.cycle.id}").text

    assert "Raters" not in page
    assert hana.member.number not in cockpit
    assert "Cara Example" in cockpit


def test_the_cockpit_shows_progress_and_who_is_missing(browser: Make, case: ReviewCase) -> None:
    html = browser("hugo").get(_address(case, number=False)).text

    assert "5 of 6" in html
    assert "Rita Example" in html
    assert "Being rated" in html


def test_the_cockpit_draws_no_chart_before_the_first_grade(browser: Make, case: ReviewCase) -> None:
    told = browser("hugo").get(_address(case, number=False)).text

    assert "No grade is proposed yet." in told
    assert "grade-chart" not in told


def test_the_cockpit_draws_grades_by_unit_with_a_table(browser: Make, case: ReviewCase) -> None:
    case.rate("rita").count().judge()

    html = browser("max").get(_address(case, number=False)).text

    assert 'class="grade-bar grade-bar-b" x="150.0" y="3" width="300.0"' in html
    assert "<td>Inner</td>" in html
    assert "75.00" in html


def test_the_means_of_groups_stand_beside_each_other(browser: Make, case: ReviewCase) -> None:
    case.rate("rita").count()

    told = browser("nora").get(_address(case)).text

    # Six indicators are too wide for columns on a laptop, and codes say nothing on a phone.
    assert '<th scope="col">Integrity and compliance</th>' not in told
    assert '<td data-label="Colleagues">4</td>' in told
    assert '<td data-label="Superior">4.00</td>' in told


def test_flags_of_the_calibration_are_shown(browser: Make, case: ReviewCase) -> None:
    case.rate("rita").count().judge().begun("review_cycle").change("A")

    html = browser("max").get(_address(case, number=False)).text

    assert "1 of 1 grades are an A: more than 20 per cent." in html


def test_a_head_of_other_units_sees_no_review(browser: Make, case: ReviewCase) -> None:
    html = browser("pam").get(_address(case, number=False)).text

    assert "None that you answer for." in html
    assert "Cara Example" not in html


def test_whoever_answers_for_a_member_sees_the_review(browser: Make, case: ReviewCase) -> None:
    with case.database.unit_of_work() as session:
        session.get_one(PoolMember, case.member_id).accountable_head = "pam"
    pam = browser("pam")

    assert "Cara Example" in pam.get(_address(case, number=False)).text
    assert "Rita Example" in pam.get(_address(case)).text


def test_a_rater_who_sees_no_people_finds_nothing(browser: Make, case: ReviewCase) -> None:
    with case.database.unit_of_work() as session:
        bob = Account.username == "bob"
        session.execute(update(Account).where(bob).values(roles=["designer"]))

    assert browser("bob").get(_address(case)).status_code == 404


def test_the_export_has_no_raters(browser: Make, case: ReviewCase) -> None:
    answer = browser("hugo").get(f"/reviews/{case.cycle.id}/export.csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    first, second = answer.text.split("\r\n")[:2]
    assert first.startswith("number,name,unit,state")
    assert second.startswith(f"{case.member.number},Cara Example,Inner,open,5,6")
    assert "rita" not in answer.text.lower()


def test_the_list_leads_to_the_cycles(browser: Make, case: ReviewCase) -> None:
    html = browser("hugo").get("/reviews/").text

    assert f'href="/reviews/{case.cycle.id}"' in html
    assert "0 of 1" in html
    assert 'href="/reviews/schemes/leaders"' in html


def test_what_is_not_there_is_not_found(browser: Make, case: ReviewCase) -> None:
    hugo = browser("hugo")

    assert hugo.get("/reviews/99").status_code == 404
    assert hugo.get(f"/reviews/{case.cycle.id}/nobody").status_code == 404
    assert hugo.get("/reviews/schemes/nothing").status_code == 404


# Schemes.

WEIGHTS = {"V": 40, "P": 15, "L": 10, "R": 25, "D": 10, "I": 0}
GROUPS = {"superior": 40, "panel": 20, "peers": 20, "subordinates": 10, "mentor": 10}


def _form(**more: object) -> dict[str, object]:
    return {
        "version": 1,
        **{f"name-{code}": f"Indicator {code}" for code in WEIGHTS},
        **{f"weight-{code}": weight for code, weight in WEIGHTS.items()},
        **{f"group-{group}": weight for group, weight in GROUPS.items()},
        **more,
    }


def test_a_changed_scheme_is_a_new_version(browser: Make, case: ReviewCase) -> None:
    hugo = browser("hugo")
    assert 'value="25"' in hugo.get("/reviews/schemes/leaders").text

    answer = hugo.post("/reviews/schemes/leaders", _form(), follow_redirects=True)

    assert "Version 2 is saved. It acts on the next cycle." in answer.text
    assert "Indicator V" in answer.text
    assert [one.version for one in case.rows(IndicatorScheme)] == [1, 2]
    assert case.rows(IndicatorScheme)[0].id == case.cycle.scheme_id


@pytest.mark.parametrize(
    ("more", "status", "message"),
    [
        ({"weight-V": 41}, 422, "sum to 101, not to 100"),
        ({"weight-V": "many"}, 422, "whole number from 0 to 100"),
        ({"group-mentor": 0}, 422, "sum to 90, not to 100"),
        ({"name-V": " "}, 422, "needs a name"),
        ({"version": 0}, 409, "in the meantime"),
    ],
)
def test_a_scheme_that_cannot_be_keeps_what_was_entered(
    browser: Make, case: ReviewCase, more: dict[str, object], status: int, message: str
) -> None:
    hugo = browser("hugo")
    hugo.get("/reviews/schemes/leaders")

    answer = hugo.post("/reviews/schemes/leaders", _form(**more))

    assert (answer.status_code, len(case.rows(IndicatorScheme))) == (status, 1)
    assert message in answer.text
    assert "Indicator R" in answer.text


@pytest.mark.parametrize("who", ["nora", "cara", "bob"])
def test_only_offices_change_a_scheme(browser: Make, case: ReviewCase, who: str) -> None:
    somebody = browser(who)

    assert somebody.get("/reviews/schemes/leaders").status_code == 403
    assert somebody.post("/reviews/schemes/leaders", _form()).status_code == 403
    assert len(case.rows(IndicatorScheme)) == 1
