"""Storing many rows at once."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from workflows.database import Base

Rows = Sequence[dict[str, Any]]


def insert_rows(session: Session, table: type[Base], rows: Rows) -> None:
    """Insert many rows at once, or none."""
    if rows:
        session.execute(insert(table), rows)


def insert_for_ids(session: Session, table: Any, rows: Rows) -> list[int]:
    """Insert many rows at once and return their ids in the order of the rows."""
    if not rows:
        return []
    returning = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(session.scalars(returning, rows))
