"""How the API refuses: problem documents of RFC 9457, one shape for every error."""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException

from webapp.errors import problem, status_of
from webapp.outages import is_outage, probe
from workflows.errors import Invalid, NotFound, UnderstudyError

TYPE_PREFIX = "urn:understudy:problem:"
RETRY_SECONDS = "5"


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class FindingProblem(BaseModel):
    """What a check found in a file: where, what is wrong and how to mend it."""

    model_config = ConfigDict(extra="allow")

    code: str
    severity: str
    message: str
    remedy: str
    element_id: str | None = None
    file_name: str | None = None
    line: int | None = None
    column: int | None = None


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    type: str = Field(description="`about:blank`, or a stable name of the kind of refusal.")
    title: str
    status: int
    detail: str = Field(description="One sentence for a person.")
    instance: str = Field(description="Path of the request.")
    errors: list[FieldProblem] = Field(default_factory=list)
    findings: list[FindingProblem] = Field(default_factory=list)
    by: str | None = Field(default=None, description="Who was faster, for a conflict.")
    at: str | None = Field(default=None, description="When that happened, for a conflict.")


class TokenNeeded(Exception):
    """The request carries no valid bearer token."""


class TooManyAttempts(Exception):
    """Too many requests with a wrong token came from one address."""


class InvalidInput(Invalid):
    """The request does not have the shape that the call takes; `errors` names each place."""

    def __init__(self, errors: list[FieldProblem]) -> None:
        first = errors[0]
        place = f"{first.field}: " if first.field else ""
        super().__init__(f"{place}{first.message}")
        self.errors = errors

    @classmethod
    def of(cls, error: ValidationError) -> "InvalidInput":
        """Translate what the model of the request found."""
        return cls(
            [
                FieldProblem(field=".".join(map(str, entry["loc"])), message=_sentence(entry))
                for entry in error.errors(include_url=False, include_context=False)
            ]
        )


def register(blueprint: Blueprint) -> None:
    """Let a blueprint answer every error with a problem document."""
    blueprint.register_error_handler(UnderstudyError, of_refusal)
    blueprint.register_error_handler(HTTPException, _of_http)
    blueprint.register_error_handler(TokenNeeded, _of_missing_token)
    blueprint.register_error_handler(TooManyAttempts, _of_too_many)
    blueprint.register_error_handler(DBAPIError, _of_database)


def of_refusal(error: UnderstudyError) -> Response:
    """Answer a refusal of a service with its own sentence and all it knows."""
    status = status_of(error)
    if isinstance(error, NotFound):
        # Without a type of its own: what is unknown and what is forbidden look alike.
        return problem(status, str(error))
    kind = _kebab(type(error).__name__)
    members = {
        "type": TYPE_PREFIX + kind,
        "title": kind.replace("-", " ").capitalize(),
        "errors": _plain(getattr(error, "errors", ())),
        "findings": _plain(getattr(error, "findings", ())),
    }
    for member in ("by", "at"):
        if getattr(error, member, None) is not None:
            value = getattr(error, member)
            members[member] = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return problem(status, str(error), **members)


def _of_http(error: HTTPException) -> Response:
    """Answer an error of the web framework."""
    answer = problem(error.code or HTTPStatus.INTERNAL_SERVER_ERROR, error.description or "")
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _of_missing_token(_error: TokenNeeded) -> Response:
    """Ask for a bearer token."""
    detail = (
        "Send a valid token as `Authorization: Bearer TOKEN`; `understudy token create` makes one."
    )
    answer = problem(HTTPStatus.UNAUTHORIZED, detail)
    answer.headers["WWW-Authenticate"] = 'Bearer realm="understudy"'
    return answer


def _of_too_many(_error: TooManyAttempts) -> Response:
    """Slow down whoever tries tokens."""
    answer = problem(HTTPStatus.TOO_MANY_REQUESTS, "Too many wrong tokens. Wait a minute.")
    answer.headers["Retry-After"] = "60"
    return answer


def _of_database(error: DBAPIError) -> Response:
    """Answer a database that cannot be reached, is full or too busy; nothing was saved."""
    if not is_outage(error):
        raise error
    probe.doubt()
    detail = "The database does not answer. Nothing was saved; send the request again."
    answer = problem(HTTPStatus.SERVICE_UNAVAILABLE, detail)
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _plain(details: Iterable[Any]) -> list[Any]:
    """Return findings or field errors as plain data."""
    return [_plain_one(detail) for detail in details]


def _plain_one(detail: Any) -> Any:
    """Return one finding or field error as plain data."""
    if isinstance(detail, BaseModel):
        return detail.model_dump()
    if hasattr(detail, "to_json"):
        return detail.to_json()
    return {"field": detail.field, "message": detail.message}


def _kebab(name: str) -> str:
    """Turn the name of an error class into words with hyphens."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _sentence(entry: Any) -> str:
    """Say in plain words what the model of a request found at one place."""
    known = {
        "missing": "This field is required.",
        "extra_forbidden": "This field is not known here; leave it out.",
        "string_type": "This must be a text.",
        "dict_type": "This must be an object.",
        "int_parsing": "This must be a whole number.",
        "bool_parsing": "This must be true or false.",
    }
    return known.get(entry["type"], f"{entry['msg']}.")
