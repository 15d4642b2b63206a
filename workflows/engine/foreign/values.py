"""What attributes of other tools say, in our notation: people, forms, due times, names."""

import re

from workflows.engine.foreign.expressions import is_feel, of_juel
from workflows.engine.foreign.report import shortened

_PLAIN_WORD = re.compile(r"[\w@:-][\w@:.-]*")
_NAME = re.compile(r"[A-Za-z_]\w{0,79}")
_FORM = re.compile(r"[A-Za-z0-9_][\w.-]*")
_LONGEST_WORDS = 20
# What is added to now, as Camunda 7 (JUEL, Joda time) and Camunda 8 (FEEL) write it.
_ADDED_JODA = re.compile(
    r"[$#]\{\s*dateTime\(\)\.plus(?P<unit>Minutes|Hours|Days|Weeks|Months|Years)"
    r"\((?P<number>\d{1,4})\)(?:\.toDate\(\))?\s*\}"
)
_ADDED_FEEL = re.compile(
    r'=?\s*(?:now|today)\(\)\s*\+\s*(?:duration\()?"(?P<length>P[0-9A-Z.]+)"\)?'
)
_UNITS = {
    "Minutes": "PT{}M",
    "Hours": "PT{}H",
    "Days": "P{}D",
    "Weeks": "P{}W",
    "Months": "P{}M",
    "Years": "P{}Y",
}
_LENGTH = re.compile(r"P[0-9A-Z.]+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\S*")
_FORM_ENDINGS = (".form.json", ".json", ".form", ".html", ".xhtml", ".jsf", "-schema")


def people(text: str) -> str | None:
    """Return a user name, or groups with commas; an expression begins with `=`."""
    text = text.strip()
    if "${" in text or "#{" in text:
        computed = of_juel(text)
        return None if computed is None else f"={computed}"
    if text.startswith("="):
        return text if is_feel(text) else None
    words = [word.strip() for word in text.split(",") if word.strip()]
    if len(words) > _LONGEST_WORDS:
        return None
    if all(_PLAIN_WORD.fullmatch(word) for word in words):
        return ",".join(words)
    quoted = [f'"{word}"' for word in words if '"' not in word and "\\" not in word]
    if len(quoted) != len(words):
        return None
    return f"={quoted[0]}" if len(quoted) == 1 else f"=[{', '.join(quoted)}]"


def expression(text: str) -> str | None:
    """Return an expression as FEEL: of `${list}`, of `=list`, or of a plain name."""
    text = text.strip()
    if text.startswith(("${", "#{")):
        return of_juel(text)
    return text if is_feel(text) else None


def priority(text: str) -> str | None:
    """Return a whole number, or an expression that gives one."""
    text = text.strip()
    return text if text.isdigit() else expression(text)


def name(text: str) -> str | None:
    """Return a name that data can have."""
    return text.strip() if _NAME.fullmatch(text.strip()) else None


def key(text: str) -> str | None:
    """Return an id that something published can have; one that is computed is none."""
    return text.strip() if _FORM.fullmatch(text.strip()) else None


def form(text: str) -> str | None:
    """Return the id of a form from its key: without path, scheme and ending."""
    if "${" in text or text.startswith("="):
        return None
    found = re.split(r"[:/\\]", text.strip())[-1]
    for ending in _FORM_ENDINGS:
        found = found.removesuffix(ending)
    return found if _FORM.fullmatch(found) else None


def due(text: str) -> str | None:
    """Return when a task is due: a duration, a date, or an expression."""
    text = text.strip()
    joda = _ADDED_JODA.fullmatch(text)
    if joda is not None:
        return _UNITS[joda["unit"]].format(joda["number"])
    added = _ADDED_FEEL.fullmatch(text)
    if added is not None:
        return added["length"]
    bare = text.removeprefix("=").strip().strip('"')
    if _LENGTH.fullmatch(bare) or _DATE.fullmatch(bare):
        return bare
    computed = expression(text)
    return None if computed is None else f"={computed.removeprefix('=').strip()}"


def binding(text: str) -> str | None:
    """Return the version of a call."""
    return {"deployment": "start", "latest": "latest"}.get(text.strip())


def quoted(text: str) -> str:
    """Return a text of the file as a report shows it."""
    return f"“{shortened(text)}”"
