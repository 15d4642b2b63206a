"""What programs of strangers sent, and what they must get for it."""

import json
from io import BytesIO

import pytest

from tests.webapp.api import samples
from tests.webapp.api.conftest import Program

START_TO_END = (
    '<bpmn:startEvent id="s"/><bpmn:userTask id="u" understudy:form="sum"/>'
    '<bpmn:task id="t"><bpmn:extensionElements><understudy:output name="large">10**30'
    '</understudy:output></bpmn:extensionElements></bpmn:task><bpmn:endEvent id="e"/>'
    + samples.flow("f1", "s", "u")
    + samples.flow("f2", "u", "t")
    + samples.flow("f3", "t", "e")
)
SUM_FORM = json.dumps(
    {"id": "sum", "schema": {"type": "object", "properties": {"sum": {"type": "integer"}}}}
).encode()


def test_whole_numbers_beyond_64_bits_neither_break_a_case_nor_its_answer(hr: Program) -> None:
    files = {"sum.bpmn": samples.process("sum", START_TO_END), "sum.form.json": SUM_FORM}
    assert hr.publish(files).status_code == 201
    case = hr.start("sum")

    user_task = case["user_tasks"][0]["id"]
    body = b'{"data": {"sum": 1000000000000000000000000000000}}'
    answer = hr.send(f"/user-tasks/{user_task}/complete", body, "application/json")

    assert answer.status_code == 200, answer.text
    shown = hr.get(f"/instances/{case['id']}").get_json()
    assert shown["data"] == {"sum": 1e30, "large": 10**30}
    assert hr.get(f"/instances/{case['id']}/history").status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/messages", 413), ("/definitions", 415)])
def test_a_refused_body_is_read_to_its_end(hr: Program, path: str, status: int) -> None:
    body = BytesIO(b"x" * 2_000_000)

    answer = hr.stream(path, body, 2_000_000)

    assert answer.status_code == status
    assert body.read() == b"", "the server would close the connection under the next request"


@pytest.mark.parametrize("path", ["/definitions/%00", "/instances/%00", "/user-tasks/a%00/claim"])
def test_a_nul_character_in_an_address_is_unknown(hr: Program, path: str) -> None:
    answer = hr.post(path) if path.endswith("claim") else hr.get(path)

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_a_decision_with_a_nul_character_is_unknown(hr: Program) -> None:
    assert hr.post("/decisions/%00/evaluate", {"inputs": {}}).status_code == 404


def test_a_file_name_that_cannot_be_kept_is_a_finding(hr: Program) -> None:
    answer = hr.publish({"tiny\0review.bpmn": samples.process("p", "")})

    assert answer.status_code == 422
    [finding] = answer.get_json()["findings"]
    assert (finding["code"], finding["file_name"]) == ("file-name", "tiny?review.bpmn")


def test_the_history_of_a_cancelled_case_tells_what_was_given_up(hr: Program) -> None:
    assert hr.publish(samples.REVIEW_FILES).status_code == 201
    case = hr.start("tiny_review")

    hr.post(f"/instances/{case['id']}/cancel", {"reason": "Started by mistake."})

    events = hr.get(f"/instances/{case['id']}/history").get_json()["items"]
    assert [(event["type"], event["element_id"]) for event in events[-2:]] == [
        ("activity_cancelled", "score"),
        ("instance_cancelled", None),
    ]
