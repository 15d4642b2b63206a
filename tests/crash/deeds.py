"""The deeds that people and workers do, each of which a test may end at any boundary."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.conftest import NOW
from tests.crash.world import LATER, PROGRAM, Facts, Flaky, World, changing
from tests.workflows.engine.shop import CALENDAR
from workflows.engine import drafts, incidents, outbox, signals, timers, user_tasks
from workflows.engine.tables import Incident
from workflows.errors import UnderstudyError


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
    # A delivery may write letters of its own.
    while outbox.deliver_due(world.database, moment, CALENDAR):
        pass
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
    """Look first, as somebody does whose page did not come."""
    if user_tasks.get(session, facts["id"]).assignee == "ben":
        return
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


def _hearer(world: World) -> Facts:
    return {"case": world.start("hearing")["id"]}


def _broadcast(world: World, facts: Facts, key: str) -> str:
    """Send a signal; at the second try a worker looks after its letters, too."""
    with world.database.unit_of_work() as session:
        signals.broadcast(session, "alarm", key=key, actor=PROGRAM, now=NOW, calendar=CALENDAR)
    if facts.get("round"):
        _deliver(world, facts, key)
    return "done"


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
    "send a signal": Deed(_hearer, _broadcast),
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
