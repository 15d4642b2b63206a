"""Words that the editors of the studio have in common, and how they reach the browser."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SAYS: Mapping[str, LazyString] = {
    "dirty": _l("Not saved yet"),
    "saving": _l("Saving …"),
    "failed": _l("Not saved. It is tried again in a moment."),
    "refused": _l("Not saved."),
    "signedOut": _l("You are signed out. Sign in in another window; then it is saved."),
    "nothing": _l("Nothing to mend."),
    "error": _l("Error"),
    "advice": _l("Advice"),
    "help": _l("what it means"),
    "keepMine": _l("Go on with my text"),
    "seeNewest": _l("Show the newest text"),
    "download": _l("Download my text"),
}


def for_browser(groups: Mapping[str, Mapping[str, LazyString]]) -> dict[str, dict[str, str]]:
    """Return groups of words whose places the editor fills in."""
    return {
        name: {key: _with_places(str(word)) for key, word in words.items()}
        for name, words in groups.items()
    }


def _with_places(word: str) -> str:
    """Return a word whose places are filled in by the editor."""
    return word.replace("%(name)s", "{name}").replace("%(number)s", "{number}")
