"""Moments as SQLite keeps them: a text in UTC, without a zone, as SQLAlchemy writes it."""

from datetime import UTC, datetime
from functools import lru_cache

_MOST_KEPT = 256


def written(moment: datetime | None) -> str | None:
    """
    Return a moment as a text; the present one is asked for again and again within a step.

    Raises:
        ValueError: It has no time zone.

    """
    return None if moment is None else _text(moment)


@lru_cache(_MOST_KEPT)
def _text(moment: datetime) -> str:
    """Return a moment as a text."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone; pass an aware datetime.")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def read(text: str | None) -> datetime | None:
    """Return the moment that a text stands for."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)
