"""How tokens leave nodes."""

import pytest

from tests.workflows.engine.build import Process
from tests.workflows.engine.play import Play
from workflows.engine.transition import ExpressionFailed


def choice(default: str | None = "no") -> Process:
    """A user task, then a gateway on its score."""
    process = Process("choice").start().user("ask").exclusive("gate", default=default)
    process.user("high").user("low").end()
    process.chain("start", "ask", "gate").flow("gate", "high", "score >= 60", id="yes")
    process.flow("gate", "low", "" if default else "score < 60", id="no")
    return process.chain("high", "end").chain("low", "end")


@pytest.mark.parametrize(("score", "taken"), [(60, "high"), (59, "low"), (60.0, "high")])
def test_an_exclusive_gateway_takes_the_first_flow_whose_condition_holds(score, taken):
    case = Play(choice()).start().complete("ask", score=score)

    assert case.open == [taken]


def test_a_filter_in_a_condition_may_compare_with_other_data_of_the_case():
    process = Process("choice").start().user("ask").exclusive("gate", default="no")
    process.user("high").user("low").end()
    process.chain("start", "ask", "gate").chain("high", "end").chain("low", "end")
    process.flow("gate", "high", "count(scores[points > limit]) > 0", id="yes")
    process.flow("gate", "low", "", id="no")

    case = Play(process).start().complete("ask", scores=[{"points": 70}], limit=60)

    assert case.open == ["high"]


def test_a_missing_value_makes_a_condition_false_and_the_default_flow_is_taken():
    case = Play(choice()).start().complete("ask")

    assert case.open == ["low"]
    assert ("gateway_taken", "gate") in case.happened()


def test_a_gateway_without_a_way_refuses_the_step_and_names_itself():
    case = Play(choice(default=None)).start()
    before = case.state

    with pytest.raises(ExpressionFailed, match="'gate' holds") as refused:
        case.complete("ask")

    assert refused.value.element_id == "gate"
    assert case.state == before


def test_a_condition_that_is_neither_true_nor_false_is_refused():
    process = Process("p").start().exclusive("gate", default="no").end()
    process.flow("start", "gate").flow("gate", "end", '"yes"').flow("gate", "end", id="no")

    with pytest.raises(ExpressionFailed, match="neither true nor false"):
        Play(process).start()


def test_every_flow_without_a_condition_is_taken_when_a_task_has_several():
    process = Process("p").start().user("a").user("b").user("c")
    process.chain("start", "a", "b").flow("a", "c")

    case = Play(process).start().complete("a")

    assert case.open == ["b", "c"]
    assert case.complete("c").complete("b").is_done


@pytest.mark.parametrize(("size", "taken"), [(1, ["other"]), (5, ["big"]), (50, ["big", "huge"])])
def test_conditions_on_flows_that_leave_a_task_are_asked_for(size, taken):
    process = Process("p").start().user("a", default="rest").user("big").user("huge").user("other")
    process.flow("start", "a").flow("a", "big", "size > 3").flow("a", "huge", "size > 10")
    process.flow("a", "other", id="rest")

    case = Play(process).start().complete("a", size=size)

    assert case.open == taken


def test_an_exclusive_gateway_that_joins_passes_every_token():
    process = Process("p").start().parallel("fork").exclusive("merge").user("a")
    process.flow("start", "fork").flow("fork", "merge", id="f1").flow("fork", "merge", id="f2")
    process.flow("merge", "a")

    case = Play(process).start()

    assert case.open == ["a", "a"]


def test_an_abstract_task_passes_at_once_and_its_outputs_are_computed_in_order():
    process = Process("p").start().task("sum", outputs={"double": "x * 2", "more": "double + 1"})
    process.user("a").chain("start", "sum", "a")

    case = Play(process).start(x=4)

    assert case.data == {"x": 4, "double": 8, "more": 9}


def test_a_process_without_any_wait_completes_in_its_first_step():
    case = Play(Process("p").start().task("t").end().chain("start", "t", "end")).start(x=1)

    assert case.is_done
    assert case.state is None
    assert case.data == {"x": 1}
    assert case.happened() == [
        ("instance_started", "start"),
        ("activity_completed", "t"),
        ("activity_completed", "end"),
        ("instance_completed", None),
    ]


def test_five_hundred_nodes_in_a_row_are_read_and_played():
    process = Process("long").start().end()
    names = [f"t{number}" for number in range(500)]
    for name in names:
        process.task(name)
    process.chain("start", *names, "end")

    assert Play(process).start().is_done


def test_events_may_compute_data_too():
    process = Process("p").start(outputs={"a": "1"}).throw("t", outputs={"b": "a + 1"})
    process.end(outputs={"c": "b + 1"}).chain("start", "t", "end")

    case = Play(process).start()

    assert case.data == {"a": 1, "b": 2, "c": 3}
    assert case.events[0].data == {"data": {}}
