"""The command line: results on standard output, one clear line for every error."""

import json
from pathlib import Path

import pytest

from tests.webapp.api import samples
from tests.webapp.command_line import Invoke
from workflows import audit
from workflows.database import Base, Database


def test_init_publishes_what_is_packaged(understudy: Invoke) -> None:
    result = understudy("init", "--json")
    again = understudy("init", "--json")

    published = json.loads(result.stdout)["published"]
    assert "process:nomination" in published
    assert "decision:eligibility" in published
    assert json.loads(again.stdout) == {"migrations": [], "published": []}


def test_commands_ask_for_init_where_nothing_is_installed(understudy: Invoke) -> None:
    result = understudy("process", "list", status=1)

    assert result.stdout == ""
    assert result.stderr == (
        "understudy: The database is not up to date. Run `understudy init` first.\n"
    )


def test_an_account_and_its_token_come_from_the_command_line(
    installed: Invoke, folder: Path
) -> None:
    made = installed(
        "user", "add", "ada", "--role", "administrator", "--role", "designer",
        "--password-stdin", text="correct horse 9\n",
    )  # fmt: skip
    token = installed("token", "create", "ada")

    assert "ada" in made.stdout
    assert len(token.stdout.split()) == 1
    assert len(token.stdout.strip()) > 30
    database = Database(f"sqlite:///{folder / 'data' / 'understudy.sqlite'}")
    with database.reading() as session:
        made_of_ada = audit.entries(session, object_type="account", object_id="ada").items
    database.close()
    assert [each.action for each in made_of_ada] == ["token.create", "account.create"]
    assert made_of_ada[1].data == {"roles": ["administrator", "designer"]}


@pytest.mark.parametrize(
    ("arguments", "text", "status", "words"),
    [
        (("user", "add", "ada", "--role", "king", "--password-stdin"), "secret 123\n", 2, "king"),
        (("user", "add", "ada", "--role", "hr", "--password-stdin"), "\n", 1, "empty"),
        (("user", "add", "ada", "--role", "hr", "--password-stdin"), "abc\n", 1, "characters"),
        (("user", "add", "ada", "--role", "hr"), "secret 123\n", 1, "--password-stdin"),
        (("user", "add", "a b", "--role", "hr", "--password-stdin"), "secret 123\n", 1, "a b"),
        (("token", "create", "nobody"), "", 1, "nobody"),
        (("process", "show", "nothing"), "", 1, "nothing"),
        (("nonsense",), "", 2, "nonsense"),
        (("rules", "evaluate"), "", 2, "DECISION"),
        (("serve", "--port", "99999"), "", 2, "99999"),
    ],
)
def test_a_mistake_is_one_clear_line(
    installed: Invoke, arguments: tuple[str, ...], text: str, status: int, words: str
) -> None:
    result = installed(*arguments, text=text, status=status)

    assert result.stdout == ""
    assert words in result.stderr


def test_an_account_is_made_once(installed: Invoke) -> None:
    make = ("user", "add", "ada", "--role", "hr", "--password-stdin")
    installed(*make, text="correct horse 9\n")

    again = installed(*make, text="correct horse 9\n", status=1)

    assert "already" in again.stderr


def test_files_are_deployed_and_listed(installed: Invoke, folder: Path) -> None:
    models = folder / "models"
    models.mkdir()
    for name, content in samples.REVIEW_FILES.items():
        (models / name).write_bytes(content)

    deployed = json.loads(installed("process", "deploy", str(models), "--json").stdout)
    listed = json.loads(installed("process", "list", "--json").stdout)
    shown = json.loads(installed("process", "show", "tiny_review", "--json").stdout)

    assert {each["key"] for each in deployed["versions"]} == {"tiny_review", "tiny_score"}
    assert "tiny_review" in {each["key"] for each in listed}
    assert shown["version"] == 1
    assert "form:tiny_score" in shown["refers_to"]


