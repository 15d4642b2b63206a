"""
Play a process step by step in a sandbox.

Between two steps nothing is held but the steps: each one plays all of them again. So
every scenario that is kept is known to be one that can be replayed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence, sentence_of
from workflows import sandbox, studio
from workflows.actors import Actor
from workflows.database import insert_or, table_of
from workflows.engine import json_data
from workflows.engine.scenarios import Played, ScenarioFailed
from workflows.engine.transition import StepRefused
from workflows.permissions import Action, check
from workflows.play_refusals import NothingPlayed, PlayMovedOn, StepNotTaken
from workflows.sandbox import Sandbox
from workflows.scenario_tables import ScenarioPlay, Source
from workflows.studio_states import DraftKind, Subject

MOST_STEPS = 200
MOST_BYTES = 500_000


def find(session: Session, key: str, actor: Actor) -> ScenarioPlay:
    """
    Return what somebody plays of a process.

    Raises:
        NothingPlayed: It is nothing.

    """
    return _only(session, key, _of(key, actor))


def held(session: Session, key: str, actor: Actor, *, at: int | None = None) -> ScenarioPlay:
    """
    Return what somebody plays of a process, for this transaction alone to go on with.

    `at` is how many steps the page knew that asks for it.

    Raises:
        NothingPlayed: It is nothing.
        PlayMovedOn: The page is older than what was played since.

    """
    query = _of(key, actor).with_for_update().execution_options(populate_existing=True)
    play = _only(session, key, query)
    if at not in (None, len(play.document["steps"])):
        raise PlayMovedOn
    return play


def sandbox_of(session: Session, key: str, source: Source, actor: Actor) -> Sandbox:
    """
    Return what is played: the draft with those that the player has open, or what is in force.

    Where the draft is there no more, it came into force or was discarded.

    Raises:
        SandboxRefused: The draft has errors.
        DefinitionNotFound: No process in force has this key, and there is no draft.

    """
    subject = Subject(DraftKind.PROCESS, key)
    draft = studio.find(session, subject) if source is Source.DRAFT else None
    if draft is None:
        return sandbox.in_force(session, key)
    others = sandbox.held_by(session, actor, besides=subject)
    return sandbox.with_draft(session, key, draft, others)


def begin(
    session: Session,
    key: str,
    source: Source,
    *,
    actor: Actor,
    now: datetime,
    document: Mapping[str, Any] | None = None,
    scenario_id: int | None = None,
) -> ScenarioPlay:
    """
    Begin to play a process; what the same person played of it before is forgotten.

    Raises:
        SandboxRefused: The draft has errors.
        DefinitionNotFound: There is no such process.

    """
    check(actor, Action.EDIT_DRAFTS)
    sandbox_of(session, key, source, actor)
    empty = {"process": key, "asks": True, "services": {}, "steps": []}
    begun = {
        "source": source,
        "document": dict(document or empty),
        "scenario_id": scenario_id,
        "changed_at": now,
    }
    owner = {"process_key": key, "username": actor.username}
    insertion = insert_or(session, table_of(ScenarioPlay)).values(**owner, **begun)
    # Who clicks twice begins twice; the later one is what counts.
    session.execute(insertion.on_conflict_do_update(index_elements=list(owner), set_=begun))
    return held(session, key, actor)


def take(
    session: Session,
    play: ScenarioPlay,
    box: Sandbox,
    entry: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> Played:
    """
    Take one step in the sandbox of what is played.

    Raises:
        StepNotTaken: The case cannot do it.
        FormRefused: The form does not accept what was entered.

    """
    check(actor, Action.EDIT_DRAFTS)
    steps = play.document["steps"]
    if len(steps) >= MOST_STEPS:
        raise StepNotTaken(
            Sentence("A scenario has at most %(most_steps)s steps.", most_steps=MOST_STEPS)
        )
    entry = json_data.checked(entry, what=Sentence("The step"))
    document = {**play.document, "steps": [*steps, entry]}
    json_data.checked(document, what=Sentence("The scenario"), limit=MOST_BYTES)
    played = box.play(document)
    if played.refused is not None:
        if isinstance(played.refused, ScenarioFailed | StepRefused):
            raise StepNotTaken(sentence_of(played.refused)) from played.refused
        raise played.refused
    told = {**entry, "expect": {"waiting": played.scenario.waiting()}}
    play.document = {**document, "steps": [*steps, told]}
    play.changed_at = now
    session.flush()
    return played


def back(session: Session, play: ScenarioPlay, to: int, *, actor: Actor, now: datetime) -> None:
    """Go back to where so many steps were taken."""
    check(actor, Action.EDIT_DRAFTS)
    play.document = {**play.document, "steps": play.document["steps"][: max(to, 0)]}
    play.changed_at = now
    session.flush()


def _of(key: str, actor: Actor) -> Select[ScenarioPlay]:
    """Return the query for what somebody plays of a process."""
    return select(ScenarioPlay).where(
        ScenarioPlay.process_key == key, ScenarioPlay.username == actor.username
    )


def _only(session: Session, key: str, query: Select[ScenarioPlay]) -> ScenarioPlay:
    """Return the one play that a query finds."""
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NothingPlayed(key)
    return found
