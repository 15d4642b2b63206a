"""The weighted score of an assessment, and ties between a reviewer and a candidate."""

import pytest

from tests.conftest import NOW
from tests.workflows.nomination_case import CALENDAR, SCORES
from workflows import conflicts, people
from workflows.actors import SYSTEM
from workflows.assessment import WEIGHTS, weighted
from workflows.database import Database
from workflows.engine.services import ServiceContext
from workflows.people_tables import Relationship
from workflows.vocabulary import RelationKind


@pytest.mark.parametrize(("mark", "score"), [(1, 0), (3, 50), (5, 100)])
def test_the_same_mark_everywhere_gives_its_place_on_the_scale(mark: int, score: int) -> None:
    assert weighted(dict.fromkeys(SCORES, mark)) == score


def test_results_weigh_most() -> None:
    marks = dict.fromkeys(SCORES, 1)

    assert weighted({**marks, "results": 5}) == 25
    assert weighted({**marks, "integrity": 5}) == 10
    assert sum(WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("declared", "expected"),
    [("none", "spouse"), ("same_team_12m", "spouse"), ("self", "self")],
)
def test_the_stronger_of_declared_and_known_ties_counts(
    organisation: Database, declared: str, expected: str
) -> None:
    with organisation.unit_of_work() as session:
        rex, cara = (people.by_username(session, name) for name in ("rex", "cara"))
        session.add(
            Relationship(
                person_id=rex.id, other_id=cara.id, kind=RelationKind.SPOUSE, declared_at=NOW
            )
        )
        session.flush()
        call = ServiceContext(session, NOW, CALENDAR, 1, None, SYSTEM, "nora")

        answer = conflicts.compare(
            call, person="rex", candidate="cara", declaration={"relation": declared}
        )

    assert answer["declaration"]["relation"] == expected
