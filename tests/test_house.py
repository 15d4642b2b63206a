"""The measures of the house: short modules, short functions, one importer of SpiffWorkflow."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("workflows", "rules", "webapp", "bpmn")
LONGEST_MODULE = 300
LONGEST_FUNCTION = 30
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}


def _modules() -> list[Path]:
    return sorted(
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations/versions" not in path.as_posix()
    )


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function's body without its docstring."""
    first = function.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    begin = (first.end_lineno or 0) + 1 if has_docstring else first.lineno
    return (function.end_lineno or 0) - begin + 1


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_a_module_is_short_enough_to_be_read_in_one_go(path: Path) -> None:
    assert len(path.read_text().splitlines()) < LONGEST_MODULE


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_a_function_does_one_thing(path: Path) -> None:
    too_long = {
        function.name: _code_lines(function)
        for function in _functions(path)
        if _code_lines(function) >= LONGEST_FUNCTION
    }

    assert too_long == {}


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_a_module_is_named_for_what_it_holds(path: Path) -> None:
    assert VAGUE_NAMES.isdisjoint(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", _modules(), ids=_name)
def test_no_text_is_ever_executed(path: Path) -> None:
    called = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert called.isdisjoint({"eval", "exec", "compile", "__import__"})


def test_no_service_reads_the_clock_of_the_machine() -> None:
    readers = [
        _name(path)
        for path in _modules()
        if any(text in path.read_text() for text in ("datetime.now(", "date.today(", "utcnow("))
    ]

    assert readers == ["workflows/clock.py"]
