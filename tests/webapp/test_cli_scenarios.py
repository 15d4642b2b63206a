"""`understudy process test`: scenarios from the command line."""

import json
from pathlib import Path

from tests.webapp.command_line import Invoke

SCENARIO = Path(__file__).parents[2] / "bpmn" / "scenarios" / "example_sent_back_once.json"


def test_scenarios_of_files_pass_or_fail(installed: Invoke, folder: Path) -> None:
    document = json.loads(SCENARIO.read_text())
    document["steps"][1]["expect"]["data"]["days"] = 7
    wrong = folder / "wrong.json"
    wrong.write_text(json.dumps(document))

    good = installed("process", "test", str(SCENARIO))
    bad = installed("process", "test", str(SCENARIO), str(wrong), status=1)
    told = json.loads(installed("process", "test", str(wrong), "--json", status=1).stdout)

    assert "pass example: A request is sent back" in good.stdout
    assert "1 of 1 scenarios pass." in good.stdout
    assert "Step 2: “days” is 5, not 7" in bad.stdout
    assert told["failed"] == 1


def test_what_is_no_scenario_is_refused_in_one_line(installed: Invoke, folder: Path) -> None:
    broken = folder / "broken.json"
    broken.write_text('{"process": "example", "steps": ["start"]}')
    elsewhere = folder / "elsewhere.json"
    elsewhere.write_text('{"process": "nowhere", "steps": []}')

    assert "a scenario has" in installed("process", "test", str(broken), status=1).stderr
    assert "no scenario to play" in installed("process", "test", status=1).stderr
    assert "nowhere" in installed("process", "test", str(elsewhere), status=1).stdout
