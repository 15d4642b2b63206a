"""Work, counted: how many functions are called, which no busy machine can change."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def calls_counted() -> Iterator[list[int]]:
    """Count the functions that are called meanwhile, those of C included."""
    calls = [0]

    def note(_frame: Any, event: str, _argument: Any) -> None:
        if event in ("call", "c_call"):
            calls[0] += 1

    before = sys.getprofile()
    # Whoever listens to the collection of garbage is called whenever it happens to come.
    gc.disable()
    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(before)
        gc.enable()
