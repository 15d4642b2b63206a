"""Looking at alerts every quarter of an hour, and telling whom a crossed limit concerns."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from workflows import accounts, figure_texts, mail, notifications, view_alerts
from workflows.database import Database
from workflows.engine import letters
from workflows.engine.jobs.port import Claim
from workflows.engine.letters import Letter
from workflows.engine.occasion import Occasion
from workflows.engine.rounds import EVERY, RoundWork
from workflows.errors import UnderstudyError
from workflows.people_tables import Person
from workflows.view_tables import ViewAlert

AT_ONCE = 100
AGAIN_AFTER = timedelta(minutes=15)


class AlertWork(RoundWork):
    """Looks at the alerts that were not looked at for longest."""

    name = "alerts"
    row = "alerts"

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Look at the next alerts, each by itself: one that fails holds up no other."""
        with database.reading() as session:
            ids = _due(session, occasion.now)
        for alert_id in ids:
            look(database, alert_id, occasion)
        with database.unit_of_work() as session:
            self.settle(session, claim, due_at=occasion.now + EVERY)
        return len(ids) == AT_ONCE


WORK = AlertWork()


def look(database: Database, alert_id: int, occasion: Occasion) -> None:
    """
    Compare one alert with its limit, and tell its reader where it was crossed.

    Somebody who may see the page no more is told nothing, and neither is anybody while
    there are too few to measure.
    """
    value = None
    with database.reading() as session:
        alert = session.get(ViewAlert, alert_id)
        if alert is None:
            return
        try:
            actor = accounts.actor_of(session, alert.username)
            value = view_alerts.measured(
                session, actor, alert, now=occasion.now, calendar=occasion.calendar
            )
        except UnderstudyError:
            value = None  # not for this reader any more
    with database.unit_of_work() as session:
        _settle(session, alert_id, value, occasion.now)


def _settle(session: Session, alert_id: int, value: int | None, now: datetime) -> None:
    """Note what was measured; tell the reader if it is above the limit and was not before."""
    alert = session.scalar(
        select(ViewAlert)
        .options(joinedload(ViewAlert.view))
        .where(ViewAlert.id == alert_id)
        .with_for_update(of=ViewAlert)
    )
    if alert is None:
        return
    alert.checked_at, alert.last_value = now, value
    is_above = value is not None and value > alert.most
    if is_above and not alert.is_above:
        alert.told_at = now
        _tell(session, alert, now)
    if value is not None:
        alert.is_above = is_above


def _tell(session: Session, alert: ViewAlert, now: datetime) -> None:
    """Show the reader a notice, and post the mail that goes with it."""
    page = f"/views/{alert.view_id}"
    facts = {"watched": alert.watched.value, "most": alert.most, "value": alert.last_value}
    language = session.scalar(select(Person.language).where(Person.username == alert.username))
    text = figure_texts.of_alert(language or "en", facts, name=alert.view.name)
    notifications.notify(session, [alert.username], text, page=page, now=now)
    letter_id = f"view-alert-{alert.id}-{int(now.timestamp())}"
    payload = {"event": figure_texts.ALERT, "page": page, **facts}
    mail.post(session, Letter(letter_id, letters.NOTICE, alert.username, payload), now=now)


def _due(session: Session, now: datetime) -> Sequence[int]:
    """Return the alerts that were not looked at for a while."""
    at = ViewAlert.checked_at
    return session.scalars(
        select(ViewAlert.id)
        .where(or_(at.is_(None), at <= now - AGAIN_AFTER))
        .order_by(at.is_not(None), at, ViewAlert.id)
        .limit(AT_ONCE)
    ).all()
