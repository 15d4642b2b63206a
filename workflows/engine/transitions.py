"""
One transition of a case is one transaction: lock, load, check, step, save.

The instance row is locked first, always; between check and use nothing can
happen. The caller opens the unit of work, and nobody else commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import (
    case_log,
    commands,
    compiled,
    entities,
    incident_closing,
    journal,
    latest_calls,
    outbox,
    stepping,
    waits,
    writes,
)
from workflows.engine.compiled import CompiledBundle
from workflows.engine.failures import CaseChanged, CaseEnded, CaseNotFound, UserTaskNotFound
from workflows.engine.incident_opening import OPEN_STATUSES, Trouble
from workflows.engine.occasion import Occasion
from workflows.engine.prepared import Prepared
from workflows.engine.stepping import Progress, Subject
from workflows.engine.tables import Bundle, Instance, UserTask
from workflows.engine.transition import Command, CompleteUserTask, Event, ExpressionFailed, Outcome
from workflows.engine.user_task_rows import CaseFacts, Closing, OpenedUserTask
from workflows.engine.waits import LiveRows

_instance = table_of(Instance)
# SQLite writes the index of a column anew whenever it is set, to another value or not.
_SELDOM_CHANGED = frozenset({"name", "status", "ended_at"})


@dataclass
class LockedCase:
    """
    A case whose row this transaction holds.

    `is_relinked` says that this transaction gave it another bundle, with newer
    versions of itself or of what it calls.
    """

    values: dict[str, Any]
    bundle: CompiledBundle
    is_relinked: bool = False
    id: int = field(init=False)

    def __post_init__(self) -> None:
        """Keep the number of the case at hand: every write of a step asks for it."""
        self.id = self.values["id"]

    def must_be_open(self) -> None:
        """
        Refuse to touch a case that has ended.

        Raises:
            CaseEnded: It is completed or cancelled.

        """
        if self.values["status"] not in OPEN_STATUSES:
            raise CaseEnded(self.id, self.values["status"])


# Built once. The instance row is locked; the content of its bundle never changes.
_LOCK = (
    select(*_instance.c, Bundle.bundle_hash)
    .join_from(_instance, Bundle, _instance.c.bundle_id == Bundle.id)
    .with_for_update(of=_instance)
)
_LOCK_BY_ID = Prepared(_LOCK.where(_instance.c.id == bindparam("number")))
LOCK_BY_USER_TASK = Prepared(
    _LOCK.where(
        _instance.c.id
        == select(UserTask.instance_id).where(UserTask.id == bindparam("number")).scalar_subquery()
    )
)


def lock(session: Session, instance_id: int) -> LockedCase:
    """
    Lock a case and return it with its compiled bundle.

    Raises:
        CaseNotFound: There is no such case.

    """
    values = _LOCK_BY_ID.one_or_none(session, number=instance_id)
    if values is None:
        raise CaseNotFound(instance_id)
    return locked(session, values)


def lock_by_user_task(session: Session, user_task_id: int) -> LockedCase:
    """
    Lock the case of a user task.

    Raises:
        UserTaskNotFound: There is no such user task.

    """
    values = LOCK_BY_USER_TASK.one_or_none(session, number=user_task_id)
    if values is None:
        raise UserTaskNotFound(user_task_id)
    return locked(session, values)


def locked(session: Session, values: dict[str, Any]) -> LockedCase:
    """Return the case whose locked row was read, with the hash of its bundle."""
    bundle = compiled.load(session, values["bundle_id"], values.pop("bundle_hash"))
    return LockedCase(values, bundle)


def follow_latest(session: Session, case: LockedCase) -> None:
    """Let a locked case call the versions in force now, where its calls ask for the latest."""
    values = case.values
    found = latest_calls.newer(session, values["bundle_id"], case.bundle, values["state"])
    if found is not None:
        values["bundle_id"], case.bundle = found
        case.is_relinked = True


def move(
    session: Session,
    case: LockedCase,
    command: Command,
    occasion: Occasion,
    *,
    live: LiveRows | None = None,
    duties: tuple[tuple[str, str], ...] = (),
) -> Instance:
    """
    Give a command to a locked case, save where it rests, and return the case.

    `duties` are pairs of duty and username that the command itself brings.

    Raises:
        TokenNotWaiting: The token does not wait for this command any more.
        TransitionFailed: The case cannot go on; an incident is opened after the rollback.

    """
    values = case.values
    follow_latest(session, case)
    if live is None:
        live = waits.read(session, case.id, occasion.actor.username)
    progress = stepping.advance(
        session,
        case.bundle.executable,
        values["state"],
        command,
        subject=Subject(case.id, values["business_key"], values["started_by"]),
        occasion=occasion,
    )
    if duties:
        progress = replace(progress, duties=(*progress.duties, *duties))
    return save(session, case, command, progress, live=live, occasion=occasion)


def save(
    session: Session,
    case: LockedCase,
    command: Command,
    progress: Progress,
    *,
    live: LiveRows,
    occasion: Occasion,
) -> Instance:
    """
    Save a step: the state once, history, rows of what is waited for, outbox and audit.

    Raises:
        TransitionFailed: What the case waits for now does not fit into its rows.

    """
    values, outcome, actor = case.values, progress.outcome, occasion.actor.username
    name = values["name"] or outcome.subject or ""
    facts = _facts(case, name, occasion)
    with writes.together(session):
        opened = _follow(session, facts, live, outcome, command=command, occasion=occasion)
        waits.record_duties(session, case.id, progress.duties)
        events = outbox.post(
            session, case.id, progress, opened, seq=values["version"] + 1, occasion=occasion
        )
        status, closed = incident_closing.close(
            session, case.id, values["status"], outcome, command=command, occasion=occasion
        )
        events = (*closed, *events)
        changed = {
            "state": outcome.state,
            "data": dict(outcome.data),
            "active_elements": list(outcome.active),
            "name": name,
            "status": status,
            "version": values["version"] + 1,
            "last_seq": _write_history(session, case, events, progress.entry, occasion),
            "changed_at": occasion.now,
            "ended_at": occasion.now if outcome.status == "completed" else None,
            **(_moved(values) if case.is_relinked else {}),
        }
        _update(session, case, changed)
        action = f"case.{commands.name_of(command)}"
        journal.audit(session, actor, action, "instance", case.id, at=occasion.now)
    return entities.present(session, Instance, {**values, **changed})


def _moved(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that say which versions a case runs on."""
    return {name: values[name] for name in ("bundle_id", "definition_version")}


