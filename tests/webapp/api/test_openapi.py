"""The description of the API is complete, and its references lead somewhere."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask

from tests.webapp.api import samples
from tests.webapp.api.conftest import PREFIX, Program


@pytest.fixture
def document(stranger: Program) -> dict[str, Any]:
    """The description, read without a token."""
    answer = stranger.get("/openapi.json")
    assert answer.status_code == 200
    described: dict[str, Any] = answer.get_json()
    return described


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def test_every_route_of_the_api_is_described(document: dict[str, Any], app: Flask) -> None:
    served = {
        (rule.rule.replace("<item_id>", "{id}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX) and not rule.rule.endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert {(path, method) for path, method, _ in _operations(document)} == served


def test_every_call_of_the_contract_is_there(document: dict[str, Any]) -> None:
    calls = {f"{method.upper()} {path[len(PREFIX) :]}" for path, method, _ in _operations(document)}

    assert calls == {
        "POST /definitions",
        "GET /definitions",
        "GET /definitions/{id}",
        "POST /instances",
        "GET /instances/{id}",
        "GET /instances/{id}/history",
        "POST /instances/{id}/cancel",
        "POST /instances/{id}/retry",
        "POST /instances/{id}/move",
        "GET /user-tasks",
        "POST /user-tasks/{id}/claim",
        "POST /user-tasks/{id}/release",
        "POST /user-tasks/{id}/complete",
        "POST /messages",
        "POST /decisions/{id}/evaluate",
        "POST /clock",
    }


def test_every_reference_leads_to_a_schema(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    for reference in _references(document):
        assert reference.removeprefix("#/components/schemas/") in schemas


def test_operations_have_names_answers_and_problems(document: dict[str, Any]) -> None:
    operations = [operation for _, _, operation in _operations(document)]

    names = [operation["operationId"] for operation in operations]
    assert document["openapi"].startswith("3.1")
    assert len(names) == len(set(names))
    for operation in operations:
        responses = operation["responses"]
        assert any(status.startswith("2") for status in responses)
        assert {"401", "422", "429", "default"} <= set(responses)
        for status, response in responses.items():
            if not status.startswith("2"):
                assert "application/problem+json" in response["content"]


def test_every_post_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for _, method, operation in _operations(document):
        names = {parameter["name"] for parameter in operation["parameters"]}
        assert ("Idempotency-Key" in names) == (method == "post")


def test_answers_are_what_the_description_says(document: dict[str, Any], hr: Program) -> None:
    hr.publish(samples.REVIEW_FILES)
    started = hr.start("tiny_review")
    problem = hr.get("/instances/4711")

    for name, body in (
        ("InstanceAnswer", hr.get(f"/instances/{started['id']}").get_json()),
        ("EventPage", hr.get(f"/instances/{started['id']}/history").get_json()),
        ("UserTaskPage", hr.get("/user-tasks").get_json()),
        ("DefinitionPage", hr.get("/definitions").get_json()),
        ("DefinitionAnswer", hr.get("/definitions/tiny_review").get_json()),
        ("Problem", problem.get_json()),
    ):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema_rs.Draft202012Validator(schema).validate(body)
