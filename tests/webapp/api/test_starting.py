"""What a call may start: what a page may, and no case about somebody else by a message."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import NOW
from tests.webapp.api.conftest import Program
from workflows import case_facts, packaged
from workflows.actors import SYSTEM
from workflows.case_facts import CaseFacts
from workflows.database import Database
from workflows.engine import definitions
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import Instance


def test_a_stage_of_other_processes_is_started_by_no_call(
    program: Callable[..., Program], database: Database
) -> None:
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)

    answers = [
        program(role, role).post("/instances", {"definition": key, "data": {"nomination_id": 1}})
        for role, key in (("member", "intake"), ("hr", "panel_vote"), ("manager", "nowhere"))
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    with database.reading() as session:
        assert session.query(Instance).count() == 0


HEARING = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:understudy="urn:understudy:bpmn:1" id="file" targetNamespace="urn:tests">
  <bpmn:message id="m" name="hearing.called"/>
  <bpmn:process id="hearing" name="Hearing" isExecutable="true">
    <bpmn:startEvent id="called"><bpmn:outgoing>a</bpmn:outgoing>
      <bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>
    <bpmn:userTask id="hear" name="Hear" understudy:candidateGroups="hr">
      <bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="end"><bpmn:incoming>b</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="a" sourceRef="called" targetRef="hear"/>
    <bpmn:sequenceFlow id="b" sourceRef="hear" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>"""


@pytest.mark.parametrize(("role", "status"), [("member", 404), ("manager", 404), ("hr", 200)])
def test_a_message_opens_a_case_about_somebody_only_for_those_in_charge(
    program: Callable[..., Program],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    role: str,
    status: int,
) -> None:
    with database.unit_of_work() as session:
        definitions.publish(session, [SourceFile("hearing.bpmn", HEARING)], actor=SYSTEM, now=NOW)
    load = case_facts.load

    def about_amara(*given: Any, **more: Any) -> CaseFacts:
        return replace(load(*given, **more), duties={"subject": frozenset({"amara"})})

    monkeypatch.setattr(case_facts, "load", about_amara)

    answer = program("paul", role).post("/messages", {"name": "hearing.called"})

    assert answer.status_code == status
    with database.reading() as session:
        assert session.query(Instance).count() == (status == 200)
