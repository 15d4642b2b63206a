"""What is killed and cut: a small installation, and the deeds that people and workers do in it."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from pydantic import SecretStr
from werkzeug.test import TestResponse

from tests.conftest import NOW
from tests.webapp.api.samples import REVIEW, SCORE_FORM
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import HANA, waiting
from webapp import create_app
from webapp.settings import Settings
from workflows import accounts
from workflows.actors import Actor
from workflows.clock import Clock, FixedClock
from workflows.database import Database
from workflows.engine import (
    definitions,
    services,
)
from workflows.engine import messages as _messages
from workflows.engine.definitions import SourceFile
from workflows.errors import Invalid

assert _messages  # importing it registers the deliverer of messages

KEY = "a-key-of-tests-with-more-than-32-characters"
PROGRAM = Actor("hanna", "Hanna", frozenset({"hr", "designer", "reviewer", "manager"}))
LATER = timedelta(days=9)
Facts = dict[str, Any]


class Flaky:
    """A service that works or not, as a test wants it."""

    is_broken = False


@services.service("crash.flaky")
def flaky(_call: services.ServiceContext) -> None:
    if Flaky.is_broken:
        raise Invalid("it is broken")


def sources() -> list[SourceFile]:
    """The processes of the installation."""
    listening = Process("listening")
    listening.start().catch("listen", message="answer", correlation="=ticket")
    listening.user("after").end().chain("start", "listen", "after", "end")
    sender = Process("sender")
    sender.start().user("ask").throw("tell", message="answer", correlation="=ticket")
    sender.user("rest").end().chain("start", "ask", "tell", "rest", "end")
    fragile = Process("fragile")
    fragile.start().user("ask").service("work", "crash.flaky").user("after").end()
    fragile.chain("start", "ask", "work", "after", "end")
    watched = Process("watched")
    watched.start().user("watch").boundary("late", "watch", timer(duration="P1D"))
    watched.user("chase").end().chain("start", "watch", "end").chain("late", "chase")
    watched.flow("chase", "end")
    hearing = Process("hearing").start().catch("listen", signal="alarm").user("after").end()
    hearing.chain("start", "listen", "after", "end")
    return [
        SourceFile("hearing.bpmn", hearing.xml()),
        SourceFile("watched.bpmn", watched.xml()),
        SourceFile("tiny_review.bpmn", REVIEW),
        SourceFile("tiny_score.form.json", SCORE_FORM),
        waiting("waiting"),
        waiting("short_wait", "PT2S"),
        SourceFile("listening.bpmn", listening.xml()),
        SourceFile("sender.bpmn", sender.xml()),
        SourceFile("fragile.bpmn", fragile.xml()),
        changing("first"),
    ]


def changing(name: str) -> SourceFile:
    """A process whose content depends on the name."""
    process = Process("changing")
    process.start().user("ask", name=name).end().chain("start", "ask", "end")
    return SourceFile("changing.bpmn", process.xml())


def furnish(database: Database) -> str:
    """Publish the processes and make an account; return its token."""
    with database.unit_of_work() as session:
        definitions.publish(session, sources(), actor=HANA, now=NOW)
        roles = sorted(PROGRAM.groups)
        accounts.create(session, PROGRAM.username, name="Hanna", roles=roles, now=NOW)
        return accounts.issue_token(session, PROGRAM.username, NOW)


class World:
    """The product over one database, and a client of its API."""

    def __init__(self, database: Database, token: str, clock: Clock | None = None) -> None:
        self.database = database
        self.clock = clock or FixedClock(NOW)
        settings = Settings(secret_key=SecretStr(KEY), four_eyes=False)
        self.app: Flask = create_app(settings, database=database, clock=self.clock)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> TestResponse:
        """Ask the API."""
        return self.app.test_client().get(f"/api/v1{path}", headers=self._headers)

    def post(self, path: str, body: Any, key: str | None = None) -> TestResponse:
        """Change something by the API, under an idempotency key."""
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        return self.app.test_client().post(f"/api/v1{path}", json=body, headers=headers)

    def request(self, path: str, body: object, key: str) -> tuple[int, bytes]:
        """Change something, as a client of `tests.crash.clients` wants it answered."""
        answer = self.post(path, body, key)
        return answer.status_code, answer.data

    def upload(self, file: SourceFile, key: str) -> TestResponse:
        """Publish a file by the API."""
        return self.app.test_client().post(
            "/api/v1/definitions",
            data={"files": [(BytesIO(file.content), file.name)]},
            headers={**self._headers, "Idempotency-Key": key},
            content_type="multipart/form-data",
        )

    def start(self, definition: str, data: Mapping[str, Any] | None = None) -> Facts:
        """Start a case and return it."""
        body = {"definition": definition, "data": dict(data or {})}
        answer = self.post("/instances", {**body, "business_key": uuid.uuid4().hex})
        assert answer.status_code == 201, answer.text
        case: Facts = answer.get_json()
        return case

    def task(self, case: Facts) -> int:
        """The number of the one open user task of a case."""
        (user_task,) = case["user_tasks"]
        return int(user_task["id"])

    def scoring(self) -> int:
        """A claimed user task with a form."""
        number = self.task(self.start("tiny_review"))
        assert self.post(f"/user-tasks/{number}/claim", {}).status_code == 200
        return number

    def broken(self) -> Facts:
        """A case with an incident."""
        case = self.start("fragile")
        Flaky.is_broken = True
        answer = self.post(f"/user-tasks/{self.task(case)}/complete", {})
        Flaky.is_broken = False
        assert answer.status_code == 409, answer.text
        return case

    def at(self, moment: datetime) -> FixedClock:
        """A clock that shows another moment."""
        return FixedClock(moment)
