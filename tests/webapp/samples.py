"""A process whose forms have every kind of field, and cases of it in every state of an inbox."""

import json
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from workflows import accounts
from workflows.actors import SYSTEM
from workflows.calendar import OrganisationCalendar
from workflows.engine import definitions, instances
from workflows.engine.definitions import SourceFile

CALENDAR = OrganisationCalendar()

REVIEW_FORM = {
    "id": "sample_review",
    "title": "Review",
    "schema": {
        "type": "object",
        "properties": {
            "decision": {
                "title": "Decision",
                "oneOf": [
                    {"const": "accept", "title": "Accept into the pool"},
                    {"const": "reject", "title": "Reject"},
                    {"const": "ask", "title": "Ask for more information"},
                ],
            },
            "reason": {
                "type": "string",
                "title": "Reason for rejection",
                "minLength": 10,
                "maxLength": 2000,
            },
            "score": {
                "type": "integer",
                "title": "Readiness score",
                "description": "0 means not ready, 100 means ready now.",
                "minimum": 0,
                "maximum": 100,
            },
            "leadership": {
                "type": "integer",
                "title": "Leadership and coordination",
                "minimum": 1,
                "maximum": 5,
            },
            "next_review": {"type": "string", "format": "date", "title": "Next review"},
            "sponsor": {"type": "string", "title": "Sponsor", "maxLength": 120},
            "strengths": {
                "type": "array",
                "title": "Strengths",
                "items": {"enum": ["people", "numbers", "planning"]},
            },
            "post": {
                "title": "Where the person could begin",
                "enum": ["office", "plant", "shop", "laboratory", "warehouse", "field"],
            },
            "mobile": {"type": "boolean", "title": "Would move to another town"},
            "understood": {
                "type": "boolean",
                "const": True,
                "title": "I know that a rejection ends the nomination",
                "description": "The candidate and the unit are told at once.",
            },
        },
        "required": ["decision", "reason", "score", "leadership", "next_review", "understood"],
    },
    "ui": [
        {"text": "Please judge **{{ subject_name }}** by what you have seen yourself."},
        {"show": "subject_name", "label": "Candidate"},
        {"field": "decision", "widget": "radio"},
        {"field": "reason", "widget": "textarea", "showWhen": 'decision = "reject"'},
        {"field": "understood", "widget": "checkbox", "showWhen": 'decision = "reject"'},
        {"heading": "Readiness"},
        {"field": "score", "widget": "number"},
        {"field": "leadership", "widget": "rating"},
        {"field": "next_review", "widget": "date"},
        {"heading": "Support"},
        {"field": "sponsor", "widget": "person"},
        {"field": "strengths", "widget": "checkboxes"},
        {"field": "post", "widget": "select"},
        {"field": "mobile", "widget": "switch"},
    ],
}

PROCESS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:understudy="urn:understudy:bpmn:1" id="sample_file" targetNamespace="urn:tests">
  <bpmn:process id="sample" name="Sample nomination" isExecutable="true">
    <bpmn:startEvent id="begin"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="review" name="Review the nomination" understudy:form="sample_review"
        understudy:candidateGroups="reviewer" understudy:dueIn="{due}"
        understudy:priority="{priority}">
      <bpmn:documentation>Read the file first. Two others judge too.</bpmn:documentation>
      <bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:userTask id="tell" name="Tell the candidate" understudy:candidateGroups="reviewer">
      <bpmn:incoming>b</bpmn:incoming><bpmn:outgoing>c</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="end"><bpmn:incoming>c</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="a" sourceRef="begin" targetRef="review"/>
    <bpmn:sequenceFlow id="b" sourceRef="review" targetRef="tell"/>
    <bpmn:sequenceFlow id="c" sourceRef="tell" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>
"""

# Whom the cases are about, and how many days they have waited already.
CASES = (
    ("Amina Diallo", 21),
    ("Jonas Weber", 15),
    ("Li Na", 12),
    ("Marta Kowalska", 10),
    ("Diego Ramos", 6),
    ("Sara Lindqvist", 4),
    ("Oleh Shevchenko", 2),
    ("Priya Nair", 0),
)


def publish_sample(session: Session, *, now: datetime) -> None:
    """Publish the process and its form."""
    files = [
        SourceFile("sample.bpmn", PROCESS.format(due="P10D", priority=50).encode()),
        SourceFile("sample_review.form.json", json.dumps(REVIEW_FORM).encode()),
    ]
    definitions.publish(session, files, actor=SYSTEM, now=now)


def start_cases(session: Session, *, now: datetime, starter: str = "nora.lindqvist") -> list[int]:
    """Start a case for each person; answer with their numbers."""
    actor = accounts.actor_of(session, starter)
    return [
        instances.start(
            session,
            "sample",
            {"subject_name": name},
            actor=actor,
            now=now - timedelta(days=days),
            calendar=CALENDAR,
            name=name,
        ).id
        for name, days in CASES
    ]
