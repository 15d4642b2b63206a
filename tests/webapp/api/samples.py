"""Small models that the tests of the API publish."""

import json

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:understudy="urn:understudy:bpmn:1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'id="definitions" targetNamespace="urn:test">\n'
)
TAIL = "</bpmn:definitions>\n"


def process(key: str, body: str, extra: str = "") -> bytes:
    """A BPMN file with one executable process."""
    inner = f'<bpmn:process id="{key}" name="{key.title()}" isExecutable="true">\n{body}'
    return f"{HEAD}{extra}{inner}</bpmn:process>\n{TAIL}".encode()


def flow(name: str, source: str, target: str, condition: str = "") -> str:
    """A sequence flow."""
    start = f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"'
    if not condition:
        return f"{start}/>\n"
    expression = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}'
    return f"{start}>{expression}</bpmn:conditionExpression></bpmn:sequenceFlow>\n"


# Two user tasks in a row: the first with a form and for a group, the second for the starter.
REVIEW = process(
    "tiny_review",
    '<bpmn:startEvent id="begin"/>\n'
    '<bpmn:userTask id="score" name="Score" understudy:form="tiny_score" '
    'understudy:candidateGroups="reviewer" understudy:dueIn="P3D"/>\n'
    '<bpmn:userTask id="sign_off" name="Sign off"/>\n'
    '<bpmn:endEvent id="done"/>\n'
    + flow("f1", "begin", "score")
    + flow("f2", "score", "sign_off")
    + flow("f3", "sign_off", "done"),
)
SCORE_FORM = json.dumps(
    {
        "id": "tiny_score",
        "title": "Score",
        "schema": {
            "type": "object",
            "properties": {
                "points": {"type": "integer", "title": "Points", "minimum": 0, "maximum": 100},
                "remark": {"type": "string", "title": "Remark", "maxLength": 200},
            },
            "required": ["points"],
        },
    }
).encode()
REVIEW_FILES = {"tiny_review.bpmn": REVIEW, "tiny_score.form.json": SCORE_FORM}

# Waits for three days, or for the message `hurry`.
WAITING = process(
    "tiny_wait",
    '<bpmn:startEvent id="begin"/>\n'
    '<bpmn:intermediateCatchEvent id="pause" name="Pause"><bpmn:timerEventDefinition>'
    "<bpmn:timeDuration>P3D</bpmn:timeDuration></bpmn:timerEventDefinition>"
    "</bpmn:intermediateCatchEvent>\n"
    '<bpmn:endEvent id="done"/>\n' + flow("f1", "begin", "pause") + flow("f2", "pause", "done"),
)
LISTENING = process(
    "tiny_listen",
    '<bpmn:startEvent id="begin"/>\n'
    '<bpmn:intermediateCatchEvent id="hear" name="Hear">'
    '<bpmn:messageEventDefinition messageRef="m_hurry"/></bpmn:intermediateCatchEvent>\n'
    '<bpmn:endEvent id="done"/>\n' + flow("f1", "begin", "hear") + flow("f2", "hear", "done"),
    extra='<bpmn:message id="m_hurry" name="hurry"/>\n',
)

# Files that must be refused.
SCRIPT_TASK = process(
    "bad_script",
    '<bpmn:startEvent id="begin"/>\n'
    '<bpmn:scriptTask id="compute" scriptFormat="python">'
    "<bpmn:script>x = 1</bpmn:script></bpmn:scriptTask>\n"
    '<bpmn:endEvent id="done"/>\n' + flow("f1", "begin", "compute") + flow("f2", "compute", "done"),
)
BROKEN_CONDITION = process(
    "bad_condition",
    '<bpmn:startEvent id="begin"/>\n<bpmn:exclusiveGateway id="choose" default="f3"/>\n'
    '<bpmn:endEvent id="yes"/>\n<bpmn:endEvent id="no"/>\n'
    + flow("f1", "begin", "choose")
    + flow("f2", "choose", "yes", "score &gt;= (")
    + flow("f3", "choose", "no"),
)
UNKNOWN_DECISION = process(
    "bad_decision",
    '<bpmn:startEvent id="begin"/>\n'
    '<bpmn:businessRuleTask id="decide" understudy:decision="no_such_table" '
    'understudy:resultVariable="answer"/>\n'
    '<bpmn:endEvent id="done"/>\n' + flow("f1", "begin", "decide") + flow("f2", "decide", "done"),
)
DOCTYPE = REVIEW.replace(
    b"<bpmn:definitions", b'<!DOCTYPE x [<!ENTITY a "b">]>\n<bpmn:definitions', 1
)
NESTED = process(
    "bad_nesting",
    "".join(f'<bpmn:subProcess id="level_{level}">' for level in range(300))
    + "</bpmn:subProcess>" * 300,
)

DECISION = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="tiny_model"
    name="Tiny" namespace="urn:test">
  <inputData id="in_age" name="age"><variable name="age" typeRef="number"/></inputData>
  <decision id="tiny_age" name="Tiny age">
    <informationRequirement><requiredInput href="#in_age"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input id="i1"><inputExpression typeRef="number"><text>age</text></inputExpression></input>
      <output id="o1" name="group" typeRef="string"/>
      <rule id="r1"><inputEntry><text>&lt; 18</text></inputEntry>
        <outputEntry><text>"young"</text></outputEntry></rule>
      <rule id="r2"><inputEntry><text>&gt;= 18</text></inputEntry>
        <outputEntry><text>"adult"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""
