"""The kinds of drafts in addresses: `processes`, `decisions` and `forms`."""

from collections.abc import Mapping
from typing import Any

from werkzeug.routing import BaseConverter, Map

from workflows.studio_states import DraftKind

_WORDS: Mapping[str, DraftKind] = {
    "processes": DraftKind.PROCESS,
    "decisions": DraftKind.DECISION,
    "forms": DraftKind.FORM,
}
_KINDS = {kind: word for word, kind in _WORDS.items()}


class DraftKindWord(BaseConverter):
    """A word that says what a draft is of; any other leads nowhere."""

    def __init__(self, map: Map, *args: Any, **facts: Any) -> None:
        super().__init__(map, *args, **facts)
        self.regex = "|".join(_WORDS)

    def to_python(self, value: str) -> DraftKind:
        """Return the kind that a word stands for."""
        return _WORDS[value]

    def to_url(self, value: str) -> str:
        """Return the word for a kind."""
        return _KINDS[DraftKind(value)]
