"""Data of a running case are changed where they are kept, and what follows is seen before."""

import pytest

from tests.workflows.engine.build import Process, many, when
from tests.workflows.engine.play import NOW, Play, Weekdays
from workflows.actors import Actor
from workflows.engine import data_changes
from workflows.engine.data_changes import CannotChange, DataGone, Store
from workflows.engine.json_data import DataRefused
from workflows.engine.occasion import Occasion
from workflows.engine.transition import EditData

GRACE = Occasion(Actor("grace", "Grace"), NOW, Weekdays())


def watching(condition: str = "score < 3") -> Process:
    """A step with a condition at its border that begins another one."""
    process = Process("p").start().user("work").user("help", name="Help out")
    process.boundary("bad", "work", when(condition), interrupting=False)
    return process.chain("start", "work").chain("bad", "help")


def stores(case: Play) -> tuple[Store, ...]:
    return data_changes.stores(case.state, case.model)


def change(case: Play, store: Store, **values: object) -> Play:
    """Change data as the services do."""
    case.do(EditData(store.token, values))
    return case


def test_a_change_is_seen_by_what_comes_next_and_told_by_name_only():
    process = Process("p").start().user("ask").exclusive("way", default="else")
    process.user("high").user("low").chain("start", "ask", "way")
    process.flow("way", "high", "score > 3").flow("way", "low", id="else")
    case = Play(process).start(score=1)
    (store,) = stores(case)

    change(case, store, score=5)

    told = [(one.type, one.data) for one in case.outcome.events]
    assert told == [("data_changed", {"names": ["score"]})]
    assert case.complete("ask").open == ["high"]


def test_a_condition_that_holds_then_is_foreseen_and_nothing_is_changed():
    case = Play(watching()).start(score=5)
    (store,) = stores(case)
    before = case.state

    found = data_changes.foresee(EditData(store.token, {"score": 1}), case.state, case.model, GRACE)

    assert (found.begun, found.withdrawn, found.ends) == (("Help out",), (), False)
    assert case.state == before
    assert sorted(change(case, store, score=1).open) == ["help", "work"]


def test_each_of_many_keeps_its_own_and_the_case_what_all_see():
    process = (
        Process("p", name="Whole")
        .start()
        .user("vote", many(collection="people", elementVariable="who"), name="Vote")
    )
    case = Play(process.chain("start", "vote")).start(people=["ann", "bob"], pool="leaders")

    found = stores(case)

    assert [(one.name, one.number) for one in found] == [("Whole", 0), ("Vote", 1), ("Vote", 2)]
    assert found[0].values == {"people": ["ann", "bob"], "pool": "leaders"}
    assert "pool" not in found[1].values
    change(case, found[0], pool="experts")
    assert stores(case)[0].values["pool"] == "experts"
    assert "pool" not in stores(case)[1].values


def test_a_called_process_keeps_its_own():
    inner = Process("inner", name="Inner").start("begin").user("deep").chain("begin", "deep")
    outer = Process("outer", name="Outer").start().call("run", "inner").chain("start", "run")
    case = Play(outer, inner).start(a=1)

    found = stores(case)
    change(case, found[1], a=2)

    assert [one.name for one in found] == ["Outer", "Inner"]
    assert [one.values.get("a") for one in stores(case)] == [1, 2]


@pytest.mark.parametrize(
    ("values", "refusal", "why"),
    [
        ({"score": "high"}, CannotChange, "cannot be changed so"),
        ({"score": object()}, DataRefused, "object"),
    ],
)
def test_what_the_case_cannot_take_is_refused(values, refusal, why):
    case = Play(watching("score")).start(score=False)
    (store,) = stores(case)

    with pytest.raises(refusal, match=why):
        data_changes.foresee(EditData(store.token, values), case.state, case.model, GRACE)


def test_a_place_that_is_gone_is_refused():
    case = Play(watching()).start(score=5)
    gone = EditData(99, {"score": 1})

    with pytest.raises(DataGone):
        data_changes.store_of(case.state, case.model, 99)
    with pytest.raises(DataGone):
        data_changes.foresee(gone, case.state, case.model, GRACE)
    assert data_changes.stores(None, case.model) == ()
