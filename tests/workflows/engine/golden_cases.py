"""
Stored cases of this release, kept so that every later one can prove that it opens them.

    python -m tests.workflows.engine.golden_cases

writes the files that are not there yet; a file that is there is never written
again. Each holds a drawing, the bytes of a case in the middle of it, the steps
to its end, and what it waited for after each. Run it when a construct or a
format is new, and commit what it writes.
"""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rules.xml_door import open_xml
from tests.workflows.engine.build import Process
from tests.workflows.engine.drawing import drawn
from tests.workflows.engine.play import NOW, Play, executable
from tests.workflows.engine.runtime.test_random_processes import Maker, Match
from workflows.engine.model import ExecutableProcess
from workflows.engine.runtime import codec
from workflows.engine.runtime.state import MESSAGE, SERVICE, TIMER, USER
from workflows.engine.spiff.reader import read_processes
from workflows.engine.transition import (
    CompleteService,
    CompleteUserTask,
    DeliverMessage,
    FireTimer,
)

FOLDER = Path(__file__).parent / "golden"
MOST_AFTER = 60
LONGEST_SOURCE = 9_000
_COMMANDS: dict[str, Any] = {
    USER: CompleteUserTask,
    MESSAGE: DeliverMessage,
    SERVICE: CompleteService,
}


def opened(source: str) -> ExecutableProcess:
    """Return the processes of a drawing, the first one to be run."""
    root = open_xml(source.encode(), file_name="golden.bpmn")
    first, *others = read_processes(root, file_name="golden.bpmn").processes
    return ExecutableProcess(first, {model.key: model for model in others}, {})


def waits(case: Play) -> list[list[Any]]:
    """Return what a stored case waits for, in its order: kind, element and token."""
    if case.state is None:
        return []
    tokens = codec.decode(case.state, case.model).tokens.values()
    return [
        [token.kind, token.node, token.id] for token in tokens if token.kind in (*_COMMANDS, TIMER)
    ]


def go_on(case: Play, kind: str, element: str, at: int, data: dict[str, Any]) -> None:
    """Let one of the things that a case waits for happen; time passes where a timer needs it."""
    found = [one[2] for one in waits(case) if one[:2] == [kind, element]]
    if kind == TIMER:
        assert case.state is not None
        due = codec.decode(case.state, case.model).tokens[found[at]].due or 0
        case.now = max(case.now, NOW.fromtimestamp(due / 1_000_000, NOW.tzinfo))
        case.do(FireTimer(found[at]))
    else:
        case.do(_COMMANDS[kind](found[at], data))


def described(case: Play) -> dict[str, Any]:
    """Return what must be the same after a step in every release."""
    return {
        "waits": sorted(f"{kind} {element}" for kind, element, _ in waits(case)),
        "data": case.data,
        "status": case.outcome.status,
    }


def features(case: Play) -> set[str]:
    """Return the kinds of things that stand in the state of a case."""
    if case.state is None:
        return set()
    inside = codec.decode(case.state, case.model)
    found = set()
    for scope in inside.scopes.values():
        found.add(f"scope {scope.kind}")
        if scope.joins:
            found.add(f"join in {scope.kind}")
        if scope.undo:
            found.add(f"undo in {scope.kind}")
    for token in inside.tokens.values():
        node = inside.scopes[token.scope].process.nodes[token.node]
        host = "beside a scope" if token.host < 0 else "beside" if token.host else "alone"
        repeats = " again" if token.kind == TIMER and token.extra else ""
        signal = " signal" if getattr(node, "signal", None) else ""
        found.add(f"{type(node).__name__} {token.kind} {host}{repeats}{signal}")
    return found


def record(name: str, source: str, case: Play, chance: random.Random) -> None:
    """Write a case as it is now, and its way to the end; a case without an end is not kept."""
    kept = {"state": (case.state or b"").decode(), "now": case.now.isoformat(), "source": source}
    steps: list[dict[str, Any]] = []
    while not case.is_done and len(steps) < MOST_AFTER:
        kind, element, _ = _next(case, chance)
        data = {"n": len(steps) + 1} if kind == USER else {}
        go_on(case, kind, element, 0, data)
        steps.append({"do": [kind, element, data], "then": described(case)})
    if case.is_done:
        kept = {**kept, "features": sorted(kept_features(kept)), "steps": steps}
        text = json.dumps(kept, indent=1, ensure_ascii=False)
        (FOLDER / f"{codec.VERSION}-{name}.json").write_text(text + "\n", encoding="utf-8")


