"""The people of a demonstration whom a visitor can be without a password."""

from dataclasses import dataclass

from sqlalchemy import select

from webapp import unit
from workflows.account_tables import Account

MOST = 14


@dataclass(frozen=True)
class DemoLogin:
    """Somebody whom a visitor of the demonstration can be."""

    username: str
    name: str
    what: str


def demo_logins() -> list[DemoLogin]:
    """Return whom a visitor can be; nobody outside of demonstrations."""
    if not unit.settings().demo:
        return []
    with unit.reading() as session:
        rows = session.execute(
            select(Account.username, Account.name, Account.roles)
            .where(Account.is_active, Account.password_hash.is_not(None))
            .order_by(Account.created_at, Account.username)
            .limit(MOST)
        )
        return [DemoLogin(username, name, ", ".join(roles)) for username, name, roles in rows]
