"""Undoing: compensation events, their handlers, and transactions that are cancelled."""

import pytest

from tests.workflows.engine.build import Level, Process, loop, many, timer
from tests.workflows.engine.play import Play
from workflows.engine.transition import SkipToken, UncaughtError


def step(level: Level, name: str, body: str = "") -> None:
    """Add a user task with a handler that undoes it."""
    level.user(name, body).user(f"un{name}", isForCompensation=True).undone_by(name, f"un{name}")


def trip(throw: str | None = None) -> Process:
    """Two steps that can be undone, one that cannot, then everything is undone."""
    process = Process("p").start()
    for name in ("a", "b"):
        step(process, name)
    process.user("c").undo("back", throw, "intermediateThrowEvent").user("after").end()
    return process.chain("start", "a", "b", "c", "back", "after", "end")


def test_what_was_completed_is_undone_one_by_one_newest_first():
    case = Play(trip()).start().complete("a").complete("b").complete("c")
    assert case.waiting == ["unb"]
    assert case.outcome.active == ("back", "unb")

    assert case.complete("unb").waiting == ["una"]
    assert case.complete("una").waiting == ["after"]
    assert case.complete("after").is_done


def test_one_activity_is_undone_by_its_name():
    case = Play(trip("a")).start().complete("a").complete("b").complete("c")

    assert case.waiting == ["una"]
    assert case.complete("una").waiting == ["after"]


def test_what_was_not_completed_is_not_undone():
    process = Process("p").start().exclusive("x", default="d").end()
    step(process, "a")
    step(process, "b")
    process.undo("back", tag="intermediateThrowEvent").chain("start", "x").flow("x", "a", "n = 1")
    process.flow("x", "b", id="d").chain("a", "back", "end").chain("b", "back")

    case = Play(process).start(n=1).complete("a")

    assert case.waiting == ["una"]
    assert case.complete("una").is_done


def test_with_nothing_to_undo_the_case_goes_on():
    process = Process("p").start().exclusive("x", default="d").user("after")
    step(process, "a")
    process.undo("back", tag="intermediateThrowEvent").chain("start", "x").flow("x", "a", "n = 1")
    process.flow("x", "back", id="d").chain("back", "after").chain("a", "after")

    assert Play(process).start(n=2).waiting == ["after"]


def test_an_activity_is_undone_once_per_completion_and_never_twice():
    process = Process("p").start().exclusive("m").exclusive("again", default="on")
    step(process, "a")
    process.undo("back", tag="intermediateThrowEvent")
    process.undo("more", tag="intermediateThrowEvent").user("after")
    process.chain("start", "m", "a", "again").flow("again", "m", "repeat")
    process.flow("again", "back", id="on").chain("back", "more", "after")
    case = Play(process).start().complete("a", repeat=True).complete("a", repeat=False)

    assert case.complete("una").waiting == ["una"]
    assert case.complete("una").waiting == ["after"]


def test_what_was_skipped_is_not_undone():
    case = Play(trip()).start().skip("a").complete("b").complete("c")

    assert case.complete("unb").waiting == ["after"]


def test_handlers_see_the_data_as_they_are_and_what_they_write_stays():
    case = Play(trip()).start(x=1).complete("a", x=2).complete("b").complete("c", x=3)

    case.complete("unb", y=4)

    assert case.data == {"x": 3, "y": 4}


def nested(*, handled: bool = False) -> Process:
    process = Process("p").start()
    inner = process.sub("inner").start("s").end("e")
    step(inner, "a")
    step(inner, "b")
    inner.chain("s", "a", "b", "e")
    if handled:
        process.user("uninner", isForCompensation=True).undone_by("inner", "uninner")
    step(process, "c")
    process.undo("back").chain("start", "inner", "c", "back")
    return process


def test_a_sub_process_is_undone_from_its_inside_in_reverse_order():
    case = Play(nested()).start().complete("a").complete("b").complete("c")

    assert case.complete("unc").waiting == ["unb"]
    assert case.complete("unb").waiting == ["una"]
    assert case.complete("una").is_done


def test_a_sub_process_with_a_handler_is_undone_as_a_whole():
    case = Play(nested(handled=True)).start().complete("a").complete("b").complete("c")

    assert case.complete("unc").waiting == ["uninner"]
    assert case.complete("uninner").is_done


def test_what_is_inside_a_sub_process_that_still_runs_is_not_undone_from_outside():
    process = Process("p").start().parallel("fork")
    inner = process.sub("inner").start("s").user("later").end("e")
    step(inner, "a")
    inner.chain("s", "a", "later", "e")
    step(process, "b")
    process.undo("back").chain("start", "fork", "inner").chain("fork", "b", "back")
    case = Play(process).start().complete("a").complete("b")

    assert case.complete("unb").waiting == ["later"]


