"""What SQLAlchemy wrote once, for every database of the tests."""

from sqlalchemy import Dialect
from sqlalchemy.util import LRUCache

from workflows.database import Database

_MOST = 4_000
_KNOWN: dict[tuple[str, int], tuple[Dialect, LRUCache[object, object]]] = {}


def share_texts(database: Database) -> None:
    """
    Let a database use the texts of statements that were written for those before it.

    Each engine writes them anew, which is a third of what a short test does. They are
    kept by dialect, so that the engines have to speak the very same one.
    """
    for place, engine in enumerate(database.engines):
        key = (engine.dialect.name, place)
        if key not in _KNOWN:
            with engine.connect():  # asks the server what it can do
                _KNOWN[key] = (engine.dialect, LRUCache(_MOST))
        engine.dialect, texts = _KNOWN[key]
        engine.update_execution_options(compiled_cache=texts)
