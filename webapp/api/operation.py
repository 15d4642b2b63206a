"""
What the HTTP API offers, as data.

Each call is one `Operation`. The routes, the checks before a call and the
OpenAPI document are all made from it, so that none of them can disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.errors import NotFound
from workflows.paging import LARGEST_ID


class Nothing(BaseModel):
    """A request that carries no data."""

    model_config = ConfigDict(extra="forbid")


class Transaction(Enum):
    """What the API opens around a call."""

    READING = "reading"
    WRITING = "writing"
    OWN = "own"  # the service behind it commits step by step


Input = TypeVar("Input")


@dataclass(frozen=True)
class Request(Generic[Input]):
    """Who asks, when, for which object and with what; `id` is empty where a path has none."""

    actor: Actor
    now: datetime
    id: str
    input: Input

    @property
    def number(self) -> int:
        """
        Return the id of the path as a number.

        Raises:
            NotFound: It is none, so nothing can have it.

        """
        if not (self.id.isascii() and self.id.isdecimal()) or len(self.id) > 10:
            raise NotFound(f"There is nothing with the id {self.id[:80]!r}.")
        if int(self.id) > LARGEST_ID:
            raise NotFound(f"There is nothing with the id {self.id}.")
        return int(self.id)


@dataclass(frozen=True)
class Call(Request[Input]):
    """A request inside a transaction."""

    session: Session


@dataclass(frozen=True)
class Operation:
    """
    One call of the API.

    Attributes:
        method: `GET` or `POST`.
        path: Path below `/api/v1`; the only variable is `{id}`.
        action: What it does, as permissions and the log name it.
        summary: One sentence for the reader of the API's description.
        handler: Gets a `Call` (a `Request` with a transaction of its own).
        takes: Model of the JSON body of a POST, of the query of a GET.
        answers: Model of the answer.
        status: Status of success.
        refuses: Statuses beyond those that every call can answer.
        transaction: What is opened around the handler.
        uploads: Whether the body is a form with `files` in place of JSON.

    """

    method: str
    path: str
    action: str
    summary: str
    handler: Callable[[Any], BaseModel]
    takes: type[BaseModel]
    answers: type[BaseModel]
    status: int = 200
    refuses: tuple[int, ...] = ()
    transaction: Transaction = Transaction.WRITING
    uploads: bool = False

    @property
    def name(self) -> str:
        """Return the action as one word, for routes and the description."""
        return self.action.replace(".", "_")

    @property
    def is_post(self) -> bool:
        """Say whether the call changes something, and so takes an `Idempotency-Key`."""
        return self.method == "POST"


def get(path: str, handler: Callable[[Any], BaseModel], **facts: Any) -> Operation:
    """Describe a call that only reads."""
    return Operation("GET", path, handler=handler, transaction=Transaction.READING, **facts)


def post(path: str, handler: Callable[[Any], BaseModel], **facts: Any) -> Operation:
    """Describe a call that changes something."""
    return Operation("POST", path, handler=handler, **facts)
