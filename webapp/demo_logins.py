"""The people of a demonstration whom a visitor can be without a password."""

from flask import g
from sqlalchemy import select

from webapp import unit
from workflows.account_tables import Account
from workflows.demo.logins import LOGINS, Login


def demo_logins() -> list[Login]:
    """Return whom a visitor can be; nobody outside of demonstrations."""
    if not unit.settings().demo:
        return []
    if "demo_logins" not in g:
        names = [login.username for login in LOGINS]
        with unit.reading() as session:
            known = set(
                session.scalars(
                    select(Account.username).where(Account.username.in_(names), Account.is_active)
                )
            )
        g.demo_logins = [login for login in LOGINS if login.username in known]
    found: list[Login] = g.demo_logins
    return found
