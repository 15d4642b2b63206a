"""Signed-in browsers: sessions on the server, revocable at once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from workflows import accounts
from workflows.account_tables import Account, GroupMember, WebSession
from workflows.actors import Actor
from workflows.engine.prepared import Prepared
from workflows.errors import NotFound

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
TOUCH_AFTER = timedelta(minutes=1)

# One row for each group of the account, or one without a group.
_RECOGNISED = Prepared(
    select(
        WebSession.id_hash,
        WebSession.username,
        WebSession.csrf_token,
        WebSession.expires_at,
        WebSession.last_seen_at,
        Account.name,
        Account.roles,
        GroupMember.group_name,
    )
    .join(Account, Account.username == WebSession.username)
    .join(GroupMember, GroupMember.username == Account.username, isouter=True)
    .where(
        WebSession.id_hash == bindparam("token"),
        WebSession.expires_at > bindparam("now"),
        WebSession.last_seen_at > bindparam("active_since"),
        Account.is_active,
    )
)


class UnknownSession(NotFound):
    """The account has no such session."""

    def __init__(self) -> None:
        super().__init__("There is no such session.")


@dataclass(frozen=True)
class NewSession:
    """A session that has just begun: `token` goes into the cookie and is not kept here."""

    token: str
    csrf_token: str
    expires_at: datetime


@dataclass(frozen=True)
class LiveSession:
    """A session that a request belongs to."""

    id_hash: str
    username: str
    csrf_token: str
    expires_at: datetime
    needs_touch: bool


def create(session: Session, username: str, *, user_agent: str = "", now: datetime) -> NewSession:
    """Begin a session for an account that has just proved who it is."""
    token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    expires_at = now + ABSOLUTE
    session.add(
        WebSession(
            id_hash=_digest(token),
            username=username,
            csrf_token=csrf_token,
            created_at=now,
            last_seen_at=now,
            expires_at=expires_at,
            user_agent=user_agent[:300],
        )
    )
    session.flush()
    return NewSession(token, csrf_token, expires_at)


def load(session: Session, token: str, *, now: datetime) -> LiveSession | None:
    """
    Return the session of a cookie, or None when it is unknown, idle, over or its account stopped.

    Reading changes nothing. When `needs_touch` is set, call `touch` in the
    next unit of work: this keeps the write off most requests.
    """
    found = recognise(session, token, now=now)
    return None if found is None else found[0]


def actor_of(session: Session, token: str, *, now: datetime) -> Actor | None:
    """Return who a cookie belongs to, as he may act now, or None when nobody is signed in."""
    found = recognise(session, token, now=now)
    return None if found is None else found[1]


def recognise(
    session: Session | Connection, token: str, *, now: datetime
) -> tuple[LiveSession, Actor] | None:
    """Return the session of a cookie and who acts in it, in one statement; every page asks it."""
    rows = _RECOGNISED.rows(session, token=_digest(token), now=now, active_since=now - IDLE)
    if not rows:
        return None
    id_hash, username, csrf_token, expires_at, last_seen_at, name, roles, _ = rows[0]
    live = LiveSession(
        id_hash=id_hash,
        username=username,
        csrf_token=csrf_token,
        expires_at=expires_at,
        needs_touch=last_seen_at <= now - TOUCH_AFTER,
    )
    groups = [row[-1] for row in rows if row[-1] is not None]
    return live, accounts.acting(username, name, roles, groups)


def touch(session: Session, live: LiveSession, *, now: datetime) -> None:
    """Note that a session is in use."""
    session.execute(
        update(WebSession).where(WebSession.id_hash == live.id_hash).values(last_seen_at=now)
    )


def rotate(
    session: Session, token: str, username: str, *, user_agent: str = "", now: datetime
) -> NewSession:
    """End the session of a cookie, if there is one, and begin another: at every sign-in."""
    revoke(session, token)
    return create(session, username, user_agent=user_agent, now=now)


def revoke(session: Session, token: str) -> None:
    """End the session of a cookie; an unknown one is over already."""
    session.execute(delete(WebSession).where(WebSession.id_hash == _digest(token)))


def revoke_one(session: Session, username: str, id_hash: str) -> None:
    """
    End one of an account's own sessions, named by its hash as in `of_account`.

    Raises:
        UnknownSession: The account has no such session.

    """
    ended = session.scalar(
        delete(WebSession)
        .where(WebSession.id_hash == id_hash, WebSession.username == username)
        .returning(WebSession.id_hash)
    )
    if ended is None:
        raise UnknownSession


def revoke_all(session: Session, username: str, *, keep: LiveSession | None = None) -> None:
    """End every session of an account, but for the one to keep."""
    query = delete(WebSession).where(WebSession.username == username)
    if keep is not None:
        query = query.where(WebSession.id_hash != keep.id_hash)
    session.execute(query)


def of_account(session: Session, username: str, *, now: datetime) -> list[WebSession]:
    """Return the sessions of an account that are still good, the latest used first."""
    return list(
        session.scalars(
            select(WebSession)
            .where(
                WebSession.username == username,
                WebSession.expires_at > now,
                WebSession.last_seen_at > now - IDLE,
            )
            .order_by(WebSession.last_seen_at.desc())
        )
    )


def sweep(session: Session, *, now: datetime) -> None:
    """Delete the sessions that are over; for the worker, now and then."""
    session.execute(
        delete(WebSession).where(
            or_(WebSession.expires_at <= now, WebSession.last_seen_at <= now - IDLE)
        )
    )


def carry_forward(session: Session, *, by: timedelta, now: datetime) -> None:
    """
    Let the good sessions pass over time that a demonstration is about to skip.

    Nobody was away in skipped time, so nobody is signed out by it.
    """
    good = (WebSession.expires_at > now, WebSession.last_seen_at > now - IDLE)
    for web_session in session.scalars(select(WebSession).where(*good)):
        web_session.last_seen_at += by
        web_session.expires_at += by
    session.flush()


def _digest(token: str) -> str:
    """Return the hash under which a session is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
