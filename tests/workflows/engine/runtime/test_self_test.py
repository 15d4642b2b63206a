"""The start-up self-test, and the proof that it would notice something."""

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from rules.xml_door import open_xml
from workflows.engine.runtime import self_test


def test_no_python_of_a_model_runs_anywhere():
    self_test.run()

    assert self_test.ALARM == []


def test_the_alarm_rings_when_the_bare_library_runs_a_model():
    ring = '__import__("workflows.engine.runtime.self_test", fromlist=["x"]).ALARM.append("s")'
    model = open_xml(self_test.source("script task", ring), file_name="x")
    parser = BpmnParser()
    parser.add_bpmn_xml(model)

    workflow = BpmnWorkflow(parser.get_spec("p"))
    workflow.do_engine_steps()

    assert self_test.ALARM == ["s"]
    self_test.ALARM.clear()


def test_the_product_does_not_start_when_something_rings(monkeypatch):
    monkeypatch.setattr(self_test, "attempt", lambda model: self_test.ALARM.append("condition"))

    with pytest.raises(self_test.SelfTestFailed, match="condition"):
        self_test.run()

    assert self_test.ALARM == []


def test_one_process_tests_itself_once_but_again_after_a_failure(monkeypatch):
    runs = []
    self_test.run_once.cache_clear()
    monkeypatch.setattr(self_test, "_attempt_states", lambda: runs.append("states"))
    monkeypatch.setattr(self_test, "attempt", lambda model: self_test.ALARM.append("condition"))
    with pytest.raises(self_test.SelfTestFailed):
        self_test.run_once()
    monkeypatch.setattr(self_test, "attempt", lambda model: None)

    self_test.run_once()
    self_test.run_once()

    assert runs == ["states", "states"]
