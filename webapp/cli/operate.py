"""`understudy init`, `serve`, `worker` and `doctor`: run an installation."""

import signal
import threading
from types import FrameType

import click

from webapp import background
from webapp.cli import checkup, collector
from webapp.cli.installation import connected, installed
from webapp.cli.output import as_json, progress, show
from webapp.cli.server import Listening
from webapp.cli.server import serve as run_server
from webapp.settings import Settings
from workflows import migrate, packaged


@click.command()
@as_json
def init(as_json: bool) -> None:
    """Migrate the database, then publish the packaged processes and rules."""
    with connected(Settings()) as installation:
        progress("Migrating the database ...")
        steps = migrate.upgrade(installation.database)
        progress("Publishing the packaged processes, decisions and forms ...")
        with installation.database.unit_of_work() as session:
            published = packaged.publish(session, now=installation.clock.now())
    facts = {"migrations": steps, "published": [f"{one.kind}:{one.key}" for one in published]}
    lines = (f"Migrations done: {len(steps)}. Definitions published: {len(published)}.",)
    show(facts, lines, in_json=as_json)


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@as_json
def serve(port: int, host: str, as_json: bool) -> None:
    """Serve the web application; on SQLite also do the background work."""
    settings = Settings()
    settings.signing_key()
    with installed(settings) as installation:
        is_embedded = installation.database.is_sqlite

    def announce() -> None:
        facts = {"address": listening.address, "worker": is_embedded}
        show(facts, (f"Understudy answers at {listening.address}",), in_json=as_json)

    listening = Listening(host, port, with_worker=is_embedded, on_ready=announce)
    run_server(settings, listening)


@click.command()
@as_json
def worker(as_json: bool) -> None:
    """Do the background work: timers, messages, notices and mail; stop it with Ctrl-C."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    with installed() as installation:
        working = background.jobs(installation)
        working.start()
        collector.spare()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        show({"worker": "started"}, ("The worker has started.",), in_json=as_json)
        stopped.wait()
        working.stop()


@click.command()
@as_json
def doctor(as_json: bool) -> None:
    """Look for what would keep the installation from working, and say how to mend it."""
    results = checkup.run(Settings())
    lines = [f"{'ok  ' if result.is_fine else 'FAIL'}  {result}" for result in results]
    show([result.to_json() for result in results], lines, in_json=as_json)
    if not all(result.is_fine for result in results):
        raise click.exceptions.Exit(1)
