"""With which kept view a page opens for somebody."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workflows import saved_views
from workflows.actors import Actor
from workflows.view_tables import DefaultView, SavedView, ViewPage


def open_with(session: Session, actor: Actor, view_id: int, *, now: datetime) -> SavedView:
    """
    Let a page open with a view from now on, for the actor alone.

    Raises:
        UnknownView: The actor cannot open it.

    """
    view = saved_views.get(session, actor, view_id)
    session.merge(DefaultView(username=actor.username, page=view.page, view_id=view.id))
    saved_views.note(session, "view.open_with", view, actor, now)
    session.flush()
    return view


def open_plain(session: Session, actor: Actor, view_id: int, *, now: datetime) -> SavedView:
    """
    Let a page open without a view again.

    Raises:
        UnknownView: The actor cannot open the view.

    """
    view = saved_views.get(session, actor, view_id)
    session.execute(
        delete(DefaultView).where(
            DefaultView.username == actor.username, DefaultView.view_id == view.id
        )
    )
    saved_views.note(session, "view.open_plain", view, actor, now)
    return view


def default_of(session: Session, actor: Actor, page: ViewPage) -> SavedView | None:
    """Return the view with which a page opens for the actor, as long as it may be opened."""
    return session.scalar(
        select(SavedView)
        .join(DefaultView, DefaultView.view_id == SavedView.id)
        .where(
            DefaultView.username == actor.username,
            DefaultView.page == page,
            saved_views.is_for(actor),
        )
    )
