"""What people call each other: the names behind usernames, of staff and of other accounts."""

from collections.abc import Iterable

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from workflows.account_tables import Account
from workflows.people_tables import Person


def names_of(session: Session, usernames: Iterable[str | None]) -> dict[str, str]:
    """
    Return the names behind usernames in one statement; unknown ones are left out.

    A person of the organisation is called as the personnel file says, an
    account without a person as the account says.
    """
    wanted = {username for username in usernames if username}
    if not wanted:
        return {}
    both = union_all(
        select(Account.username, Account.name.label("name"), literal(0).label("place")).where(
            Account.username.in_(wanted)
        ),
        select(Person.username, Person.display_name, literal(1)).where(Person.username.in_(wanted)),
    ).subquery()
    rows = session.execute(select(both.c.username, both.c.name).order_by(both.c.place))
    return {row.username: row.name for row in rows}
