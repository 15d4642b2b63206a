"""Alerts on kept views: told once when a limit is crossed, and again only after it fell back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from rules.sentences import Sentence
from workflows import audit, figures, permissions, saved_views, view_filters, working_time
from workflows.actors import Actor
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Conflict, Invalid, NotFound
from workflows.permissions import Action
from workflows.stalled_desk import Desk
from workflows.view_tables import SavedView, ViewAlert, ViewPage, Watched

MOST = 20  # alerts of one person
LARGEST = 1_000_000
# What can be watched on which page.
OFFERED: Mapping[ViewPage, tuple[Watched, ...]] = {
    ViewPage.STALLED: (Watched.STALLED,),
    ViewPage.FIGURES: (Watched.OPEN,),
    ViewPage.PROCESS: (Watched.OPEN, Watched.STEP),
}


class UnknownAlert(NotFound):
    """No alert has this number, or it is not the actor's."""

    def __init__(self) -> None:
        super().__init__("There is no such alert.")


class AlertRefused(Invalid):
    """There can be no such alert; the sentence says what to change."""


class AlreadyWatched(Conflict):
    """The actor is told about this already."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("You have an alert about this already. Delete it to choose another limit.")
        )


@dataclass(frozen=True)
class Limit:
    """
    What somebody wants to be told about: when it is more than so many.

    Attributes:
        most: Cases, or tenths of a working day.

    """

    watched: Watched
    most: int
    element_id: str = ""


def watch(
    session: Session, actor: Actor, view_id: int, limit: Limit, *, now: datetime
) -> ViewAlert:
    """
    Tell the actor from now on when a limit is crossed.

    Raises:
        UnknownView: The actor cannot open the view.
        AlertRefused: The page cannot be watched so, the limit makes no sense, or there are too
            many alerts.
        AlreadyWatched: There is such an alert.

    """
    view = saved_views.get(session, actor, view_id)
    _check(view, limit)
    mine = select(func.count()).select_from(ViewAlert).where(ViewAlert.username == actor.username)
    if (session.scalar(mine) or 0) >= MOST:
        raise AlertRefused(
            Sentence("You have %(most)s alerts already. Delete one first.", most=MOST)
        )
    same = select(ViewAlert.id).where(
        ViewAlert.view_id == view.id,
        ViewAlert.username == actor.username,
        ViewAlert.watched == limit.watched,
        ViewAlert.element_id == limit.element_id,
    )
    if session.scalar(same) is not None:
        raise AlreadyWatched
    alert = ViewAlert(
        view_id=view.id,
        username=actor.username,
        watched=limit.watched,
        element_id=limit.element_id,
        most=limit.most,
    )
    session.add(alert)
    session.flush()
    _note(session, "alert.begin", alert, actor, now)
    return alert


def unwatch(session: Session, actor: Actor, alert_id: int, *, now: datetime) -> None:
    """
    Tell the actor no more.

    Raises:
        UnknownAlert: It is not one of the actor.

    """
    permissions.check(actor, Action.KEEP_VIEWS)
    alert = session.scalar(
        select(ViewAlert).where(ViewAlert.id == alert_id, ViewAlert.username == actor.username)
    )
    if alert is None:
        raise UnknownAlert
    _note(session, "alert.end", alert, actor, now)
    session.delete(alert)
    session.flush()


def of_actor(session: Session, actor: Actor) -> Sequence[ViewAlert]:
    """Return the alerts of somebody with their views; there are never many."""
    return session.scalars(
        select(ViewAlert)
        .options(joinedload(ViewAlert.view))
        .where(ViewAlert.username == actor.username)
        .order_by(ViewAlert.id)
    ).all()


def measured(
    session: Session,
    actor: Actor,
    alert: ViewAlert,
    *,
    now: datetime,
    calendar: WorkingCalendar,
) -> int | None:
    """
    Return what an alert looks at, as its reader may see it; nothing where there are too few.

    Raises:
        UnderstudyError: The reader may see the page no more.

    """
    view = saved_views.get(session, actor, alert.view_id)
    if alert.watched is Watched.STALLED:
        wanted = view_filters.of_stalled(view)
        bands = Desk(session, actor, now, calendar, limit=1).look(wanted, cursor=None).bands
        return bands[wanted.band] if wanted.band else sum(bands.values())
    reach = figures.reach(session, actor)
    today = working_time.today(calendar, now)
    asked = figures.settled(view_filters.of_figures(view, today), reach)
    found = figures.of_cases(session, asked, reach, today=today, calendar=calendar)
    if alert.watched is Watched.OPEN:
        return found.open
    median = next(
        (one.took.median for one in found.steps if one.element_id == alert.element_id), None
    )
    return None if median is None else round(10 * median)


def _check(view: SavedView, limit: Limit) -> None:
    """Refuse what cannot be watched."""
    if limit.watched not in OFFERED.get(view.page, ()):
        raise AlertRefused(Sentence("Choose what to watch from what this page offers."))
    if not 0 <= limit.most <= LARGEST:
        raise AlertRefused(Sentence("Enter a limit of 0 or more."))
    if (limit.watched is Watched.STEP) is not bool(limit.element_id):
        raise AlertRefused(Sentence("Choose the step that the alert is about."))


def _note(session: Session, action: str, alert: ViewAlert, actor: Actor, now: datetime) -> None:
    """Write down what was done to an alert."""
    facts: dict[str, Any] = {"view": alert.view_id, "watched": alert.watched.value}
    audit.record(session, action, "view_alert", alert.id, actor=actor, now=now, **facts)
