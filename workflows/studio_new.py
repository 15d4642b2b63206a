"""What a new process begins with: a start, one step and an end, with their picture."""

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
