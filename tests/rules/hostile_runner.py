"""Runs some groups of hostile inputs in a process of its own and prints what each one cost."""

import json
import resource
import sys
from pathlib import Path
from time import process_time

from rules.dmn import DecisionFailed, DmnRefused
from rules.feel import FeelError
from rules.xml_door import XmlRefused
from tests.rules.hostile_inputs import GROUPS, Attack

_PAGE = resource.getpagesize()
_MEGABYTE = 1024 * 1024
# The net below the limits of the rules: nothing may hold the test run itself.
_MOST_SECONDS = 60
_MOST_MEMORY = 2_000 * _MEGABYTE
# What the work of `_reference` takes on the machine on which the limits were set.
_REFERENCE_SECONDS = 0.025
# What is shorter than this is not worth asking how slow the machine is.
_SHORT_SECONDS = 0.2


def main(groups: list[str]) -> None:
    """Print what the inputs of some groups cost."""
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    begun = _now_used()
    for group in groups:
        for name, attack in GROUPS[group].items():
            getattr(attack, "prepare", lambda: None)()
            seconds, outcome = _timed(attack)
            megabytes = (_most_used() - begun) / _MEGABYTE
            print(json.dumps([group, name, seconds, megabytes, *outcome]), flush=True)


def _timed(attack: Attack) -> tuple[float, tuple[str, str]]:
    """Return the seconds that an attack takes on the machine of the limits, and how it ended."""
    started = process_time()
    outcome = _outcome(attack)
    seconds = process_time() - started
    # A machine is slower while it has other work, so it is asked right after what took long.
    return seconds if seconds < _SHORT_SECONDS else seconds / _slowness(), outcome


def _slowness() -> float:
    """Return how many times slower this machine is now than the one of the limits; at least 1."""
    return max(1.0, min(_reference() for _ in range(3)) / _REFERENCE_SECONDS)


def _reference() -> float:
    """Return the processor seconds of some work that is always the same."""
    started = process_time()
    kept: dict[int, str] = {}
    for number in range(200_000):
        kept[number % 5_000] = str(number)
    return process_time() - started


def _outcome(attack: Attack) -> tuple[str, str]:
    """Return how an attack ended: the name of the error and its message."""
    try:
        attack()
    except (FeelError, DmnRefused, DecisionFailed, XmlRefused) as error:
        return type(error).__name__, str(error)
    except Exception as error:  # noqa: BLE001  (any other error is what the test looks for)
        return f"unexpected {type(error).__name__}", str(error)[:200]
    return "value", ""


def _now_used() -> int:
    """Return the memory of this process now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def _most_used() -> int:
    """
    Return the most memory that this program ever had.

    The figure of `getrusage` starts with that of the process which started this one:
    a large test run would count as ours.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


if __name__ == "__main__":
    main(sys.argv[1:])
