"""How long background work waits before it is tried again."""

import random
from datetime import timedelta

MOST_ATTEMPTS = 5
_LEASE = timedelta(seconds=30)
_SHORT_LEASE = timedelta(milliseconds=250)
_FIRST = timedelta(seconds=10)
_LONGEST = timedelta(hours=1)
_jitter = random.SystemRandom()


def lease() -> timedelta:
    """Return how long claimed work belongs to its worker before another may take it."""
    return _LEASE


def short_lease() -> timedelta:
    """Return the same for work that is guarded by the lock of its case as soon as it begins."""
    return _SHORT_LEASE


def delay(attempt: int) -> timedelta:
    """Return the pause after a failed attempt: four times longer each time, give or take."""
    growing = _FIRST * (4.0 ** min(attempt - 1, 10))
    return min(growing, _LONGEST) * _jitter.uniform(0.75, 1.25)
