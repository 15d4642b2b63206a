"""The condition that a column holds one of several texts, in statements that are prepared."""

from typing import Any

from sqlalchemy import JSON, ColumnElement, Dialect, Text, TypeDecorator, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


class _Texts(TypeDecorator[list[str]]):
    """Several texts as one value: a list for PostgreSQL, JSON for SQLite, which has no lists."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return how a kind of database takes the texts."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.ARRAY(Text()))
        return dialect.type_descriptor(JSON())


class _Listed(FunctionElement[Any]):
    """The rows of a value that holds several texts."""

    name = "listed"
    inherit_cache = True


def any_of(column: Any, name: str) -> ColumnElement[bool]:
    """Say that a column holds one of the texts that the statement gets under a name, as a list."""
    texts = _Listed(bindparam(name, type_=_Texts()))
    found: ColumnElement[bool] = column.bool_op("IN")(texts)
    return found


@compiles(_Listed)
def _on_sqlite(element: _Listed, compiler: SQLCompiler, **choices: Any) -> str:
    """Return the text for SQLite; what is put in is a place for a value."""
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **choices)}))"  # noqa: S608


@compiles(_Listed, "postgresql")
def _on_postgresql(element: _Listed, compiler: SQLCompiler, **choices: Any) -> str:
    """Return the text for PostgreSQL."""
    return f"(SELECT unnest({compiler.process(element.clauses, **choices)}))"
