"""
What a measured engine runs in its own process: it answers jobs line by line.

It needs the standard library only, so that engines in other environments use it too.
A job is prepared and answered once, so that answers can be compared; then it is run
for some time as often as it goes.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from time import perf_counter, process_time
from typing import Any, NamedTuple

_MOST_COMPARED = 200
_LONGEST_COMPARISON = 1.0
_SHORTEST = 0.005


class Work(NamedTuple):
    """What is done for each item, and how the answer is read from what that gives."""

    do: Callable[[Any], Any]
    items: Sequence[Any]
    read: Callable[[Any], Any]


Prepare = Callable[[dict[str, Any]], Work]


def serve(version: str, kinds: Mapping[str, Prepare]) -> None:
    """Answer the requests on standard input until it ends."""
    _say({"version": version, "kinds": sorted(kinds)})
    work = Work(lambda item: item, [None], lambda answer: answer)
    for line in sys.stdin:
        request = json.loads(line)
        if "kind" not in request:
            _say({"rate": _rate(work, request["seconds"])})
            continue
        try:
            work = kinds[request["kind"]](request)
            _say({"answers": list(_answers(work))})
        except Exception as error:  # noqa: BLE001  (whatever an engine raises is its answer)
            _say({"error": f"{type(error).__name__}: {error}"[:300]})


def _answers(work: Work) -> Iterator[Any]:
    """Yield the first answers, as many as there is time for."""
    end = perf_counter() + _LONGEST_COMPARISON
    for item in work.items[:_MOST_COMPARED]:
        yield work.read(work.do(item))
        if perf_counter() > end:
            return


def _rate(work: Work, seconds: float) -> float:
    """
    Return how many items are done in a second of processor time.

    On a machine with nothing else to do that is a second of the clock; on a busy one it
    does not matter who else wants the processor.
    """
    items = cycle(work.items)
    do, batch, done = work.do, 1, 0
    began = before = perf_counter()
    spent = process_time()
    while True:
        for item in islice(items, batch):
            do(item)
        done += batch
        now = perf_counter()
        if now - began >= seconds:
            return done / max(process_time() - spent, 1e-6)
        if now - before < _SHORTEST:
            batch *= 2
        before = now


def _say(answer: dict[str, Any]) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
