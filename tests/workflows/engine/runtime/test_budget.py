"""No step does endless work, and history costs nothing."""

import pytest

from tests.workflows.engine.build import Process, many
from tests.workflows.engine.play import Play
from tests.workflows.engine.work import calls_counted
from workflows.engine.transition import BudgetExceeded, Limits, StepRefused


def test_a_loop_of_automatic_nodes_is_stopped_with_its_name():
    process = Process("p").start().exclusive("m").task("t").chain("start", "m", "t", "m")

    with pytest.raises(BudgetExceeded, match="10,000 automatic steps without a wait"):
        Play(process).start()


def test_a_loop_that_forks_is_stopped_before_it_fills_the_memory():
    process = Process("p").start().exclusive("m").parallel("f").chain("start", "m", "f")
    process.flow("f", "m", id="f1").flow("f", "m", id="f2")

    with pytest.raises(BudgetExceeded, match="automatic steps without a wait"):
        Play(process).start()


def test_a_state_that_grows_too_large_is_refused():
    process = Process("p").start().user("a").user("b").chain("start", "a", "b")
    case = Play(process, limits=Limits(state_bytes=1_000)).start()

    with pytest.raises(BudgetExceeded, match="more than 1,000 bytes"):
        case.complete("a", text="x" * 1_000)


def test_a_step_may_not_take_too_long():
    process = Process("p").start().exclusive("m").task("t").chain("start", "m", "t", "m")

    with pytest.raises(BudgetExceeded, match="took more than"):
        Play(process, limits=Limits(steps=10**9, seconds=0.001)).start()


def test_a_million_instances_are_refused_at_once():
    process = Process("p").start().user("a", many(cardinality="1000000")).chain("start", "a")

    with calls_counted() as calls, pytest.raises(StepRefused):
        Play(process).start()

    assert calls[0] < 20_000  # reading the process included


def review_loop() -> Process:
    process = Process("p").start().exclusive("again").user("review").task("count")
    process.exclusive("ok", default="more").end().chain("start", "again", "review", "count", "ok")
    return process.flow("ok", "again", id="more").flow("ok", "end", "done")


def test_ten_thousand_rounds_cost_the_same_at_the_end_as_at_the_beginning():
    case = Play(review_loop()).start(done=False)
    sizes, work = {}, {}
    for round_number in range(10_000):
        if round_number in (10, 1_000, 9_999):
            with calls_counted() as calls:
                case.complete("review", round=round_number)
            work[round_number] = calls[0]
        else:
            case.complete("review", round=round_number)
        case.events.clear()
        sizes[round_number] = len(case.state or b"")

    assert case.open == ["review"]
    assert case.data == {"done": False, "round": 9_999}
    assert sizes[9_999] <= sizes[10] + 12
    assert work[10] == work[1_000] == work[9_999]
    assert case.complete("review", done=True).is_done


def test_twenty_parallel_blocks_in_a_row_start_small_and_at_once():
    process = Process("p").start().end()
    before = "start"
    for block in range(20):
        fork, join = f"fork{block}", f"join{block}"
        process.parallel(fork).parallel(join).user(f"a{block}").user(f"b{block}")
        process.chain(before, fork, f"a{block}", join).chain(fork, f"b{block}", join)
        before = join
    process.chain(before, "end")
    case = Play(process)

    with calls_counted() as calls:
        case.start()

    assert case.open == ["a0", "b0"]
    assert len(case.state or b"") < 1_000
    assert calls[0] < 300
