"""The checks of `understudy doctor`, each with its remedy."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import background
from webapp.cli.installation import connected
from webapp.cli.output import Refused
from webapp.settings import MEBIBYTE, Settings, UnsafeSettings
from webapp.unit import Installation
from workflows import migrate
from workflows.account_tables import Account
from workflows.engine.runtime import self_test
from workflows.engine.tables import DefinitionVersion, Incident
from workflows.errors import UnderstudyError

LEAST_FREE_BYTES = 200 * MEBIBYTE


@dataclass(frozen=True)
class Result:
    """What one check found."""

    name: str
    is_fine: bool
    detail: str

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain data."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}"


def run(settings: Settings) -> list[Result]:
    """Do every check; a check that breaks is a finding, not the end."""
    results = [_python(), _secret(settings), _engine()]
    try:
        with connected(settings) as installation:
            results += [_disk(settings), *_database(installation)]
    except Refused as error:
        results.append(Result("data folder", False, error.message))
    return results


def _python() -> Result:
    """Check the version of Python."""
    found = ".".join(str(part) for part in sys.version_info[:3])
    return Result("Python", sys.version_info >= (3, 11), f"{found}; 3.11 or newer is needed.")


def _secret(settings: Settings) -> Result:
    """Check the signing key and the other settings that safety depends on."""
    try:
        settings.signing_key()
    except UnsafeSettings as error:
        return Result("settings", False, str(error))
    return Result("settings", True, "safe to serve with.")


def _engine() -> Result:
    """Check that no Python from a model would run."""
    try:
        self_test.run()
    except Exception as error:  # noqa: BLE001 (whatever it is, the reader must know)
        return Result("engine boundary", False, f"{error} Do not serve; reinstall Understudy.")
    return Result("engine boundary", True, "no Python from a model runs.")


def _disk(settings: Settings) -> Result:
    """Check that there is room for the database to grow."""
    free = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else ".").free
    detail = (
        f"{free // (1024 * 1024)} MB free; at least {LEAST_FREE_BYTES // (1024 * 1024)} wanted."
    )
    return Result("disk", free >= LEAST_FREE_BYTES, detail)


def _database(installation: Installation) -> Iterator[Result]:
    """Check that the database answers, has the right shape and knows what it must."""
    try:
        migrate.require_current(installation.database)
        yield Result("database", True, "answers and is up to date.")
        with installation.database.reading() as session:
            for check in (_definitions, _administrator, _incidents):
                yield _checked(check, session)
            yield from _background(installation, session)
    except UnderstudyError as error:
        yield Result("database", False, str(error))
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        yield Result("database", False, f"does not answer: {reason}")


def _checked(check: Callable[[Session], Result], session: Session) -> Result:
    """Do a check that reads the database."""
    return check(session)


def _definitions(session: Session) -> Result:
    """Check that there is a process to start."""
    counted = select(func.count()).where(
        DefinitionVersion.kind == "process", DefinitionVersion.is_latest
    )
    count = session.scalar(counted) or 0
    return Result("processes", count > 0, f"{count} published; `understudy init` publishes ours.")


def _administrator(session: Session) -> Result:
    """Check that somebody can make accounts."""
    roles = session.scalars(select(Account.roles).where(Account.is_active))
    has_one = any("administrator" in held for held in roles)
    detail = (
        "there is one."
        if has_one
        else (
            "there is none; run `understudy user add NAME --role administrator --password-stdin`."
        )
    )
    return Result("administrator", has_one, detail)


def _incidents(session: Session) -> Result:
    """Report how many cases cannot go on; that is for people to mend, not for operators."""
    count = session.scalar(select(func.count()).where(Incident.resolved_at.is_(None))) or 0
    return Result("incidents", True, f"{count} open.")


def _background(installation: Installation, session: Session) -> Iterator[Result]:
    """Report how far behind each kind of background work is."""
    for one in background.standings(session, installation):
        yield Result(f"background work: {one.backlog.kind}", one.is_fine, one.sentence)
