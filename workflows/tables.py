"""Every table of the product, in one place for migrations and tests."""

from workflows import (
    account_tables,
    course_tables,
    nomination_tables,
    people_tables,
    pool_tables,
    posting_tables,
    training_tables,
)
from workflows.engine import tables as engine_tables

__all__ = [
    "account_tables",
    "course_tables",
    "engine_tables",
    "nomination_tables",
    "people_tables",
    "pool_tables",
    "posting_tables",
    "training_tables",
]
