"""A review cycle and the reviews in it, played by name with a moved clock."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from tests.workflows.member_case import MemberCase, make_member, make_organisation
from tests.workflows.nomination_case import CALENDAR
from workflows import accounts, people, units
from workflows.database import Database
from workflows.engine import instances
from workflows.people_tables import OrgUnit, Person
from workflows.review_tables import Review, ReviewCycle
from workflows.vocabulary import Role

REASON = "Because the examples of this year say so."
MARKS = ("values_conduct", "professional", "leadership", "results", "diligence", "integrity")
CODES = dict(zip(MARKS, "VPLRDI", strict=True))
# Cara's superior is Nora; Bob, Ben, Rex and Rita work beside her, Hana is the HR partner.
PEERS = ("bob", "ben", "rex", "rita")
RATERS = {"nora": "superior", "hana": "panel", **dict.fromkeys(PEERS, "peers")}


def make_review_case(database: Database, *usernames: str) -> "ReviewCase":
    """Make the organisation and one member, or several."""
    make_organisation(database)
    members = [make_member(database, name) for name in usernames or ("cara",)]
    return ReviewCase(database, members[0])


def make_team(database: Database, head: str, *names: str) -> None:
    """Let somebody lead a unit with these people."""
    with database.unit_of_work() as session:
        parent = session.get_one(OrgUnit, people.by_username(session, head).unit_id)
        unit = units.create(session, "TEAM", name="Team", parent=parent, head_username=head)
        for number, name in enumerate(names):
            person = Person(
                number=f"T{number}",
                username=name,
                given_name=name.title(),
                family_name="Example",
                unit_id=unit.id,
                level_rank=1,
                level_since=parent_day(session, head),
                hire_date=parent_day(session, head),
                education_rank=3,
                **people.name_keys(name.title(), "Example", f"T{number}", name),
            )
            session.add(person)
            session.flush()
            now = MemberCase(database, 0).clock.now()
            accounts.create(session, name, roles=[Role.MEMBER], person=person, now=now)


def parent_day(session: Any, username: str) -> Any:
    """Return the day on which somebody was hired."""
    return people.by_username(session, username).hire_date


def marks(given: int | dict[str, int]) -> dict[str, int]:
    """Return the marks as the forms name them: the same everywhere, or by code."""
    if isinstance(given, int):
        return dict.fromkeys(MARKS, given)
    return {name: given[code] for name, code in CODES.items()}


class ReviewCase(MemberCase):
    """The cycle of the pool and the review of one member."""

    cycle_instance = 0

    def open_cycle(self, kind: str = "annual", by: str = "max") -> "ReviewCase":
        """Let the pool manager open a cycle, and look at the review of the member."""
        with self.database.unit_of_work() as session:
            self.cycle_instance = instances.start(
                session,
                "review_cycle",
                {"pool": "leaders", "kind": kind},
                actor=accounts.actor_of(session, by),
                now=self.clock.now(),
                calendar=CALENDAR,
            ).id
        self.begun("review")
        return self

    @property
    def review(self) -> Review:
        """The newest review of the member."""
        with self.database.reading() as session:
            query = select(Review).where(Review.member_id == self.member_id)
            return session.scalars(query.order_by(Review.id.desc()).limit(1)).one()

    @property
    def cycle(self) -> ReviewCycle:
        """The newest cycle."""
        found: ReviewCycle = self.rows(ReviewCycle)[-1]
        return found

    def report(self, who: str = "cara", mark: int = 4) -> "ReviewCase":
        """Let the member report."""
        text = "I have led the move of the archive."
        self.do("self_report", who, report=text, evidence="The report.", **marks(mark))
        return self

    def choose(self, who: str = "nora", **raters: Any) -> "ReviewCase":
        """Let the manager choose the raters."""
        given: dict[str, Any] = {
            "superior": "nora",
            "panel": ["hana"],
            "peers": list(PEERS),
            "subordinates": [],
            **raters,
        }
        given = {name: value for name, value in given.items() if value is not None}
        self.do("edit_raters", who, **given)
        return self

    def approve(self, who: str = "hugo") -> "ReviewCase":
        """Let the facilitator approve the list."""
        self.do("approve_raters", who, approves=True)
        return self

    def declare(self, *names: str) -> "ReviewCase":
        """Let raters declare that nothing binds them."""
        for name in names:
            self.do("declare_tie", name, relation="none", financial_tie=False, other_declared=False)
        return self

    def rate(
        self, who: str, given: int | dict[str, int] = 4, *, fails: bool = False, comment: str = ""
    ) -> "ReviewCase":
        """Let a rater declare and rate."""
        self.declare(who)
        self.do(
            "rate",
            who,
            **marks(given),
            is_failing=fails,
            comment=comment or f"An example that {who} has seen.",
        )
        return self

    def to_ratings(self, **raters: Any) -> "ReviewCase":
        """Open a cycle and go on until the raters are asked."""
        return self.open_cycle().report().choose(**raters).approve()

    def rate_all(self, given: int = 4, names: Sequence[str] = tuple(RATERS)) -> "ReviewCase":
        """Let everybody rate with the same mark; the review looks once a day."""
        for name in names:
            self.rate(name, given)
        return self.count()

    def count(self, days: int = 1) -> "ReviewCase":
        """Let the review look who has rated."""
        self.wait(f"P{days}BD")
        return self

    def judge(self, who: str = "nora", **more: Any) -> "ReviewCase":
        """Let the head judge the potential."""
        given = {"potential": 72, "hours_percent": 100, "horizon": "near", "reason": REASON}
        self.do("judge_potential", who, **{**given, **more})
        return self

    def to_calibration(self, given: int = 4) -> "ReviewCase":
        """Go on until the provisional grades are compared."""
        return self.to_ratings().rate_all(given).judge()

    def change(self, grade: str, number: str | None = None, who: str = "mia") -> "ReviewCase":
        """Let the calibration change a grade."""
        self.do(
            "calibrate",
            who,
            outcome="change",
            member=number or self.member.number,
            grade=grade,
            rationale=REASON,
        )
        return self

    def calibrate(self, who: str = "mia") -> "ReviewCase":
        """Close the calibration."""
        self.do("calibrate", who, outcome="close", minutes="Everybody was there; we compared.")
        return self

    def confirm(self, grade: str, who: str = "nora", reason: str | None = None) -> "ReviewCase":
        """Let the head decide about the grade."""
        self.do("confirm_grade", who, grade=grade, **({"reason": reason} if reason else {}))
        return self

    def talk(self, who: str = "nora") -> "ReviewCase":
        """Hold the feedback talk."""
        self.do("feedback_talk", who, held_on="2027-01-20", agreed="We agreed on two steps.")
        return self

    def sign(self, **more: Any) -> "ReviewCase":
        """Let the member acknowledge."""
        self.do("read_grade", "cara", **{"signature": "signed", **more})
        return self
