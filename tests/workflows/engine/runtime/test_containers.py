"""Sub-processes, called processes and ends that terminate."""

import pytest

from tests.workflows.engine.build import Process, loop, many
from tests.workflows.engine.play import Play
from workflows.engine.transition import BudgetExceeded, StepRefused


def test_a_sub_process_shares_the_data_around_it():
    process = Process("p").start()
    process.sub("inner").start("s").user("a").end("e").chain("s", "a", "e")
    process.user("b").end().chain("start", "inner", "b", "end")
    case = Play(process).start(x=1)
    assert case.outcome.active == ("inner", "a")

    case.complete("a", x=2, y=3)

    assert case.open == ["b"]
    assert case.data == {"x": 2, "y": 3}


def test_a_sub_process_ends_when_its_last_token_ends():
    process = Process("p").start()
    inner = process.sub("inner").start("s").parallel("fork").user("a").user("b").end("e")
    inner.chain("s", "fork", "a", "e").chain("fork", "b")
    process.user("after").chain("start", "inner", "after")
    case = Play(process).start()

    assert case.complete("a").open == ["b"]
    assert case.complete("b").open == ["after"]


def test_thirty_nested_sub_processes_are_no_deeper_than_one():
    process = Process("p").start()
    level = process
    for depth in range(30):
        inner = level.sub(f"sub{depth}")
        inner.start(f"s{depth}").end(f"e{depth}")
        following = f"sub{depth + 1}" if depth < 29 else "deep"
        inner.chain(f"s{depth}", following, f"e{depth}")
        level = inner
    level.user("deep")
    process.end().chain("start", "sub0", "end")

    assert Play(process).start().complete("deep").is_done


def test_a_terminate_end_stops_everything_in_its_sub_process_and_nothing_else():
    process = Process("p").start().parallel("fork")
    inner = process.sub("inner").start("s").parallel("f").user("a").user("b")
    inner.end_with("stop", terminate=True).chain("s", "f", "a", "stop").chain("f", "b")
    process.user("other").user("after")
    process.chain("start", "fork", "inner", "after").chain("fork", "other")
    case = Play(process).start()

    case.complete("a")

    assert case.open == ["other", "after"]
    assert ("activity_cancelled", "b") in case.happened()


def test_a_terminate_end_of_the_process_ends_the_case_at_once():
    process = Process("p").start().parallel("fork").user("a").user("b").parallel("join")
    process.end_with("stop", terminate=True).user("c")
    process.chain("start", "fork", "a", "join").chain("fork", "b", "stop").chain(
        "fork", "c", "join"
    )
    case = Play(process).start().complete("c")

    assert case.complete("b").is_done
    assert case.happened("activity_cancelled") == [("activity_cancelled", "a")]


def caller(**attributes: object) -> Process:
    process = Process("caller").start().call("ask", "callee", **attributes).user("after")
    return process.chain("start", "ask", "after")


def callee() -> Process:
    process = Process("callee", duties={"voter": "voter"}).start("cs").user("vote").end("ce")
    return process.chain("cs", "vote", "ce")


def test_a_called_process_without_mappings_gets_a_copy_of_all_data_and_gives_all_back():
    case = Play(caller(), callee()).start(x=1, voter="ada")
    assert case.outcome.duties == (("voter", "ada"),)
    assert case.outcome.active == ("ask",)

    case.complete("vote", y=2)

    assert case.data == {"x": 1, "voter": "ada", "y": 2}
    assert case.events[-3].data == {"names": ["y"]}


def test_a_called_process_with_inputs_sees_nothing_else_and_gives_only_its_outputs():
    case = Play(caller(inputs={"n": "x + 1"}, outputs={"sum": "n + v"}), callee()).start(x=1)

    case.complete("vote", v=10, secret="s")

    assert case.data == {"x": 1, "sum": 12}


def test_the_result_of_a_called_process_can_be_nested():
    case = Play(caller(inputs={"n": "1"}), callee())
    nested = Play(caller(inputs={"n": "1"}, resultVariable="r"), callee())

    assert case.start().complete("vote", v=2).data == {"n": 1, "v": 2}
    assert nested.start().complete("vote", v=2).data == {"r": {"n": 1, "v": 2}}


def test_what_happens_in_a_called_process_names_its_process_in_the_history():
    case = Play(caller(), callee()).start()

    started = [event for event in case.events if event.element_id == "vote"]

    assert [event.data.get("process") for event in started] == ["callee"]


def test_a_process_that_calls_itself_for_ever_is_stopped_by_the_budget():
    process = Process("p").start().call("again", "other").end().chain("start", "again", "end")
    other = Process("other").start("s").call("again2", "other").chain("s", "again2")

    with pytest.raises(BudgetExceeded, match="live tokens"):
        Play(process, other).start()


def test_a_call_of_a_process_that_is_not_there_is_refused():
    with pytest.raises(StepRefused, match="'callee', which cannot be started"):
        Play(caller()).start()


def test_a_sub_process_can_be_repeated_and_looped():
    process = Process("p").start()
    inner = process.sub("inner", loop(3, "n < 2"))
    inner.start("s").user("a").chain("s", "a")
    each = process.sub("each", many(cardinality="2"))
    each.start("t").user("b").end("u").chain("t", "b", "u")
    process.chain("start", "inner", "each")
    case = Play(process).start(n=0)

    case.complete("a", n=1).complete("a", n=2)

    assert case.open == ["b", "b"]
    assert case.complete("b").complete("b").is_done


def test_a_terminate_end_ends_only_its_own_instance_or_called_process():
    process = Process("p").start()
    each = process.sub("each", many(cardinality="2")).start("s").parallel("f").user("a").user("b")
    each.end_with("stop", terminate=True).chain("s", "f", "a", "stop").chain("f", "b")
    process.call("call", "called").user("after").chain("start", "each", "call", "after")
    called = Process("called").start("t").parallel("g").user("c").user("d")
    called.end_with("halt", terminate=True).chain("t", "g", "c", "halt").chain("g", "d")
    case = Play(process, called).start()

    case.complete("a")
    assert case.waiting == ["a", "b"]

    case.complete("a")
    assert case.waiting == ["c", "d"]
    assert case.complete("c").waiting == ["after"]


def test_a_process_may_call_itself_behind_work():
    process = Process("p").start().user("ask").exclusive("more", default="no").call("again", "p")
    process.end().chain("start", "ask", "more").flow("more", "again", "deeper")
    process.flow("more", "end", id="no").chain("again", "end")

    case = Play(process).start().complete("ask", deeper=True).complete("ask", deeper=False)

    assert case.is_done
