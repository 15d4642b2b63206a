"""The list of an accountable head: the members who need something first, page by page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workflows.head_members import MemberLine
from workflows.head_scorecard import PLAN_IN, Figure, share
from workflows.paging import Page, page_of
from workflows.training_states import Compliance, TrainingPlanState

# Twice a year the head talks with each member.
NO_TALK_FOR = timedelta(days=183)
_BEHIND = frozenset({Compliance.BEHIND, Compliance.NOT_MET})


class Need(StrEnum):
    """Why a member needs attention, the most pressing first; the list keeps this order."""

    YOURS = "yours"
    CORRECTION = "correction"
    LATE = "late"
    TRAINING = "training"
    TALK = "talk"


@dataclass(frozen=True)
class HeadFilter:
    """What the list is narrowed to: a need, what a figure counts, or what it found missing."""

    need: Need | None = None
    figure: Figure | None = None
    is_missed: bool = False


@dataclass(frozen=True)
class ListedMember:
    """A member in the list with everything that he or she needs."""

    line: MemberLine
    needs: tuple[Need, ...]

    @property
    def place(self) -> int:
        """Return where the member stands: by the most pressing need, then those without any."""
        return _PLACES[self.needs[0]] if self.needs else len(_PLACES)

    @property
    def position(self) -> tuple[int, str, int]:
        """Return the whole order of the list."""
        member = self.line.member
        return self.place, member.person.sort_name, member.id


def listed(lines: Sequence[MemberLine], *, now: datetime) -> list[ListedMember]:
    """Return all members with their needs, the most pressing first."""
    found = [ListedMember(line, needs_of(line, now=now)) for line in lines]
    return sorted(found, key=lambda each: each.position)


def needs_of(line: MemberLine, *, now: datetime) -> tuple[Need, ...]:
    """Return everything that a member needs, the most pressing first."""
    return tuple(need for need in Need if _IS_NEEDED[need](line, now))


def counts(members: Sequence[ListedMember]) -> dict[Need, int]:
    """Count the members by need; who needs several things counts for each."""
    return {need: sum(need in each.needs for each in members) for need in Need}


def page(
    members: Sequence[ListedMember],
    wanted: HeadFilter,
    *,
    now: datetime,
    limit: int = 30,
    cursor: str | None = None,
) -> Page[ListedMember]:
    """
    Return one page of the members of `listed` that a filter leaves.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    left = [each for each in members if _is_wanted(each, wanted, now)]
    return page_of(left, lambda each: each.position, int, str, int, limit=limit, cursor=cursor)


def _is_wanted(each: ListedMember, wanted: HeadFilter, now: datetime) -> bool:
    """Say whether a filter leaves a member."""
    if wanted.need is not None and wanted.need not in each.needs:
        return False
    if wanted.figure is None:
        return True
    found = share(each.line, wanted.figure, now=now)
    return found.missed > 0 if wanted.is_missed else found.counted > 0


def _waits_for_head(line: MemberLine, _now: datetime) -> bool:
    """Say whether the head has something to do that is late."""
    return any(step.is_own for step in line.late)


def _waits_for_others(line: MemberLine, _now: datetime) -> bool:
    """Say whether somebody else is late."""
    return any(not step.is_own for step in line.late)


def _lacks_follow_up(line: MemberLine, now: datetime) -> bool:
    """Say whether a correction should have been looked at."""
    due = line.correction.next_checkpoint_at if line.correction else None
    return due is not None and due < now


def _is_behind(line: MemberLine, now: datetime) -> bool:
    """Say whether there is no plan in force in time, or whether the hours are behind."""
    plan = line.plan
    if line.is_resting:
        return False
    if plan is None or plan.state is TrainingPlanState.CLOSED:
        return now.date() - line.member.joined_on > PLAN_IN
    if plan.state is TrainingPlanState.DRAFT:
        return now - plan.opened_at > PLAN_IN
    return line.checked in _BEHIND and line.hours < plan.required_hours


def _lacks_talk(line: MemberLine, now: datetime) -> bool:
    """Say whether nobody has asked the member for half a year how things are."""
    since = max(line.last_talk or line.member.joined_on, line.member.joined_on)
    return not line.is_resting and now.date() - since > NO_TALK_FOR


_PLACES = {need: number for number, need in enumerate(Need)}
_IS_NEEDED: Mapping[Need, Callable[[MemberLine, datetime], bool]] = {
    Need.YOURS: _waits_for_head,
    Need.CORRECTION: _lacks_follow_up,
    Need.LATE: _waits_for_others,
    Need.TRAINING: _is_behind,
    Need.TALK: _lacks_talk,
}
