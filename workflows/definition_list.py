"""What is published: the processes with what they need, and the versions of each."""

from dataclasses import dataclass

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.engine import compiled, manifests
from workflows.engine.model import ProcessModel
from workflows.engine.tables import Bundle, DefinitionVersion, Instance
from workflows.errors import NotFound
from workflows.permissions import Action, allows, check


@dataclass(frozen=True)
class PublishedProcess:
    """A process in force."""

    version: DefinitionVersion
    model: ProcessModel
    is_called: bool  # other processes call it; people start it seldom

    def may_be_started_by(self, actor: Actor) -> bool:
        """
        Say whether an actor may start a case of it by hand.

        A stage of other processes that asks for nothing at its start lives on
        their data; alone it would have none.
        """
        is_only_a_stage = self.is_called and self.model.start_form is None
        if self.model.start is None or is_only_a_stage:
            return False
        if not allows(actor, Action.START_PROCESS):
            return False
        groups = self.model.starter_groups
        return not groups or not actor.groups.isdisjoint(groups)


@dataclass(frozen=True)
class Part:
    """A process, decision or form that a process refers to, in the version it uses."""

    kind: str
    key: str
    name: str
    version: int
    file_name: str


def processes(session: Session) -> list[PublishedProcess]:
    """Return the processes in force by name; only documents not seen before are read."""
    rows = session.execute(
        select(DefinitionVersion, Bundle.id, Bundle.bundle_hash)
        .join(Bundle, Bundle.definition_version_id == DefinitionVersion.id)
        .where(Bundle.is_active, DefinitionVersion.is_latest)
        .order_by(DefinitionVersion.name, DefinitionVersion.key)
    ).all()
    models = {
        version.key: compiled.load(session, bundle_id, bundle_hash).executable.process
        for version, bundle_id, bundle_hash in rows
    }
    called = {
        key
        for model in models.values()
        for kind, key in model.references
        if kind == "process" and key != model.key
    }
    return [
        PublishedProcess(version, models[version.key], version.key in called)
        for version, _bundle_id, _hash in rows
    ]


def startable(session: Session, key: str, actor: Actor) -> PublishedProcess:
    """
    Return a process that an actor may start by hand; pages and calls ask here.

    Raises:
        NotAllowed: The actor may start nothing.
        NotFound: There is no such process, or it is not for the actor to start.

    """
    check(actor, Action.START_PROCESS)
    for process in processes(session):
        if process.version.key == key and process.may_be_started_by(actor):
            return process
    raise NotFound(f'There is no process "{key}" that you could start.')


def may_start(session: Session, key: str, actor: Actor) -> bool:
    """Say whether an actor may start a process by hand."""
    found = [one for one in processes(session) if one.version.key == key]
    return any(one.may_be_started_by(actor) for one in found)


def parts(session: Session, bundle: Bundle) -> list[Part]:
    """Return what a bundle is made of, in one statement; the process itself is left out."""
    entries = manifests.entries(bundle.manifest)
    wanted = sorted({(each.kind, each.key, each.content_hash) for each in entries})
    rows = session.execute(
        select(
            DefinitionVersion.kind,
            DefinitionVersion.key,
            DefinitionVersion.name,
            DefinitionVersion.version,
            DefinitionVersion.file_name,
        )
        .where(
            tuple_(
                DefinitionVersion.kind, DefinitionVersion.key, DefinitionVersion.content_hash
            ).in_(wanted)
        )
        .order_by(DefinitionVersion.kind, DefinitionVersion.name)
    )
    found = [Part(*row) for row in rows]
    return [part for part in found if (part.kind, part.key) != ("process", bundle.process_key)]


def running_cases(session: Session, key: str) -> dict[int, int]:
    """Return how many open cases each version of a process has, in one statement."""
    rows = session.execute(
        select(Instance.definition_version, func.count().label("number"))
        .where(Instance.definition_key == key, Instance.status.in_(("running", "incident")))
        .group_by(Instance.definition_version)
    )
    return {row.definition_version: row.number for row in rows}