def _facts(case: LockedCase, name: str, occasion: Occasion) -> CaseFacts:
    """Return the facts of a case that its rows repeat."""
    return CaseFacts(
        instance_id=case.id,
        definition_key=case.values["definition_key"],
        subject=name,
        started_by=case.values["started_by"],
        now=occasion.now,
    )


def _follow(
    session: Session,
    facts: CaseFacts,
    live: LiveRows,
    outcome: Outcome,
    *,
    command: Command,
    occasion: Occasion,
) -> list[OpenedUserTask]:
    """Write what the case waits for now; return the user tasks that the step opened."""
    actor, closing = occasion.actor.username, None
    if isinstance(command, CompleteUserTask):
        closing = Closing(command.token_id, actor)
    try:
        return waits.follow(session, facts, live, outcome, closing)
    except ExpressionFailed as refused:
        trouble = Trouble(
            instance_id=facts.instance_id,
            kind="expression_failed",
            message=str(refused),
            command=commands.to_json(command, actor, occasion.skips),
            at=occasion.now,
            actor=actor,
            element_id=refused.element_id,
        )
        raise stepping.failed(session, trouble) from refused


def _write_history(
    session: Session,
    case: LockedCase,
    events: Sequence[Event],
    entry: case_log.Entry,
    occasion: Occasion,
) -> int:
    """Write the events, log entry and decisions of a step; return the number of the last event."""
    after, now = case.values["last_seq"], occasion.now
    if case.values["version"] == 0 or case.is_relinked:
        entry = replace(entry, bundle_id=case.values["bundle_id"])
    last_seq = journal.append(
        session,
        case.id,
        events,
        after=after,
        at=now,
        actor=occasion.actor.username,
        log=case_log.write(entry),
    )
    journal.record_decisions(session, case.id, events, case.bundle.manifest, after=after, at=now)
    return last_seq


def _update(session: Session, case: LockedCase, changed: dict[str, Any]) -> None:
    """Write the row of the case; the version tells whether anybody wrote it meanwhile."""
    unwritten = {"id": case.id, "version": case.values["version"]}
    values = {
        name: value
        for name, value in changed.items()
        if name not in _SELDOM_CHANGED or value != case.values.get(name)
    }
    writes.update(session, _instance, unwritten, unless_one=CaseChanged(case.id), **values)
    case.values.update(changed)
    case.is_relinked = False
