"""One review: report, raters, ratings, score, and what stands in its way."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from rules import decisions
from tests.workflows.review_case import PEERS, RATERS, ReviewCase, make_review_case, make_team
from workflows import people
from workflows.database import Database
from workflows.engine.tables import Instance
from workflows.people_tables import DisciplineRecord, ExperienceSpell, Person
from workflows.pool_tables import PoolMember
from workflows.rating_tables import RaterAssignment, RatingResponse
from workflows.review_states import RaterGroup, ReviewState, SeatState
from workflows.review_tables import Review, Score
from workflows.vocabulary import EmploymentStatus, Standing

EXAMPLES = json.loads((Path(decisions.__file__).parent / "examples.json").read_text())


@pytest.fixture
def reviewed(database: Database) -> ReviewCase:
    """An organisation with one member, who is not reviewed yet."""
    return make_review_case(database)


def _examples(decision: str) -> list[Any]:
    found = [pytest.param(one, id=one["id"]) for one in EXAMPLES if one["decision"] == decision]
    assert found
    return found


def _change(case: ReviewCase, table: Any, **columns: Any) -> None:
    with case.database.unit_of_work() as session:
        session.execute(update(table).values(**columns))


# The way to the raters.


def test_a_review_begins_with_the_report_of_the_member(reviewed: ReviewCase) -> None:
    reviewed.open_cycle()

    assert (reviewed.open, reviewed.assignees("self_report")) == (["self_report"], ["cara"])
    assert (reviewed.review.state, reviewed.review.grade_before) == (ReviewState.OPEN, None)


def test_a_report_is_kept_outside_the_case(reviewed: ReviewCase) -> None:
    reviewed.open_cycle().report(mark=5)

    assert reviewed.review.self_report == "I have led the move of the archive."
    assert reviewed.review.self_marks == dict.fromkeys("VPLRDI", 5)
    assert "archive" not in json.dumps(reviewed.instance.data)


def test_a_missing_report_is_reminded_and_delays_nobody(reviewed: ReviewCase) -> None:
    reviewed.open_cycle().wait("P7BD")
    assert any("Report on your work is due" in text for text in reviewed.told("cara"))

    reviewed.wait("P3BD")

    assert reviewed.open == ["edit_raters"]


@pytest.mark.parametrize("is_early", [True, False])
def test_the_review_of_a_member_who_is_away_is_postponed(
    reviewed: ReviewCase, is_early: bool
) -> None:
    if is_early:
        _change(reviewed, Person, employment_status=EmploymentStatus.SUSPENDED)
        reviewed.open_cycle()
    else:
        reviewed.open_cycle()
        _change(reviewed, Person, employment_status=EmploymentStatus.SUSPENDED)
        reviewed.wait("P10BD")

    assert (reviewed.review.state, reviewed.open) == (ReviewState.POSTPONED, [])
    assert reviewed.begun("review_cycle").open == ["calibrate"]


def test_raters_are_proposed_from_units_ties_and_hr(database: Database) -> None:
    case = make_review_case(database)
    make_team(database, "cara", "tom", "tina", "theo")

    case.open_cycle().report()

    choice = case.instance.data["rater_choice"]
    assert (choice["superior"], choice["panel"], choice["mentor"]) == ("nora", ["hana"], None)
    assert sorted(choice["subordinates"]) == ["theo", "tina", "tom"]
    assert len(choice["peers"]) == 6
    assert "cara" not in json.dumps(choice)


@pytest.mark.parametrize(
    ("given", "notice"),
    [
        ({"peers": ["cara", "ben", "bob"]}, "cannot rate the own work"),
        ({"peers": ["nora", "ben", "bob"]}, "nora is named twice"),
        ({"peers": ["ben", "bob", "nobody"]}, "cannot rate: nobody"),
        ({"peers": ["ben", "bob"]}, "At least 3 peers"),
    ],
)
def test_a_list_that_is_not_in_order_goes_back(
    reviewed: ReviewCase, given: dict[str, Any], notice: str
) -> None:
    reviewed.open_cycle().report().choose(**given)

    assert reviewed.open == ["edit_raters"]
    assert notice in reviewed.instance.data["rater_notice"]
    assert reviewed.rows(RaterAssignment) == []
    proposed = {name: value for name, value in reviewed.prefilled("edit_raters").items() if value}
    assert set(given["peers"]) - {"cara", "nora", "nobody"} <= set(proposed["peers"])
    assert reviewed.do("edit_raters", "nora", **proposed).open == ["approve_raters"]


def test_the_facilitator_sends_a_list_back_with_a_remark(reviewed: ReviewCase) -> None:
    reviewed.open_cycle().report().choose()
    reviewed.do("approve_raters", "hugo", approves=False, remark="Somebody of sales is missing.")
    assert reviewed.open == ["edit_raters"]
    assert reviewed.instance.data["rater_notice"] == "Somebody of sales is missing."

    reviewed.choose(peers=["bob", "ben", "rex"]).approve()

    assert len(reviewed.rows(RaterAssignment)) == 5
    assert {seat.state for seat in reviewed.rows(RaterAssignment)} == {SeatState.ASKED}


def test_a_late_list_comes_to_hr(reviewed: ReviewCase) -> None:
    reviewed.open_cycle().report().wait("P5BD")

    assert reviewed.offered_to("edit_raters") == ["hr"]
    assert any("Choose the raters is due" in text for text in reviewed.told("nora"))


def test_the_chooser_does_not_approve_the_own_list(reviewed: ReviewCase) -> None:
    reviewed.open_cycle().report().wait("P5BD").choose(who="hugo")

    with pytest.raises(Exception, match=r"(?i)chooser|already"):
        reviewed.approve(who="hugo")


# Ties and ratings.


def test_a_spouse_gives_the_seat_back(reviewed: ReviewCase) -> None:
    reviewed.to_ratings()
    reviewed.do("declare_tie", "bob", relation="spouse", financial_tie=False, other_declared=False)

    (seat,) = [seat for seat in reviewed.rows(RaterAssignment) if seat.rater == "bob"]
    assert (seat.state, seat.outcome) == (SeatState.RECUSED, "RECUSE")
    assert reviewed.assignees("rate") == []


def test_a_superior_is_bound_and_rates_all_the_same(reviewed: ReviewCase) -> None:
    reviewed.to_ratings().declare("nora")

    (seat,) = [seat for seat in reviewed.rows(RaterAssignment) if seat.rater == "nora"]
    assert (seat.outcome, reviewed.assignees("rate")) == ("SPEAK_NO_VOTE", ["nora"])


def test_who_declares_nothing_does_not_rate(reviewed: ReviewCase) -> None:
    reviewed.to_ratings().declare(*(name for name in RATERS if name != "bob")).wait("P2BD")

    (seat,) = [seat for seat in reviewed.rows(RaterAssignment) if seat.rater == "bob"]
    assert seat.state is SeatState.RECUSED
    assert any("Declare conflicts of interest is due" in text for text in reviewed.told("bob"))


def test_a_rating_is_reminded_twice_and_closed_after_twelve_days(reviewed: ReviewCase) -> None:
    reviewed.to_ratings().declare(*RATERS)
    for name in set(RATERS) - {"bob"}:
        reviewed.do("rate", name, **_marks(4), is_failing=False, comment="I have seen it.")
    counts = []
    for days in ("P5BD", "P3BD"):
        reviewed.wait(days)
        counts.append(sum("Rate the member" in text for text in reviewed.told("bob")))
    assert counts[1] == counts[0] + 1
    assert reviewed.assignees("rate") == ["bob"]

    reviewed.count(5)

    (seat,) = [seat for seat in reviewed.rows(RaterAssignment) if seat.rater == "bob"]
    assert (seat.state, reviewed.open) == (SeatState.SILENT, ["judge_potential"])


def _marks(mark: int) -> dict[str, int]:
    names = ("values_conduct", "professional", "leadership", "results", "diligence", "integrity")
    return dict.fromkeys(names, mark)


def test_nothing_about_the_raters_stays_in_the_case(reviewed: ReviewCase) -> None:
    reviewed.to_ratings().rate_all()

    kept = json.dumps(reviewed.instance.data)
    assert len(reviewed.rows(RatingResponse)) == len(RATERS)
    assert not [name for name in (*PEERS, "hana") if name in kept]
    assert "that bob has seen" not in kept
    assert reviewed.instance.data["ratings"] is None


def test_a_missing_superior_is_replaced(reviewed: ReviewCase) -> None:
    reviewed.to_ratings().rate_all(names=[name for name in RATERS if name != "nora"])
    reviewed.count(2)
    assert reviewed.open == ["name_superior"]

    reviewed.do("name_superior", "nora", outcome="name", person="hedy").rate("hedy", 4).count()

    assert (reviewed.open, reviewed.review.score) == (["judge_potential"], 75.0)


@pytest.mark.parametrize("answer", [{"outcome": "none"}, {"outcome": "name", "person": "cara"}])
def test_without_a_superior_there_is_no_grade(reviewed: ReviewCase, answer: dict[str, str]) -> None:
    reviewed.to_ratings().rate_all(names=[name for name in RATERS if name != "nora"])
    reviewed.count(2).do("name_superior", "nora", **answer)

    assert (reviewed.review.state, reviewed.review.notes) == (
        ReviewState.NOT_RATED,
        ["INSUFFICIENT"],
    )
    assert reviewed.begun("review_cycle").open == ["calibrate"]


# Scores, grades, boxes and readiness: the worked examples.


@pytest.mark.parametrize("example", _examples("composite_score"))
def test_the_score_follows_the_examples(database: Database, example: dict[str, Any]) -> None:
    case = make_review_case(database)
    make_team(database, "cara", "tom", "tina", "theo")
    ratings = example["inputs"]["ratings"]
    pools = {
        "superior": ["nora"],
        "panel": ["hana", "hugo"],
        "peers": ["bob", "ben", "rex", "rita"],
        "subordinates": ["tom", "tina", "theo"],
        "mentor": ["hedy"],
    }
    case.to_ratings(panel=pools["panel"], subordinates=pools["subordinates"], mentor="hedy")
    for group, names in pools.items():
        for name, marks in zip(names, ratings[group], strict=False):
            case.rate(name, marks)
    case.count(3)
    if not ratings["superior"]:
        case.do("name_superior", "nora", outcome="none")

    assert case.review.score == example["expected"]["score"]
    assert case.review.notes == example["expected"]["notes"]


@pytest.mark.parametrize("example", _examples("feedback_visibility"))
def test_what_is_shown_follows_the_examples(database: Database, example: dict[str, Any]) -> None:
    case = make_review_case(database)
    make_team(database, "cara", "tom", "tina", "theo", "tess", "tilo")
    many = {"peers": list(PEERS), "subordinates": ["tom", "tina", "theo", "tess", "tilo"]}
    raters, group = example["inputs"]["raters"], example["inputs"]["group"]
    rating = {"superior": ["nora"], **many}[group][:raters]
    case.to_ratings(**many)
    case.rate_all(names=[*rating, *([] if "nora" in rating else ["nora"])]).count(2)

    assert case.review.visibility[group] == example["expected"]


def _scored(case: ReviewCase, score: float, **means: float) -> None:
    """Let everybody rate, then put a score and some means in the place of theirs."""
    _change(case, Review, score=score)
    for code, mean in means.items():
        with case.database.unit_of_work() as session:
            session.execute(update(Score).where(Score.indicator == code).values(mean=mean))


@pytest.mark.parametrize("example", _examples("grade"))
def test_the_grade_follows_the_examples(reviewed: ReviewCase, example: dict[str, Any]) -> None:
    given = example["inputs"]
    failing = round(6 * given["fail_votes"] / given["votes"]) if given["votes"] else 0
    # With six raters, two are exactly a third, and three are more.
    failing = 3 if 3 * given["fail_votes"] > given["votes"] > 0 else min(failing, 2)
    reviewed.to_ratings()
    for number, name in enumerate(RATERS):
        reviewed.rate(name, 4, fails=number < failing)
    reviewed.count()
    _scored(reviewed, given["score"], I=given["integrity"])
    standing = Standing(
        "GOOD" if not given["open_correction_level"] else f"L{given['open_correction_level']}"
    )
    _change(reviewed, PoolMember, standing=standing)
    if given["serious_discipline"]:
        with reviewed.database.unit_of_work() as session:
            person, today = people.by_username(session, "cara"), reviewed.clock.now().date()
            session.add(
                DisciplineRecord(
                    person_id=person.id, opened_on=today, effective_on=today, measure="warning"
                )
            )

    reviewed.judge(hours_percent=round(100 * given["hours_ratio"]))

    assert reviewed.review.provisional_grade == example["expected"]


@pytest.mark.parametrize("example", _examples("nine_box"))
def test_the_box_follows_the_examples(reviewed: ReviewCase, example: dict[str, Any]) -> None:
    given = example["inputs"]
    # The form takes whole numbers: 79.9 is asked as 79, which lies in the same band.
    reviewed.to_ratings().rate_all()
    _scored(reviewed, given["performance"])

    reviewed.judge(potential=int(given["potential"]))

    assert reviewed.review.nine_box == example["expected"]


@pytest.mark.parametrize("example", _examples("readiness"))
def test_the_readiness_follows_the_examples(reviewed: ReviewCase, example: dict[str, Any]) -> None:
    given = example["inputs"]
    reviewed.to_ratings().rate_all()
    score = {"A": 92, "B": 75, "C": 65}[given["grade"]]
    low = dict.fromkeys("VPL"[: given["gaps"]], 2.5)
    _scored(reviewed, score, **low)
    level = given["open_correction_level"]
    _change(reviewed, PoolMember, standing=Standing(f"L{level}" if level else "GOOD"))
    if not given["experience_complete"]:
        with reviewed.database.unit_of_work() as session:
            session.execute(ExperienceSpell.__table__.delete())

    reviewed.judge(potential=given["potential"])

    assert (reviewed.review.gaps, reviewed.review.readiness) == (
        given["gaps"],
        example["expected"],
    )


# Ends.


def test_a_member_who_leaves_the_pool_is_not_reviewed(reviewed: ReviewCase) -> None:
    reviewed.to_ratings().declare("bob")
    reviewed.tell("member.left_pool", str(reviewed.member_id))

    assert (reviewed.review.state, reviewed.open) == (ReviewState.ENDED, [])
    assert reviewed.running() == ["review_cycle"]
    assert {seat.state for seat in reviewed.rows(RaterAssignment)} == {SeatState.SILENT}
    assert reviewed.begun("review_cycle").open == ["calibrate"]


def test_the_review_has_its_member_as_subject(reviewed: ReviewCase) -> None:
    reviewed.open_cycle()

    with reviewed.database.reading() as session:
        (case,) = session.scalars(select(Instance).where(Instance.definition_key == "review"))
        assert case.id == reviewed.review.instance_id


def test_seats_know_their_group(reviewed: ReviewCase) -> None:
    reviewed.to_ratings()

    groups = {seat.rater: seat.rater_group for seat in reviewed.rows(RaterAssignment)}
    assert groups == {name: RaterGroup(group) for name, group in RATERS.items()}
