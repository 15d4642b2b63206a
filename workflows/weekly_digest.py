"""The digest of the week: what stands still, what is at risk, and what goes on again."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import (
    accounts,
    audit,
    figure_texts,
    groups,
    mail,
    notifications,
    permissions,
    working_time,
)
from workflows.account_tables import Account
from workflows.actors import Actor
from workflows.case_access import only_watches
from workflows.database import Database
from workflows.engine import letters
from workflows.engine.jobs.port import Claim
from workflows.engine.letters import Letter
from workflows.engine.occasion import Occasion
from workflows.engine.rounds import RoundWork
from workflows.errors import UnderstudyError
from workflows.groups import POOL_MANAGER
from workflows.people_tables import Person
from workflows.permissions import Action
from workflows.stalled_cases import StalledFilter
from workflows.stalled_desk import Desk
from workflows.view_tables import DigestState
from workflows.vocabulary import Role

AT = time(7)  # on Monday, where the reader is
LATE = timedelta(days=3)  # a digest that could not be sent for longer is left out
EVERY = timedelta(minutes=15)
MOST_KEPT = 20_000  # cases of which the next digest knows that they stood still
OFFICES = frozenset({Role.HR, Role.MANAGER})
_PAGE = "/stalled/"


@dataclass(frozen=True)
class Due:
    """Somebody whose digest is due, in which language, and of which week."""

    username: str
    language: str
    week: date


class DigestWork(RoundWork):
    """Sends each reader the digest of the week."""

    name = "digest"
    row = "digest"

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Send every digest that is due, each in a transaction of its own."""
        with database.reading() as session:
            found = list(due(session, occasion))
        for each in found:
            with suppress(UnderstudyError):  # an account that was stopped meanwhile
                send(database, each, occasion)
        with database.unit_of_work() as session:
            self.settle(session, claim, due_at=occasion.now + EVERY)
        return False


WORK = DigestWork()


def due(session: Session, occasion: Occasion) -> Iterator[Due]:
    """Yield whose digest is due: managers and offices, at seven on Monday where they are."""
    managers = set(groups.members_of(session, POOL_MANAGER))
    usual = working_time.of(occasion.calendar).calendar.zone
    rows = session.execute(
        select(
            Account.username,
            Account.roles,
            Person.language,
            Person.time_zone,
            DigestState.week,
            DigestState.is_wanted,
        )
        .outerjoin(Person, Person.username == Account.username)
        .outerjoin(DigestState, DigestState.username == Account.username)
        .where(Account.is_active)
        .order_by(Account.username)
    )
    for row in rows:
        if row.username not in managers and OFFICES.isdisjoint(row.roles or ()):
            continue
        week = _week(occasion.now, _zone(row.time_zone, usual))
        if row.is_wanted is not False and week is not None and row.week != week:
            yield Due(row.username, row.language or "en", week)


def send(database: Database, wanted: Due, occasion: Occasion) -> None:
    """Send one digest; whoever has nothing to be told gets none."""
    now = occasion.now
    with database.reading() as session:
        actor = accounts.actor_of(session, wanted.username)
        is_for = is_reader(actor)
        found = _counted(session, actor, occasion) if is_for else {}
    with database.unit_of_work() as session:
        state = session.get(DigestState, wanted.username, with_for_update=True)
        if state is None:
            state = DigestState(username=wanted.username)
            session.add(state)
        elif state.week == wanted.week or not state.is_wanted:
            return
        before = set(orjson.loads(state.stalled_ids or "[]"))
        state.week = wanted.week
        if not is_for:
            return
        ids = found.pop("ids")
        state.stalled_ids = orjson.dumps(ids[:MOST_KEPT]).decode()
        found["unblocked"] = len(before - set(ids))
        if any(found.values()):
            _tell(session, wanted, found, now)


def is_reader(actor: Actor) -> bool:
    """Say whether the digest is for somebody: for those who set cases moving."""
    return permissions.allows(actor, Action.SEE_STALLED) and not only_watches(actor)


def is_wanted(session: Session, username: str) -> bool:
    """Say whether somebody wants the digest; everybody does who has not switched it off."""
    wanted = select(DigestState.is_wanted).where(DigestState.username == username)
    return session.scalar(wanted) is not False


def choose(session: Session, actor: Actor, *, wanted: bool, now: datetime) -> None:
    """Switch the own digest on or off."""
    state = session.get(DigestState, actor.username) or DigestState(username=actor.username)
    state.is_wanted = wanted
    session.add(state)
    session.flush()
    audit.record(
        session, "digest.choose", "account", actor.username, actor=actor, now=now, wanted=wanted
    )


def _counted(session: Session, actor: Actor, occasion: Occasion) -> dict[str, Any]:
    """Return the cases that stand still, and how many steps are at risk."""
    desk = Desk(session, actor, occasion.now, occasion.calendar, limit=1)
    ids = desk.ids(StalledFilter())
    _page, at_risk, _as_of = desk.at_risk(cursor=None)
    return {"ids": ids, "stalled": len(ids), "at_risk": at_risk}


def _tell(session: Session, wanted: Due, found: dict[str, Any], now: datetime) -> None:
    """Show the notice of the week, and post the mail."""
    text = figure_texts.of_digest(wanted.language, found)
    notifications.notify(session, [wanted.username], text, page=_PAGE, now=now)
    letter_id = f"digest-{wanted.week}-{wanted.username}"[:75]
    payload = {"event": figure_texts.DIGEST, "page": _PAGE, **found}
    mail.post(session, Letter(letter_id, letters.NOTICE, wanted.username, payload), now=now)


def _week(now: datetime, zone: ZoneInfo) -> date | None:
    """Return the Monday whose digest can be sent now, if there is one."""
    local = now.astimezone(zone)
    monday = local.date() - timedelta(days=local.weekday())
    begin = datetime.combine(monday, AT, zone)
    return monday if timedelta(0) <= local - begin < LATE else None


def _zone(name: str | None, usual: Any) -> Any:
    """Return a time zone by its name, else that of the organisation."""
    try:
        return ZoneInfo(name) if name else usual
    except (ZoneInfoNotFoundError, ValueError):
        return usual
