"""A client that takes cases from start to end and repeats under its key what was not answered."""

import itertools
import time
import uuid
from collections.abc import Callable
from typing import Any

import orjson

from tests.crash.checker import Acknowledged

Send = Callable[[str, object, str], tuple[int, bytes]]
PATIENCE_SECONDS = 90.0
_TRANSIENT = {502, 503, 504}


class Unanswered(Exception):
    """The product refused what it must not refuse, or never answered."""


class Client:
    """Somebody who never gives up, and who remembers every answer."""

    def __init__(self, send: Send, name: str) -> None:
        self._send = send
        self._name = f"{name}-{uuid.uuid4().hex[:6]}"
        self._numbers = itertools.count()
        self.acknowledged: list[Acknowledged] = []
        self.repeated = 0
        self.trouble = ""

    def play(self) -> None:
        """Take one case of each kind to its end."""
        if self.trouble:
            return
        try:
            self._review()
            self._exchange()
        except Unanswered as problem:
            self.trouble = str(problem)

    def start_timer(self) -> int:
        """Start a case that waits two seconds; return its number."""
        return int(self.ask("/instances", self._start("short_wait"))["id"])

    def _review(self) -> None:
        """Start, claim, complete, complete."""
        case = self.ask("/instances", self._start("tiny_review"))
        score = _task(case)
        self.ask(f"/user-tasks/{score}/claim", {})
        case = self.ask(f"/user-tasks/{score}/complete", {"data": {"points": 50}})
        case = self.ask(f"/user-tasks/{_task(case)}/complete", {})
        if case["status"] != "completed":
            raise Unanswered(f"The case {case['id']} is {case['status']} at its end.")

    def _exchange(self) -> None:
        """Let one case wait for a message, and send it."""
        ticket = self._key()
        listener = self.ask("/instances", self._start("listening", ticket=ticket))
        reached = self.ask("/messages", {"name": "answer", "correlation": ticket})
        if [case["id"] for case in reached["items"]] != [listener["id"]]:
            raise Unanswered(f"The message reached {reached}.")
        self.ask(f"/user-tasks/{_task(reached['items'][0])}/complete", {})
        cancelled = self.ask("/instances", self._start("tiny_review"))
        self.ask(f"/instances/{cancelled['id']}/cancel", {"reason": "crash"})

    def ask(self, path: str, body: object) -> dict[str, Any]:
        """Send a request under one key until it is answered."""
        key = self._key()
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                status, answer = self._send(path, body, key)
            except OSError:
                status, answer = 503, b""
            if status in _TRANSIENT:
                self.repeated += 1
                time.sleep(0.02)
                continue
            if status >= 300:
                raise Unanswered(f"{path} under {key}: {status} {answer.decode()[:400]}")
            self.acknowledged.append(Acknowledged(key, status, answer))
            found: dict[str, Any] = orjson.loads(answer)
            return found
        raise Unanswered(f"{path} under {key} was not answered in {PATIENCE_SECONDS} seconds.")

    def _key(self) -> str:
        return f"{self._name}-{next(self._numbers)}"

    def _start(self, definition: str, **data: str) -> dict[str, Any]:
        return {"definition": definition, "business_key": self._key(), "data": data}


def _task(case: dict[str, Any]) -> int:
    """The number of the one open user task of a case."""
    (user_task,) = case["user_tasks"]
    return int(user_task["id"])
