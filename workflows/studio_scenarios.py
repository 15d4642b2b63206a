"""Scenarios that are kept beside a process: stored from a play, opened again, deleted."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import audit, packaged, studio_play
from workflows.actors import Actor
from workflows.engine.scenarios import Played
from workflows.permissions import Action, check
from workflows.play_refusals import (
    LONGEST_TITLE,
    NoScenario,
    StepNotTaken,
    TitleMissing,
    TitleTaken,
)
from workflows.scenario_tables import ProcessScenario, ScenarioPlay, Source

OBJECT = "process_scenario"
MOST_SCENARIOS = 100


def of_process(session: Session, key: str) -> Sequence[ProcessScenario]:
    """Return the scenarios of a process by their titles."""
    query = select(ProcessScenario).where(ProcessScenario.process_key == key)
    return session.scalars(query.order_by(ProcessScenario.title)).all()


def is_played(session: Session, key: str, actor: Actor) -> bool:
    """Say whether somebody plays a process."""
    query = select(ScenarioPlay.id).where(
        ScenarioPlay.process_key == key, ScenarioPlay.username == actor.username
    )
    return session.scalar(query) is not None


def by_id(session: Session, key: str, scenario_id: int) -> ProcessScenario:
    """
    Return a scenario of a process.

    Raises:
        NoScenario: The process has none with this number.

    """
    scenario = session.get(ProcessScenario, scenario_id)
    if scenario is None or scenario.process_key != key:
        raise NoScenario(scenario_id)
    return scenario


def store(
    session: Session,
    play: ScenarioPlay,
    title: str,
    names: Collection[str],
    *,
    is_new: bool,
    actor: Actor,
    now: datetime,
) -> ProcessScenario:
    """
    Keep what was played as a scenario: with where it ended, and some of the data.

    `names` are the data that are expected to be the same each time; `is_new` keeps it
    beside the scenario that was opened, not in its place.

    Raises:
        TitleMissing: It has no title, or one that is too long.
        TitleTaken: Another scenario has it.
        StepNotTaken: Nothing was played, or what was played goes differently by now.

    """
    check(actor, Action.EDIT_DRAFTS)
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise TitleMissing
    document = _with_end(session, play, names, actor)
    opened = None if is_new or play.scenario_id is None else play.scenario_id
    _refuse_taken(session, play.process_key, title, opened)
    scenario = session.get(ProcessScenario, opened) if opened else None
    if scenario is None:
        _refuse_more(session, play.process_key, 1)
    action = "scenario.change" if scenario else "scenario.keep"
    if scenario is None:
        scenario = ProcessScenario(process_key=play.process_key)
        session.add(scenario)
    scenario.title, scenario.document = title, {**document, "title": title}
    scenario.saved_by, scenario.saved_at = actor.username, now
    session.flush()
    session.execute(delete(ScenarioPlay).where(ScenarioPlay.id == play.id))
    _note(session, action, scenario, actor, now)
    return scenario


def reopen(
    session: Session, scenario: ProcessScenario, source: Source, *, actor: Actor, now: datetime
) -> Played:
    """
    Go on playing a scenario that was kept, as far as it goes; answer with how far that is.

    Raises:
        SandboxRefused: The draft has errors.

    """
    check(actor, Action.EDIT_DRAFTS)
    key, steps = scenario.process_key, scenario.document["steps"]
    box = studio_play.sandbox_of(session, key, source, actor)
    free = [{name: each[name] for name in each if name != "expect"} for each in steps]
    played = box.play({**scenario.document, "steps": free})
    as_before = len(box.play(scenario.document).steps)
    kept = [
        step if number < as_before else {**step, "expect": {"waiting": list(now_so.waiting)}}
        for number, (step, now_so) in enumerate(zip(steps, played.steps, strict=False))
    ]
    studio_play.begin(
        session,
        key,
        source,
        actor=actor,
        now=now,
        document={**scenario.document, "steps": kept},
        scenario_id=scenario.id,
    )
    return played


def remove(session: Session, scenario: ProcessScenario, *, actor: Actor, now: datetime) -> None:
    """Delete a scenario."""
    check(actor, Action.EDIT_DRAFTS)
    _note(session, "scenario.delete", scenario, actor, now)
    session.delete(scenario)
    session.flush()


def offered(session: Session, key: str) -> list[Mapping[str, Any]]:
    """Return the scenarios that come with the product and are not kept for this process."""
    titles = {each.title for each in of_process(session, key)}
    return [each for each in packaged.scenarios(key) if each["title"] not in titles]


def take_offered(session: Session, key: str, *, actor: Actor, now: datetime) -> int:
    """Keep the scenarios of a process that come with the product; return how many."""
    check(actor, Action.EDIT_DRAFTS)
    found = offered(session, key)
    _refuse_more(session, key, len(found))
    for document in found:
        scenario = ProcessScenario(
            process_key=key,
            title=document["title"],
            document=dict(document),
            saved_by=actor.username,
            saved_at=now,
        )
        session.add(scenario)
        session.flush()
        _note(session, "scenario.keep", scenario, actor, now)
    return len(found)


def end_of(played: Played, names: Collection[str]) -> dict[str, Any]:
    """Return what is expected of the end of a scenario: where it rests, and some of its data."""
    scenario = played.scenario
    data = scenario.rest.data
    return {
        "waiting": scenario.waiting(),
        "ended": scenario.has_ended,
        "ends": scenario.ends,
        "data": {name: data[name] for name in sorted(names) if name in data},
    }


def _with_end(
    session: Session, play: ScenarioPlay, names: Collection[str], actor: Actor
) -> dict[str, Any]:
    """Return a played document with what is expected at its end."""
    steps = play.document["steps"]
    box = studio_play.sandbox_of(session, play.process_key, play.source, actor)
    played = box.play(play.document)
    if not steps or played.problem is not None:
        raise StepNotTaken(played.problem or "Play at least one step first.")
    if played.scenario.call is not None:
        raise StepNotTaken(Sentence("Answer the service that waits first."))
    last = {**steps[-1], "expect": end_of(played, names)}
    return {**play.document, "steps": [*steps[:-1], last]}


def _refuse_more(session: Session, key: str, count: int) -> None:
    """Refuse more scenarios than can be looked at together."""
    query = select(func.count()).where(ProcessScenario.process_key == key)
    if (session.scalar(query) or 0) + count > MOST_SCENARIOS:
        raise StepNotTaken(
            Sentence(
                "A process has at most %(most_scenarios)s scenarios. Delete some first.",
                most_scenarios=MOST_SCENARIOS,
            )
        )


def _refuse_taken(session: Session, key: str, title: str, opened: int | None) -> None:
    """Refuse a title that another scenario of the process has."""
    query = select(ProcessScenario.id).where(
        ProcessScenario.process_key == key, ProcessScenario.title == title
    )
    if session.scalar(query) not in (None, opened):
        raise TitleTaken(title)


def _note(
    session: Session, action: str, scenario: ProcessScenario, actor: Actor, now: datetime
) -> None:
    """Write down who did what with a scenario."""
    facts = {"process": scenario.process_key, "steps": len(scenario.document["steps"])}
    audit.record(session, action, OBJECT, scenario.id, actor=actor, now=now, **facts)
