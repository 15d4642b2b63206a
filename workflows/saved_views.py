"""Kept views: named, shared, opened by default; what one shows is up to each reader's rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import audit, permissions
from workflows.actors import Actor
from workflows.errors import Conflict, Invalid, NotFound
from workflows.groups import POOL_MANAGER
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.permissions import Action
from workflows.view_tables import DefaultView, SavedView, ViewPage
from workflows.vocabulary import Role

LONGEST_NAME = 80
MOST = 100  # views that one person keeps
LONGEST_VALUE = 120
# The readers of the pages of which views are kept.
OFFICES = (Role.HR.value, Role.MANAGER.value, Role.AUDITOR.value, POOL_MANAGER)
# What the address of a page may ask for; anything else is not kept.
ARGUMENTS: Mapping[ViewPage, tuple[str, ...]] = {
    ViewPage.FIGURES: ("pool", "slice", "since", "until"),
    ViewPage.PROCESS: ("key", "pool", "slice", "since", "until", "version", "heat"),
    ViewPage.CHANNELS: ("pool", "slice", "since", "until", "compare"),
    ViewPage.STRUCTURE: ("pool", "slice"),
    ViewPage.STALLED: ("reason", "process", "age", "unit"),
    ViewPage.CASES: ("q", "process", "status"),
}


class UnknownView(NotFound):
    """No view has this number, or it is not for the reader."""

    def __init__(self) -> None:
        super().__init__("There is no such view.")


class NameTaken(Conflict):
    """The owner has another view of that page under this name."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence(
                'You already have a view "%(name)s" of this page. Choose another name.', name=name
            )
        )


class ViewRefused(Invalid):
    """A view cannot be kept so; the sentence says what to change."""


@dataclass(frozen=True)
class Wording:
    """What somebody typed about a view: its name, and with whom it is shared."""

    name: str
    audience: str = ""


@dataclass(frozen=True)
class Line:
    """A view in a list, as one reader sees it."""

    view: SavedView
    is_own: bool
    is_default: bool


def keep(
    session: Session,
    actor: Actor,
    page: ViewPage,
    arguments: Mapping[str, str],
    wording: Wording,
    *,
    now: datetime,
) -> SavedView:
    """
    Keep how a page is narrowed now.

    Raises:
        NotAllowed: The actor keeps no views.
        NameTaken: The actor has another one of this name.
        ViewRefused: The name is missing or too long, the group is not one to share with, or
            there are too many.

    """
    permissions.check(actor, Action.KEEP_VIEWS)
    number = select(func.count()).select_from(SavedView).where(SavedView.owner == actor.username)
    if (session.scalar(number) or 0) >= MOST:
        raise ViewRefused(Sentence("You keep %(most)s views already. Delete one first.", most=MOST))
    name, audience = _checked(actor, wording, arguments)
    _must_be_free(session, actor, page, name)
    kept = {key: arguments[key][:LONGEST_VALUE] for key in ARGUMENTS[page] if arguments.get(key)}
    view = SavedView(
        owner=actor.username,
        page=page,
        name=name,
        audience=audience,
        arguments=kept,
        created_at=now,
    )
    session.add(view)
    session.flush()
    note(session, "view.keep", view, actor, now)
    return view


def change(
    session: Session, actor: Actor, view_id: int, wording: Wording, *, now: datetime
) -> SavedView:
    """
    Give an own view another name, or share it with others.

    Raises:
        UnknownView: It is not one of the actor.
        NameTaken: The actor has another one of this name.
        ViewRefused: The name or the group cannot be.

    """
    view = own(session, actor, view_id)
    name, audience = _checked(actor, wording, view.arguments)
    if name != view.name:
        _must_be_free(session, actor, view.page, name)
    view.name, view.audience = name, audience
    session.flush()
    note(session, "view.change", view, actor, now)
    return view


