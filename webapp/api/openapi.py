"""The description of the API, OpenAPI 3.1, made from the operations themselves."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webapp.api.operation import Operation
from webapp.api.problems import Problem
from webapp.version import product_version

PREFIX = "/api/v1"
_REF = "#/components/schemas/{model}"
_ALWAYS = (401, 422, 429, 503)
_ON_POST = (413, 415)


def describe(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the OpenAPI document of all operations."""
    schemas = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        item = paths.setdefault(PREFIX + operation.path, {})
        item[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Understudy",
            "version": product_version(),
            "description": "Talent reserve pools as processes: definitions, cases, user tasks.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the schema of every model that a request or answer uses."""
    taken = {operation.takes for operation in operations if _has_body(operation)}
    queries = {operation.takes for operation in operations if not operation.is_post}
    answered: set[type[BaseModel]] = {operation.answers for operation in operations}
    models = [
        *((model, "validation") for model in sorted(taken | queries, key=_name)),
        *((model, "serialization") for model in sorted(answered | {Problem}, key=_name)),
    ]
    _, document = models_json_schema(models, ref_template=_REF)  # type: ignore[arg-type]
    definitions: dict[str, Any] = document["$defs"]
    return definitions


def _operation(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the description of one call."""
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": _parameters(operation, schemas),
        "responses": _responses(operation),
    }
    if _has_body(operation):
        described["requestBody"] = _body(operation)
    return described


def _parameters(operation: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what stands in the path, the query and the headers."""
    parameters: list[dict[str, Any]] = []
    if "{id}" in operation.path:
        parameters.append(
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        )
    if operation.is_post:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "Repeat a request under the same key: it is done once.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        )
        return parameters
    query = schemas[operation.takes.__name__]
    for name, schema in query.get("properties", {}).items():
        parameters.append({"name": name, "in": "query", "required": False, "schema": schema})
    return parameters


def _body(operation: Operation) -> dict[str, Any]:
    """Return the description of a request's body."""
    reference = {"$ref": _REF.format(model=operation.takes.__name__)}
    if operation.uploads:
        files = {"type": "array", "items": {"type": "string", "format": "binary"}}
        form = {"type": "object", "required": ["files"], "properties": {"files": files}}
        return {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    required = any(field.is_required() for field in operation.takes.model_fields.values())
    return {"required": required, "content": {"application/json": {"schema": reference}}}


def _responses(operation: Operation) -> dict[str, Any]:
    """Return every answer that a call can give."""
    reference = {"$ref": _REF.format(model=operation.answers.__name__)}
    responses: dict[str, Any] = {
        str(operation.status): {
            "description": HTTPStatus(operation.status).phrase,
            "content": {"application/json": {"schema": reference}},
        }
    }
    refusals = {*_ALWAYS, *operation.refuses, *(_ON_POST if operation.is_post else ())}
    for status in sorted(refusals):
        responses[str(status)] = _refusal(HTTPStatus(status).phrase)
    responses["default"] = _refusal("Any other refusal")
    return responses


def _refusal(description: str) -> dict[str, Any]:
    """Return the description of a problem document."""
    schema = {"$ref": _REF.format(model="Problem")}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def _has_body(operation: Operation) -> bool:
    """Say whether a call takes a body with at least one field."""
    return operation.is_post and (operation.uploads or bool(operation.takes.model_fields))


def _name(model: type[BaseModel]) -> str:
    """Return the name by which models are ordered."""
    return model.__name__
