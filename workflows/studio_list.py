"""What the pages of the studio show: drafts under way, and what a draft may refer to."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import service_examples
from workflows.account_tables import GroupMember
from workflows.engine import services
from workflows.engine.tables import DefinitionVersion
from workflows.naming import names_of
from workflows.studio_states import OPEN, Subject
from workflows.studio_tables import DefinitionDraft, DraftText
from workflows.vocabulary import Role

NEWEST = 20


def under_way(session: Session) -> Sequence[DefinitionDraft]:
    """Return the open drafts by their names."""
    query = select(DefinitionDraft).where(DefinitionDraft.status.in_(OPEN))
    return session.scalars(query.order_by(DefinitionDraft.name, DefinitionDraft.id)).all()


def in_force_lately(session: Session) -> Sequence[DefinitionDraft]:
    """Return the drafts that came into force last."""
    query = select(DefinitionDraft).where(DefinitionDraft.published_id.is_not(None))
    return session.scalars(query.order_by(DefinitionDraft.id.desc()).limit(NEWEST)).all()


def comments(session: Session, subject: Subject) -> Mapping[int, DefinitionDraft]:
    """Return the drafts that became versions of something, by the id of the version."""
    query = select(DefinitionDraft).where(
        DefinitionDraft.kind == subject.kind,
        DefinitionDraft.key == subject.key,
        DefinitionDraft.published_id.is_not(None),
    )
    found = session.scalars(query.order_by(DefinitionDraft.id))
    return {each.published_id: each for each in found if each.published_id is not None}


def people(
    session: Session, drafts: Sequence[DefinitionDraft], texts: Sequence[DraftText] = ()
) -> dict[str, str]:
    """Return the names of everybody whom some drafts and texts name."""
    named: set[str | None] = {text.saved_by for text in texts}
    for draft in drafts:
        named |= {draft.begun_by, draft.editor, draft.saved_by, draft.proposed_by, draft.decided_by}
    return {name: name for name in named if name} | names_of(session, named)


def referable(session: Session) -> dict[str, list[dict[str, str]]]:
    """Return what the elements of a process may name: forms, decisions, processes and more."""
    rows = session.execute(
        select(DefinitionVersion.kind, DefinitionVersion.key, DefinitionVersion.name)
        .where(DefinitionVersion.is_latest)
        .order_by(DefinitionVersion.key)
    ).all()
    groups = set(session.scalars(select(GroupMember.group_name).distinct())) | set(Role)
    found: dict[str, list[dict[str, str]]] = {
        kind: [{"key": row.key, "name": row.name} for row in rows if row.kind == kind]
        for kind in ("form", "decision", "process")
    }
    found["service"] = [{"key": each, "name": _given(each)} for each in sorted(services.names())]
    found["group"] = [{"key": str(name), "name": ""} for name in sorted(groups)]
    return found


def _given(service: str) -> str:
    """Return the names that a service takes, and those that it usually gives back."""
    takes, gives = services.takes(service), service_examples.of(service)
    return f"{', '.join(takes)} → {', '.join(gives)}".strip() if takes or gives else ""