def remove(session: Session, actor: Actor, view_id: int, *, now: datetime) -> str:
    """
    Delete an own view with the alerts on it, and return its name.

    Raises:
        UnknownView: It is not one of the actor.

    """
    view = own(session, actor, view_id)
    note(session, "view.delete", view, actor, now)
    session.delete(view)
    session.flush()
    return view.name


def own(session: Session, actor: Actor, view_id: int) -> SavedView:
    """
    Return a view that the actor keeps.

    Raises:
        UnknownView: There is none.

    """
    view = get(session, actor, view_id)
    if view.owner != actor.username:
        raise UnknownView
    return view


def get(session: Session, actor: Actor, view_id: int) -> SavedView:
    """
    Return a view that is the actor's own or shared with the actor.

    Raises:
        UnknownView: There is none.

    """
    permissions.check(actor, Action.KEEP_VIEWS)
    view = session.scalar(select(SavedView).where(SavedView.id == view_id, is_for(actor)))
    if view is None:
        raise UnknownView
    return view


def find(
    session: Session,
    actor: Actor,
    *,
    page: ViewPage | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Line]:
    """
    Return the views that the actor can open by name, own ones first, in one statement.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    is_foreign = case((SavedView.owner == actor.username, 0), else_=1)
    order = (is_foreign, SavedView.name, SavedView.id)
    query = _lines(actor)
    if page is not None:
        query = query.where(SavedView.page == page)
    if cursor is not None:
        query = query.where(tuple_(*order) > tuple_(*from_cursor(cursor, int, str, int)))
    rows = session.execute(query.order_by(*order).limit(limit + 1)).all()
    lines = [
        Line(row.SavedView, row.SavedView.owner == actor.username, row.is_default) for row in rows
    ]
    return one_page(lines, limit, lambda last: (int(not last.is_own), last.view.name, last.view.id))


def audiences(actor: Actor) -> Sequence[str]:
    """Return the groups with which the actor can share: those of the offices, and own ones."""
    return [*OFFICES, *sorted(actor.groups - actor.roles - {*OFFICES})]


def _lines(actor: Actor) -> Select[SavedView, bool]:
    """Select the views that the actor can open, and whether a page opens with them."""
    is_default = (
        select(DefaultView.view_id)
        .where(DefaultView.view_id == SavedView.id, DefaultView.username == actor.username)
        .correlate(SavedView)
        .exists()
    )
    return select(SavedView, is_default.label("is_default")).where(is_for(actor))


def is_for(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a view is the actor's own or shared with the actor."""
    return or_(
        SavedView.owner == actor.username,
        SavedView.audience.in_(sorted(actor.groups - {""})),
    )


def _checked(actor: Actor, wording: Wording, arguments: Mapping[str, str]) -> tuple[str, str]:
    """Return name and group as they can be kept."""
    name = " ".join(wording.name.split())
    if not name:
        raise ViewRefused(Sentence("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise ViewRefused(
            Sentence(
                "The name is too long: choose one of up to %(longest_name)s letters.",
                longest_name=LONGEST_NAME,
            )
        )
    if wording.audience and wording.audience not in audiences(actor):
        raise ViewRefused(Sentence("Choose one of the groups that are offered."))
    if wording.audience and arguments.get("q"):
        raise ViewRefused(
            Sentence("A view with a search text may name people: keep it for yourself.")
        )
    return name, wording.audience


def _must_be_free(session: Session, actor: Actor, page: ViewPage, name: str) -> None:
    """Refuse a name that the actor has given to another view of the page."""
    taken = select(SavedView.id).where(
        SavedView.owner == actor.username, SavedView.page == page, SavedView.name == name
    )
    if session.scalar(taken) is not None:
        raise NameTaken(name)


def note(session: Session, action: str, view: SavedView, actor: Actor, now: datetime) -> None:
    """Write down what was done to a view; its name may be about somebody and stays out."""
    audit.record(
        session,
        action,
        "saved_view",
        view.id,
        actor=actor,
        now=now,
        page=view.page.value,
        audience=view.audience,
    )
