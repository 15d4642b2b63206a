"""Make the database of the demonstration: whole, or not at all."""

import os
import secrets
import shutil
import time
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import select, text

from webapp.cli.installation import connected
from webapp.cli.output import Refused, progress
from webapp.settings import DATABASE_FILE, Settings
from webapp.unit import Installation
from workflows import audit_anchors, demo, migrate, packaged
from workflows.account_tables import Account
from workflows.demo.logins import LOGINS, PASSWORD_HASH, Login

KEY_FILE = "secret_key"
LOADING_FOLDER = "loading"


def settings() -> Settings:
    """Return the settings of a demonstration: a key of its own and a clock that moves."""
    chosen = Settings(demo=True, clock="movable")
    if chosen.secret_key.get_secret_value():
        return chosen
    chosen.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = _kept_key(chosen.data_dir / KEY_FILE)
    return chosen.model_copy(update={"secret_key": SecretStr(key)})


def prepare(chosen: Settings, *, people: int, reset: bool) -> list[Login]:
    """Make sure that the demonstration is there and up to date; answer with its logins."""
    if chosen.database_url:
        return _prepare_in_place(chosen, people=people, reset=reset)
    ready = chosen.data_dir / DATABASE_FILE
    if reset or not ready.exists():
        _make_file(chosen, ready, people=people)
    with connected(chosen) as installation:
        _renew(installation)
        return _logins(installation)


def is_demonstration(installation: Installation) -> bool:
    """Say whether the database holds the organisation of the demonstration, and no other."""
    with installation.database.reading() as session:
        kept = session.scalar(
            select(Account.password_hash).where(Account.username == LOGINS[0].username)
        )
    return kept == PASSWORD_HASH


def _make_file(chosen: Settings, ready: Path, *, people: int) -> None:
    """
    Load a database aside, then put it in place with one rename.

    Whoever pulls the plug in between leaves an unfinished folder behind; the
    next start throws it away and begins again.
    """
    began = time.monotonic()
    aside = chosen.data_dir / LOADING_FOLDER
    shutil.rmtree(aside, ignore_errors=True)
    with connected(chosen.model_copy(update={"data_dir": aside})) as installation:
        _load(installation, people=people)
        with installation.database.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    for leftover in ("-wal", "-shm"):
        Path(f"{ready}{leftover}").unlink(missing_ok=True)
    (chosen.data_dir / audit_anchors.FILE).unlink(missing_ok=True)  # those of another trail
    (aside / DATABASE_FILE).replace(ready)
    shutil.rmtree(aside)
    progress(f"The demonstration is ready after {time.monotonic() - began:.0f} s.")


def _prepare_in_place(chosen: Settings, *, people: int, reset: bool) -> list[Login]:
    """Load into a database that is not ours to rename; one transaction makes it whole."""
    with connected(chosen) as installation:
        if reset:
            raise Refused("--reset is for the demo's own SQLite file; drop the database yourself.")
        migrate.upgrade(installation.database)
        with installation.database.reading() as session:
            is_loaded = session.scalar(select(Account.username).limit(1)) is not None
        if is_loaded:
            _renew(installation)
        else:
            _load(installation, people=people)
        return _logins(installation)


def _load(installation: Installation, *, people: int) -> None:
    """Make the tables, publish what is packaged and fill in the organisation."""
    progress("Making the database ...")
    migrate.upgrade(installation.database)
    now = installation.clock.now()
    with installation.database.unit_of_work() as session:
        progress("Publishing the packaged processes, decisions and forms ...")
        packaged.publish(session, now=now)
        progress(f"Hiring {people} people, filling pools, starting cases ...")
        demo.load(session, now=now, calendar=installation.calendar, people=people)


def _renew(installation: Installation) -> None:
    """Bring an older demonstration up to date with the product and the files beside it."""
    migrate.upgrade(installation.database)
    with installation.database.unit_of_work() as session:
        for version in packaged.publish(session, now=installation.clock.now()):
            progress(f"New: {version.kind} {version.key} version {version.version}")


def _logins(installation: Installation) -> list[Login]:
    """Return the well-known people who are really there."""
    with installation.database.reading() as session:
        present = set(session.scalars(select(Account.username).where(Account.is_active)))
    return [login for login in LOGINS if login.username in present]


def _kept_key(path: Path) -> str:
    """Return the key of this demonstration; made once, readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_text(encoding="ascii").strip()
        if kept:
            return kept
        path.unlink()  # the machine stopped between making the file and writing into it
        return _kept_key(path)
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{key}\n")
    return key
