"""`understudy demo`: a whole organisation to try, in one command."""

from collections.abc import Iterable, Sequence

import click

from webapp.cli import demo_database
from webapp.cli.output import as_json, show, table
from webapp.cli.server import Listening, claim_port
from webapp.cli.server import serve as run_server
from workflows.demo.logins import PASSWORD, Login


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--people", default=2000, show_default=True, type=click.IntRange(100, 20_000))
@click.option("--reset", is_flag=True, help="Throw the demo database away and make it anew.")
@click.option("--browser", is_flag=True, help="Open the first page in a browser.")
@click.option("--prepare-only", is_flag=True, help="Make the database, but do not serve.")
@as_json
def demo(
    *,
    port: int,
    host: str,
    people: int,
    reset: bool,
    browser: bool,
    prepare_only: bool,
    as_json: bool,
) -> None:
    """Load a demonstration organisation and serve it, with time that people can skip."""
    settings = demo_database.settings()

    def welcome() -> None:
        show(_facts(listening.address, logins), _lines(listening.address, logins), in_json=as_json)
        if browser:
            click.launch(listening.address)

    listening = Listening(host, port, with_worker=True, on_ready=welcome)
    if not prepare_only:
        claim_port(listening)
    logins = demo_database.prepare(settings, people=people, reset=reset)
    if not prepare_only:
        run_server(settings, listening)


def _facts(address: str, logins: Sequence[Login]) -> dict[str, object]:
    """Return what a program wants to know of the demonstration."""
    people = [
        {"username": login.username, "name": login.name, "part": login.part} for login in logins
    ]
    return {"address": address, "password": PASSWORD, "logins": people}


def _lines(address: str, logins: Sequence[Login]) -> Iterable[str]:
    """Return what a person wants to know of the demonstration."""
    rows = [(login.username, login.title) for login in logins]
    return (
        "",
        f"  Understudy answers at {address}",
        "",
        *(f"  {line}" for line in table(rows, ("SIGN IN AS", "TO BE"))),
        "",
        f"  Choose one of them on the first page, or sign in with the password {PASSWORD}.",
        "  Stop with Ctrl-C. Start again with the same command; nothing is lost.",
    )
