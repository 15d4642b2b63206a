"""Every table of the product, in one place for migrations and tests."""

from workflows.engine import tables as engine_tables

__all__ = ["engine_tables"]
