"""Accounts: who may sign in, with which password, roles, groups and tokens."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, literal, null, select, union_all, update
from sqlalchemy.orm import Session

from workflows import groups, passwords
from workflows.account_tables import Account, ApiToken, GroupMember
from workflows.actors import SYSTEM, Actor
from workflows.engine.prepared import Prepared
from workflows.errors import Conflict, Invalid, NotFound
from workflows.people_tables import Person
from workflows.vocabulary import Role

FREE_ATTEMPTS = 5
LONGEST_LOCK = timedelta(minutes=15)
TOKEN_PREFIX = "ust_"  # noqa: S105  (not a secret: it lets scanners find leaked ones)

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,119}")
_ACTING = Prepared(
    union_all(
        select(Account.name, Account.roles, null().label("group_name")).where(
            Account.username == bindparam("username"), Account.is_active
        ),
        select(literal(""), null(), GroupMember.group_name).where(
            GroupMember.username == bindparam("username")
        ),
    ),
    of_entities=True,
)


class UnknownAccount(NotFound):
    """No active account has this username."""

    def __init__(self, username: str) -> None:
        super().__init__(f'There is no account "{username}".')


class UsernameTaken(Conflict):
    """Two accounts never differ by case alone."""

    def __init__(self, username: str) -> None:
        super().__init__(f'There is already an account "{username}".')


class UnknownToken(NotFound):
    """The account has no such token in use."""

    def __init__(self) -> None:
        super().__init__("There is no such token.")


class AccountRefused(Invalid):
    """The account cannot be as asked; the sentence says why."""


def create(
    session: Session,
    username: str,
    *,
    name: str = "",
    roles: Iterable[str] = (),
    in_groups: Iterable[str] = (),
    password: str | None = None,
    person: Person | None = None,
    now: datetime,
) -> Account:
    """
    Make an account; without a password nobody can sign in with it.

    Raises:
        AccountRefused: The username or a role is not acceptable.
        PasswordRefused: The password is too short or too long.
        UsernameTaken: There is an account with this name, perhaps in another case.

    """
    if not USERNAME.fullmatch(username) or username.lower() == SYSTEM.username:
        raise AccountRefused(
            f'"{username}" cannot be a username. Use letters, digits and . _ @ + -'
        )
    taken = session.scalar(
        select(Account.username).where(func.lower(Account.username) == username.lower())
    )
    if taken is not None:
        raise UsernameTaken(taken)
    account = Account(
        username=username,
        person_id=person.id if person else None,
        name=name or (person.display_name if person else username),
        password_hash=None if password is None else passwords.hashed(password),
        roles=_checked_roles(roles),
        created_at=now,
    )
    session.add(account)
    session.flush()
    for group in sorted(set(in_groups)):
        groups.join(session, username, group)
    return account


def get(session: Session, username: str) -> Account:
    """
    Return an account, active or not.

    Raises:
        UnknownAccount: There is none.

    """
    account = session.get(Account, username)
    if account is None:
        raise UnknownAccount(username)
    return account


def set_password(session: Session, account: Account, password: str) -> None:
    """
    Give an account another password.

    Raises:
        PasswordRefused: The password is too short or too long.

    """
    account.password_hash = passwords.hashed(password)
    account.failed_attempts, account.locked_until = 0, None
    session.flush()


def set_roles(session: Session, account: Account, roles: Iterable[str]) -> None:
    """
    Give an account exactly these roles, from its next request on.

    Raises:
        AccountRefused: A role does not exist.

    """
    account.roles = _checked_roles(roles)
    session.flush()


def set_active(session: Session, account: Account, *, active: bool) -> None:
    """Let an account act, or stop it at once: requests and tokens read this each time."""
    account.is_active = active
    session.flush()


def verify_password(
    session: Session, username: str, password: str, *, now: datetime
) -> Actor | None:
    """
    Return who signs in, or None; the answer never says what was wrong.

    Unknown, stopped and locked accounts cost as much time as a wrong
    password. Failures are counted here and must be committed, so this
    answers instead of raising. After five of them the account is locked for a
    while that doubles up to fifteen minutes.
    """
    account = session.get(Account, username, with_for_update=True)
    may_try = (
        account is not None
        and account.is_active
        and (account.locked_until is None or account.locked_until <= now)
    )
    stored = account.password_hash if account is not None and may_try else None
    is_right = passwords.matches(stored, password)
    if account is None or not may_try:
        return None
    if stored is None or not is_right:
        _count_failure(account, now)
        session.flush()
        return None
    if passwords.is_outdated(stored):
        account.password_hash = passwords.hashed(password)
    account.failed_attempts, account.locked_until = 0, None
    account.last_sign_in_at = now
    session.flush()
    return actor_of(session, username)


def actor_of(session: Session, username: str) -> Actor:
    """
    Return the account as it may act at this moment, in one statement.

    Raises:
        UnknownAccount: There is no such account, or it was stopped.

    """
    rows = _ACTING.rows(session, username=username)
    account = next((row for row in rows if row[2] is None), None)
    if account is None:
        raise UnknownAccount(username)
    named = [group for _, _, group in rows if group is not None]
    return acting(username, account[0], account[1] or (), named)


def acting(username: str, name: str, roles: Iterable[str], in_groups: Iterable[str]) -> Actor:
    """Return somebody with these roles and groups; a role is a group, too."""
    held = frozenset(roles)
    return Actor(username, name, groups=held.union(in_groups), roles=held)


def issue_token(session: Session, username: str, now: datetime, *, name: str = "") -> str:
    """
    Return a new API token of an account; it is shown once and only its hash is kept.

    Raises:
        UnknownAccount: There is no such account.

    """
    get(session, username)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    session.add(ApiToken(token_hash=_digest(token), username=username, name=name, created_at=now))
    session.flush()
    return token


def actor_of_token(session: Session, token: str) -> Actor | None:
    """Return who acts with a token, or None when it is unknown, revoked or its account stopped."""
    username = session.scalar(
        select(ApiToken.username)
        .join(Account, Account.username == ApiToken.username)
        .where(
            ApiToken.token_hash == _digest(token),
            ApiToken.revoked_at.is_(None),
            Account.is_active,
        )
    )
    return None if username is None else actor_of(session, username)


def remember_token_use(session: Session, token: str, *, now: datetime) -> None:
    """Note when a token was last used."""
    session.execute(
        update(ApiToken).where(ApiToken.token_hash == _digest(token)).values(last_used_at=now)
    )


def tokens_of(session: Session, username: str) -> list[ApiToken]:
    """Return the tokens of an account that still work, newest first."""
    return list(
        session.scalars(
            select(ApiToken)
            .where(ApiToken.username == username, ApiToken.revoked_at.is_(None))
            .order_by(ApiToken.id.desc())
        )
    )


def revoke_token(session: Session, username: str, token_id: int, *, now: datetime) -> None:
    """
    Stop a token of an account at once.

    Raises:
        UnknownToken: The account has no such token in use.

    """
    revoked = session.scalar(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.username == username)
        .where(ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.id)
    )
    if revoked is None:
        raise UnknownToken


def _checked_roles(roles: Iterable[str]) -> list[str]:
    """Return the roles in order, once each."""
    wanted = set(roles)
    unknown = sorted(wanted - set(Role))
    if unknown:
        known = ", ".join(role.value for role in Role)
        raise AccountRefused(f'There is no role "{unknown[0]}". The roles are {known}.')
    return sorted(str(role) for role in wanted)


def _count_failure(account: Account, now: datetime) -> None:
    """Count a wrong password and lock the account for a while when there were many."""
    account.failed_attempts += 1
    beyond = account.failed_attempts - FREE_ATTEMPTS
    if beyond >= 0:
        account.locked_until = now + min(timedelta(minutes=2 ** min(beyond, 10)), LONGEST_LOCK)


def _digest(token: str) -> str:
    """Return the hash under which a token is kept; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
