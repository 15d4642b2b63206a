"""What bare SpiffWorkflow lets pass: unasked fields, endless loops, wrong decisions, dead ends."""

import pytest
from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.spiff.parser import SpiffBpmnParser

from rules.dmn import DecisionFailed, read_model
from tests.workflows.engine.build import Process, extension
from tests.workflows.engine.play import Play, read
from tests.workflows.engine.runtime.test_library_traps import Bare
from tests.workflows.engine.shop import complete, form, open_tasks, publish, start
from workflows.engine.checks import check
from workflows.engine.definitions import SourceFile
from workflows.engine.forms import FormRefused
from workflows.engine.transition import BudgetExceeded


class Stopped(Exception):
    """The library made more steps than a test waits for."""


def test_a_field_that_no_form_asks_for_takes_an_approval_gateway(database):
    process = Process("p").start().user("a", form="note").exclusive("g", default="no")
    process.user("pay").user("refuse").end().chain("start", "a", "g").flow("g", "pay", "approved")
    process.flow("g", "refuse", id="no").chain("pay", "end").chain("refuse", "end")

    bare = Bare(process, approved=False)
    assert bare.complete("a", lambda data: data.update(approved=True)).open == ["pay"]

    note = form("note", note={"type": "string"})
    publish(database, SourceFile("p.bpmn", process.xml()), note)
    case = start(database, "p", {"approved": False})
    number = open_tasks(database, case)["a"].id
    with pytest.raises(FormRefused, match="no field “approved”"):
        complete(database, number, {"approved": True})
    complete(database, number, {"note": "x"})
    assert set(open_tasks(database, case)) == {"refuse"}


def test_a_loop_of_gateways_never_ends():
    process = Process("p").start().exclusive("m").exclusive("g", default="again").end()
    process.chain("start", "m", "g").flow("g", "m", id="again").flow("g", "end", "1 > 2")
    made = []

    def count(_task):
        made.append(1)
        if len(made) > 300:
            raise Stopped

    parser = SpiffBpmnParser()
    parser.add_bpmn_xml(etree.fromstring(process.xml()))
    with pytest.raises(Stopped):
        BpmnWorkflow(parser.get_spec("p")).do_engine_steps(did_complete_task=count)

    with pytest.raises(BudgetExceeded):
        Play(process).start()


def test_a_node_that_no_path_leads_to_is_accepted():
    process = Process("p").start().user("a").user("never").end().chain("start", "a", "end")

    assert Bare(process).complete("a").workflow.is_completed()

    assert ("unreachable", "never") in [(one.code, one.element_id) for one in check(read(process))]


def table(policy: str, *rules: tuple[str, str]) -> str:
    """Write a table that says something about a colour."""
    rows = "".join(
        f'<rule id="r{place}"><inputEntry id="i{place}"><text>{cell}</text></inputEntry>'
        f'<outputEntry id="o{place}"><text>{said}</text></outputEntry></rule>'
        for place, (cell, said) in enumerate(rules)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m"'
        ' namespace="urn:test"><inputData id="in" name="colour"><variable id="v" name="colour"'
        ' typeRef="string"/></inputData><decision id="d" name="d"><variable id="w" name="d"/>'
        '<informationRequirement id="q"><requiredInput href="#in"/></informationRequirement>'
        f'<decisionTable id="t" hitPolicy="{policy}"><input id="i"><inputExpression id="e"'
        ' typeRef="string"><text>colour</text></inputExpression></input><output id="o" name="o"/>'
        f"{rows}</decisionTable></decision></definitions>"
    )


def asked_of_the_library(written: str) -> object:
    """Return what a business rule task of the library makes of a table."""
    called = "<spiffworkflow:calledDecisionId>d</spiffworkflow:calledDecisionId>"
    process = Process("p").start().add("businessRuleTask", "x", extension(called)).user("u")
    parser = SpiffBpmnParser()
    parser.add_bpmn_xml(etree.fromstring(process.chain("start", "x", "u").xml()))
    parser.add_dmn_xml(etree.fromstring(written))
    workflow = BpmnWorkflow(parser.get_spec("p"))
    workflow.task_tree.data["colour"] = "blue"
    workflow.do_engine_steps()
    return workflow.get_tasks(spec_name="u")[0].data.get("o")


def test_a_cell_with_two_values_never_matches():
    written = table("UNIQUE", ('"red", "blue"', '"warm"'))

    assert asked_of_the_library(written) is None

    assert read_model(written.encode()).evaluate("d", {"colour": "blue"}).output == "warm"


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY"])
def test_of_rules_that_contradict_each_other_the_first_wins(policy):
    written = table(policy, ('"blue"', '"a"'), ('"blue"', '"b"'))

    assert asked_of_the_library(written) == "a"

    with pytest.raises(DecisionFailed):
        read_model(written.encode()).evaluate("d", {"colour": "blue"})
