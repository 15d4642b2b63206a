"""The page of help knows every code, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from rules.findings import Finding
from workflows.engine.checks import explanations
from workflows.engine.checks.help import with_help

ROOT = Path(__file__).resolve().parents[4]
PAGE = ROOT / "docs/checks-of-processes.md"
PLACES = ("workflows/engine/checks", "workflows/engine/spiff", "workflows/engine/forms")
FILES = (
    "workflows/engine/publishing.py",
    "workflows/engine/examining.py",
    "workflows/form_findings.py",
    "rules/xml_door.py",
)
MAKERS = {"Finding", "finding", "find", "Refusal"}
CODE = re.compile(r"[a-z]+(-[a-z]+)+")
# Codes that are put together of a word and an ending, or have one word only.
WOVEN = {
    *("choreography", "compensation", "unreachable"),
    *(f"unknown-{kind}" for kind in ("decision", "form", "process", "service")),
    *(f"{kind}-unknown" for kind in ("error", "escalation", "signal")),
    *(f"{kind}-missing" for kind in ("decision", "service")),
}


def told() -> set[str]:
    """Return every code that a check may give."""
    paths = [path for place in PLACES for path in (ROOT / place).glob("*.py")]
    found = set(WOVEN)
    for path in [*paths, *(ROOT / name for name in FILES)]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _is_maker(node.func):
                found.update(_codes(node))
    return found


def _is_maker(called: ast.expr) -> bool:
    """Say whether a call makes a finding, itself or through a function of its module."""
    name = getattr(called, "id", getattr(called, "attr", ""))
    return name in MAKERS or name in {"_find", "_finding", "Fault", "_refused", "_refuse"}


def _codes(call: ast.Call) -> Iterator[str]:
    """Yield what looks like a code in the first arguments of a call."""
    given = [*call.args[:3], *(each.value for each in call.keywords if each.arg == "code")]
    for argument in given:
        for part in ast.walk(argument):
            text = getattr(part, "value", None) if isinstance(part, ast.Constant) else None
            if isinstance(text, str) and CODE.fullmatch(text):
                yield text


def sections() -> dict[str, str]:
    """Return the text of the page by code."""
    parts = re.split(r"^### ", PAGE.read_text(), flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0]: part for part in parts}


def test_the_page_explains_every_code_and_no_other():
    assert set(sections()) - told() == set()
    assert told() - set(sections()) == set()


def test_every_section_says_how_bad_it_is_gives_an_example_and_a_remedy():
    incomplete = {
        code: text
        for code, text in sections().items()
        if not re.search(r"^\*(error|warning|error or warning)\* · \w.+$", text, re.MULTILINE)
        or not re.search(r"^- Example: .+\.$", text, re.MULTILINE)
        or not re.search(r"^- Mend: .+\.$", text, re.MULTILINE)
    }

    assert incomplete == {}


def test_a_finding_says_where_its_code_is_explained():
    def place(code: str, file_name: str) -> str | None:
        return with_help(Finding(code, "It is so.", "Do it.", file_name=file_name)).help

    assert place("no-way-out", "a.bpmn") == "checks-of-processes.md#no-way-out"
    assert place("xml-syntax", "a.dmn") == "checks-of-processes.md#xml-syntax"
    assert place("table-gap", "a.dmn") == "checks.md"


def test_the_product_reads_every_section_of_the_page():
    read = explanations.of_processes()

    assert set(read) == set(sections())
    told = read["parallel-writers"]
    assert (told.group, told.severity) == ("Branches and joins", "warning")
    assert told.text.startswith("Two branches that may run side by side")
    assert told.example.startswith("two reviewers in parallel branches")
    assert told.remedy.startswith("set `understudy:resultVariable` on each")


def test_the_product_reads_every_row_about_decision_tables():
    page = (ROOT / "docs/checks.md").read_text()

    read = explanations.of_tables()

    assert set(read) == set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))
    assert read["table-gap"].severity == "warning"
    assert read["table-gap"].example.startswith("Rules for `< 60` and `> 60`")


def test_only_warnings_of_models_can_be_accepted():
    read = explanations.of_processes()

    assert read["no-way-out"].can_be_accepted
    assert read["loop-without-wait"].can_be_accepted
    assert not read["unreachable"].can_be_accepted
    assert not explanations.of_tables()["table-gap"].can_be_accepted
    assert 'code="no-way-out" reason="' in explanations.accepting("no-way-out")
    assert "parallel-writers" not in explanations.accepting("no-way-out")
