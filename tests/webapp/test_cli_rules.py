"""Decisions on the command line: test, lint, ask, and compare versions before publishing."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rules import decisions
from tests.webapp.api import samples
from tests.webapp.command_line import Invoke
from tests.workflows.engine.shop import complete, open_tasks, publish, start
from tests.workflows.engine.test_decisions import graded, grading
from webapp.cli import feel, main
from webapp.cli.installation import installed as installation

GRADE = decisions.packaged()["grade.dmn"]
STRICTER = GRADE.replace(b"<text>90</text>", b"<text>96</text>")
GOOD = {
    "score": 95,
    "serious_discipline": False,
    "votes": 0,
    "fail_votes": 0,
    "integrity": 5,
    "open_correction_level": 0,
    "hours_ratio": 1,
}


@pytest.fixture
def stricter(folder: Path) -> Path:
    assert STRICTER != GRADE
    path = folder / "stricter.dmn"
    path.write_bytes(STRICTER)
    return path


def records(folder: Path, *lines: dict) -> str:
    path = folder / "records.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return str(path)


def test_the_parts_of_decisions_are_listed_on_demand(understudy: Invoke) -> None:
    listed = json.loads(understudy("rules", "list", "--json").stdout)
    everything = json.loads(understudy("rules", "list", "--all", "--json").stdout)

    assert len(listed) == 22
    assert all(each["question"] and each["file"] == f"{each['id']}.dmn" for each in listed)
    assert "grade_policy" in {each["id"] for each in everything} - {each["id"] for each in listed}


def test_a_changed_file_is_tested_with_the_packaged_examples(
    understudy: Invoke,
    stricter: Path,
) -> None:
    result = understudy("rules", "test", "--model", str(stricter), status=1)

    assert result.stdout.splitlines() == [
        'FAIL grade G-2: "A" was expected, but it gave "B".',
        "9 of 10 examples pass.",
    ]


def test_designers_run_examples_of_their_own(
    understudy: Invoke,
    stricter: Path,
    folder: Path,
) -> None:
    examples = folder / "examples.json"
    examples.write_text(
        json.dumps(
            [
                {"decision": "grade", "inputs": {**GOOD, "score": 96.5}, "expected": "A"},
                {"decision": "grade", "inputs": {}, "expected": "A"},
                {"decision": "no_such", "inputs": {}, "expected": None},
            ]
        )
    )

    result = understudy(
        "rules", "test", "--model", str(stricter), "--examples", str(examples), "--json", status=1
    )

    failures = json.loads(result.stdout)["failures"]
    assert [each["id"] for each in failures] == ["2", "3"]
    assert "is missing" in failures[0]["got"]["error"]
    assert "no_such" in failures[1]["got"]["error"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[", "examples.json is not valid JSON"),
        ("{}", "must hold a JSON list of examples"),
        ('[{"decision": "grade", "inputs": {}}]', "Example 1 of"),
        ("[]", "There is no worked example"),
    ],
)
def test_wrong_examples_are_one_clear_line(
    understudy: Invoke,
    folder: Path,
    content: str,
    words: str,
) -> None:
    (folder / "examples.json").write_text(content)

    result = understudy("rules", "test", "--examples", "examples.json", status=1)

    assert words in result.stderr


def test_the_packaged_decisions_have_nothing_to_warn_of(
    understudy: Invoke,
    folder: Path,
) -> None:
    for name, source in decisions.packaged().items():
        (folder / name).write_bytes(source)

    result = json.loads(understudy("rules", "lint", str(folder), "--json").stdout)

    assert result["findings"] == []


def test_a_batch_needs_to_name_its_decision_only_once(
    understudy: Invoke,
    folder: Path,
) -> None:
    (folder / "tiny.dmn").write_bytes(samples.DECISION)

    result = understudy(
        "rules", "evaluate", "tiny_age", "--model", "tiny.dmn", "--batch", "-",
        text='{"inputs": {"age": 17}}\n\n{"age"\n{"inputs": 3}\n{"inputs": {"age": 18}}\n',
    )  # fmt: skip

    first, second, third, last = (json.loads(line) for line in result.stdout.splitlines())
    assert (first, last) == ({"output": "young"}, {"output": "adult"})
    assert second["error"].startswith("Line 3 is not valid JSON")
    assert "A request looks like" in third["error"]


def test_an_answer_can_be_explained(understudy: Invoke) -> None:
    result = understudy(
        "rules", "evaluate", "grade", "--explain", "--inputs", "-", text=json.dumps(GOOD)
    )

    lines = result.stdout.splitlines()
    assert lines[0] == '"A"'
    assert "  - grade_01 failed at 'Score': There is no score." in lines
    assert lines[-1].startswith("  + grade_07: The score is excellent")


def test_a_new_version_is_tried_on_the_records_of_a_file(
    understudy: Invoke,
    stricter: Path,
    folder: Path,
) -> None:
    path = records(
        folder,
        {"inputs": GOOD, "output": "A", "key": "ada", "at": "2026-11-20T09:00:00+00:00"},
        {"inputs": {**GOOD, "score": 75, "votes": 9}, "output": "B", "key": "bob"},
        {"inputs": {**GOOD, "integrity": 9}, "output": "B", "key": "cleo"},
    )
    command = ("rules", "backtest", "grade", "--model", str(stricter), "--records", path)

    plain = understudy(*command)
    full = json.loads(understudy(*command, "--group", "votes", "--json").stdout)

    assert plain.stdout.startswith("3 cases: 1 would change, 1 have no answer, 1 stay")
    assert 'ada: "A" -> "B"' in plain.stdout
    assert full["by_change"] == [{"from": '"A"', "to": '"B"', "count": 1}]
    assert full["by_group"]["0"]["changed"] == 1
    assert full["by_group"]["9"]["changed"] == 0
    assert "integrity" in full["failures"][0]["error"].lower()


def test_two_versions_are_compared_where_no_output_was_recorded(
    understudy: Invoke,
    stricter: Path,
    folder: Path,
) -> None:
    (folder / "grade.dmn").write_bytes(GRADE)
    path = records(folder, {"inputs": GOOD})
    command = ("rules", "backtest", "grade", "--model", str(stricter), "--records", path)

    alone = understudy(*command, status=1)
    result = understudy(*command, "--against", "grade.dmn")

    assert "Line 1 of" in alone.stderr
    assert "--against" in alone.stderr
    assert 'line 1: "A" -> "B"' in result.stdout


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ({"output": "A"}, "must look like"),
        ({"inputs": {}, "output": "A", "at": "yesterday"}, "ISO 8601"),
        ({"inputs": {}, "output": "A", "at": "2026-11-20T09:00:00"}, "offset"),
    ],
)
def test_a_wrong_record_is_one_clear_line(
    understudy: Invoke,
    stricter: Path,
    folder: Path,
    record: dict,
    words: str,
) -> None:
    path = records(folder, record)

    result = understudy(
        "rules", "backtest", "grade", "--model", str(stricter), "--records", path, status=1
    )

    assert result.stderr.startswith(f"understudy: Line 1 of {path}")
    assert words in result.stderr


def test_a_new_version_is_tried_on_the_decisions_of_the_installation(
    installed: Invoke,
    folder: Path,
) -> None:
    with installation() as opened:
        publish(opened.database, graded(), grading(50))
        for points in (40, 60, 80):
            case = start(opened.database, "graded", {"points": points})
            complete(opened.database, open_tasks(opened.database, case)["ask"].id)
    (folder / "new.dmn").write_bytes(grading(70).content)
    command = ("rules", "backtest", "grade", "--model", "new.dmn")

    plain = installed(*command)
    grouped = json.loads(installed(*command, "--group", "points", "--json").stdout)
    later = installed(*command, "--since", "2030-01-01")
    other = installed("rules", "backtest", "quota", "--model", "new.dmn", status=1)

    assert plain.stdout.splitlines()[:2] == [
        "3 cases: 1 would change, 0 have no answer, 2 stay as they are.",
        '      1  "good" -> "poor"',
    ]
    assert "case 2" in plain.stdout
    assert grouped["by_group"]["60"]["changed"] == 1
    assert "There are no records" in later.stdout
    assert 'new.dmn has no decision "quota"' in other.stderr


def test_an_expression_reads_its_variables_from_a_file(
    understudy: Invoke,
    folder: Path,
) -> None:
    (folder / "facts.json").write_text('{"date of birth": "2000-01-01"}')

    result = understudy("feel", "date of birth", "--context", "facts.json")

    assert result.stdout == '"2000-01-01"\n'


def test_a_person_at_a_terminal_sees_the_place_of_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal:
        class stderr:  # noqa: N801
            isatty = staticmethod(lambda: True)

    monkeypatch.setattr(feel, "sys", Terminal)
    result = CliRunner().invoke(main, ["feel", "1 +\n(2"], prog_name="understudy")

    assert result.stderr.splitlines()[:2] == ["(2", "  ^"]
    assert result.stderr.splitlines()[2].startswith("understudy: Line 2, column 3:")
    assert sys.stderr is not None


@pytest.mark.parametrize("command", ["list", "lint", "test", "evaluate", "backtest", "diff"])
def test_every_command_says_what_it_does(understudy: Invoke, command: str) -> None:
    text = understudy("rules", command, "--help").stdout

    assert "--json" in text
    assert len(text.splitlines()) > 6


def test_a_deployment_tells_what_is_doubtful(installed: Invoke, folder: Path) -> None:
    path = folder / "grading.dmn"
    path.write_bytes(
        grading(50)
        .content.replace(b"<text>-</text>", b"<text>&lt; 50</text>", 1)
        .replace(b"&gt;= 50", b"&gt; 50")
    )

    deployed = json.loads(installed("process", "deploy", str(path), "--json").stdout)

    assert [found["code"] for found in deployed["findings"]] == ["table-gap"]


def test_two_versions_are_compared_cell_by_cell(
    installed: Invoke,
    stricter: Path,
    folder: Path,
) -> None:
    (folder / "grade.dmn").write_bytes(GRADE)

    files = installed("rules", "diff", "grade.dmn", "stricter.dmn")
    in_force = json.loads(installed("rules", "diff", "grade", "stricter.dmn", "--json").stdout)
    same = installed("rules", "diff", "grade", "grade.dmn")
    wrong = installed("rules", "diff", "grade", "no_such", status=1)

    assert "90 -> 96" in files.stdout
    assert [(each["old"], each["new"]) for each in in_force] == [("90", "96")]
    assert same.stdout == "Nothing changed.\n"
    assert 'no file and no decision "no_such"' in wrong.stderr


def test_a_file_finds_what_it_imports_in_the_files_beside_it(
    understudy: Invoke, folder: Path
) -> None:
    head = 'xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"'
    (folder / "values.dmn").write_text(
        f'<definitions {head} id="v" name="v" namespace="urn:values"><decision id="limit" '
        'name="limit"><variable name="limit"/><literalExpression><text>7</text>'
        "</literalExpression></decision></definitions>"
    )
    (folder / "broken.dmn").write_text("<definitions")
    (folder / "main.dmn").write_text(
        f'<definitions {head} id="m" name="m" namespace="urn:main"><import name="shared" '
        'namespace="urn:values" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
        '<decision id="d" name="d"><variable name="d"/><informationRequirement>'
        '<requiredDecision href="urn:values#limit"/></informationRequirement>'
        "<literalExpression><text>shared.limit + 1</text></literalExpression></decision>"
        "</definitions>"
    )

    assert understudy("rules", "evaluate", "d", "--model", "main.dmn").stdout == "8\n"
    assert "0 errors" in understudy("rules", "lint", "main.dmn").stdout
