"""One page of a long list, and the cursor that leads to the next."""

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from rules.sentences import Sentence
from workflows.errors import Invalid

Item = TypeVar("Item")
Entity = TypeVar("Entity")
MAXIMUM_LIMIT = 200
LARGEST_ID = 2**31 - 1


class CursorRefused(Invalid):
    """A cursor that this list did not give out."""

    def __init__(self) -> None:
        super().__init__(Sentence("The cursor is not one of this list. Start from the first page."))


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Some items of a list; `next` leads to the following page, None means there is none."""

    items: list[Item]
    next: str | None


def to_cursor(*position: str | int | None) -> str:
    """Return an opaque text for the position after the last item shown."""
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode("ascii").rstrip("=")


def from_cursor(cursor: str, *kinds: type) -> list[Any]:
    """
    Return the position that `to_cursor` packed.

    Raises:
        CursorRefused: The text is not a cursor with values of these kinds.

    """
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position: Any = orjson.loads(packed)
    except (binascii.Error, ValueError, orjson.JSONDecodeError) as error:
        raise CursorRefused from error
    if not isinstance(position, list) or len(position) != len(kinds):
        raise CursorRefused
    if not all(map(_is_ours, position, kinds)):
        raise CursorRefused
    return position


def bounded(limit: int) -> int:
    """Return a limit that a list can keep to."""
    return max(1, min(limit, MAXIMUM_LIMIT))


def one_page(
    rows: Sequence[Item], limit: int, position: Callable[[Item], tuple[str | int, ...]]
) -> Page[Item]:
    """Return a page of rows fetched with one more than the limit; `position` is that of a row."""
    if len(rows) <= limit:
        return Page(list(rows), None)
    return Page(list(rows[:limit]), to_cursor(*position(rows[limit - 1])))


def newest_first(
    session: Session,
    query: Select[Entity],
    number: InstrumentedAttribute[int],
    *,
    limit: int,
    cursor: str | None,
) -> Page[Entity]:
    """
    Return one page of the entities of a query, those with the highest number first.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    if cursor is not None:
        (before,) = from_cursor(cursor, int)
        query = query.where(number < before)
    rows = session.scalars(query.order_by(number.desc()).limit(limit + 1)).all()
    return one_page(rows, limit, lambda last: (getattr(last, number.key),))


def all_newest_first(
    session: Session,
    query: Select[Entity],
    number: InstrumentedAttribute[int],
    *,
    limit: int = MAXIMUM_LIMIT,
) -> Iterator[Entity]:
    """Yield every entity of a query, those with the highest number first, page by page."""
    page = newest_first(session, query, number, limit=limit, cursor=None)
    yield from page.items
    while page.next is not None:
        page = newest_first(session, query, number, limit=limit, cursor=page.next)
        yield from page.items


def page_of(
    found: Sequence[Item],
    position: Callable[[Item], tuple[str | int, ...]],
    *kinds: type,
    limit: int,
    cursor: str | None,
) -> Page[Item]:
    """
    Return one page of a list that is there as a whole, in the order of its positions.

    An item that goes meanwhile takes no other one off the following page.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    if cursor is not None:
        after = tuple(from_cursor(cursor, *kinds))
        found = [one for one in found if position(one) > after]
    return one_page(found[: limit + 1], limit, position)


def _is_ours(value: Any, kind: type) -> bool:
    """Say whether a list can have given out this value; other ones no database compares."""
    if type(value) is not kind:
        return False
    if isinstance(value, int):
        return 0 <= value <= LARGEST_ID
    return "\0" not in str(value)
