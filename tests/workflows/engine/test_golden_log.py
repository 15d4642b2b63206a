"""
The log of a case that a release has written gives the same bytes in every later one.

`python -m tests.workflows.engine.test_golden_log` writes the files that are not there;
one that is there is never written again.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.golden_cases import FOLDER, opened
from tests.workflows.engine.play import NOW, Play, Weekdays
from workflows.engine import case_log, moving, replay
from workflows.engine.case_log import Entry, NotingCalendar
from workflows.engine.runtime import step
from workflows.engine.transition import (
    Command,
    CompleteUserTask,
    DeliverMessage,
    EditData,
    FailService,
    FireTimer,
    SkipToken,
    Start,
    StepContext,
)

Maker = tuple[Callable[[], Process], Callable[[Play], list[list[Command]]]]


def process() -> Process:
    """A case with every kind of command."""
    drawn = Process("logged").start().user("ask", dueIn="P3BD").service("pay", "pay")
    drawn.boundary("poor", "pay", error="no_money").user("mend").exclusive("merge")
    drawn.catch("pause", timer(duration="P2BD")).catch("listen", message="answer")
    drawn.user("skipped").user("last").end().chain("start", "ask", "pay", "merge", "pause")
    drawn.chain("pause", "listen", "skipped", "last", "end").chain("poor", "mend", "merge")
    return drawn


def commands(case: Play) -> list[list[Command]]:
    """Return the commands of each transition; `case` is played along to know the tokens."""

    def token(element: str) -> int:
        waits = {**case.outcome.user_tasks, **case.outcome.timers, **case.outcome.messages}
        return case.token(waits, element)

    given: list[list[Command]] = []

    def do(*makers: object) -> None:
        given.append([])
        for maker in makers:
            command: Command = maker() if callable(maker) else maker  # type: ignore[assignment]
            given[-1].append(command)
            case.do(command)

    do(Start({"ticket": "7", "ratio": 0.1, "deep": {"list": [1, None, "ü"]}}))
    do(
        lambda: CompleteUserTask(token("ask"), {"answer": "x" * 300}),
        lambda: FailService(case.call("pay"), "no_money", "nothing left"),
    )
    do(lambda: EditData(token("mend"), {"ratio": 0.2}))
    do(lambda: CompleteUserTask(token("mend"), {}))
    case.shift(days=30)
    do(lambda: FireTimer(token("pause")))
    do(lambda: DeliverMessage(token("listen"), {"big": 2**70}))
    do(lambda: SkipToken(token("skipped")))
    return given


def moved_process() -> Process:
    """A case with two branches and a step behind their join."""
    drawn = Process("moved").start().parallel("fork").user("left", dueIn="P3BD").user("right")
    drawn.parallel("join").user("behind", dueIn="P2BD").end()
    return drawn.chain("start", "fork", "left", "join", "behind", "end").chain(
        "fork", "right", "join"
    )


def moves(case: Play) -> list[list[Command]]:
    """Return the commands of a case that is moved, from a step and from a join."""

    def move(aim: str, *places: str) -> Command:
        (ground,) = moving.grounds(case.state, case.model)
        stops = [one for one in ground.stops if one.element_id in places]
        command = moving.command_of(stops, aim, "Done on paper")
        case.do(command)
        return command

    case.do(started := Start({"n": 1}))
    again = move("left", "left")
    case.complete("left")
    left = CompleteUserTask(_before(case, "left"), {})
    return [[started], [again], [left], [move("behind", "join", "right")]]


def _before(case: Play, element: str) -> int:
    """Return the token of an element that was completed last."""
    events = (one for one in reversed(case.events) if one.type == "activity_completed")
    return int(next(one.data["token"] for one in events if one.element_id == element))


FILES: dict[Path, Maker] = {
    FOLDER / f"log-{case_log.VERSION}.json": (process, commands),
    FOLDER / f"log-{case_log.VERSION}-move.json": (moved_process, moves),
}


def written(maker: Maker) -> dict[str, object]:
    """Play a case, and return its log as it is stored."""
    process_of, commands_of = maker
    source = process_of().xml().decode()
    given = commands_of(Play(opened(source)))
    moments, states, state = [], [], None
    for number, together in enumerate(given):
        at = NOW + timedelta(days=10 * number)
        calendar = NotingCalendar(Weekdays())
        for command in together:
            state = step(opened(source), state, command, StepContext(at, calendar, "grace")).state
        entry = Entry(tuple(together), tuple(calendar.answers), 1 if number == 0 else None)
        moments.append([at.isoformat(), case_log.write(entry).hex()])
        states.append((state or b"").decode())
    return {"source": source, "moments": moments, "states": states}


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_a_stored_log_gives_the_stored_states(file):
    kept = json.loads(file.read_text(encoding="utf-8"))
    model = opened(kept["source"])
    moments = [
        replay.Moment(datetime.fromisoformat(at), "grace", case_log.read(bytes.fromhex(entry)))
        for at, entry in kept["moments"]
    ]

    for number, state in enumerate(kept["states"], start=1):
        found = replay.play(moments[:number], lambda _: model)
        assert (found.state or b"").decode() == state


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_every_entry_is_written_again_as_it_was(file):
    kept = json.loads(file.read_text(encoding="utf-8"))
    for _, stored in kept["moments"]:
        entry = case_log.read(bytes.fromhex(stored))
        again = case_log.write(entry)
        assert case_log.read(again) == entry


if __name__ == "__main__":
    for path, kind in FILES.items():
        if not path.exists():
            text = json.dumps(written(kind), indent=1, ensure_ascii=False)
            path.write_text(text + "\n", encoding="utf-8")
