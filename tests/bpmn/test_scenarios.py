"""Every packaged scenario goes as written, and the player notices when one does not."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bpmn import packaged_models
from workflows.engine.scenarios import Scenario, ScenarioFailed, play


def run(document: dict[str, Any]) -> Scenario:
    """Play a scenario with the packaged process and forms."""
    model = packaged_models.executable(document["process"])
    return play(document, model, packaged_models.form_documents())


@pytest.mark.parametrize("path", packaged_models.SCENARIOS, ids=lambda path: path.stem)
def test_a_packaged_scenario_goes_as_written(path: Path) -> None:
    run(json.loads(path.read_text()))


REQUEST = {"topic": "Statistics", "begins_on": "2027-01-11", "days": 5}


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([{"advance": "P1D"}], "Step 1: the first step must start the case"),
        ([{"start": {}}, {"complete": "decide"}], "Step 2: no user task waits at decide"),
        ([{"start": {}}, {"message": "person.left"}], "nothing waits for the message"),
        ([{"start": {}, "expect": {"waiting": ["decide"]}}], "waits at ask, not at decide"),
        ([{"start": {}, "expect": {"ended": True}}], "the case goes on"),
        ([{"start": {}, "expect": {"data": {"days": 3}}}], "“days” is null, not 3"),
        ([{"start": {}}, {"complete": "ask", "data": {"days": 5}}], "Step 2: "),
        ([{"start": {}}, {"completes": "ask"}], "“completes” is no part of a step"),
    ],
)
def test_a_scenario_that_goes_differently_says_where(
    steps: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(ScenarioFailed, match=message):
        run({"process": "example", "steps": steps})


def test_services_answer_in_turn_and_may_fail() -> None:
    services = {"panel.convene": ["checks_expired"]}

    with pytest.raises(ScenarioFailed, match="checks_expired"):
        run({"process": "panel_vote", "services": services, "steps": [{"start": {}}]})
