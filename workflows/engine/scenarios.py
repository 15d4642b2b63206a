"""
Process tests that a designer writes or plays: a case with a movable clock.

A scenario is a JSON document: the process, the answers of its services, and
steps of six kinds: `start`, `complete`, `advance`, `message`, `signal` or `answer`;
each may `expect` where the case waits afterwards, what its data are, whether it
has ended, and at which ends. Nothing is stored: the pure step is played from rest to rest.

A service that has no entry gives nothing back; where the document says `asks`, it
waits for the step `answer` that follows.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows import json_text
from workflows.engine.forms import FormDocument, FormRefused
from workflows.engine.model import ExecutableProcess
from workflows.engine.progress import Progress
from workflows.engine.scenario_case import (
    FIRST_MOMENT,
    Scenario,
    ScenarioFailed,
    WeekdayCalendar,
)
from workflows.engine.transition import Event, StepRefused

__all__ = [
    "FIRST_MOMENT",
    "Played",
    "PlayedStep",
    "Scenario",
    "ScenarioFailed",
    "WeekdayCalendar",
    "play",
    "replay",
]

DOINGS = ("start", "complete", "advance", "message", "signal", "answer")
_FACTS = frozenset(
    {"as", "data", "correlation", "payload", "result", "error", "always", "which", "expect"}
)
_REFUSALS = (ScenarioFailed, FormRefused, StepRefused)


@dataclass(frozen=True)
class PlayedStep:
    """
    One step that went as written: what happened in it, and when it was over.

    `waiting` are the elements of the user tasks that are open after it.
    """

    entry: Mapping[str, Any]
    now: datetime
    waiting: tuple[str, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Played:
    """
    A scenario that was played as far as it goes.

    Attributes:
        scenario: The case where it rests.
        steps: The steps that went as written.
        refused: Why the next step did not, if there was one.

    """

    scenario: Scenario
    steps: tuple[PlayedStep, ...]
    refused: Exception | None = None

    @property
    def problem(self) -> str | None:
        """Return which step did not go as written and why, or nothing."""
        return f"Step {len(self.steps) + 1}: {self.refused}" if self.refused else None

    def progress(self, process: str | None = None) -> Progress:
        """Say where the case stands in one of its processes, the outermost one by default."""
        return self.scenario.progress(process)


def replay(
    document: Mapping[str, Any], model: ExecutableProcess, forms: Mapping[str, FormDocument]
) -> Played:
    """Play a scenario until a step does not go as written, or to its end."""
    services = deepcopy(dict(document.get("services", {})))
    scenario = Scenario(model, forms, services, asks=bool(document.get("asks")))
    steps: list[PlayedStep] = []
    for entry in document["steps"]:
        before = len(scenario.events)
        try:
            _play_step(scenario, entry)
        except _REFUSALS as refused:
            return Played(scenario, tuple(steps), refused)
        told = tuple(scenario.waiting()), tuple(scenario.events[before:])
        steps.append(PlayedStep(entry, scenario.now, *told))
    return Played(scenario, tuple(steps))


def play(
    document: Mapping[str, Any], model: ExecutableProcess, forms: Mapping[str, FormDocument]
) -> Scenario:
    """
    Play a scenario to its end and return where it rests.

    Raises:
        ScenarioFailed: A step did not go as written.

    """
    played = replay(document, model, forms)
    if played.problem is not None:
        raise ScenarioFailed("%(problem)s", problem=played.problem) from played.refused
    return played.scenario


def _play_step(scenario: Scenario, entry: Mapping[str, Any]) -> None:
    """Do one step, then look whether it went as expected."""
    unknown = set(entry) - _FACTS.union(DOINGS)
    if unknown:
        raise ScenarioFailed("“%(name)s” is no part of a step", name=min(unknown))
    scenario.actor = entry.get("as", scenario.actor)
    doing = next((each for each in DOINGS if each in entry), None)
    if doing == "start":
        scenario.start(entry["start"])
    elif doing == "complete":
        scenario.complete(entry["complete"], entry.get("data", {}), entry.get("which"))
    elif doing == "advance":
        scenario.advance(entry["advance"])
    elif doing == "message":
        scenario.message(entry["message"], entry.get("correlation", ""), entry.get("payload", {}))
    elif doing == "signal":
        scenario.signal(entry["signal"], entry.get("payload", {}))
    elif doing == "answer":
        scenario.answer(entry["answer"], entry)
    _expect(scenario, entry.get("expect", {}))


def _expect(scenario: Scenario, wanted: Mapping[str, Any]) -> None:
    """Compare where the case rests with what the scenario says."""
    waiting, rest = scenario.waiting(), scenario.rest
    if "waiting" in wanted and sorted(wanted["waiting"]) != waiting:
        raise ScenarioFailed(
            "waits at %(found)s, not at %(wanted)s", found=waiting, wanted=sorted(wanted["waiting"])
        )
    for name, value in wanted.get("data", {}).items():
        if rest.data.get(name) != value:
            raise ScenarioFailed(
                "“%(name)s” is %(found)s, not %(wanted)s",
                name=name,
                found=json_text.text(rest.data.get(name)),
                wanted=json_text.text(value),
            )
    has_ended = scenario.has_ended
    if wanted.get("ended", has_ended) is not has_ended:
        raise ScenarioFailed("the case has ended" if has_ended else "the case goes on")
    if "ends" in wanted and sorted(wanted["ends"]) != scenario.ends:
        raise ScenarioFailed(
            "ends at %(found)s, not at %(wanted)s",
            found=scenario.ends,
            wanted=sorted(wanted["ends"]),
        )
