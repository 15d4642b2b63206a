"""The installation that a command works on, as the environment describes it."""

from collections.abc import Iterator
from contextlib import contextmanager

from webapp.cli.output import Refused
from webapp.installation import install
from webapp.settings import DATABASE_FILE, Settings
from webapp.unit import Installation
from workflows import migrate


@contextmanager
def installed(settings: Settings | None = None) -> Iterator[Installation]:
    """
    Open the installation; its database must be up to date.

    Raises:
        DatabaseTooOld: `understudy init` has not run yet.

    """
    with connected(settings or Settings()) as installation:
        migrate.require_current(installation.database)
        yield installation


@contextmanager
def connected(settings: Settings) -> Iterator[Installation]:
    """Open the installation whatever state its database is in."""
    _make_folder(settings)
    installation = install(settings)
    try:
        yield installation
    finally:
        installation.database.close()


def is_installed(settings: Settings) -> bool:
    """Say whether there is a database that commands can read; nothing is created."""
    if not settings.database_url and not (settings.data_dir / DATABASE_FILE).exists():
        return False
    with connected(settings) as installation:
        return migrate.is_current(installation.database)


def _make_folder(settings: Settings) -> None:
    """Make the data folder, for its owner alone."""
    if settings.database_url:
        return
    try:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"The data folder {settings.data_dir} cannot be made: {error.strerror}. "
            "Set UNDERSTUDY_DATA_DIR to a folder that you may write to."
        ) from error
