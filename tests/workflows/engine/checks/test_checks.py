"""What the checks at publish find."""

import json

import pytest

from tests.workflows.engine.build import Process, many, timer
from tests.workflows.engine.play import models, read
from workflows.engine.checks import Known, check
from workflows.engine.forms import FormDocument, read_form


def form(key: str, **fields: dict[str, object]) -> FormDocument:
    source = {"id": key, "schema": {"type": "object", "properties": fields}}
    return read_form(json.dumps(source).encode())


def codes(process: Process, known: Known | None = None) -> list[tuple[str, str | None]]:
    return [(found.code, found.element_id) for found in check(models(process)[0], known)]


def clean() -> Process:
    process = Process("p").start().user("a").exclusive("g", default="no").user("b").end()
    process.chain("start", "a", "g").flow("g", "b", "x > 1").flow("g", "end", id="no")
    return process.chain("b", "end")


def test_a_clean_process_has_no_findings():
    assert codes(clean()) == []


def test_a_node_that_no_path_leads_to_is_an_error():
    process = clean().user("lost").chain("lost", "end")

    (finding,) = check(models(process)[0])

    assert (finding.code, finding.element_id, finding.severity) == ("unreachable", "lost", "error")
    assert finding.line
    assert finding.file_name == "test.bpmn"


def test_nodes_behind_boundary_events_are_reached():
    process = clean().boundary("late", "a", timer(duration="P1D")).user("c").end("e2")

    assert codes(process.chain("late", "c", "e2")) == []


def test_a_path_that_just_stops_is_a_warning():
    process = Process("p").start().user("a").chain("start", "a")

    (finding,) = check(models(process)[0])

    assert (finding.code, finding.severity) == ("implicit-end", "warning")


def test_a_gateway_without_a_default_flow_is_a_warning():
    process = Process("p").start().exclusive("g").end("x").end("y").flow("start", "g")
    process.flow("g", "x", "a").flow("g", "y", "b")

    assert codes(process) == [("default-missing", "g")]


@pytest.mark.parametrize("kind", ["decision", "form", "service", "process"])
def test_what_does_not_exist_is_an_error_with_a_guess(kind):
    process = Process("p").start(form="order_form").rule("r", "rating").service("s", "shop.pay")
    process.call("c", "shipping").end().chain("start", "r", "s", "c", "end")
    keys = {
        "decision": ("r", {"ratings"}),
        "form": ("start", {"order_forms"}),
        "service": ("s", {"shop.payy"}),
        "process": ("c", {"shippin"}),
    }
    element, near = keys[kind]
    plural = {"process": "processes"}.get(kind, f"{kind}s")

    (finding,) = check(models(process)[0], Known(**{plural: near}))

    assert (finding.code, finding.element_id) == (f"unknown-{kind}", element)
    assert finding.remedy == f"Did you mean “{near.pop()}”?"
    assert check(models(process)[0], Known()) == []


def test_a_process_may_call_itself():
    process = Process("p").start().user("a").call("c", "p").end().chain("start", "a", "c", "end")

    assert codes(process, Known(processes=())) == []


def loop(*, way_out: bool, wait: str | None = None) -> Process:
    process = Process("p").start().exclusive("m").task("t").end()
    process.exclusive("x", default="back") if way_out else process.exclusive("x")
    middle = ["t"]
    if wait == "user":
        process.user("u")
        middle.append("u")
    if wait == "sub":
        process.sub("u").start("s").user("deep").end("e").chain("s", "deep", "e")
        middle.append("u")
    if wait == "service":
        process.service("u", "s")
        middle.append("u")
    process.chain("start", "m", *middle, "x")
    if way_out:
        process.flow("x", "end", "done")
    return process.flow("x", "m", id="back")


def test_a_loop_without_a_wait_is_an_error_when_it_never_ends_and_else_a_warning():
    endless = check(models(loop(way_out=False))[0])
    guarded = check(models(loop(way_out=True))[0])

    found = [(f.code, f.severity) for f in endless]
    assert ("loop-without-wait", "error") in found
    assert ("unreachable", "error") in found
    assert [(f.code, f.severity) for f in guarded] == [
        ("loop-without-wait", "warning"),
        ("budget-at-start", "warning"),
    ]
    assert "'m', 't', 'x'" in guarded[0].message


@pytest.mark.parametrize("wait", ["user", "sub"])
def test_a_loop_in_which_somebody_works_is_fine(wait):
    assert codes(loop(way_out=True, wait=wait)) == []


def test_a_service_task_is_no_wait():
    assert codes(loop(way_out=True, wait="service"))[0] == ("loop-without-wait", "m")


def test_a_join_of_branches_of_which_only_one_is_taken_is_an_error():
    process = Process("p").start().exclusive("x", default="b_").user("a").user("b")
    process.parallel("join").end().flow("start", "x").flow("x", "a", "y").flow("x", "b", id="b_")
    process.chain("a", "join", "end").flow("b", "join")

    (finding,) = check(models(process)[0])
    assert (finding.code, finding.element_id, finding.severity) == (
        "join-cannot-fire",
        "join",
        "error",
    )
    assert finding.message == (
        "The join 'join' can never fire: it waits for 'b', from where nothing comes when it came"
        " from 'a'."
    )


def writers(**attributes: str) -> Process:
    process = Process("p").start().parallel("f").user("a", **attributes).user("b", **attributes)
    process.parallel("j").user("c", **attributes).end()
    return process.chain("start", "f", "a", "j", "c", "end").chain("f", "b", "j")


def test_two_branches_that_write_one_key_are_a_warning():
    assert codes(writers(resultVariable="r")) == [("parallel-writers", "b")]
    known = Known(documents={"score": form("score", x={"type": "string"})})
    assert codes(writers(form="score"), known) == [("parallel-writers", "b")]
    assert codes(writers()) == []


def test_results_of_instances_that_nobody_keeps_are_a_warning():
    process = Process("p").start().user("a", many(cardinality="3"), form="f").end()

    assert codes(process.chain("start", "a", "end")) == [("results-not-kept", "a")]


def test_an_error_that_cannot_be_thrown_is_a_warning():
    process = clean().boundary("bad", "a", error="X").end("e2").chain("bad", "e2")

    assert codes(process) == [("fault-never-thrown", "bad")]


def test_findings_of_reading_and_of_checking_come_together():
    process = clean()
    process.parts.append('<bpmn:scriptTask id="script"/>')

    assert [finding.code for finding in check(read(process))] == ["script-task"]
    assert check(read(clean())) == []