def kept_features(kept: dict[str, Any]) -> set[str]:
    """Return the kinds of things in a state that was kept."""
    case = Play(opened(kept["source"]))
    case.state = kept["state"].encode()
    return features(case)


def _next(case: Play, chance: random.Random) -> list[Any]:
    """Choose what happens next; mostly work, so that every case comes to its end."""
    found = waits(case)
    work = [one for one in found if one[0] in (USER, SERVICE)]
    return chance.choice(work if work and chance.random() < 0.85 else found)


def _random_cases() -> Iterator[tuple[str, str, Play, random.Random]]:
    """Yield random cases, each one step further than before."""
    for seed in range(1_500):
        chance = random.Random(seed)
        block = Maker(chance).block(1 + seed % 4)
        first, *others = drawn(block)
        source = first.xml(*others).decode()
        if len(source) > LONGEST_SOURCE:
            continue
        match = Match(seed, 1 + seed % 4)
        for step in range(1, 12):
            if match.oracle.is_done:
                break
            match.act(step)
            yield f"random-{seed}-{step}", source, match.case.branch(), random.Random(seed)


def _undoing() -> Iterator[tuple[str, str, Play, random.Random]]:
    """Yield cases in which something can be undone, or is."""
    process = (
        Process("undoing").start().user("ask").user("book").user("unbook", isForCompensation=True)
    )
    inner = process.transaction("trip").start("s").user("pay").user("unpay", isForCompensation=True)
    inner.exclusive("ok", default="fine").end("e").end_with("off", cancel=True)
    inner.chain("s", "pay", "ok").flow("ok", "e", id="fine").flow("ok", "off", "n > 0")
    inner.undone_by("pay", "unpay")
    process.boundary("called_off", "trip", cancel=True).undo("back", tag="intermediateThrowEvent")
    process.service("tell", "mail.send").end().chain("start", "ask", "book", "trip", "end")
    process.chain("called_off", "back", "tell").flow("tell", "end")
    process.undone_by("book", "unbook")
    case = Play(executable(process)).start(n=0)
    for element in ("ask", "book", "pay", "unpay", "unbook", "tell"):
        yield f"undoing-{element}", process.xml().decode(), case.branch(), random.Random(1)
        if element != "tell":
            case.complete(element, n=1)


def _conditions() -> Iterator[tuple[str, str, Play, random.Random]]:
    """Yield a case that waits for what its data say."""

    def definition(text: str) -> str:
        inner = f"<bpmn:condition>{text}</bpmn:condition>"
        return f"<bpmn:conditionalEventDefinition>{inner}</bpmn:conditionalEventDefinition>"

    process = Process("conditions").start().parallel("fork").exclusive("again").user("a")
    process.exclusive("ready", default="on").end().catch("many", definition("n >= 4")).user("b")
    process.boundary("some", "b", definition("n >= 6"), interrupting=False).user("c").end("other")
    process.chain("start", "fork", "again", "a", "ready").flow("ready", "again", "n < 7")
    process.flow("ready", "end", id="on").chain("fork", "many", "b", "other")
    process.flow("some", "c").flow("c", "other", id="c_done")
    inner = process.event_sub("aside").event_start("much", definition("n >= 3"), interrupting=False)
    inner.user("d").end("e").chain("much", "d", "e")
    case = Play(executable(process)).start(n=0)
    for n in (1, 2, 4, 5):
        yield f"conditions-{n}", process.xml().decode(), case.branch(), random.Random(1)
        case.complete("a", n=n)


def write() -> list[str]:
    """Write a file for each case that has something in its state that no file has yet."""
    FOLDER.mkdir(exist_ok=True)
    known: set[str] = set()
    for path in FOLDER.glob(f"{codec.VERSION}-*.json"):
        known |= set(json.loads(path.read_text(encoding="utf-8"))["features"])
    written = []
    for maker in (_undoing, _conditions, _random_cases):
        for name, source, case, chance in maker():
            found = features(case)
            if found <= known:
                continue
            record(name, source, case, chance)
            if (FOLDER / f"{codec.VERSION}-{name}.json").exists():
                known |= found
                written.append(name)
    return written


if __name__ == "__main__":
    sys.stdout.write("\n".join(write()) + "\n")
