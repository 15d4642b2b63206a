"""Timers and messages: in the middle, at borders, behind event-based gateways."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.play import NOW, Play
from workflows.engine.transition import (
    DeliverMessage,
    ExpressionFailed,
    FireTimer,
    StepRefused,
    TokenNotWaiting,
)


def pause(**kind: str) -> Process:
    process = Process("p").start().catch("pause", timer(**kind)).user("after")
    return process.chain("start", "pause", "after")


def due(case: Play, element: str = "pause") -> datetime:
    return case.outcome.timers[case.token(case.outcome.timers, element)].due_at


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("P3D", timedelta(days=3)),
        ('"PT4H"', timedelta(hours=4)),
        ("=wait", timedelta(days=2)),
        ("wait", timedelta(days=2)),
        ('duration("PT90S")', timedelta(seconds=90)),
        ('duration("PT1H") / 7', timedelta(seconds=514)),
        ('"P" + "1D"', timedelta(days=1)),
        ("P5BD", timedelta(days=7)),
        ("P1M", timedelta(days=30)),
    ],
)
def test_a_duration_is_counted_from_now(text, after):
    case = Play(pause(duration=text)).start(wait="P2D")

    assert due(case) == NOW + after


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-03-01", datetime(2027, 3, 1, tzinfo=UTC)),
        ("2027-03-01T09:00:00+02:00", datetime(2027, 3, 1, 7, tzinfo=UTC)),
        ("date(day)", datetime(2027, 5, 1, tzinfo=UTC)),
        ("day", datetime(2027, 5, 1, tzinfo=UTC)),
    ],
)
def test_a_date_without_an_offset_is_in_utc(text, moment):
    case = Play(pause(date=text)).start(day="2027-05-01")

    assert due(case) == moment


@pytest.mark.parametrize("value", ["P99999999Y", "PT0S", "soon", None, 5, "P101Y", "R/PT1S"])
def test_a_time_that_no_timer_may_have_is_refused(value):
    with pytest.raises(ExpressionFailed, match="'pause' cannot be used"):
        Play(pause(duration="wait")).start(wait=value)


@pytest.mark.parametrize(
    "text", ['date("12021-01-01")', 'date and time("0001-01-01T00:00:00+05:00")']
)
def test_a_moment_that_no_clock_reaches_is_refused(text):
    with pytest.raises(ExpressionFailed, match="'pause' cannot be used"):
        Play(pause(date=text)).start()


def test_a_timer_goes_on_when_it_is_due_and_not_before():
    case = Play(pause(duration="P3D")).start()
    token = case.token(case.outcome.timers, "pause")

    with pytest.raises(StepRefused, match="not due before 2026-11-23 09:00 UTC"):
        case.shift(days=2).do(FireTimer(token))

    assert case.fire("pause").open == ["after"]
    assert ("timer_fired", "pause") in case.happened()


def reminded(cycle: str) -> Process:
    process = Process("p").start().user("work").end()
    process.boundary("remind", "work", timer(cycle=cycle), interrupting=False).user("nudge")
    return process.chain("start", "work", "end").chain("remind", "nudge")


def test_a_repeating_reminder_sets_itself_again_until_its_cycles_are_used_up():
    case = Play(reminded("R3/P1D")).start()

    for day in (1, 2, 3):
        assert due(case, "remind") == NOW + timedelta(days=day)
        case.fire("remind")

    assert case.open == ["work", "nudge", "nudge", "nudge"]
    assert not case.outcome.timers


def test_each_setting_of_a_repeating_timer_is_a_wait_of_its_own():
    case = Play(reminded("R/P1D")).start()
    first = case.token(case.outcome.timers, "remind")
    case.fire("remind")

    with pytest.raises(TokenNotWaiting):
        case.do(FireTimer(first))


def test_cycles_that_were_missed_are_one_firing():
    case = Play(reminded("R5/P1D")).start()

    case.fire("remind", after=timedelta(days=3, hours=1))

    assert case.open == ["work", "nudge"]
    assert due(case, "remind") == NOW + timedelta(days=4)
    case.fire("remind", after=timedelta(days=300))
    assert case.open == ["work", "nudge", "nudge"]
    assert not case.outcome.timers


def test_an_endless_cycle_catches_up_after_years_without_counting_each_minute():
    case = Play(reminded("R/PT1M")).start()

    case.fire("remind", after=timedelta(days=3_000, seconds=1))

    assert due(case, "remind") == NOW + timedelta(days=3_000, minutes=1)


def test_a_cycle_of_business_days_skips_the_weekend():
    case = Play(reminded("R2/P1BD")).start()

    assert due(case, "remind") == NOW + timedelta(days=3)
    assert due(case.fire("remind"), "remind") == NOW + timedelta(days=4)


def test_listeners_go_when_their_activity_is_done():
    case = Play(reminded("R/P1D")).start().complete("work")

    assert case.is_done
    assert not case.outcome.timers


def test_an_interrupting_timer_stops_its_activity_and_all_other_listeners():
    process = Process("p").start().user("work").boundary("late", "work", timer(duration="P5D"))
    process.boundary("call", "work", message="call", interrupting=False)
    process.user("escalate").user("answer").chain("late", "escalate").chain("call", "answer")
    process.chain("start", "work")
    case = Play(process).start().deliver("call").fire("late")

    assert case.waiting == ["answer", "escalate"]
    assert ("activity_cancelled", "work") in case.happened()


def test_an_interrupting_timer_at_a_sub_process_stops_all_that_is_in_it():
    process = Process("p").start()
    inner = process.sub("inner").start("s").parallel("f").user("a").user("b")
    inner.boundary("deep", "a", timer(duration="P9D")).end("e").chain("s", "f", "a", "e")
    inner.chain("f", "b").chain("deep", "e")
    process.boundary("late", "inner", timer(duration="P5D")).user("after").chain("late", "after")
    process.chain("start", "inner")
    case = Play(process).start()

    case.fire("late")

    assert case.waiting == ["after"]
    cancelled = {element for _, element in case.happened("activity_cancelled")}
    assert cancelled == {"inner", "a", "b"}


def awaiting(**attributes: str) -> Process:
    process = Process("p").start().catch("wait", message="answer", **attributes).user("after")
    return process.chain("start", "wait", "after")


def test_a_message_is_waited_for_with_the_correlation_of_the_model():
    case = Play(awaiting(correlation="case_id")).start(case_id=17)

    wait = next(iter(case.outcome.messages.values()))

    assert (wait.message_name, wait.correlation) == ("answer", "17")


@pytest.mark.parametrize("value", [None, "", [1], {"a": 1}, True, "x" * 201])
def test_a_correlation_that_is_no_short_text_is_refused(value):
    with pytest.raises(ExpressionFailed, match="gives no short text"):
        Play(awaiting(correlation="case_id")).start(case_id=value)


def test_the_payload_of_a_message_becomes_data():
    assert Play(awaiting()).start().deliver("wait", a=1).data == {"a": 1}
    nested = Play(awaiting(resultVariable="answer")).start().deliver("wait", a=1)
    assert nested.data == {"answer": {"a": 1}}


def test_a_message_is_delivered_once():
    case = Play(awaiting()).start()
    token = case.token(case.outcome.messages, "wait")
    case.do(DeliverMessage(token, {}))

    with pytest.raises(TokenNotWaiting):
        case.do(DeliverMessage(token, {}))


def test_a_receive_task_waits_for_its_message_and_may_have_a_border():
    process = Process("p").start().receive("get", "answer").user("after").user("late")
    process.boundary("border", "get", timer(duration="P1D"))
    process.chain("start", "get", "after").chain("border", "late")
    case = Play(process).start()

    assert case.branch().deliver("get").open == ["after"]
    assert case.fire("border").open == ["late"]
    assert not case.outcome.messages


def choice() -> Process:
    process = Process("p").start().event_based("first").catch("answer", message="answer")
    process.catch("late", timer(duration="P2D")).receive("other", "other")
    process.user("a").user("b").user("c")
    process.chain("start", "first", "answer", "a").chain("first", "late", "b")
    return process.chain("first", "other", "c")


def test_the_first_event_behind_an_event_based_gateway_decides():
    case = Play(choice()).start()
    assert case.waiting == ["answer", "late", "other"]
    assert case.outcome.active == ("first",)

    assert case.branch().deliver("answer", x=1).waiting == ["a"]
    assert case.branch().deliver("other", x=1).data == {"x": 1}
    assert case.fire("late").waiting == ["b"]
    taken = [event.data for event in case.events if event.type == "gateway_taken"]
    assert taken == [{"flows": ["first_late"]}]


def test_a_message_is_thrown_with_its_payload_and_correlation():
    process = Process("p").start()
    process.throw("tell", message="news", correlation="who", inputs={"n": "x + 1"})
    process.add("sendTask", "send", messageRef="message_news", inputs={"m": "x"})
    process.end_with("last", message="bye").chain("start", "tell", "send", "last")

    case = Play(process).start(who="ada", x=1)

    thrown = [(t.element_id, t.message_name, t.correlation, t.payload) for t in case.outcome.thrown]
    assert thrown == [
        ("tell", "news", "ada", {"n": 2}),
        ("send", "news", "", {"m": 1}),
        ("last", "bye", "", {}),
    ]


def test_a_message_can_start_a_process():
    process = Process("p").start().message_start("mail", "mail").user("plain").user("mailed")
    process.chain("start", "plain").chain("mail", "mailed")

    case = Play(process).start("mail", x=1)

    assert case.open == ["mailed"]
    assert case.data == {"x": 1}
    assert Play(process).start().open == ["plain"]
    with pytest.raises(StepRefused, match="by the message 'fax'"):
        Play(process).start("fax")


def listener(**event: str) -> Process:
    """A user task with an interrupting border, and a wait behind it."""
    process = Process("p").start().user("work").catch("listen", **event).user("after")
    process.boundary("late", "work", **event).user("gone")
    return process.chain("start", "work", "listen", "after").chain("late", "gone")


@pytest.mark.parametrize("event", [{"body": timer(duration="P1D")}, {"message": "m"}])
def test_what_was_skipped_never_claims_that_it_came(event):
    case = Play(listener(**event)).start()

    at_border = case.branch().skip("late")
    between = case.branch().complete("work").skip("listen")

    kinds = ("activity_cancelled", "timer_fired", "message_received")
    assert at_border.open == ["gone"]
    assert at_border.happened(*kinds)[0] == ("activity_cancelled", "late")
    assert between.open == ["after"]
    assert between.happened(*kinds) == [("activity_cancelled", "listen")]
    assert all(
        one.data["skipped"]
        for case in (at_border, between)
        for one in case.events
        if one.element_id in ("late", "listen") and one.type == "activity_cancelled"
    )


def test_a_skipped_way_of_a_choice_is_taken_and_says_that_it_was_skipped():
    process = Process("p").start().event_based("which").catch("soon", timer(duration="P1D"))
    process.catch("told", message="m").user("a").user("b")
    process.chain("start", "which", "soon", "a").chain("which", "told", "b")

    case = Play(process).start().skip("soon")

    assert case.open == ["a"]
    assert case.happened("timer_fired", "activity_completed") == []
    assert case.happened("activity_cancelled") == [("activity_cancelled", "soon")]


def test_a_skipped_event_sub_process_begins_and_does_not_claim_that_its_timer_fired():
    process = Process("p").start().user("work").chain("start", "work")
    inner = process.event_sub("aside").event_start("soon", timer(duration="P1D")).user("remind")
    inner.chain("soon", "remind")

    case = Play(process).start().skip("soon")

    assert case.open == ["remind"]
    assert case.happened("timer_fired") == []
    assert ("activity_cancelled", "soon") in case.happened()
