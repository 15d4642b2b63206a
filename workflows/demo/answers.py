"""What the people of the demonstration write into the forms of a nomination."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

from workflows.demo.stories import Ending, Story

Answer = dict[str, Any]

_PRAISE = (
    "Took over the night shift planning and cut overtime by a fifth.",
    "Brings people of different trades to one table and keeps what was agreed.",
    "Led the repair after the flood calmly; everybody knew what to do next.",
    "Explains difficult matters so that the whole team can decide.",
    "Passed on knowledge to three younger colleagues who now work on their own.",
    "Finishes what was begun and says early when something will be late.",
)
_WISHES = (
    "I would like to lead a project that crosses two divisions.",
    "I want to learn how budgets are made and defended.",
    "A year in the service centre would teach me how customers see us.",
    "I should like to lead a team of my own within three years.",
)
_STATEMENTS = (
    "Runs the team's largest project on time and is asked for advice by other units.",
    "Has built up the new shift model and won over those who were against it.",
    "Kept the plant running through the storm week and wrote the lessons down for all.",
    "Knows the network like few others and passes this knowledge on.",
    "Turned complaints into a list of improvements; half of them are done.",
)
_CONCERNS = "One project report was handed in late; the reasons were looked into and are plausible."
_REASONS = "The panel preferred to see more experience in leading people before deciding anew."


class Writer:
    """Fills in forms as a story wants them; the same seed writes the same."""

    def __init__(self, random: Random, reviewers: list[str]) -> None:
        self._random = random
        self._reviewers = reviewers
        self._known: list[str] = []
        self._known_since = datetime.max.replace(tzinfo=UTC)
        self._by_element: dict[str, Callable[[Story, datetime], Answer]] = {
            "consent": self._consent,
            "completeness": self._completeness,
            "choose_reviewers": self._reviewers_of,
            "assess": self._assessment,
            "vote": self._vote,
            "close_meeting": self._meeting,
            "answer_evidence": self._evidence,
            "record_ballot": self._ballot,
            "justify": self._justification,
            "inquire": self._inquiry,
            "welcome_talk": self._welcome,
            "self_assessment": self._self_assessment,
            "name_substitute": self._substitute,
            "appoint_substitutes": self._panel_substitutes,
            "comment_facts": self._comment,
        }

    def let_assess(self, usernames: list[str], *, since: datetime) -> None:
        """Let these people assess the first candidate whose reviewers are chosen after a moment."""
        self._known, self._known_since = list(usernames), since

    def statement(self) -> str:
        """Return why somebody is nominated."""
        return self._random.choice(_STATEMENTS)

    def answer(self, element: str, story: Story, now: datetime) -> Answer:
        """Return the fields of the form of a user task."""
        writer = self._by_element.get(element)
        if writer is not None:
            return writer(story, now)
        return dict(_PLAIN.get(element, {}))

    def _consent(self, story: Story, _now: datetime) -> Answer:
        if story.ending is Ending.REFUSES:
            return {"agrees": False}
        return {"agrees": True, "privacy_read": True}

    def _completeness(self, story: Story, _now: datetime) -> Answer:
        if story.is_incomplete and not story.was_returned:
            story.was_returned = True
            return {"is_complete": False, "missing": "The certificate of the last course."}
        return {"is_complete": True}

    def _reviewers_of(self, story: Story, now: datetime) -> Answer:
        suitable = [name for name in self._reviewers if story.may_judge(name)]
        if now >= self._known_since and self._known:
            story.reviewers = tuple(name for name in self._known if story.may_judge(name))
            self._known = []
        chosen = list(story.reviewers)
        others = [name for name in suitable if name not in chosen]
        missing = max(0, 3 - len(chosen))
        return {"reviewers": chosen + self._random.sample(others, min(missing, len(others)))}

    def _substitute(self, story: Story, _now: datetime) -> Answer:
        suitable = [name for name in self._reviewers if story.may_judge(name)]
        return {"person": self._random.choice(suitable or self._reviewers)}

    def _panel_substitutes(self, story: Story, _now: datetime) -> Answer:
        suitable = [name for name in self._reviewers if story.may_judge(name)]
        return {"people": self._random.sample(suitable, min(4, len(suitable)))}

    def _assessment(self, story: Story, _now: datetime) -> Answer:
        marks = (3, 4, 4, 4, 5) if story.ending is not Ending.REJECTED else (2, 3, 3, 4)
        names = (
            "values_conduct",
            "professional",
            "leadership",
            "results",
            "diligence",
            "integrity",
        )
        scores: Answer = {name: self._random.choice(marks) for name in names}
        return {**scores, "comment": self._random.choice(_PRAISE)}

    def _vote(self, story: Story, _now: datetime) -> Answer:
        if story.ending is Ending.REJECTED:
            return {"vote": self._random.choices(("no", "yes"), (8, 2))[0]}
        if story.ending is Ending.DEFERRED and not story.was_deferred:
            return {"vote": self._random.choices(("defer", "yes"), (7, 3))[0]}
        return {"vote": self._random.choices(("yes", "no"), (9, 1))[0]}

    def _meeting(self, story: Story, _now: datetime) -> Answer:
        minutes = "The panel discussed the assessments and the checks, then voted."
        if story.ending is Ending.DEFERRED and not story.was_deferred:
            story.was_deferred = True
            question = "How would the present tasks be handed over?"
            return {"minutes": minutes, "open_question": True, "questions": question}
        return {"minutes": minutes, "open_question": False}

    def _evidence(self, _story: Story, _now: datetime) -> Answer:
        if self._random.random() < 0.08:
            return {"result": "concern", "statement": _CONCERNS}
        return {"result": "clear", "statement": "Nothing on file stands against it."}

    def _ballot(self, story: Story, _now: datetime) -> Answer:
        issued = self._random.randrange(18, 45)
        returned = issued - self._random.randrange(2, 9)
        share = 0.35 if story.ending is Ending.REJECTED else self._random.uniform(0.65, 0.95)
        return {"issued": issued, "returned": returned, "yes": round(returned * share)}

    def _justification(self, _story: Story, _now: datetime) -> Answer:
        return {
            "signs": True,
            "reason": "Two members of this group retire next year; the seat is needed early.",
        }

    def _inquiry(self, _story: Story, _now: datetime) -> Answer:
        finding = self._random.choices(("none", "minor"), (7, 3))[0]
        return {"finding": finding, "reason": "Those concerned were heard and the files were read."}

    def _welcome(self, _story: Story, now: datetime) -> Answer:
        return {
            "held_on": now.date().isoformat(),
            "notes": "We talked about expectations, the mentor and the first six months.",
        }

    def _self_assessment(self, _story: Story, _now: datetime) -> Answer:
        return {
            "strengths": self._random.choice(_PRAISE),
            "wishes": self._random.choice(_WISHES),
            "aspiration": "Leading a unit in which people like to work and deliver.",
        }

    def _comment(self, _story: Story, _now: datetime) -> Answer:
        if self._random.random() < 0.4:
            return {"comment": "The findings are correct. Thank you for the care taken."}
        return {}


# Forms that everybody fills in alike.
_PLAIN: Mapping[str, Answer] = {
    "complete_file": {"supplement": "The certificate is enclosed now; the course ended in spring."},
    "declare": {"relation": "none", "financial_tie": False, "other_declared": False},
    "ineligible_letter": {
        "reasons": "The conditions of the pool are not met yet; the letter names them one by one."
    },
    "review_request": {"look_again": False, "reason": "The facts were correct."},
    "waiver_head": {"approves": True, "reason": "The experience is made up by long project work."},
    "waiver_pool": {"approves": True, "reason": "In line with two earlier exceptions."},
    "late_assessment": {"choice": "extend", "reason": "The reviewer was ill."},
    "discussion": {
        "recommendation": "RECOMMEND",
        "summary": "The reviewers compared what they had seen; the difference was one project.",
    },
    "head_decides": {
        "outcome": "APPROVE",
        "reason": "The assessments agree, and the panel could not meet in time.",
    },
    "answer_questions": {"answers": "A deputy has been trained and takes over within a month."},
    "settle_plan": {"look_again": False, "reason": "No seat is planned for this group this year."},
    "write_reasons": {"reasons": _REASONS},
    "read_outcome": {"signature": "signed"},
    "witness": {"confirms": True},
    "decide_objection": {
        "outcome": "CONFIRM",
        "reason": "What was found is minor and was put right at once.",
    },
    "sign_agreement": {"signs": True, "privacy_read": True},
    "set_horizon": {"horizon": "mid"},
    "decide": {"outcome": "grant"},
}