def test_lint_reports_findings_and_publishes_nothing(installed: Invoke, folder: Path) -> None:
    good, bad = folder / "good.bpmn", folder / "bad.bpmn"
    good.write_bytes(samples.WAITING)
    bad.write_bytes(samples.SCRIPT_TASK)

    fine = installed("process", "lint", str(good))
    wrong = installed("process", "lint", str(bad), status=1)

    assert "0 errors" in fine.stdout
    assert "bad.bpmn" in wrong.stdout
    assert "compute" in wrong.stdout
    assert "tiny_wait" not in installed("process", "list").stdout


def test_a_bad_file_is_not_deployed(installed: Invoke, folder: Path) -> None:
    bad = folder / "bad.bpmn"
    bad.write_bytes(samples.SCRIPT_TASK)

    result = installed("process", "deploy", str(bad), "--json", status=1)

    findings = json.loads(result.stdout)["findings"]
    assert findings[0]["element_id"] == "compute"
    assert findings[0]["remedy"]
    assert "bad_script" not in installed("process", "list").stdout


@pytest.mark.parametrize(
    ("expression", "context", "value"),
    [
        ("1 + 2", "{}", "3"),
        ("age >= 18", '{"age": 40}', "true"),
        ('"a" + "b"', "{}", '"ab"'),
        ("[1, 2, 3][item > 1]", "{}", "[2,3]"),
        ("0.1 + 0.2", "{}", "0.3"),
        ("unknown", "{}", "null"),
    ],
)
def test_an_expression_is_tried(
    understudy: Invoke, expression: str, context: str, value: str
) -> None:
    result = understudy("feel", expression, "--context", context)

    assert result.stdout == f"{value}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("1 +",), "1 +"),
        (("1", "--context", "{"), "--context is not valid JSON"),
        (("1", "--context", "[]"), "must hold a JSON object"),
    ],
)
def test_a_wrong_expression_is_one_clear_line(
    understudy: Invoke, arguments: tuple[str, ...], words: str
) -> None:
    result = understudy("feel", *arguments, status=1)

    assert result.stdout == ""
    assert result.stderr.startswith("understudy: ")


def test_the_worked_examples_of_the_packaged_decisions_pass(understudy: Invoke) -> None:
    result = json.loads(understudy("rules", "test", "--json").stdout)

    assert result["examples"] > 20
    assert result["failures"] == []


def test_a_decision_of_a_file_is_evaluated(understudy: Invoke, folder: Path) -> None:
    model, inputs = folder / "tiny.dmn", folder / "inputs.json"
    model.write_bytes(samples.DECISION)
    inputs.write_text('{"age": 17}')

    plain = understudy(
        "rules", "evaluate", "tiny_age", "--model", str(model), "--inputs", str(inputs)
    )
    full = understudy(
        "rules", "evaluate", "tiny_age", "--model", str(model), "--inputs", "-", "--json",
        text='{"age": 18}',
    )  # fmt: skip

    assert plain.stdout == '"young"\n'
    assert json.loads(full.stdout)["output"] == "adult"
    assert json.loads(full.stdout)["matched_rules"]


def test_a_batch_answers_each_line_with_one_line(understudy: Invoke, folder: Path) -> None:
    model, batch = folder / "tiny.dmn", folder / "batch.jsonl"
    model.write_bytes(samples.DECISION)
    batch.write_text(
        '{"decision": "tiny_age", "inputs": {"age": 17}}\n'
        '{"decision": "no_such", "inputs": {}}\n'
        "not json\n"
        "[]\n"
        '{"decision": "tiny_age", "inputs": {"age": 18}}\n'
    )

    result = understudy("rules", "evaluate", "--model", str(model), "--batch", str(batch))

    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert answers[0] == {"output": "young"}
    assert answers[4] == {"output": "adult"}
    assert [set(answer) for answer in answers[1:4]] == [{"error"}] * 3
    assert "no_such" in answers[1]["error"]


