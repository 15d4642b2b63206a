"""Parallel and inclusive joins, in loops and with too many tokens, and the data behind them."""

import pytest

from tests.workflows.engine.build import Process
from tests.workflows.engine.play import Play
from workflows.engine.transition import StepRefused


def fork_and_join() -> Process:
    process = Process("p").start().parallel("fork").user("a").user("b").parallel("join")
    process.user("after").end()
    process.chain("start", "fork", "a", "join", "after", "end")
    return process.chain("fork", "b", "join")


def test_a_parallel_join_waits_for_every_branch():
    case = Play(fork_and_join()).start()

    assert case.complete("b").open == ["a"]
    assert case.outcome.active == ("a", "join")
    assert case.complete("a").open == ["after"]


def test_a_join_loses_and_revives_no_data():
    case = Play(fork_and_join()).start(shared=["start"], gone=1)

    case.complete("a", a=1, shared=["start", "a"])
    case.complete("b", b=2, gone=None)

    assert case.data == {"shared": ["start", "a"], "a": 1, "b": 2, "gone": None}


def looped_join() -> Process:
    """Two branches that are joined, again and again."""
    process = Process("p").start().exclusive("again").parallel("fork").user("a").user("b")
    process.parallel("join").exclusive("enough", default="out").end()
    process.chain("start", "again", "fork", "a", "join", "enough").chain("fork", "b", "join")
    return process.flow("enough", "again", "more").flow("enough", "end", id="out")


def test_a_join_in_a_loop_does_not_fire_early_in_the_second_round():
    case = Play(looped_join()).start(more=True)

    case.complete("a").complete("b")
    case.complete("b")

    assert case.open == ["a"]
    assert case.complete("a", more=False).is_done


def test_tokens_that_are_too_many_at_a_join_are_kept_for_the_next_time():
    process = Process("p").start().parallel("fork").exclusive("merge").user("a").user("b")
    process.parallel("join").user("after").flow("start", "fork")
    process.flow("fork", "merge", id="f1").flow("fork", "merge", id="f2")
    process.flow("fork", "b").chain("merge", "a", "join", "after").flow("b", "join")

    case = Play(process).start().complete("a").complete("a")
    assert case.open == ["b"]

    case.complete("b")
    assert case.open == ["after"]
    with pytest.raises(StepRefused, match="stuck: it waits at 'join'"):
        case.complete("after")


def inclusive(default: str | None = None) -> Process:
    process = Process("p").start().user("ask").inclusive("split", default=default)
    process.user("a").user("b").user("c").inclusive("join").user("after").end()
    process.chain("start", "ask", "split").flow("split", "a", "x > 0").flow("split", "b", "x > 1")
    process.flow("split", "c", "" if default else "x > 2", id="to_c")
    return process.chain("a", "join").chain("b", "join").chain("c", "join", "after", "end")


@pytest.mark.parametrize(("x", "taken"), [(1, ["a"]), (2, ["a", "b"]), (3, ["a", "b", "c"])])
def test_an_inclusive_join_waits_for_exactly_the_branches_that_were_taken(x, taken):
    case = Play(inclusive()).start().complete("ask", x=x)
    assert case.open == taken

    for left, element in enumerate(taken, start=1):
        case.complete(element)
        assert case.open == (taken[left:] or ["after"])


def test_the_default_flow_of_an_inclusive_gateway_is_taken_when_no_condition_holds():
    case = Play(inclusive(default="to_c")).start().complete("ask", x=0)

    assert case.open == ["c"]
    assert case.complete("c").open == ["after"]


def test_an_inclusive_join_waits_for_a_token_far_upstream_in_a_loop():
    process = Process("p").start().parallel("fork").user("a").user("b").exclusive("retry")
    process.exclusive("ok", default="on").inclusive("join").user("after")
    process.chain("start", "fork", "a", "join", "after").chain("fork", "retry", "b", "ok")
    process.flow("ok", "retry", "again").flow("ok", "join", id="on")
    case = Play(process).start().complete("a")

    case.complete("b", again=True)
    assert case.open == ["b"]

    assert case.complete("b", again=False).open == ["after"]


def test_an_inclusive_join_waits_for_a_token_that_can_come_by_a_boundary_event():
    process = Process("p").start().parallel("fork").user("a").user("b").inclusive("join")
    process.user("after").boundary("border", "b", message="stop").end()
    process.chain("start", "fork", "a", "join", "after").chain("fork", "b", "end")
    process.flow("border", "join")
    case = Play(process).start().complete("a")
    assert case.open == ["b"]

    assert case.branch().complete("b").open == ["after"]
    assert case.deliver("border").open == ["after"]


def test_two_inclusive_joins_in_a_row_do_not_wait_for_each_other():
    process = Process("p").start().parallel("fork").user("a").user("b").user("c")
    process.inclusive("first").inclusive("second").user("after")
    process.chain("start", "fork", "a", "first", "second", "after")
    process.chain("fork", "b", "first").chain("fork", "c", "second")
    case = Play(process).start().complete("c").complete("a")
    assert case.open == ["b"]

    assert case.complete("b").open == ["after"]


def test_joins_that_wait_for_each_other_are_named_and_nothing_is_guessed():
    process = Process("p").start().parallel("fork").inclusive("left").inclusive("right")
    process.user("l").user("r").flow("start", "fork").flow("fork", "left").flow("fork", "right")
    process.exclusive("lx", default="l_end").exclusive("rx", default="r_end").end("e")
    process.chain("left", "l", "lx").flow("lx", "right", "go").flow("lx", "e", id="l_end")
    process.chain("right", "r", "rx").flow("rx", "left", "go").flow("rx", "e", id="r_end")

    with pytest.raises(StepRefused, match="waits at 'left', 'right'"):
        Play(process).start()
