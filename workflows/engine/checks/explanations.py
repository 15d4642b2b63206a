"""
What each code of a finding means, read from the pages of the documentation.

The pages are the only place where this is written. A wheel carries copies of
them beside this module, made when it is built; a source tree has the pages.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from workflows.engine.checks.help import PAGE, PAGE_OF_TABLES

_PACKAGED = Path(__file__).parent / "pages"
_SOURCES = Path(__file__).resolve().parents[3] / "docs"
_ACCEPTING = "Accepting a warning"
_SECTION = re.compile(
    r"\*(?P<severity>[a-z ]+)\* · (?P<text>.+)\n\n"
    r"- Example: (?P<example>.+)\n- Mend: (?P<remedy>.+)"
)
_ROW = re.compile(r"\| `(?P<code>[a-z-]+)` \| (?P<severity>[a-z ]+) \| (?P<example>.+) \|")
_CODE = re.compile(r'(?<=suppress code=")[a-z-]+')


@dataclass(frozen=True)
class Explanation:
    """
    One code of a finding: text, example and remedy are Markdown.

    Attributes:
        group: The heading under which it stands.
        severity: `error`, `warning` or `error or warning`.
        remedy: How to mend it; empty where only the finding itself can tell.

    """

    code: str
    group: str
    severity: str
    text: str
    example: str
    remedy: str

    @property
    def can_be_accepted(self) -> bool:
        """Say whether a model may say that this is meant as it is."""
        return "warning" in self.severity and bool(self.text)


@cache
def of_processes() -> Mapping[str, Explanation]:
    """Return what is checked in processes, forms and files, by code."""
    found = {}
    for group, body in _parts(_page(PAGE), "## "):
        for code, section in _parts(body, "### "):
            told = _SECTION.match(section.strip())
            if told is not None:
                found[code] = Explanation(code, group, **told.groupdict())
    return found


@cache
def of_tables() -> Mapping[str, Explanation]:
    """Return what is checked in decision tables, by code."""
    return {
        row["code"]: Explanation(row["code"], group, row["severity"], "", row["example"], "")
        for group, body in _parts(_page(PAGE_OF_TABLES), "## ")
        for row in _ROW.finditer(body)
    }


@cache
def accepting(code: str) -> str:
    """Return how a warning is accepted with a reason, as Markdown, for one code."""
    section = dict(_parts(_page(PAGE), "## "))[_ACCEPTING]
    return _CODE.sub(code, section)


def _page(name: str) -> str:
    """Return the text of a page."""
    folder = _PACKAGED if _PACKAGED.is_dir() else _SOURCES
    return (folder / name).read_text("utf-8")


def _parts(text: str, mark: str) -> Iterator[tuple[str, str]]:
    """Yield the heading and the text of each section of a level."""
    for part in re.split(rf"^{mark}", text, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        yield heading.strip(), body
