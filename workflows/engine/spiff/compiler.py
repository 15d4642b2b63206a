"""Compiling the expressions and times of a model, and collecting what cannot be compiled."""

import re
from collections.abc import Callable
from datetime import datetime

from lxml.etree import _Element as Element

from rules.feel import Expression, FeelSyntaxError, compile_expression
from rules.findings import Finding
from workflows.engine import cron
from workflows.engine.durations import (
    Cycle,
    Interval,
    OutOfBounds,
    read_cycle,
    read_interval,
    read_moment,
)
from workflows.engine.nodes import Mapped, Timing, TimingKind, Words
from workflows.engine.spiff.functions import unknown_functions
from workflows.engine.spiff.notation import mappings

_PLAIN_WORD = re.compile(r"[\w@:-][\w@:.-]*")
_NAME = re.compile(r"[A-Za-z_]\w{0,79}")
_LITERAL_TIME = re.compile(r"[+-]?(?:P|R\d*/)[\dA-Z:.,+\-/]*|\d{4}-\d{2}-\d{2}\S*")
_SHOWN = 60
# Each expression has limits of its own; this holds what all of a file together may take to read.
_MOST_CHARACTERS = 100_000
_READ: dict[TimingKind, Callable[[str], Interval | Cycle | datetime]] = {
    "date": read_moment,
    "duration": read_interval,
    "cycle": read_cycle,
}


class Compiler:
    """Compiles what one file says; `findings` tells what could not be compiled."""

    def __init__(self, file_name: str) -> None:
        self.file_name = file_name
        self.findings: list[Finding] = []
        self._characters = 0

    def find(
        self,
        code: str,
        element: Element,
        message: str,
        remedy: str,
        *,
        owner: Element | None = None,
        severity: str = "error",
    ) -> None:
        """Note a finding at an element; `owner` is the element that has the id."""
        place = element if owner is None else owner
        self.findings.append(
            Finding(
                code=code,
                message=message,
                remedy=remedy,
                severity=severity,
                element_id=id_of(place),
                element_name=place.get("name"),
                file_name=self.file_name,
                line=line_of(element),
            )
        )

    def expression(
        self, text: str | None, element: Element, what: str, *, owner: Element | None = None
    ) -> Expression | None:
        """Return a compiled expression; `None` where there is none or it does not compile."""
        if not text or not text.strip():
            return None
        if not self._counts(text, element, owner):
            return None
        place = f"The {what} '{_short(text)}' of '{_id(owner, element)}'"
        try:
            compiled = compile_expression(text.strip())
        except FeelSyntaxError as error:
            self.find(
                "expression-invalid",
                element,
                f"{place} is not a FEEL expression (line {error.line}, column {error.column}):"
                f" {error.message}",
                _expected(error),
                owner=owner,
            )
            return None
        for unknown in unknown_functions(compiled)[:1]:
            self.find(
                "function-unknown",
                element,
                f"{place} calls '{unknown}', which is no function.",
                "Use a built-in function of FEEL.",
                owner=owner,
            )
        return compiled

    def _counts(self, text: str, element: Element, owner: Element | None) -> bool:
        """Count the characters of an expression; once they are too many, refuse the file."""
        before, self._characters = self._characters, self._characters + len(text)
        if self._characters <= _MOST_CHARACTERS:
            return True
        if before <= _MOST_CHARACTERS:
            self.find(
                "expressions-too-long",
                element,
                f"The expressions have more than {_MOST_CHARACTERS:,} characters in all.",
                "Split the model, or move what they decide into decisions.",
                owner=owner,
            )
        return False

    def words(self, text: str | None, element: Element, what: str) -> Words | None:
        """Return an assignment: plain words with commas, or an expression."""
        if not text:
            return None
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        if not text.startswith("=") and all(_PLAIN_WORD.fullmatch(part) for part in parts):
            return Words(words=parts)
        compiled = self.expression(text, element, what)
        return None if compiled is None else Words(expression=compiled)

    def timing(
        self,
        kind: TimingKind,
        text: str,
        element: Element,
        what: str,
        *,
        owner: Element | None = None,
    ) -> Timing | None:
        """Return a time: a literal that is read now, or an expression."""
        text = text.strip()
        if text.startswith('"') and text.endswith('"') and '"' not in text[1:-1]:
            text = text[1:-1]
        is_pattern = kind == "cycle" and cron.looks_like(text)
        if not is_pattern and not _LITERAL_TIME.fullmatch(text):
            compiled = self.expression(text, element, what, owner=owner)
            return None if compiled is None else Timing(kind, text, expression=compiled)
        try:
            return Timing(kind, text, literal=_READ[kind](text))
        except OutOfBounds as error:
            whose = id_of(element if owner is None else owner)
            self.find(
                "timer-out-of-bounds",
                element,
                f"The {what} of '{whose}' cannot be used: {error}",
                "Give a time from one second to 100 years, 1 to 1,000 cycles, endless cycles of at"
                " least a minute, or a cron pattern of five fields.",
                owner=owner,
            )
            return None

    def mapped(self, element: Element, direction: str) -> tuple[Mapped, ...]:
        """Return the compiled input or output mappings of a node."""
        found: list[Mapped] = []
        for place, name, text in mappings(element, direction):
            if not _NAME.fullmatch(name):
                self.find(
                    "mapping-without-name",
                    place,
                    f"An {direction} mapping of '{id_of(element)}' has no usable name.",
                    "Give it a name of letters, digits and underscores.",
                    owner=element,
                )
                continue
            compiled = self.expression(text, place, f"{direction} '{name}'", owner=element)
            if compiled is not None:
                found.append(Mapped(name, compiled))
            elif not text.strip():
                self.find(
                    "mapping-without-expression",
                    place,
                    f"The {direction} mapping '{name}' of '{id_of(element)}' is empty.",
                    "Write an expression, or null.",
                    owner=element,
                )
        return tuple(found)

    def name(self, text: str | None, element: Element, what: str) -> str | None:
        """Return a name that data can have."""
        if text is None or _NAME.fullmatch(text):
            return text
        self.find(
            "name-invalid",
            element,
            f"The {what} '{_short(text)}' of '{id_of(element)}' is not a name that data can have.",
            "Use letters, digits and underscores, beginning with a letter.",
        )
        return None


def line_of(element: Element) -> int | None:
    """Return the line in which an element begins."""
    line = element.sourceline
    return line if isinstance(line, int) else None


def id_of(element: Element) -> str | None:
    """Return the id of an element, or of the nearest one around it that has one."""
    place: Element | None = element
    while place is not None:
        if place.get("id"):
            return place.get("id")
        place = place.getparent()
    return None


def _id(owner: Element | None, element: Element) -> str | None:
    """Return the id of the owner, or of the element where it has no other owner."""
    return id_of(element if owner is None else owner)


def _short(text: str) -> str:
    """Return a text for a message."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _expected(error: FeelSyntaxError) -> str:
    """Return the remedy for an expression that does not compile."""
    if error.expected:
        return f"Expected there: {error.expected}."
    return "Correct the expression; only FEEL is understood."
