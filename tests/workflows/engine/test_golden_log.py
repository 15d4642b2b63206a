"""
The log of a case that a release has written gives the same bytes in every later one.

`python -m tests.workflows.engine.test_golden_log` writes the file where there is
none; one that is there is never written again.
"""

import json
from datetime import datetime, timedelta

from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.golden_cases import FOLDER, opened
from tests.workflows.engine.play import NOW, Play, Weekdays
from workflows.engine import case_log, replay
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

FILE = FOLDER / f"log-{case_log.VERSION}.json"


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


def written() -> dict[str, object]:
    """Play the case, and return its log as it is stored."""
    source = process().xml().decode()
    given = commands(Play(opened(source)))
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


def test_a_stored_log_gives_the_stored_states():
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    model = opened(kept["source"])
    moments = [
        replay.Moment(datetime.fromisoformat(at), "grace", case_log.read(bytes.fromhex(entry)))
        for at, entry in kept["moments"]
    ]

    for number, state in enumerate(kept["states"], start=1):
        found = replay.play(moments[:number], lambda _: model)
        assert (found.state or b"").decode() == state


def test_every_entry_is_written_again_as_it_was():
    kept = json.loads(FILE.read_text(encoding="utf-8"))
    for _, stored in kept["moments"]:
        entry = case_log.read(bytes.fromhex(stored))
        again = case_log.write(entry)
        assert case_log.read(again) == entry


if __name__ == "__main__" and not FILE.exists():
    FILE.write_text(json.dumps(written(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
