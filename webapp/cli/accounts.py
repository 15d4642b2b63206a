"""`understudy user add` and `token create`: accounts, and the first administrator."""

import sys

import click

from webapp.cli.installation import installed
from webapp.cli.output import Commands, Refused, as_json, show
from workflows import accounts, audit
from workflows.actors import SYSTEM
from workflows.vocabulary import Role

ROLES = tuple(role.value for role in Role)


@click.group(cls=Commands)
def user() -> None:
    """Accounts of people."""


@user.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option("--full-name", help="What people call the account's owner.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@as_json
def add(
    *, name: str, roles: tuple[str, ...], full_name: str | None, password_stdin: bool, as_json: bool
) -> None:
    """Make an account called NAME."""
    password = _password(from_standard_input=password_stdin)
    with installed() as installation, installation.database.unit_of_work() as session:
        now = installation.clock.now()
        accounts.create(
            session, name, name=full_name or name, roles=roles, password=password, now=now
        )
        audit.record(
            session, "account.create", "account", name, actor=SYSTEM, now=now, roles=list(roles)
        )
    facts = {"username": name, "roles": list(roles)}
    show(facts, (f"Made the account {name} ({', '.join(roles)}).",), in_json=as_json)


@click.group(cls=Commands)
def token() -> None:
    """Tokens with which programs act for an account."""


@token.command()
@click.argument("name")
@as_json
def create(name: str, as_json: bool) -> None:
    """Make a token for the account NAME and print it; it is shown only this once."""
    with installed() as installation, installation.database.unit_of_work() as session:
        now = installation.clock.now()
        issued = accounts.issue_token(session, name, now)
        audit.record(session, "token.create", "account", name, actor=SYSTEM, now=now)
    show({"token": issued, "username": name}, (issued,), in_json=as_json)


def _password(*, from_standard_input: bool) -> str:
    """Read a password where nobody can look over a shoulder or into a history."""
    if from_standard_input:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        raise Refused("Send the password on standard input and add --password-stdin.")
    if not password:
        raise Refused("The password is empty.")
    return str(password)
