"""How evenly each step of the nominations selects, for the few who may know."""

import pytest
from sqlalchemy import insert

from tests.statements import counted
from workflows import channel_funnel
from workflows.actors import Actor
from workflows.channel_funnel import GroupBy
from workflows.errors import NotAllowed
from workflows.figure_tables import FigureCell, FigureSlice
from workflows.figures import FigureFilter
from workflows.nomination_milestones import Milestone
from workflows.quarters import Quarter

HR = Actor("helena", "Helena", frozenset({"hr"}), frozenset({"hr"}))
HEAD = Actor("omar", "Omar", frozenset({"manager"}), frozenset({"manager"}))
YEAR = FigureFilter(Quarter(2026, 1), Quarter(2026, 4))


def fill(session, groups):
    """Keep how many of each group got to each milestone."""
    for number, (group, passed) in enumerate(groups.items(), start=1):
        session.execute(
            insert(FigureSlice),
            {
                **{"id": number, "definition_key": "nomination", "definition_version": 1},
                **{"pool": "leaders", "facet": "category", "value": group},
            },
        )
        for milestone, people in zip(Milestone, passed, strict=False):
            session.execute(
                insert(FigureCell),
                {
                    **{"slice_id": number, "measure": "channel", "quarter": 2026 * 4 + 2},
                    **{"item": f"unit/{milestone}", "amount": 10, "number": people},
                },
            )


def test_each_step_says_how_many_of_each_group_it_selects(database):
    with database.unit_of_work() as session:
        fill(session, {"line": (60, 30), "staff": (40, 8), "other": (3, 3), "few": (1, 0)})
        with counted(database) as statements:
            found = channel_funnel.impact_by_step(session, HR, YEAR, GroupBy.CATEGORY)

    eligible = found[0]
    assert eligible.milestone is Milestone.ELIGIBLE
    # Four people in two small groups would still be too few: the next larger joins them.
    assert [(each.groups, each.considered, each.after.selected) for each in eligible.groups] == [
        (("line",), 60, 30),
        (("few", "other", "staff"), 44, 11),
    ]
    assert [each.after.verdict for each in eligible.groups] == ["", "FLAG_SIGNIFICANT"]
    assert len(statements) <= 4


def test_of_too_few_people_nothing_is_told(database):
    with database.unit_of_work() as session:
        fill(session, {"line": (3, 1), "staff": (1, 1)})
        found = channel_funnel.impact_by_step(session, HR, YEAR, GroupBy.CATEGORY)

    assert [each.groups for each in found] == [()] * 6


def test_the_comparison_is_for_few(database):
    with database.reading() as session, pytest.raises(NotAllowed, match="HR and auditors"):
        channel_funnel.impact_by_step(session, HEAD, YEAR, GroupBy.UNIT)
