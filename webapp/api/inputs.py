"""Read what a request carries, strictly: one JSON object, a form with files, or a query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from webapp.api.operation import Operation
from webapp.api.problems import FieldProblem, InvalidInput

LARGEST_JSON = 1024 * 1024
MOST_FILES = 100
DEEPEST_JSON = 64


class Upload(BaseModel):
    """A form with one or more files in the field `files`."""

    files: list[bytes]


@dataclass(frozen=True)
class UploadedFile:
    """A file as it was handed in."""

    name: str
    content: bytes


def read(operation: Operation) -> Any:
    """
    Return the checked input of a call.

    Raises:
        InvalidInput: It does not have the shape that the call takes.

    """
    if operation.uploads:
        return _read_files()
    raw = _read_json() if operation.is_post else _read_query()
    _refuse_unstorable(raw)
    try:
        return operation.takes.model_validate(raw, strict=operation.is_post)
    except ValidationError as error:
        raise InvalidInput.of(error) from error


def fingerprint(given: Any) -> bytes:
    """Return the input in one canonical form; equal requests have equal ones."""
    if isinstance(given, BaseModel):
        return orjson.dumps(given.model_dump(), option=orjson.OPT_SORT_KEYS)
    return b"\0".join(part for file in given for part in (file.name.encode(), file.content))


def _read_query() -> dict[str, str]:
    """Return the query; a parameter that is given twice is refused."""
    for name, values in request.args.lists():
        if len(values) > 1:
            raise _wrong(name, "This parameter is given more than once.")
    return request.args.to_dict()


def _read_json() -> dict[str, Any]:
    """Return the JSON object of the body; no body at all is an empty object."""
    request.max_content_length = LARGEST_JSON
    body = request.get_data(cache=False)
    if not body:
        return {}
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the body as `Content-Type: application/json`.")
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _wrong("", f"The body is not valid JSON ({place}): {error.msg}.") from error
    if not isinstance(raw, dict):
        raise _wrong("", "The body must be a JSON object.")
    return raw


def _read_files() -> tuple[UploadedFile, ...]:
    """Return the files of a multipart form."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType("Send the files as `multipart/form-data` in the field `files`.")
    files = request.files.getlist("files")
    if not files:
        raise _wrong("files", "Send at least one file in the field `files`.")
    if len(files) > MOST_FILES:
        raise _wrong("files", f"Send at most {MOST_FILES} files at once.")
    return tuple(UploadedFile(file.filename or "unnamed", file.read()) for file in files)


def _refuse_unstorable(raw: dict[str, Any]) -> None:
    """Refuse what no database keeps: NUL characters, and nesting without end."""
    level: Sequence[Any] = [raw]
    for _ in range(DEEPEST_JSON):
        if any("\0" in value for value in level if isinstance(value, str)):
            raise _wrong("", "A text contains a NUL character; take it out.")
        level = [child for value in level for child in _children(value)]
        if not level:
            return
    raise _wrong("", f"The body is nested more than {DEEPEST_JSON} levels deep.")


def _children(value: Any) -> Sequence[Any]:
    """Return what stands directly inside a JSON value."""
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else ()


def _wrong(field: str, message: str) -> InvalidInput:
    """Name one thing that is wrong with a request."""
    return InvalidInput([FieldProblem(field=field, message=message)])