def test_decisions_are_listed_and_checked(installed: Invoke, folder: Path) -> None:
    model, broken = folder / "tiny.dmn", folder / "broken.dmn"
    model.write_bytes(samples.DECISION)
    broken.write_bytes(samples.DECISION.replace(b"&lt; 18", b"&lt; ("))

    listed = json.loads(installed("rules", "list", "--json").stdout)
    fine = installed("rules", "lint", str(model))
    wrong = installed("rules", "lint", str(broken), status=1)

    assert "eligibility" in {each["id"] for each in listed}
    assert "0 errors" in fine.stdout
    assert "broken.dmn" in wrong.stdout


def test_doctor_names_what_is_wrong_and_the_remedy(
    installed: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_administrator = installed("doctor", status=1)
    installed(
        "user", "add", "ada", "--role", "administrator", "--password-stdin",
        text="correct horse 9\n",
    )  # fmt: skip
    healthy = installed("doctor")
    monkeypatch.setenv("UNDERSTUDY_SECRET_KEY", "weak")
    weak = installed("doctor", "--json", status=1)

    assert "understudy user add" in without_administrator.stdout
    assert "FAIL" not in healthy.stdout
    assert [each["name"] for each in json.loads(weak.stdout) if not each["is_fine"]] == ["settings"]


@pytest.mark.parametrize("key", ["", "weak", "a" * 64])
def test_serve_refuses_a_weak_key(
    installed: Invoke, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("UNDERSTUDY_SECRET_KEY", key)

    result = installed("serve", status=1)

    assert "UNDERSTUDY_SECRET_KEY" in result.stderr


def test_a_wrong_setting_is_named(understudy: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_CLOCK", "sundial")

    result = understudy("init", status=1)

    assert "UNDERSTUDY_CLOCK" in result.stderr


def test_a_database_that_does_not_answer_is_one_clear_line(
    understudy: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNDERSTUDY_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/nothing")

    result = understudy("process", "list", status=1)

    assert "database" in result.stderr


@pytest.mark.parametrize("url", ["nonsense", "oracle2://x/y", "postgres://x/y"])
def test_a_wrong_database_address_is_one_clear_line(
    understudy: Invoke, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("UNDERSTUDY_DATABASE_URL", url)

    result = understudy("init", status=1)

    assert "UNDERSTUDY_DATABASE_URL" in result.stderr


def test_people_are_imported_after_a_dry_run(installed: Invoke) -> None:
    roster = str(Path(__file__).parents[2] / "docs" / "examples" / "people.csv")

    dry = json.loads(installed("import", "people", roster, "--dry-run", "--json").stdout)
    real = json.loads(installed("import", "people", roster, "--json").stdout)
    again = json.loads(installed("import", "people", roster, "--json").stdout)

    assert dry["is_dry_run"]
    assert dry["created"] == real["created"] > 0
    assert again["created"] == 0


def test_a_roster_with_errors_names_every_row(installed: Invoke, folder: Path) -> None:
    roster = folder / "people.csv"
    roster.write_text("number,nonsense\n1,2\n1,2\n")

    result = installed("import", "people", str(roster), status=1)
    in_json = installed("import", "people", str(roster), "--dry-run", "--json", status=1)

    assert "Row 1" in result.stdout
    assert "nothing was imported" in result.stderr
    assert json.loads(in_json.stdout)["errors"][0]["message"]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_the_same_commands_work_on_postgresql(
    database: Database, understudy: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("UNDERSTUDY_DATABASE_URL", url)
    Base.metadata.drop_all(database.engine)
    understudy("init")

    listed = json.loads(understudy("process", "list", "--json").stdout)

    assert "nomination" in {each["key"] for each in listed}


def test_years_pass_over_no_other_organisation_than_that_of_the_demonstration(
    installed: Invoke,
) -> None:
    refused = installed("years", "1", status=1)

    assert "Years pass over a demonstration only" in refused.stderr
