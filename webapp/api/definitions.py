"""The API's calls about definitions: publish them, list them, look at one."""

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from webapp.api.inputs import UploadedFile
from webapp.api.operation import Call, Nothing, Operation, get, post
from webapp.api.shapes import DefinitionAnswer, DefinitionPage, DefinitionQuery
from webapp.second_person import must_not_be_alone
from workflows import permissions
from workflows.engine import definitions
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import DefinitionVersion
from workflows.errors import NotFound
from workflows.paging import from_cursor, to_cursor
from workflows.permissions import Action

KINDS = ("process", "decision", "form")


def publish(call: Call[Sequence[UploadedFile]]) -> DefinitionPage:
    """Publish BPMN, DMN and form files; all of them or none."""
    permissions.check(call.actor, Action.PUBLISH)
    sources = [SourceFile(file.name, file.content) for file in call.input]
    published = definitions.publish(call.session, sources, actor=call.actor, now=call.now)
    must_not_be_alone()
    return DefinitionPage(
        items=[DefinitionAnswer.of(version) for version in published.versions], next=None
    )


def listing(call: Call[DefinitionQuery]) -> DefinitionPage:
    """List the newest version of every definition."""
    permissions.check(call.actor, Action.READ_DEFINITIONS)
    query = call.input
    position = from_cursor(query.cursor, str, str) if query.cursor else None
    found = (
        select(DefinitionVersion)
        .where(DefinitionVersion.is_latest)
        .order_by(DefinitionVersion.kind, DefinitionVersion.key)
        .limit(query.limit + 1)
    )
    if query.kind:
        found = found.where(DefinitionVersion.kind == query.kind)
    if position:
        here = tuple_(DefinitionVersion.kind, DefinitionVersion.key)
        found = found.where(here > tuple_(*position))
    rows = call.session.scalars(found).all()
    items = [DefinitionAnswer.of(version) for version in rows[: query.limit]]
    has_more = len(rows) > query.limit
    return DefinitionPage(
        items=items, next=to_cursor(items[-1].kind, items[-1].key) if has_more else None
    )


def find(call: Call[Nothing]) -> DefinitionAnswer:
    """Show one version by its number, or the newest version by its key."""
    permissions.check(call.actor, Action.READ_DEFINITIONS)
    if call.id.isdecimal():
        version = call.session.get(DefinitionVersion, call.number)
    else:
        version = _newest(call.session, call.id)
    if version is None:
        raise NotFound(f"There is no definition {call.id[:120]!r}.")
    return DefinitionAnswer.of(version)


def _newest(session: Session, key: str) -> DefinitionVersion | None:
    """Return the newest version of a key: of the process, else the decision, else the form."""
    found = select(DefinitionVersion).where(
        DefinitionVersion.key == key, DefinitionVersion.is_latest
    )
    by_kind = {version.kind: version for version in session.scalars(found)}
    return next((by_kind[kind] for kind in KINDS if kind in by_kind), None)


OPERATIONS: tuple[Operation, ...] = (
    post(
        "/definitions",
        publish,
        action="definition.publish",
        summary="Publish BPMN, DMN and form files: all of them or none.",
        takes=Nothing,
        answers=DefinitionPage,
        status=201,
        refuses=(403, 409),
        uploads=True,
    ),
    get(
        "/definitions",
        listing,
        action="definition.list",
        summary="List the newest version of every definition.",
        takes=DefinitionQuery,
        answers=DefinitionPage,
        refuses=(403,),
    ),
    get(
        "/definitions/{id}",
        find,
        action="definition.read",
        summary="Show one version by its number, or the newest by its key, with its findings.",
        takes=Nothing,
        answers=DefinitionAnswer,
        refuses=(403, 404),
    ),
)
