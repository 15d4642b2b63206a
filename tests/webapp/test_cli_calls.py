"""The command line shows and checks processes that call others in their latest version."""

import json
from pathlib import Path

from tests.webapp.command_line import Invoke
from tests.workflows.engine.build import Process
from tests.workflows.engine.callers import callee, caller, file


def deployed(installed: Invoke, folder: Path) -> None:
    """Put a caller and what it calls into force."""
    paths = []
    for each in (file(caller()), callee("first")):
        paths.append(folder / each.name)
        paths[-1].write_bytes(each.content)
    installed("process", "deploy", *map(str, paths))


def test_what_a_process_refers_to_is_listed_by_plain_names(installed: Invoke, folder: Path) -> None:
    deployed(installed, folder)

    shown = json.loads(installed("process", "show", "caller", "--json").stdout)

    assert shown["refers_to"] == ["process:callee", "process:caller"]


def test_lint_names_the_callers_that_a_new_version_would_break(
    installed: Invoke, folder: Path
) -> None:
    deployed(installed, folder)
    process = Process("callee").message_start("start", "news").user("work").end()
    path = folder / "callee.bpmn"
    path.write_bytes(process.chain("start", "work", "end").xml())

    linted = installed("process", "lint", str(path), status=1)

    assert "The process “caller”, which is in use, would break" in linted.stdout
    assert "caller.bpmn" in linted.stdout
