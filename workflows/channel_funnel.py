"""The funnel of nominations: how many got how far by each channel, how fast, and how evenly."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows import decision_models, figure_sums, figures, impact, permissions
from workflows.actors import Actor
from workflows.figure_reckoning import CHANNEL, quarter_number
from workflows.figure_sums import Durations
from workflows.figure_tables import FigureCell, FigureSlice
from workflows.figures import FigureFilter, Reach
from workflows.impact import Impact
from workflows.nomination_milestones import ALL, Milestone
from workflows.people_tables import Level, OrgUnit
from workflows.permissions import Action

NOMINATION = "nomination"  # the process
EVERY = ""  # stands for all channels together


class GroupBy(StrEnum):
    """What people are compared by; restricted facts are not among it."""

    UNIT = "unit"
    LEVEL = "level"
    CATEGORY = "category"


@dataclass(frozen=True)
class Passed:
    """How many passed a milestone, and in how many working days since the one before."""

    milestone: Milestone
    number: int
    of_before: int
    took: Durations

    @property
    def rate(self) -> int | None:
        """Return how many in a hundred of those who passed the one before passed this one."""
        return round(100 * self.number / self.of_before) if self.of_before else None


@dataclass(frozen=True)
class ChannelFunnel:
    """How far the nominations got that came by one channel, or by any."""

    channel: str
    steps: Sequence[Passed]

    @property
    def begun(self) -> int:
        """Return how many nominations came by it."""
        return self.steps[0].number


@dataclass(frozen=True)
class StepImpact:
    """How evenly one step of the funnel selects; without groups there are too few people."""

    milestone: Milestone
    groups: Sequence[Impact]

    def ratio(self, group: Impact) -> int | None:
        """Return the rate of a group as a percentage of the highest; none where nobody passed."""
        highest = max(each.after.selected / each.considered for each in self.groups)
        mine = group.after.selected / group.considered
        return round(100 * mine / highest) if highest else None


def by_channel(session: Session, wanted: FigureFilter, reach: Reach) -> list[ChannelFunnel]:
    """Return the funnel of all nominations begun in the period, then that of each channel."""
    rows = session.execute(
        figures.sliced_sums(session, wanted, reach).where(FigureCell.measure == CHANNEL)
    )
    found: defaultdict[str, defaultdict[str, Counter[int]]]
    found = defaultdict(lambda: defaultdict(Counter))
    for row in rows:
        channel, _slash, milestone = row.item.partition("/")
        for each in (EVERY, channel):
            found[each][milestone][row.amount] += row.number
    return [_funnel(channel, found[channel]) for channel in sorted(found)]


def _funnel(channel: str, amounts: Mapping[str, Counter[int]]) -> ChannelFunnel:
    """Put the milestones of a channel in their order."""
    numbers = {each: sum(amounts.get(each, Counter()).values()) for each in ALL}
    return ChannelFunnel(
        channel,
        [
            Passed(each, numbers[each], before, figure_sums.durations(amounts.get(each, Counter())))
            for each, before in zip(ALL, (0, *numbers.values()), strict=False)
        ],
    )


def impact_by_step(
    session: Session, actor: Actor, wanted: FigureFilter, group: GroupBy
) -> list[StepImpact]:
    """
    Return for each step how many of each group it selects, in two statements and one for D21.

    Whatever the figures are narrowed to besides the pool and the period does not count
    here: the more one narrows, the more single people it would tell of.

    Raises:
        NotAllowed: The comparison is not for the actor.

    """
    permissions.check(actor, Action.SEE_IMPACT)
    first, last = quarter_number(wanted.since), quarter_number(wanted.until)
    query = (
        select(FigureSlice.value, FigureCell.item, func.sum(FigureCell.number).label("number"))
        .join(FigureSlice, FigureSlice.id == FigureCell.slice_id)
        .where(FigureCell.measure == CHANNEL, FigureCell.quarter.between(first, last))
        .where(FigureSlice.facet == group.value)
        .group_by(FigureSlice.value, FigureCell.item)
    )
    if wanted.pool:
        query = query.where(FigureSlice.pool == wanted.pool)
    names = _names(session, group)
    numbers = _by_milestone(session.execute(query))
    model = decision_models.in_force(session, impact.DECISION)
    return [
        StepImpact(
            milestone,
            impact.of_counts(
                model,
                {
                    names.get(value, value): (number, numbers[milestone][value])
                    for value, number in numbers[before].items()
                },
            ),
        )
        for before, milestone in pairwise(ALL)
    ]


def _by_milestone(rows: Iterable[Any]) -> Mapping[Milestone, Counter[str]]:
    """Return how many of each group passed each milestone."""
    found: dict[Milestone, Counter[str]] = {each: Counter() for each in ALL}
    for row in rows:
        found[Milestone(row.item.partition("/")[2])][row.value] += int(row.number)
    return found


def _names(session: Session, group: GroupBy) -> dict[str, str]:
    """Return what people call the groups."""
    if group is GroupBy.CATEGORY:
        return {}
    column = (OrgUnit.id, OrgUnit.name) if group is GroupBy.UNIT else (Level.rank, Level.name)
    return {str(row[0]): str(row[1]) for row in session.execute(select(*column))}