def test_instances_are_undone_with_their_own_data_as_they_were():
    process = Process("p").start()
    each = many(collection="=names", elementVariable="name")
    process.user("book", each).user("free", isForCompensation=True, assignee="=name")
    process.undone_by("book", "free").undo("back").chain("start", "book", "back")
    case = Play(process).start(names=["ada", "ben"])

    case.complete("book").complete("book")

    assert [wait.assignee for wait in case.outcome.user_tasks.values()] == ["ben"]
    case.complete("free", seen=True)
    assert [wait.assignee for wait in case.outcome.user_tasks.values()] == ["ada"]
    assert case.complete("free").is_done
    assert case.data == {"names": ["ada", "ben"]}


def test_repeated_sub_processes_and_loops_are_undone_round_by_round():
    process = Process("p").start()
    each = process.sub("each", many(cardinality="2", sequential=True)).start("s").end("e")
    step(each, "a")
    each.chain("s", "a", "e")
    again = process.sub("again", loop(2)).start("t").end("u")
    step(again, "b")
    again.chain("t", "b", "u")
    process.undo("back").chain("start", "each", "again", "back")
    case = Play(process).start().complete("a").complete("a").complete("b").complete("b")

    for name in ("unb", "unb", "una", "una"):
        assert case.waiting == [name]
        case.complete(name)
    assert case.is_done


def test_an_error_event_sub_process_undoes_what_was_completed_around_it():
    process = Process("p").start().service("pay", "bank").end()
    step(process, "a")
    step(process, "b")
    process.chain("start", "a", "b", "pay", "end")
    aside = process.event_sub("aside").event_start("s", error="BROKE").undo("back").user("tell")
    aside.undo("all", tag="intermediateThrowEvent").chain("s", "all", "tell", "back")
    case = Play(process).start().complete("a").complete("b").fail("pay", "BROKE")

    assert case.complete("unb").waiting == ["una"]
    assert case.complete("una").waiting == ["tell"]
    assert case.complete("tell").is_done


def test_a_handler_can_be_a_sub_process_or_a_service_and_can_fail():
    process = Process("p").start().user("a")
    inner = process.sub("una", isForCompensation=True).start("s").service("call", "bank")
    inner.user("x").chain("s", "call", "x")
    process.undone_by("a", "una").undo("back").chain("start", "a", "back")
    aside = process.event_sub("aside").event_start("t", error="BROKE").user("mend")
    aside.chain("t", "mend")
    case = Play(process).start().complete("a")
    other = case.branch()

    assert case.serve("call").waiting == ["x"]
    assert case.complete("x").is_done

    assert other.fail("call", "BROKE").waiting == ["mend"]
    with pytest.raises(UncaughtError):
        Play(process).start().complete("a").fail("call", "OTHER")


def booking() -> Process:
    process = Process("p").start().user("after").user("lost").end()
    inner = process.transaction("trip").start("s").parallel("fork").user("wait")
    step(inner, "a")
    step(inner, "b")
    inner.user("pay").exclusive("g", default="ok").end("fine").end_with("stop", cancel=True)
    inner.chain("s", "fork", "a", "b", "pay", "g").chain("fork", "wait")
    inner.flow("g", "stop", "broke").flow("g", "fine", id="ok")
    process.boundary("cancelled", "trip", cancel=True).chain("cancelled", "lost", "end")
    process.boundary("late", "trip", timer(duration="P9D"))
    return process.chain("start", "trip", "after", "end").flow("late", "end", id="late_end")


def test_a_cancelled_transaction_stops_undoes_and_leaves_by_its_cancel_border():
    case = Play(booking()).start().complete("a").complete("b").complete("pay", broke=True)
    assert case.waiting == ["late", "unb"]
    assert ("activity_cancelled", "wait") in case.happened()

    case.complete("unb")
    assert case.waiting == ["late", "una"]

    assert case.complete("una").waiting == ["lost"]
    assert case.complete("lost").is_done


def test_a_transaction_that_is_not_cancelled_is_a_sub_process():
    case = Play(booking()).start().complete("a").complete("b").complete("pay", broke=False)

    assert case.complete("wait").waiting == ["after"]


def test_an_event_that_interrupts_stops_the_undoing_too():
    case = Play(booking()).start().complete("a").complete("b").complete("pay", broke=True)

    assert case.fire("late").is_done


def test_a_completed_transaction_is_undone_by_those_around_it():
    process = Process("p").start()
    inner = process.transaction("trip").start("s").end("e")
    step(inner, "a")
    inner.chain("s", "a", "e")
    process.undo("back").chain("start", "trip", "back")

    assert Play(process).start().complete("a").complete("una").is_done


def test_undoing_can_be_skipped_as_a_whole():
    case = Play(trip()).start().complete("a").complete("b").complete("c")
    event = next(e for e in case.events if (e.type, e.element_id) == ("activity_started", "back"))

    case.do(SkipToken(event.data["token"]))

    assert case.waiting == ["after"]


def test_the_state_keeps_nothing_where_nothing_can_be_undone():
    process = Process("p").start().exclusive("m").user("a").chain("start", "m", "a", "m")
    case = Play(process).start().complete("a")
    before = len(case.state or b"")

    for _ in range(30):
        case.complete("a")

    assert len(case.state or b"") <= before + 2
