"""A place in the text of an expression, with the small steps that a parser makes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from rules.feel.budget import MAX_NESTING, MAX_PARTS, MAX_SOURCE_LENGTH
from rules.feel.errors import FeelSyntaxError
from rules.feel.members import SPACED_MEMBERS
from rules.feel.names import KEYWORDS, SPACE, SPACED_FUNCTIONS, WORD, KnownNames
from rules.feel.parser.mistakes import advice, misread

_BLANK = re.compile(rf"(?:[{SPACE}]+|//[^\n\r]*|/\*.*?\*/)*", re.DOTALL)
_TOKEN = re.compile(r"\"[^\"]+\"?|\*\*|\.\.|[<>!]=|->|\w+|.", re.DOTALL)
_SHOWN = 30
A_VALUE = "a value"
_MAX_NAMES_TRIED = 100_000
_BUILT_IN = KnownNames((*SPACED_FUNCTIONS, *SPACED_MEMBERS))


class _Level:
    """The depth of nesting; it goes back by one where a `with` block ends."""

    __slots__ = ("depth",)

    def __init__(self) -> None:
        self.depth = 0

    def __enter__(self) -> None:
        """Begin a block; the depth was counted before."""

    def __exit__(self, *error: object) -> None:
        """End a block."""
        self.depth -= 1


class Cursor:
    """The text, the place in it, and what is known of names."""

    def __init__(self, text: str, known: KnownNames) -> None:
        self.text = text
        self.position = 0
        self._known = known
        self._tried = 0
        self.parts = 0
        self._level = _Level()
        if len(text) > MAX_SOURCE_LENGTH:
            self.fail(
                f"The expression has more than {MAX_SOURCE_LENGTH:,} characters; "
                "split it into several."
            )
        self.skip_blank()

    # -- failing -------------------------------------------------------------------------

    def fail(self, message: str, expected: str = "", position: int | None = None) -> NoReturn:
        """Refuse the text at a place."""
        offset = self.position if position is None else position
        line = self.text.count("\n", 0, offset) + 1
        column = offset - (self.text.rfind("\n", 0, offset) + 1) + 1
        raise FeelSyntaxError(message, line, column, expected)

    def fail_expected(self, expected: str) -> NoReturn:
        """Refuse the text because something else should stand here."""
        sentence = f"Expected {expected}, but found {self.shown()}."
        self.fail(f"{sentence} {advice(self.text, self.position)}".rstrip(), expected)

    def shown(self) -> str:
        """Return what stands here, as a message shows it."""
        if self.at_end():
            return "the end of the expression"
        token = _TOKEN.match(self.text, self.position, self.position + 2 * _SHOWN)
        piece = token[0] if token else ""
        return f'"{piece[:_SHOWN]}"' if piece[:1] != '"' else f"{piece[:_SHOWN]}"

    def nested(self) -> "_Level":
        """Count one more level of nesting while the block runs."""
        self._level.depth += 1
        if self._level.depth > MAX_NESTING:
            self.fail(f"The expression is nested more than {MAX_NESTING} levels deep; split it.")
        return self._level

    def count_part(self) -> None:
        """Count one more operand, so that the whole stays small enough to be read at once."""
        self.parts += 1
        if self.parts > MAX_PARTS:
            self.fail(f"The expression has more than {MAX_PARTS:,} parts; split it into several.")

    # -- moving --------------------------------------------------------------------------

    def skip_blank(self) -> None:
        """Go over spaces and comments."""
        letter = self.text[self.position : self.position + 1]
        # Most places have no blank, and a pattern costs more than a look.
        if letter in " \n/" or not " " < letter < "\x7f":
            found = _BLANK.match(self.text, self.position)
            if found:
                self.position = found.end()

    def at_end(self) -> bool:
        """Say whether nothing is left."""
        return self.position >= len(self.text)

    def sees(self, token: str) -> bool:
        """Say whether the text goes on with a token."""
        return self.text.startswith(token, self.position)

    def take(self, token: str) -> bool:
        """Go over a token if it stands here."""
        if not self.text.startswith(token, self.position):
            return False
        self.position += len(token)
        self.skip_blank()
        return True

    def need(self, token: str) -> None:
        """Go over a token that must stand here."""
        if not self.take(token):
            self.fail_expected(f'"{token}"')

    def need_comma(self, closing: str) -> None:
        """Go over the comma between two parts; where none stands, the whole could also end."""
        if not self.take(","):
            self.fail_expected(f'"," or "{closing}"')

    def take_match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Go over what a pattern matches."""
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
            self.skip_blank()
        return found

    # -- words ---------------------------------------------------------------------------

    def word(self) -> str:
        """Return the word that stands here, or nothing."""
        found = WORD.match(self.text, self.position)
        return found[0] if found else ""

    def sees_keyword(self, keyword: str) -> bool:
        """Say whether a keyword stands here as a whole word, and not as part of a known name."""
        return (
            self.text.startswith(keyword, self.position)
            and self.word() == keyword
            and self.known_name() is None
        )

    def take_keyword(self, keyword: str) -> bool:
        """Go over a keyword if it stands here."""
        return self.sees_keyword(keyword) and self.take(keyword)

    def need_keyword(self, keyword: str) -> None:
        """Go over a keyword that must stand here."""
        if not self.take_keyword(keyword):
            self.fail_expected(f'"{keyword}"')

    # -- names ---------------------------------------------------------------------------

    def known_name(self) -> tuple[str, int] | None:
        """Return the longest known name of several words here, and where it ends."""
        best: tuple[str, int] | None = None
        for known in (_BUILT_IN, self._known):
            found = known.match(self.text, self.position)
            if found is None:
                continue
            name, end, tried = found
            self._tried += tried
            if end > (best[1] if best else -1):
                best = name, end
        if self._tried > _MAX_NAMES_TRIED:
            self.fail("The expression uses too many names with spaces; split it into several.")
        return best

    @contextmanager
    def knowing(self, *names: str) -> Iterator[None]:
        """Know more names while the block runs."""
        added = [name for name in names if self._known.add(name)]
        yield
        for name in reversed(added):
            self._known.remove(name)

    def take_member(self) -> str:
        """Go over the name of a member and return it; after a point a keyword is a name too."""
        word = self.word()
        if word in KEYWORDS and self.known_name() is None:
            self.take(word)
            return word
        return self.take_name("the name of a member")

    def take_name(self, what: str = "a name") -> str:
        """
        Go over a name and return it.

        A name that nobody knows is read word by word until something else comes: two
        words in a row can be nothing but one name.
        """
        known = self.known_name()
        word = self.word()
        if known and known[1] >= self.position + len(word):
            self.position = known[1]
            self.skip_blank()
            return known[0]
        if not word or word in KEYWORDS:
            self.fail_expected(what)
        start = self.position
        words = []
        while word and word not in KEYWORDS:
            words.append(word)
            self.take(word)
            word = self.word()
        wrong = misread(words) if len(words) > 1 and what == A_VALUE else ""
        if wrong:
            self.fail(f'"{" ".join(words)[:_SHOWN]}" is no known name. {wrong}', "a name", start)
        return " ".join(words)
