"""Keeps what was made of texts before, without growing for ever."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_ValueT = TypeVar("_ValueT")


class Kept(Generic[_ValueT]):
    """
    Values by key, up to a size in all; beyond it, it begins anew.

    A count of entries alone would let a few thousand huge expressions fill the memory.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[Hashable, _ValueT] = {}
        self._size = 0

    def get(self, key: Hashable, make: Callable[[], tuple[_ValueT, int]]) -> _ValueT:
        """Return the value of a key; `make` gives a new one with its size."""
        values = self._values
        if key in values:
            return values[key]
        value, size = make()
        self._size += size
        if self._size > self._limit:
            self._values, self._size = {}, size
        self._values[key] = value
        return value
