"""Every table of the product, in one place for migrations and tests."""

from workflows import (
    account_tables,
    appeal_tables,
    exit_tables,
    nomination_tables,
    people_tables,
    pool_tables,
)
from workflows.engine import tables as engine_tables

__all__ = [
    "account_tables",
    "appeal_tables",
    "engine_tables",
    "exit_tables",
    "nomination_tables",
    "people_tables",
    "pool_tables",
]
