"""Long lists in parts: a statement takes so many values, and a transaction so much work."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def in_parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Yield the items in order, at most `size` at once."""
    for first in range(0, len(items), size):
        yield items[first : first + size]
