"""
Adverse impact of changed rules on groups of people (decision D21).

Groups of fewer than five are never shown by themselves: they are counted together, and if
that is still too few, together with the next larger one, so that nobody can subtract.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from rules.dmn import DecisionModel
from workflows import decision_models

SMALLEST = 5
DECISION = "adverse_impact"


@dataclass(frozen=True)
class Counted:
    """One person's outcome: in which group, and whether it was and becomes favourable."""

    group: str
    was: bool
    becomes: bool


@dataclass(frozen=True)
class Share:
    """How many of a group are selected, and what D21 says beside the group with most."""

    selected: int
    verdict: str = ""


@dataclass(frozen=True)
class Impact:
    """A group, or several small ones together: how many there are, and who is selected."""

    groups: tuple[str, ...]
    considered: int
    before: Share
    after: Share

    @property
    def is_merged(self) -> bool:
        """Say whether these are several groups that are too small to be shown."""
        return len(self.groups) > 1


@dataclass(frozen=True)
class _Tally:
    """The counts of one group."""

    groups: tuple[str, ...]
    considered: int
    was: int
    becomes: int

    def __add__(self, other: "_Tally") -> "_Tally":
        """Return two groups as one."""
        return _Tally(
            (*self.groups, *other.groups),
            self.considered + other.considered,
            self.was + other.was,
            self.becomes + other.becomes,
        )


def of_counts(
    model: DecisionModel | None, counts: Mapping[str, tuple[int, int]]
) -> tuple[Impact, ...]:
    """Return the share of each group by how many were considered and selected; none if too few."""
    tallies = _without_small(
        [
            _Tally((group,), considered, selected, selected)
            for group, (considered, selected) in sorted(counts.items())
            if considered
        ]
    )
    if not tallies:
        return ()
    verdicts = _verdicts(model, [(each.becomes, each.considered) for each in tallies])
    return tuple(
        Impact(each.groups, each.considered, share, share)
        for each, verdict in zip(tallies, verdicts, strict=True)
        for share in (Share(each.becomes, verdict),)
    )


def impact(session: Session, counted: Sequence[Counted]) -> tuple[Impact, ...]:
    """Return the share of each group, before and after; nothing if all are too few."""
    tallies = _without_small(list(_tallies(counted).values()))
    if not tallies:
        return ()
    model = decision_models.in_force(session, DECISION)
    before = _verdicts(model, [(each.was, each.considered) for each in tallies])
    after = _verdicts(model, [(each.becomes, each.considered) for each in tallies])
    return tuple(
        Impact(
            each.groups,
            each.considered,
            Share(each.was, before[place]),
            Share(each.becomes, after[place]),
        )
        for place, each in enumerate(tallies)
    )


def _tallies(counted: Sequence[Counted]) -> Mapping[str, _Tally]:
    """Return the counts of each group by name."""
    found: dict[str, _Tally] = {}
    for each in counted:
        one = _Tally((each.group,), 1, int(each.was), int(each.becomes))
        mine = found.get(each.group)
        found[each.group] = (
            one
            if mine is None
            else _Tally(
                mine.groups, mine.considered + 1, mine.was + one.was, mine.becomes + one.becomes
            )
        )
    return dict(sorted(found.items()))


def _without_small(tallies: list[_Tally]) -> list[_Tally]:
    """Count small groups together; what is too small even then is not shown at all."""
    large = sorted(
        (each for each in tallies if each.considered >= SMALLEST), key=lambda one: one.considered
    )
    rest = _Tally((), 0, 0, 0)
    for small in (each for each in tallies if each.considered < SMALLEST):
        rest += small
    while 0 < rest.considered < SMALLEST and large:
        rest += large.pop(0)
    shown = sorted(large, key=lambda each: each.groups)
    return [*shown, rest] if rest.considered >= SMALLEST else shown


def _verdicts(model: DecisionModel | None, shares: Sequence[tuple[int, int]]) -> list[str]:
    """Return what D21 says of each group beside the one with the highest rate."""
    best = max(range(len(shares)), key=lambda place: shares[place][0] / shares[place][1])
    return [
        "" if place == best else _verdict(model, share, shares[best])
        for place, share in enumerate(shares)
    ]


def _verdict(model: DecisionModel | None, one: tuple[int, int], other: tuple[int, int]) -> str:
    """Return the answer of D21 for two groups, or nothing if it has none."""
    facts = {"selected_a": one[0], "considered_a": one[1]}
    facts |= {"selected_b": other[0], "considered_b": other[1]}
    return decision_models.answer(model, DECISION, facts)
