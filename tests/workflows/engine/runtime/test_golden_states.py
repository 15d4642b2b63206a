"""Every state that a release has stored is opened by this one, completed, and ends as it did."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.workflows.engine.golden_cases import FOLDER, described, features, go_on, opened
from tests.workflows.engine.play import Play
from workflows.engine import nodes
from workflows.engine.runtime import codec, state

FILES = sorted(FOLDER.glob("[0-9]*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_stored_case_goes_on_to_the_end_that_was_recorded(path: Path):
    kept = json.loads(path.read_text(encoding="utf-8"))
    case = Play(opened(kept["source"]))
    case.state = kept["state"].encode()
    case.now = datetime.fromisoformat(kept["now"])
    assert sorted(features(case)) == kept["features"]

    for step in kept["steps"]:
        kind, element, data = step["do"]
        go_on(case, kind, element, 0, data)
        assert described(case) == step["then"]

    assert case.is_done


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_opened_and_closed_again_is_the_same_bytes(path: Path):
    kept = json.loads(path.read_text(encoding="utf-8"))
    if not path.stem.startswith(f"{codec.VERSION}-"):
        pytest.skip("An older format is written anew.")

    again = codec.encode(codec.decode(kept["state"].encode(), opened(kept["source"])))

    assert again == kept["state"].encode()


def test_there_is_a_stored_case_for_everything_that_can_stand_in_a_state():
    found = {one for path in FILES for one in json.loads(path.read_text("utf-8"))["features"]}
    scopes = [state.ROOT, state.BODY, state.CALLED, state.INSTANCE, state.ROUND, state.UNDO]
    wanted = {f"scope {kind}" for kind in scopes}
    wanted |= {
        f"{nodes.UserTask.__name__} u alone",
        f"{nodes.ServiceTask.__name__} s alone",
        f"{nodes.ReceiveTask.__name__} m alone",
        f"{nodes.CatchEvent.__name__} t alone",
        f"{nodes.CatchEvent.__name__} m beside",
        f"{nodes.EventBasedGateway.__name__} g alone",
        f"{nodes.BoundaryEvent.__name__} t beside again",
        f"{nodes.StartEvent.__name__} m beside a scope",
        f"{nodes.StartEvent.__name__} t beside a scope again",
        f"{nodes.EventSubProcess.__name__} c alone",
        f"{nodes.CatchEvent.__name__} m alone signal",
        f"{nodes.BoundaryEvent.__name__} m beside signal",
        f"{nodes.CatchEvent.__name__} k alone",
        f"{nodes.BoundaryEvent.__name__} k beside",
        f"{nodes.CallActivity.__name__} c alone",
        "join in r",
        "undo in r",
    }

    assert wanted - found == set()
