"""Sentences of the services: made so that pages can say them in another language."""

import ast
import copy
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from rules.sentences import Sentence, Term, Words, sentence_of
from webapp.sentences import VOCABULARIES

ROOT = Path(__file__).resolve().parent.parent
PLACE = re.compile(r"%\((\w+)\)s")
# What is met on the command line or in the HTTP API only, and stays English. Nothing is added
# here that a page can show.
ENGLISH_ONLY = {
    "workflows/accounts.py",  # `understudy user`
    "workflows/calendar.py",  # settings of the host
    "workflows/engine/clock_control.py",  # the movable clock of the HTTP API
    "workflows/engine/replay.py",  # `understudy verify`
    "workflows/groups.py",  # `understudy user`
    "workflows/mail.py",  # kept with a letter that did not leave
    "workflows/mail_server.py",  # settings of the host
    "workflows/migrate.py",  # `understudy init`
    "workflows/people_import.py",  # `understudy import people`
    "workflows/roster_files.py",  # `understudy import people`
}
# Errors that hold others, which are sentences themselves, or that a page tells in its own words.
IN_OTHER_WORDS = {"FormDocumentRefused", "StaleSave", "EndlessMessages"}
# Parts of the web application that speak to programs and operators, in English.
PROGRAMS = {"api", "cli", "operations.py"}
REFUSALS = ("UnderstudyError", "Conflict", "NotAllowed", "Invalid")


def test_a_sentence_is_the_english_text() -> None:
    told = Sentence(
        "%(name)s gave %(count)s things on %(day)s to %(who)s.",
        name="Ann",
        count=1200,
        day=date(2026, 5, 1),
        who=[Term("group", "hr"), Words("the boss", "Boss")],
    )

    assert told == "Ann gave 1,200 things on 2026-05-01 to hr, the boss."
    assert json.dumps({"told": told}) == f'{{"told": "{told}"}}'


def test_moments_are_told_in_utc() -> None:
    at = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)

    assert Sentence("It ended on %(at)s.", at=at) == "It ended on 2026-05-01 at 09:30 UTC."


def test_a_sentence_without_values_may_hold_a_percent_sign() -> None:
    assert Sentence("100 % of it") == "100 % of it"


def test_a_copy_can_still_be_translated() -> None:
    told = copy.deepcopy(Sentence("100 %% of %(what)s", what="it"))

    assert told == "100 % of it"
    assert (told.template, told.values) == ("100 %% of %(what)s", {"what": "it"})


def test_an_error_keeps_its_sentence() -> None:
    told = Sentence("No.")

    assert sentence_of(ValueError(told)) is told
    assert sentence_of(ValueError("No.", 1)) == "('No.', 1)"


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def _modules() -> tuple[Path, ...]:
    """Every module that people may hear of: the services, and the pages."""
    found = [path for name in ("workflows", "rules") for path in (ROOT / name).rglob("*.py")]
    return tuple(sorted([*found, *_pages()]))


def _pages() -> list[Path]:
    """Every module of the pages."""
    pages = ROOT / "webapp"
    return [
        path
        for path in sorted(pages.rglob("*.py"))
        if not PROGRAMS & set(path.relative_to(pages).parts)
    ]


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def test_every_template_is_literal_and_gets_its_values() -> None:
    wrong = []
    for path in _modules():
        for call in _calls(_tree(path), "Sentence"):
            first = call.args[0] if len(call.args) == 1 else None
            template = first.value if isinstance(first, ast.Constant) else None
            given = {keyword.arg for keyword in call.keywords}
            if not isinstance(template, str) or set(PLACE.findall(template)) != given:
                wrong.append(f"{path.relative_to(ROOT)}:{call.lineno}")

    assert wrong == []


def test_every_vocabulary_of_a_term_has_words() -> None:
    named = {
        call.args[0].value
        for path in _modules()
        for call in _calls(_tree(path), "Term")
        if isinstance(call.args[0], ast.Constant)
    }

    assert named - {"group"} == set(VOCABULARIES)


@cache
def _refusals() -> frozenset[str]:
    """The names of all errors that pages answer with their own sentence: all but NotFound."""
    parents = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for node in _classes()
    }
    del parents["NotFound"]
    found = set(REFUSALS)
    while more := {name for name, bases in parents.items() if bases & found} - found:
        found |= more
    return frozenset(found)


@cache
def _classes() -> tuple[ast.ClassDef, ...]:
    trees = (_tree(path) for path in _modules())
    return tuple(node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef))


@cache
def _telling() -> frozenset[str]:
    """The errors that are made of facts and find the sentence themselves."""
    return frozenset(
        each.name
        for each in _classes()
        if any(getattr(part, "name", "") == "__init__" for part in each.body)
    )


def _told(tree: ast.AST, refusals: frozenset[str]) -> Iterator[ast.expr]:
    """What the errors of a module are told to say."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name in refusals - IN_OTHER_WORDS:
            for call in ast.walk(node):
                is_call = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
                if is_call and call.func.attr == "__init__" and call.args:
                    yield call.args[0]
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            name = getattr(node.exc.func, "id", "")
            if name in refusals - _telling():
                yield node.exc.args[0]


def _is_plain(told: ast.expr) -> bool:
    """Say whether a text is made on the spot, with no way to say it in another language."""
    if isinstance(told, ast.IfExp):
        return _is_plain(told.body) or _is_plain(told.orelse)
    is_made = isinstance(told, ast.JoinedStr | ast.BinOp)
    if isinstance(told, ast.Constant):
        return isinstance(told.value, str) and " " in told.value
    if isinstance(told, ast.Call):
        return getattr(told.func, "id", "") == "str" or getattr(told.func, "attr", "") == "join"
    return is_made


def test_every_refusal_can_be_said_in_another_language() -> None:
    refusals = _refusals()

    plain = [
        f"{name}:{told.lineno}"
        for path in _modules()
        if (name := path.relative_to(ROOT).as_posix()) not in ENGLISH_ONLY
        for told in _told(_tree(path), refusals)
        if _is_plain(told)
    ]

    assert plain == []


def test_nothing_stays_english_that_need_not() -> None:
    refusals = _refusals()

    assert {
        name for name in ENGLISH_ONLY if any(map(_is_plain, _told(_tree(ROOT / name), refusals)))
    } == ENGLISH_ONLY


def _caught(tree: ast.AST) -> Iterator[int]:
    """Yield the lines where a caught refusal is turned into text past its sentence."""
    for handler in ast.walk(tree):
        if not isinstance(handler, ast.ExceptHandler) or handler.name is None:
            continue
        kinds = {each.id for each in ast.walk(handler.type) if isinstance(each, ast.Name)}
        if not kinds & _refusals():
            continue
        for node in ast.walk(handler):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "str":
                texts = node.args
            elif isinstance(node, ast.FormattedValue):
                texts = [node.value]
            else:
                continue
            if any(isinstance(each, ast.Name) and each.id == handler.name for each in texts):
                yield node.lineno


def test_pages_say_what_they_caught_in_the_language_of_the_reader() -> None:
    past = [
        f"{path.relative_to(ROOT)}:{line}" for path in _pages() for line in _caught(_tree(path))
    ]

    assert past == []
