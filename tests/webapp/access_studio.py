"""Drafts of processes, for each role that had a hand in them or had not."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from werkzeug.routing import Rule

from tests.webapp.access_world import STRANGER, World
from workflows import studio_archives
from workflows.actors import SYSTEM
from workflows.engine import definitions
from workflows.form_step_tables import FormStep
from workflows.scenario_tables import ProcessScenario, ScenarioPlay, Source
from workflows.studio_archive_tables import DefinitionArchive
from workflows.studio_import_tables import ForeignFile
from workflows.studio_states import DraftKind, DraftStatus
from workflows.studio_tables import DefinitionDraft, DraftText

KEY = "sample"
_PLAYED = ("studio_play.", "studio_scenarios.")
_PARTS = ("studio.", "studio_proposals.", "studio_backtests.", "studio_forms.", *_PLAYED)
_KINDS = {"studio_backtests": DraftKind.DECISION, "studio_forms": DraftKind.FORM}
_IN_FORCE = {DraftKind.DECISION: "grade", DraftKind.FORM: "sample_review"}
_STATUSES = {
    "studio_proposals.approve": DraftStatus.PROPOSED,
    "studio_proposals.send_back": DraftStatus.PROPOSED,
    "studio_proposals.withdraw": DraftStatus.PROPOSED,
    "studio_proposals.publish": DraftStatus.APPROVED,
}
_DECISIONS = ("studio_proposals.approve", "studio_proposals.send_back")


def is_of_file(rule: Rule) -> bool:
    """Say whether a route is about a file of another tool, or about an archive."""
    return not {"file_id", "archive_id"}.isdisjoint(rule.arguments)


def file_values(world: World, rule: Rule, role: str) -> Mapping[str, Any]:
    """Hand in a file; a draft was begun from it where the route changes one."""
    if "archive_id" in rule.arguments:
        return _archive_values(world)
    changes = rule.endpoint == "studio_imports.take_out"
    key = values(world, rule, role, "-")["key"] if changes else None
    with world.database.unit_of_work() as session:
        found = ForeignFile(
            file_name="a.bpmn",
            tool="",
            source=definitions.latest(session, "process", KEY).source,
            handed_in_by=STRANGER,
            handed_in_at=world.now,
            process_key=key,
        )
        session.add(found)
        session.flush()
        return {"file_id": found.id}


def _archive_values(world: World) -> Mapping[str, Any]:
    """Hand in an archive."""
    with world.database.unit_of_work() as session:
        found = DefinitionArchive(
            file_name="a.zip",
            content=studio_archives.export(session, KEY, actor=SYSTEM),
            content_hash="",
            files=1,
            handed_in_by=STRANGER,
            handed_in_at=world.now,
        )
        session.add(found)
        session.flush()
        return {"archive_id": found.id}


def is_of_studio(rule: Rule) -> bool:
    """Say whether a route is about a draft."""
    return rule.endpoint.startswith(_PARTS) and "key" in rule.arguments


def relations(rule: Rule) -> tuple[str, ...]:
    """Return the relations that matter to a route about a draft, or none."""
    return ("author", "second person") if rule.endpoint in _DECISIONS else ()


def values(world: World, rule: Rule, role: str, relation: str) -> Mapping[str, Any]:
    """Make a draft in the state that a route needs, by whoever asks or by somebody else."""
    if rule.endpoint.startswith(_PLAYED):
        return _played(world, role)
    author = role if relation == "author" else STRANGER
    key = f"{KEY}.{role}"  # one for each: a decision can be made once
    with world.database.unit_of_work() as session:
        kind = _KINDS.get(rule.endpoint.partition(".")[0], DraftKind.PROCESS)
        base = definitions.latest(session, kind, _IN_FORCE.get(kind, KEY))
        mine = select(DefinitionDraft.id).where(DefinitionDraft.key == key)
        session.execute(delete(FormStep).where(FormStep.draft_id.in_(mine)))
        session.execute(delete(DraftText).where(DraftText.draft_id.in_(mine)))
        session.execute(delete(DefinitionDraft).where(DefinitionDraft.key == key))
        draft = DefinitionDraft(
            kind=kind,
            key=key,
            name=base.name,
            file_name=base.file_name,
            status=_STATUSES.get(rule.endpoint, DraftStatus.DRAFT),
            source=base.source,
            begun_by=STRANGER,
            begun_at=world.now,
            proposed_by=STRANGER,
            comment="Clearer",
            decided_by=STRANGER,
        )
        session.add(draft)
        session.flush()
        session.add(
            DraftText(
                draft_id=draft.id,
                revision=0,
                source=base.source,
                saved_by=author,
                begun_at=world.now,
                saved_at=world.now,
            )
        )
    return {"key": key, "kind": kind}


def _played(world: World, role: str) -> Mapping[str, Any]:
    """Keep a scenario, and let whoever asks play the process."""
    document = {"process": KEY, "asks": True, "steps": []}
    with world.database.unit_of_work() as session:
        session.execute(delete(ScenarioPlay).where(ScenarioPlay.username == role))
        session.execute(delete(ProcessScenario).where(ProcessScenario.title == role))
        found = ProcessScenario(
            process_key=KEY, title=role, document=document, saved_by=STRANGER, saved_at=world.now
        )
        session.add(found)
        session.flush()
        session.add(
            ScenarioPlay(
                process_key=KEY,
                username=role,
                source=Source.IN_FORCE,
                document=document,
                scenario_id=found.id,
                changed_at=world.now,
            )
        )
        return {"key": KEY, "scenario_id": found.id}
