"""What SQLAlchemy wrote once, for every database of the tests."""

from typing import Any

from sqlalchemy.util import LRUCache

from workflows.database import Database

_MOST = 4_000


class _Texts(dict[Any, Any]):
    """Texts of statements, whichever of several dialects of one kind asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self._known: LRUCache[Any, Any] = LRUCache(_MOST)

    def get(self, key: Any, default: Any = None) -> Any:
        """Return what was written; a key begins with the dialect that asks."""
        return self._known.get(key[1:], default)

    def __setitem__(self, key: Any, text: Any) -> None:
        self._known[key[1:]] = text


_KNOWN: dict[tuple[str, int], _Texts] = {}


def share_texts(database: Database) -> None:
    """
    Let a database use the texts of statements that were written for those before it.

    Each engine writes them anew, which is a third of what a short test does.
    """
    for place, engine in enumerate(database.engines):
        texts = _KNOWN.setdefault((engine.dialect.name, place), _Texts())
        engine.update_execution_options(compiled_cache=texts)
