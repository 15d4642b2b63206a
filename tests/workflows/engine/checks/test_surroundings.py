"""What is found when processes are looked at with their forms, decisions and each other."""

import pytest

from tests.workflows.engine.build import Process, many, timer
from tests.workflows.engine.checks.files import codes, form, found
from tests.workflows.engine.play import Play
from workflows.engine.transition import BudgetExceeded

TEXT = {"type": "string"}


def fork(**attributes: str) -> Process:
    process = Process("p").start().parallel("f").user("a", **attributes).user("b", **attributes)
    process.parallel("j").end()
    return process.chain("start", "f", "a", "j", "end").chain("f", "b", "j")


def test_two_branches_whose_forms_have_the_same_field_are_a_warning():
    assert codes(fork(form="grade"), form("grade", grade=TEXT)) == [
        ("parallel-writers", "b", "warning")
    ]


def test_a_reminder_that_writes_what_the_work_writes_is_a_warning():
    process = Process("p").start().user("a", resultVariable="r").end().end("e2")
    process.boundary("late", "a", timer(duration="P1D"), interrupting=False)
    process.user("b", resultVariable="r").chain("start", "a", "end").chain("late", "b", "e2")

    assert codes(process) == [("parallel-writers", "b", "warning")]


def test_instances_of_an_activity_write_into_data_of_their_own():
    process = Process("p").start().parallel("f").parallel("j").end().user("b", form="grade")
    inner = process.sub("each", many(cardinality="3", collect="all"))
    inner.start("s").user("a", form="grade").end("e").chain("s", "a", "e")
    process.chain("start", "f", "each", "j", "end").chain("f", "b", "j")

    assert codes(process, form("grade", grade=TEXT)) == []


def test_branches_that_a_join_keeps_apart_may_write_the_same():
    process = Process("p").start().parallel("f").user("a", form="g").user("b").parallel("j")
    process.user("c", form="g").end().chain("start", "f", "a", "j", "c", "end").chain("f", "b", "j")

    assert codes(process, form("g", grade=TEXT)) == []


def asking(condition: str, **attributes: str) -> Process:
    process = Process("p").start(**attributes).user("a", form="score").exclusive("x", default="no")
    process.end("good").end("bad").chain("start", "a", "x").flow("x", "good", condition)
    return process.flow("x", "bad", id="no")


def test_a_slip_in_a_name_is_told_with_what_was_probably_meant():
    (finding,) = found(asking("scroe > 60"), form("score", score={"type": "number"}))

    assert (finding.code, finding.element_id) == ("name-never-written", "x")
    assert finding.remedy == "Did you mean “score”?"
    assert codes(asking("score > 60"), form("score", score={"type": "number"})) == []


def test_a_name_that_the_caller_may_hand_in_is_not_told():
    assert codes(asking("urgent"), form("score", score={"type": "number"})) == []


def test_processes_that_call_each_other_before_anything_waits_are_refused():
    one = Process("one").start().call("to_two", "two").end().chain("start", "to_two", "end")
    two = Process("two").start("s2").call("to_one", "one").end("e2").chain("s2", "to_one", "e2")

    assert codes(one, two) == [
        ("call-without-wait", "to_two", "error"),
        ("call-without-wait", "to_one", "error"),
    ]
    with pytest.raises(BudgetExceeded):
        Play(one, two).start()


def test_a_process_that_calls_itself_with_a_way_out_is_a_warning():
    process = Process("p").start().exclusive("x", default="out").call("again", "p").end().end("e2")
    process.flow("start", "x").flow("x", "again", "more").flow("x", "e2", id="out")

    assert codes(process.chain("again", "end")) == [("call-without-wait", "again", "warning")]


def test_a_call_of_a_process_that_only_an_event_begins_is_refused():
    one = Process("one").start().call("c", "two").end().chain("start", "c", "end")
    two = Process("two").message_start("s", "m").end().chain("s", "end")

    assert codes(one, two) == [("call-without-start", "c", "error")]


def test_processes_that_call_each_other_behind_work_are_fine():
    one = Process("one").start().user("u").call("c", "two").end().chain("start", "u", "c", "end")
    two = Process("two").start().call("c", "one").end().chain("start", "c", "end")

    assert codes(one, two) == []


def test_a_case_that_sends_what_starts_it_is_a_warning():
    process = Process("p").add("startEvent", "s", signal="alarm").end_with("e", signal="alarm")

    assert codes(process.chain("s", "e")) == [("start-without-wait", "s", "warning")]


def test_processes_that_start_each_other_are_a_warning():
    one = Process("one").message_start("s1", "a").throw("t1", message="b").end("e1")
    two = Process("two").message_start("s2", "b").end_with("e2", message="a")
    one.chain("s1", "t1", "e1")

    assert codes(one, two.chain("s2", "e2")) == [
        ("start-without-wait", "s1", "warning"),
        ("start-without-wait", "s2", "warning"),
    ]


def test_processes_that_start_each_other_behind_work_are_fine():
    one = (
        Process("one")
        .message_start("s1", "a")
        .user("u", assignee="ada")
        .end_with("e1", message="b")
    )
    two = Process("two").message_start("s2", "b").end_with("e2", message="a")

    assert codes(one.chain("s1", "u", "e1"), two.chain("s2", "e2")) == []


