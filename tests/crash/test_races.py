"""Twenty kinds of race: exactly one wins, and the others get a clear answer."""

import os
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, func, select

from tests.conftest import NOW
from tests.crash import naive, victims
from tests.crash.checker import faults
from tests.crash.sizes import RACE_ROUNDS
from tests.crash.world import LATER, PROGRAM, World, changing, furnish
from tests.workflows.engine.shop import CALENDAR, HANA, person
from workflows.actors import Actor
from workflows.database import Database
from workflows.engine import (
    definitions,
    drafts,
    incidents,
    instances,
    messages,
    outbox,
    timers,
    user_tasks,
)
from workflows.engine.tables import HistoryEvent, Incident, Instance, UserTask
from workflows.errors import Conflict, NotAllowed, NotFound

RIVAL = person("rita", "reviewer", "hr")
REFUSALS = (Conflict, NotFound, NotAllowed)
Runner = Callable[[], object]


class Arena:
    """What can be done in a race, each in a unit of work of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.database = world.database

    def _work(self, what: Callable[..., object], *facts: Any, **more: Any) -> object:
        with self.database.unit_of_work() as session:
            return what(session, *facts, **more)

    def complete(self, number: int, points: int | None = 50, actor: Actor = PROGRAM) -> object:
        data = {} if points is None else {"points": points}
        return self._work(
            user_tasks.complete, number, data, actor=actor, now=NOW, calendar=CALENDAR
        )

    def cancel(self, case: int) -> object:
        return self._work(instances.cancel, case, reason="race", actor=HANA, now=NOW)

    def claim(self, number: int, actor: Actor) -> object:
        return self._work(user_tasks.claim, number, actor=actor, now=NOW)

    def release(self, number: int) -> object:
        return self._work(user_tasks.release, number, actor=PROGRAM, now=NOW)

    def reassign(self, number: int, to: str) -> object:
        return self._work(
            user_tasks.reassign, number, assignee=to, actor=HANA, now=NOW, reason="race"
        )

    def draft(self, number: int) -> object:
        return self._work(drafts.save_draft, number, {"points": 1}, actor=PROGRAM, now=NOW)

    def send(self, ticket: str) -> object:
        return self._work(
            messages.send, "answer", correlation=ticket, actor=HANA, now=NOW, calendar=CALENDAR
        )

    def resolve(self, how: Callable[..., object], incident: int) -> object:
        return self._work(how, incident, reason="race", actor=HANA, now=NOW, calendar=CALENDAR)

    def give_up(self, incident: int) -> object:
        return self._work(incidents.cancel, incident, reason="race", actor=HANA, now=NOW)

    def publish(self, name: str) -> object:
        return self._work(definitions.publish, [changing(name)], actor=HANA, now=NOW)

    def begin(self, key: str = "changing") -> object:
        return self._work(instances.start, key, {}, actor=PROGRAM, now=NOW, calendar=CALENDAR)

    def fire(self) -> object:
        """Fire what is due; nothing to do is a loss as clear as a refusal."""
        if timers.fire_due(self.database, self.world.at(NOW + LATER), CALENDAR):
            return "fired"
        raise NotFound("Nothing was due.")

    def deliver(self) -> object:
        if outbox.deliver_due(self.database, NOW, CALENDAR):
            return "delivered"
        raise NotFound("Nothing had to be delivered.")

    def incident(self) -> int:
        case = self.world.broken()
        with self.database.reading() as session:
            found = select(Incident.id).where(Incident.instance_id == case["id"])
            return session.scalars(found).one()


@dataclass
class Race:
    """Runners, and how many of them may win."""

    runners: list[Runner]
    winners: int | None = 1  # `None`: everybody may win, but what is stored must agree
    also: list[Callable[[Database], str]] = field(default_factory=list)


def _score(arena: Arena) -> tuple[int, int]:
    """A claimed user task and its case."""
    number = arena.world.scoring()
    with arena.database.reading() as session:
        return number, session.get_one(UserTask, number).instance_id


def _listener(arena: Arena) -> str:
    ticket = uuid.uuid4().hex
    arena.world.start("listening", {"ticket": ticket})
    return ticket


def _waiting(arena: Arena) -> int:
    return int(arena.world.start("waiting")["id"])


def _complete_complete(arena: Arena) -> Race:
    number, _ = _score(arena)
    return Race([partial(arena.complete, number, points) for points in (20, 80, 30)])


def _double_click(arena: Arena) -> Race:
    """The same request under the same key: both get the same answer, and it is done once."""
    number, _ = _score(arena)
    key, replies = uuid.uuid4().hex, []
    path = f"/user-tasks/{number}/complete"

    def click() -> object:
        answer = arena.world.post(path, {"data": {"points": 4}}, key)
        replies.append((answer.status_code, answer.text))
        return answer

    def same(_database: Database) -> str:
        return "" if len(set(replies)) == 1 and replies[0][0] == 200 else str(replies)

    return Race([click, click, click], None, [same])


def _start_twice(arena: Arena) -> Race:
    """The same start under the same key."""
    key, replies = uuid.uuid4().hex, []
    body = {"definition": "tiny_review", "business_key": key}

    def begin() -> object:
        answer = arena.world.post("/instances", body, key)
        replies.append((answer.status_code, answer.text))
        return answer

    def one(database: Database) -> str:
        with database.reading() as session:
            count = session.scalar(select(func.count()).where(Instance.business_key == key))
        return "" if count == 1 and len(set(replies)) == 1 else f"{count} cases, {replies}"

    return Race([begin, begin, begin], None, [one])


def _complete_cancel(arena: Arena) -> Race:
    number, case = _score(arena)
    return Race([partial(arena.complete, number), partial(arena.cancel, case)], None, [
        partial(_ended_at_most_once, case)
    ])  # fmt: skip


def _last_complete_cancel(arena: Arena) -> Race:
    number, case = _score(arena)
    arena.complete(number)
    with arena.database.reading() as session:
        last = select(UserTask.id).where(UserTask.instance_id == case, UserTask.state == "open")
        sign_off = session.scalars(last).one()
    return Race([partial(arena.complete, sign_off, None), partial(arena.cancel, case)])


def _cancel_cancel(arena: Arena) -> Race:
    _, case = _score(arena)
    return Race([partial(arena.cancel, case)] * 3)


def _timer_timer(arena: Arena) -> Race:
    _waiting(arena)
    return Race([arena.fire] * 3)


def _timer_cancel(arena: Arena) -> Race:
    case = _waiting(arena)
    return Race([arena.fire, partial(arena.cancel, case)], None, [
        partial(_ended_at_most_once, case)
    ])  # fmt: skip


def _timer_complete(arena: Arena) -> Race:
    number = arena.world.task(arena.world.start("watched"))
    return Race([arena.fire, partial(arena.complete, number, None)])


def _claim_claim(arena: Arena) -> Race:
    number = arena.world.task(arena.world.start("tiny_review"))
    people = [person(f"rater{place}", "reviewer") for place in range(3)]
    return Race([partial(arena.claim, number, one) for one in people])


def _claim_reassign(arena: Arena) -> Race:
    number = arena.world.task(arena.world.start("tiny_review"))
    return Race([partial(arena.claim, number, RIVAL), partial(arena.reassign, number, "ben")], None)


def _release_complete(arena: Arena) -> Race:
    number, _ = _score(arena)
    return Race([partial(arena.release, number), partial(arena.complete, number)], None)


def _message_message(arena: Arena) -> Race:
    ticket = _listener(arena)
    return Race([partial(arena.send, ticket)] * 3)


def _message_cancel(arena: Arena) -> Race:
    ticket = uuid.uuid4().hex
    case = arena.world.start("listening", {"ticket": ticket})["id"]
    return Race([partial(arena.send, ticket), partial(arena.cancel, case)], None)


def _deliver_deliver(arena: Arena) -> Race:
    while outbox.deliver_due(arena.database, NOW, CALENDAR):
        pass
    arena.world.start("fragile")
    return Race([arena.deliver] * 3)


def _publish_publish(arena: Arena) -> Race:
    return Race([partial(arena.publish, uuid.uuid4().hex) for _ in range(3)], 3)


def _publish_start(arena: Arena) -> Race:
    return Race([partial(arena.publish, uuid.uuid4().hex), arena.begin, arena.begin], 3)


def _draft_complete(arena: Arena) -> Race:
    number, _ = _score(arena)
    return Race([partial(arena.draft, number), partial(arena.complete, number)], None)


def _reassign_complete(arena: Arena) -> Race:
    number, _ = _score(arena)
    return Race([partial(arena.reassign, number, "ben"), partial(arena.complete, number)], None)


def _retry_skip(arena: Arena) -> Race:
    number = arena.incident()
    ways = (incidents.retry, incidents.skip)
    return Race([partial(arena.resolve, how, number) for how in ways])


def _retry_retry(arena: Arena) -> Race:
    number = arena.incident()
    return Race([partial(arena.resolve, incidents.retry, number)] * 3)


def _retry_cancel(arena: Arena) -> Race:
    number = arena.incident()
    return Race([partial(arena.resolve, incidents.retry, number), partial(arena.give_up, number)])


def _ended_at_most_once(case: int, database: Database) -> str:
    with database.reading() as session:
        ends = select(func.count()).where(
            HistoryEvent.instance_id == case,
            HistoryEvent.type.in_(("instance_completed", "instance_cancelled")),
        )
        count = session.scalar(ends) or 0
    return "" if count <= 1 else f"the case {case} ended {count} times"


RACES: tuple[Callable[[Arena], Race], ...] = (
    _complete_complete,
    _double_click,
    _start_twice,
    _complete_cancel,
    _last_complete_cancel,
    _cancel_cancel,
    _timer_timer,
    _timer_cancel,
    _timer_complete,
    _claim_claim,
    _claim_reassign,
    _release_complete,
    _message_message,
    _message_cancel,
    _deliver_deliver,
    _publish_publish,
    _publish_start,
    _draft_complete,
    _reassign_complete,
    _retry_skip,
    _retry_retry,
    _retry_cancel,
)


def run(runners: list[Runner]) -> list[object]:
    """Run everybody at once; return what each got: a result or an error."""
    results: list[object] = [None] * len(runners)
    begin = threading.Barrier(len(runners))

    def go(place: int) -> None:
        begin.wait()
        try:
            results[place] = runners[place]()
        except Exception as error:  # noqa: BLE001  (the judge looks at it)
            results[place] = error

    threads = [threading.Thread(target=go, args=(place,)) for place in range(len(runners))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def judge(race: Race, results: list[object], database: Database) -> list[str]:
    """Return what is wrong with the end of a race."""
    lost = [one for one in results if isinstance(one, Exception)]
    found = [f"no clear answer: {one!r}" for one in lost if not isinstance(one, REFUSALS)]
    found += [f"no words: {one!r}" for one in lost if len(str(one)) < 10]
    won = len(results) - len(lost)
    if won != race.winners if race.winners is not None else won == 0:
        found.append(f"{won} of {len(results)} won: {results}")
    return found + [sentence for check in race.also if (sentence := check(database))]


@pytest.fixture
def arena(database: Database) -> Arena:
    """The installation, with a user task that a timer watches."""
    return Arena(World(database, furnish(database)))


def _rounds(arena: Arena, races: tuple[Callable[[Arena], Race], ...], count: int) -> list[str]:
    """Run races so many times each; return what is wrong."""
    found: list[str] = []
    for prepare in races:
        for _ in range(count):
            race = prepare(arena)
            results = run(race.runners)
            found += [
                f"{prepare.__name__[1:]}: {one}" for one in judge(race, results, arena.database)
            ]
    return found + faults(arena.database)


def test_exactly_one_wins_every_race(arena: Arena) -> None:
    found = _rounds(arena, RACES, RACE_ROUNDS)

    assert not found, "\n".join(found)
    assert len(RACES) >= 20


def race_carelessly(url: str, token: str) -> None:
    """Race without locks; end well when the judge notices."""
    naive.spoil("looks without a lock")
    database = Database(url)
    if database.is_sqlite:
        event.listen(
            database.engine,
            "connect",
            lambda connection, _: connection.execute("PRAGMA busy_timeout=100"),
        )
    arena = Arena(World(database, token))
    is_noticed = any(_rounds(arena, (_complete_complete, _cancel_cancel), 1) for _ in range(8))
    os._exit(0 if is_noticed else 3)


def test_the_judge_catches_an_engine_that_looks_without_a_lock(database: Database) -> None:
    token = furnish(database)
    database.close()
    process = victims.spawn(race_carelessly, database.url, token)
    process.join()

    assert process.exitcode == 0
