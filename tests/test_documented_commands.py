"""What the documentation says about tables and commands is true."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest

from rules.dmn import DecisionFailed, check_model, read_model
from tests.rules import dmn_models
from webapp.cli import main

ROOT = Path(__file__).resolve().parent.parent
TABLES = (ROOT / "docs" / "decision-tables.md").read_text()
EXAMPLE = ROOT / "docs" / "examples" / "travel_days.dmn"
POLICIES = dict(re.findall(r"^\| (`[A-Z].*?) \| (.*?) \|", TABLES, re.MULTILINE))
COMMANDS = sorted(
    {
        line.strip().removeprefix(".venv/bin/")
        for page in (*(ROOT / "docs").glob("*.md"), ROOT / "README.md")
        for line in page.read_text().splitlines()
        if re.match(r" {4,}(\.venv/bin/)?understudy ", line)
    }
)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_documentation_exists(line: str) -> None:
    words = shlex.split(line.partition("  #")[0].partition(" | ")[0])[1:]
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group) and (words or not command.invoke_without_command):
        found = command.get_command(context, words.pop(0))
        assert found is not None
        command = found

    command.make_parser(click.Context(command)).parse_args(words)


def test_the_table_of_the_page_is_clean_and_passes_its_examples() -> None:
    model = read_model(EXAMPLE.read_bytes(), file_name=EXAMPLE.name)
    examples = json.loads(EXAMPLE.with_suffix(".json").read_text())

    assert check_model(model) == ()
    for example in examples:
        evaluation = model.evaluate(example["decision"], example["inputs"])
        assert evaluation.output == example["expected"]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_hit_policy_answers_what_the_page_says(policy: str) -> None:
    name, *aggregation = re.findall("[A-Z]+(?: [A-Z]+)?", policy)
    rules = [(["true"], ["1"]), (["true"], ["2"]), (["false"], ["2"])]
    logic = dmn_models.table(name, ["true"], rules, aggregation="".join(aggregation), values="2, 1")
    model = read_model(dmn_models.model(dmn_models.decision("d", logic)))

    if POLICIES[policy] == "an error":
        with pytest.raises(DecisionFailed):
            model.evaluate("d", {})
    else:
        assert model.evaluate("d", {}).output == json.loads(POLICIES[policy].strip("`"))


def test_all_hit_policies_are_told() -> None:
    assert len(POLICIES) == 8