def test_a_start_that_makes_too_many_tokens_is_refused_with_the_figure():
    process = Process("p").start().user("a", many(cardinality="8000")).end()

    (finding,) = found(process.chain("start", "a", "end"))

    assert (finding.code, finding.element_id, finding.severity) == (
        "budget-at-start",
        "a",
        "error",
    )
    assert "5,000 live tokens" in finding.message


@pytest.mark.parametrize(
    ("field", "told"),
    [({"type": "integer"}, True), ({"type": "integer", "maximum": 9}, False)],
)
def test_a_number_of_instances_that_somebody_types_needs_a_maximum(field, told):
    process = Process("p").start(form="how_many").user("a", many(cardinality="copies")).end()
    process.chain("start", "a", "end")

    expected = [("instances-without-bound", "a", "warning")] if told else []
    assert codes(process, form("how_many", copies=field)) == expected


def test_work_for_the_starter_of_a_case_that_a_message_starts_is_a_warning():
    process = Process("p").message_start("begin", "order").user("a").user("b", assignee="anna")

    assert codes(process.end().chain("begin", "a", "b", "end")) == [
        ("nobody-assigned", "a", "warning")
    ]


def test_a_message_that_could_be_for_any_case_is_a_warning():
    process = Process("p").start().catch("paid", message="paid").end()
    process.receive("sent", "sent", correlation="number").chain("start", "paid", "sent", "end")

    assert codes(process) == [("message-without-correlation", "paid", "warning")]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"assignee": "anna, ben"}, "several-assignees"),
        ({"assignee": "= null"}, "assignment-gives-nobody"),
        ({"candidateGroups": "= []"}, "assignment-gives-nobody"),
        ({"dueIn": '= duration("P1D") - duration("P2D")'}, "timer-out-of-bounds"),
        ({"dueIn": "-P1D"}, "timer-out-of-bounds"),
    ],
)
def test_what_is_wrong_whatever_the_data_are_is_refused(attributes, code):
    process = Process("p").start().user("a", **attributes).end().chain("start", "a", "end")

    assert codes(process) == [(code, "a", "error")]


@pytest.mark.parametrize("text", ["-P1D", "+P1D", "P99999999Y", "PT0S", "-PT1S"])
def test_a_literal_that_no_timer_can_have_is_refused(text):
    process = Process("p").start().catch("t", timer(duration=text)).end()

    assert codes(process.chain("start", "t", "end")) == [("timer-out-of-bounds", "t", "error")]


@pytest.mark.parametrize("text", ["R/PT0S", "R/PT1S", "R0/P1D", "R9999/P1D", "-R3/P1D"])
def test_a_cycle_that_no_timer_can_have_is_refused(text):
    process = Process("p").start().user("a").end().end("e2")
    process.boundary("t", "a", timer(cycle=text), interrupting=False)

    findings = found(process.chain("start", "a", "end").chain("t", "e2"))

    assert [(one.element_id, one.severity) for one in findings] == [("t", "error")]


@pytest.mark.parametrize(
    ("condition", "code", "severity"),
    [
        ('"yes"', "condition-not-boolean", "error"),
        ("1 = 2", "condition-constant", "warning"),
    ],
)
def test_a_condition_that_depends_on_nothing_is_told(condition, code, severity):
    assert codes(asking(condition), form("score", score=TEXT)) == [(code, "x", severity)]


def test_a_case_that_can_never_end_is_a_warning():
    process = Process("p").start().exclusive("m").user("a").user("b")

    process.chain("start", "m", "a", "b", "m")

    assert codes(process) == [("no-way-out", "start", "warning")]


def test_an_event_at_work_that_is_done_at_once_is_a_warning():
    process = Process("p").start().task("a").end().end("e2")
    process.boundary("late", "a", timer(duration="P1D")).chain("start", "a", "end")

    assert codes(process.chain("late", "e2")) == [("border-never-heard", "late", "warning")]


def throwing(code: str) -> Process:
    process = Process("p").start().end().end("e2")
    inner = process.sub("s").start("b").user("u").end_with("x", error="A")
    inner.chain("b", "u", "x")
    process.boundary("bad", "s", error=code).chain("start", "s", "end")
    return process.chain("bad", "e2")


def test_an_error_whose_code_nothing_throws_is_a_warning():
    assert codes(throwing("A")) == []
    assert codes(throwing("")) == []
    assert codes(throwing("B")) == [("fault-never-thrown", "bad", "warning")]


def test_every_finding_names_the_element_its_line_and_where_to_read_more():
    process = Process("p").start().user("a", name="Ask").chain("start", "a")

    (finding,) = found(process)

    assert finding.to_json() == {
        "code": "implicit-end",
        "severity": "warning",
        "message": "The path ends at 'a' without an end event.",
        "remedy": "Lead it to an end event if that is meant.",
        "element_id": "a",
        "element_name": "Ask",
        "file_name": "p.bpmn",
        "line": finding.line,
        "help": "checks-of-processes.md#implicit-end",
    }
    assert finding.line is not None
