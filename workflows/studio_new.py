"""What something new begins with: a process with one step, a table with one rule, an empty form."""

import json
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from workflows.studio_states import DraftKind

EMPTY = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" \
xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" \
xmlns:understudy="urn:understudy:bpmn:1" \
id="{key}_definitions" targetNamespace="urn:understudy:process">
  <bpmn:process id="{key}" name={name} isExecutable="true">
    <bpmn:startEvent id="begin" name="Begin">
      <bpmn:outgoing>begin_to_first</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:userTask id="first" name="First step">
      <bpmn:incoming>begin_to_first</bpmn:incoming>
      <bpmn:outgoing>first_to_done</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="done" name="Done">
      <bpmn:incoming>first_to_done</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="begin_to_first" sourceRef="begin" targetRef="first" />
    <bpmn:sequenceFlow id="first_to_done" sourceRef="first" targetRef="done" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{key}_diagram">
    <bpmndi:BPMNPlane id="{key}_plane" bpmnElement="{key}">
      <bpmndi:BPMNShape id="begin_shape" bpmnElement="begin">
        <dc:Bounds x="160" y="142" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="first_shape" bpmnElement="first">
        <dc:Bounds x="260" y="120" width="100" height="80" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="done_shape" bpmnElement="done">
        <dc:Bounds x="430" y="142" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="begin_to_first_edge" bpmnElement="begin_to_first">
        <di:waypoint x="196" y="160" />
        <di:waypoint x="260" y="160" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="first_to_done_edge" bpmnElement="first_to_done">
        <di:waypoint x="360" y="160" />
        <di:waypoint x="430" y="160" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
EMPTY_TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" \
xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" \
xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" \
xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/" \
id="{key}_model" name={name} namespace="urn:understudy:decisions:{key}">
  <inputData id="{key}_input" name="value">
    <variable id="{key}_input_variable" name="value" typeRef="number"/>
  </inputData>
  <decision id="{key}" name="{key}">
    <question></question>
    <variable id="{key}_variable" name="{key}" typeRef="string"/>
    <informationRequirement id="{key}_needs_1">
      <requiredInput href="#{key}_input"/>
    </informationRequirement>
    <decisionTable id="{key}_table" hitPolicy="UNIQUE" preferredOrientation="Rule-as-Row">
      <input id="{key}_column_1" label="Value">
        <inputExpression typeRef="number"><text>value</text></inputExpression>
      </input>
      <output id="{key}_result_1" label="Result" typeRef="string"/>
      <rule id="{key}_01">
        <description></description>
        <inputEntry><text>-</text></inputEntry>
        <outputEntry><text>"OK"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="{key}_diagram">
      <dmndi:DMNShape id="{key}_shape" dmnElementRef="{key}">
        <dc:Bounds x="160" y="60" width="180" height="80"/>
      </dmndi:DMNShape>
      <dmndi:DMNShape id="{key}_input_shape" dmnElementRef="{key}_input">
        <dc:Bounds x="187" y="220" width="125" height="45"/>
      </dmndi:DMNShape>
      <dmndi:DMNEdge id="{key}_edge" dmnElementRef="{key}_needs_1">
        <di:waypoint x="250" y="220"/><di:waypoint x="250" y="140"/>
      </dmndi:DMNEdge>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""
ENDINGS: Mapping[DraftKind, str] = {
    DraftKind.PROCESS: ".bpmn",
    DraftKind.DECISION: ".dmn",
    DraftKind.FORM: ".form.json",
}


def source(kind: DraftKind, key: str, name: str) -> bytes:
    """Return what something new of a kind begins with."""
    if kind is DraftKind.FORM:
        schema = {"type": "object", "properties": {}, "required": []}
        document = {"id": key, "title": name, "schema": schema, "ui": []}
        return json.dumps(document, indent=2, ensure_ascii=False).encode()
    text = EMPTY if kind is DraftKind.PROCESS else EMPTY_TABLE
    return text.format(key=key, name=quoteattr(name)).encode()
