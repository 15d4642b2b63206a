"""What is killed and cut: a small installation, and the deeds that people and workers do in it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from pydantic import SecretStr
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import NOW
from tests.webapp.api.samples import REVIEW, SCORE_FORM
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import CALENDAR, HANA, waiting
from webapp import create_app
from webapp.settings import Settings
from workflows import accounts
from workflows.actors import Actor
from workflows.clock import Clock, FixedClock
from workflows.database import Database
from workflows.engine import (
    definitions,
    drafts,
    incidents,
    outbox,
    services,
    timers,
    user_tasks,
)
from workflows.engine import messages as _messages
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import Incident, UserTask
from workflows.errors import Invalid, UnderstudyError

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
    return [
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


@dataclass(frozen=True)
class Deed:
    """Something that is done in one go; `prepare` makes what it is done to."""

    prepare: Callable[[World], Facts]
    act: Callable[[World, Facts, str], str]


def _posted(path: str, body: Any) -> Callable[[World, Facts, str], str]:
    """A call of the API; the path may name the id of what was prepared."""

    def act(world: World, facts: Facts, key: str) -> str:
        answer = world.post(path.format(**facts), body, key)
        return f"{answer.status_code} {answer.text}"

    return act


def _start(world: World, facts: Facts, key: str) -> str:
    body = {"definition": "tiny_review", "business_key": facts["ticket"]}
    answer = world.post("/instances", body, key)
    return f"{answer.status_code} {answer.text}"


def _message(world: World, facts: Facts, key: str) -> str:
    body = {"name": "answer", "correlation": facts["ticket"]}
    answer = world.post("/messages", body, key)
    return f"{answer.status_code} {answer.text}"


def _throw(world: World, facts: Facts, key: str) -> str:
    """Complete what throws a message; at the second try a worker looks after it, too."""
    reply = _posted("/user-tasks/{id}/complete", {})(world, facts, key)
    if facts.get("round"):
        _deliver(world, facts, key)
    return reply


def _publish(world: World, facts: Facts, key: str) -> str:
    answer = world.upload(changing(facts["ticket"]), key)
    return f"{answer.status_code} {answer.text}"


def _fail(world: World, facts: Facts, key: str) -> str:
    Flaky.is_broken = True
    try:
        return _posted("/user-tasks/{id}/complete", {})(world, facts, key)
    finally:
        Flaky.is_broken = False


def _fire(world: World, facts: Facts, _key: str) -> str:
    """Do what a worker does; a second try comes when the first one's lease is over."""
    moment = NOW + LATER + timedelta(minutes=facts.get("round", 0))
    timers.fire_due(world.database, world.at(moment), CALENDAR)
    return "fired"


def _deliver(world: World, facts: Facts, _key: str) -> str:
    moment = NOW + timedelta(minutes=facts.get("round", 0))
    outbox.deliver_due(world.database, moment, CALENDAR)
    return "delivered"


def deliver_all(world: World) -> None:
    """Deliver every letter that waits."""
    # An hour later, no letter is lent to a deliverer that died.
    while outbox.deliver_due(world.database, NOW + timedelta(hours=1), CALENDAR):
        pass


def _in_unit_of_work(
    what: Callable[[Any, Facts], object],
) -> Callable[[World, Facts, str], str]:
    """A service without a call of its own; a refusal says that it was done before."""

    def act(world: World, facts: Facts, _key: str) -> str:
        try:
            with world.database.unit_of_work() as session:
                what(session, facts)
        except UnderstudyError as refused:
            return f"refused {type(refused).__name__}"
        return "done"

    return act


def _skip(session: Any, facts: Facts) -> None:
    incidents.skip(
        session, facts["incident"], reason="crash", actor=PROGRAM, now=NOW, calendar=CALENDAR
    )


def _reassign(session: Any, facts: Facts) -> None:
    user_tasks.reassign(
        session, facts["id"], assignee="ben", actor=PROGRAM, now=NOW, reason="crash"
    )


def _draft(session: Any, facts: Facts) -> None:
    drafts.save_draft(session, facts["id"], {"points": 7}, actor=PROGRAM, now=NOW)


def _ticket(_world: World) -> Facts:
    return {"ticket": uuid.uuid4().hex}


def _listener(world: World) -> Facts:
    facts = _ticket(world)
    return {**facts, "case": world.start("listening", facts)["id"]}


def _thrower(world: World) -> Facts:
    facts = _listener(world)
    return {**facts, "id": world.task(world.start("sender", {"ticket": facts["ticket"]}))}


def _undelivered(world: World) -> Facts:
    """A message that was thrown while the deliverer was away."""
    facts = _thrower(world)
    deliver, outbox.deliver = outbox.deliver, lambda *_: None
    try:
        _posted("/user-tasks/{id}/complete", {})(world, facts, uuid.uuid4().hex)
    finally:
        outbox.deliver = deliver
    return facts


def _incident(world: World) -> Facts:
    case = world.broken()
    with world.database.reading() as session:
        found = session.scalars(select(Incident.id).where(Incident.instance_id == case["id"]))
        return {"case": case["id"], "incident": found.one()}


def _open_score(world: World) -> Facts:
    return {"id": world.task(world.start("tiny_review"))}


def _signing(world: World) -> Facts:
    number = world.scoring()
    answer = world.post(f"/user-tasks/{number}/complete", {"data": {"points": 3}})
    return {"id": world.task(answer.get_json())}


DEEDS: dict[str, Deed] = {
    "start": Deed(_ticket, _start),
    "claim": Deed(_open_score, _posted("/user-tasks/{id}/claim", {})),
    "release": Deed(lambda w: {"id": w.scoring()}, _posted("/user-tasks/{id}/release", {})),
    "complete": Deed(
        lambda w: {"id": w.scoring()},
        _posted("/user-tasks/{id}/complete", {"data": {"points": 70}}),
    ),
    "complete the last": Deed(_signing, _posted("/user-tasks/{id}/complete", {})),
    "complete and throw": Deed(_thrower, _throw),
    "complete and fail": Deed(lambda w: {"id": w.task(w.start("fragile"))}, _fail),
    "send a message": Deed(_listener, _message),
    "deliver a message": Deed(_undelivered, _deliver),
    "fire a timer": Deed(lambda w: {"case": w.start("waiting")["id"]}, _fire),
    "cancel": Deed(
        lambda w: {"case": w.start("tiny_review")["id"]},
        _posted("/instances/{case}/cancel", {"reason": "crash"}),
    ),
    "retry": Deed(_incident, _posted("/instances/{case}/retry", {"reason": "crash"})),
    "skip": Deed(_incident, _in_unit_of_work(_skip)),
    "reassign": Deed(_open_score, _in_unit_of_work(_reassign)),
    "draft": Deed(_open_score, _in_unit_of_work(_draft)),
    "publish": Deed(_ticket, _publish),
}


def open_user_tasks(database: Database) -> list[UserTask]:
    """Every open user task."""
    with database.reading() as session:
        return list(session.scalars(select(UserTask).where(UserTask.state == "open")))
