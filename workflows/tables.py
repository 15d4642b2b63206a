"""Every table of the product, in one place for migrations and tests."""

from workflows import (
    account_tables,
    nomination_tables,
    people_tables,
    pool_tables,
    question_tables,
    stand_in_tables,
)
from workflows.engine import tables as engine_tables

__all__ = [
    "account_tables",
    "engine_tables",
    "nomination_tables",
    "people_tables",
    "pool_tables",
    "question_tables",
    "stand_in_tables",
]
