"""The timeline of a membership: the dated events of every part of its story, newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from flask import url_for

from webapp import correction_words, exit_wording, wording
from webapp.texts import gettext as _
from workflows.appeal_tables import Appeal
from workflows.correction_tables import CorrectionCase
from workflows.exit_tables import ExitCase
from workflows.member_story import MemberStory, MentoringPart, ReviewLine, TrainingPart
from workflows.pool_tables import StateChange


@dataclass(frozen=True)
class Event:
    """
    One dated thing that happened to a member.

    Attributes:
        at: When; a day where nobody keeps the hour.
        note: What is said behind the title.
        actor: Whose name may stand there.
        href: Where more is to be read.

    """

    at: date
    title: str
    note: str = ""
    icon: str = "arrow-right"
    tone: str = "blue"
    actor: str | None = None
    href: str | None = None

    @property
    def is_exact(self) -> bool:
        """Say whether the hour is known."""
        return isinstance(self.at, datetime)

    @property
    def moment(self) -> datetime:
        """Return where the event stands in the order; a day begins at midnight."""
        if isinstance(self.at, datetime):
            return self.at
        return datetime.combine(self.at, time.min, UTC)


def timeline(
    number: str, story: MemberStory, changes: Sequence[StateChange], names: dict[str, str]
) -> list[Event]:
    """Return what happened, the newest first; who reviewed or judged is never named."""
    events = [_of_change(change) for change in changes]
    if story.training is not None:
        events += _of_training(number, story.training)
    if story.mentoring is not None:
        events += _of_mentoring(story.mentoring, names)
    for line in story.reviews or ():
        events += _of_review(number, line)
    for line in story.grades or ():
        events += _of_grade(line)
    for correction in story.corrections or ():
        events += _of_correction(correction)
    for case in story.exits or ():
        events += _of_exit(case)
    for appeal in story.appeals or ():
        events += _of_appeal(appeal)
    # What came later stands above what happened in the same moment.
    return sorted(events, key=lambda event: event.moment)[::-1]


def _of_change(change: StateChange) -> Event:
    """Return the event of a change of the state."""
    return Event(
        change.at,
        str(wording.LIFECYCLES[change.to_state]),
        str(exit_wording.EXIT_REASONS.get(change.reason, change.reason)),
        icon="user-plus" if change.from_state is None else "arrow-right",
        tone=wording.LIFECYCLE_TONES[change.to_state],
        actor=change.actor,
        href=_to_case(change.instance_id),
    )


def _to_case(instance_id: int | None) -> str | None:
    """Return the address of a case."""
    return url_for("cases.show", case_id=instance_id) if instance_id else None


def _of_training(number: str, part: TrainingPart) -> Iterator[Event]:
    """Return when plans came into force and ended."""
    href = url_for("training.show", number=number)
    for plan in reversed(part.plans):
        if plan.approved_at is not None:
            title = _("Training plan %(year)d in force", year=plan.year)
            yield Event(plan.approved_at, title, icon="school", href=href)
        if plan.closed_at is not None:
            title = _("Training plan %(year)d closed", year=plan.year)
            yield Event(plan.closed_at, title, icon="school", tone="grey", href=href)


def _of_mentoring(part: MentoringPart, names: dict[str, str]) -> Iterator[Event]:
    """Return when mentors came and went."""
    for pairing in reversed(part.pairings):
        mentor = names.get(pairing.mentor, pairing.mentor)
        yield Event(pairing.started_on, _("Mentor: %(name)s", name=mentor), icon="users")
        if pairing.ended_on is not None:
            title = _("Mentoring by %(name)s ended", name=mentor)
            yield Event(pairing.ended_on, title, icon="users", tone="grey")


def _of_review(number: str, line: ReviewLine) -> Iterator[Event]:
    """Return when a review began, and when its grade was decided."""
    review = line.review
    href = url_for("reviews.show", cycle_id=review.cycle_id, number=number)
    year = review.cycle.year
    yield Event(review.opened_at, _("Review %(year)d begun", year=year), "", "checklist", href=href)
    yield from _of_grade(line, href)


def _of_grade(line: ReviewLine, href: str | None = None) -> Iterator[Event]:
    """Return when the grade of a review was decided, if it stands."""
    if line.is_final and line.decided_at is not None:
        grade, year = line.review.final_grade, line.review.cycle.year
        title = _("Grade %(grade)s in the review %(year)d", grade=grade, year=year)
        yield Event(line.decided_at, title, icon="award", tone="green", href=href)


def _of_correction(case: CorrectionCase) -> Iterator[Event]:
    """Return when a case of care or correction was opened and closed."""
    href = url_for("corrections.show", case_id=case.id)
    level = str(correction_words.LEVELS[case.level]) if case.level else ""
    title = _("Case of care or correction opened")
    yield Event(case.opened_at, title, level, "lifebuoy", "amber", href=href)
    if case.closed_at is not None and case.outcome is not None:
        outcome = str(correction_words.OUTCOMES[case.outcome])
        title = _("Case of care or correction closed")
        yield Event(case.closed_at, title, outcome, "lifebuoy", "grey", href=href)


def _of_exit(case: ExitCase) -> Iterator[Event]:
    """Return when an exit was proposed, decided and closed."""
    href = url_for("exits.show", exit_id=case.id)
    reason = str(exit_wording.EXIT_REASONS.get(case.reason or case.cause, ""))
    yield Event(case.opened_at, _("Exit looked at"), reason, "logout", "amber", href=href)
    if case.decided_at is not None:
        title = _("Exit decided") if case.decision == "exit" else _("Decided: the member stays")
        yield Event(case.decided_at, title, "", "gavel", "red", href=href)
    if case.closed_at is not None:
        words = exit_wording.EXIT_STATES[case.state]
        yield Event(case.closed_at, str(words), "", "logout", "grey", href=href)


def _of_appeal(appeal: Appeal) -> Iterator[Event]:
    """Return when an appeal was filed and decided."""
    href = url_for("appeals.show", appeal_id=appeal.id)
    matter = str(exit_wording.APPEAL_MATTERS[appeal.matter])
    yield Event(appeal.filed_at, _("Appeal filed"), matter, "scale", "amber", href=href)
    if appeal.closed_at is not None and appeal.outcome is not None:
        outcome = str(exit_wording.APPEAL_OUTCOMES[appeal.outcome])
        yield Event(appeal.closed_at, _("Appeal decided"), outcome, "scale", href=href)
