"""The background work of an installation: that of the engine, and mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from webapp.settings import Settings
from webapp.unit import Installation
from workflows import (
    alert_work,
    contract_watch,
    figure_keeping,
    kept_survey,
    mail_server,
    planner_statistics,
    weekly_digest,
)
from workflows.audit_sealing import SealWork
from workflows.engine import background
from workflows.engine.jobs.choice import jobs_for
from workflows.engine.jobs.port import Backlog, Jobs, Kind
from workflows.mail import NO_SERVER, MailWork

LATE = timedelta(minutes=10)


def kinds(settings: Settings) -> Sequence[Kind]:
    """Return every kind of background work, as the settings want it."""
    server = None
    if settings.smtp_url.get_secret_value():
        server = mail_server.from_url(
            settings.smtp_url.get_secret_value(),
            settings.smtp_sender,
            is_secure=settings.smtp_tls,
        )
    return (
        *background.KINDS,
        contract_watch.WORK,
        kept_survey.WORK,
        planner_statistics.WORK,
        figure_keeping.WORK,
        alert_work.WORK,
        weekly_digest.WORK,
        MailWork(server, settings.public_url),
        *_sealing(settings),
    )


def _sealing(settings: Settings) -> Sequence[Kind]:
    """Return the work that seals the audit trail; a worker without a key leaves it to others."""
    key = settings.sealing_key()
    return () if key is None else (SealWork(key, settings.anchors(key)),)


def jobs(installation: Installation) -> Jobs:
    """
    Return what does the background work of an installation.

    Raises:
        Invalid: The settings of the mail server are wrong.

    """
    return jobs_for(
        installation.database,
        installation.clock,
        installation.calendar,
        kinds(installation.settings),
    )


@dataclass(frozen=True)
class Standing:
    """How one kind of background work stands, in a sentence for operators."""

    backlog: Backlog
    is_fine: bool
    sentence: str


def standings(session: Session, installation: Installation) -> list[Standing]:
    """Say of each kind of work how far behind it is."""
    now, has_mail = installation.clock.now(), bool(installation.settings.smtp_sender)
    return [_standing(one, now, has_mail=has_mail) for one in backlogs(session, installation)]


def report(session: Session, installation: Installation) -> dict[str, Any]:
    """Return the standing of all background work as plain data."""
    found = standings(session, installation)
    kinds = {
        one.backlog.kind: {
            "waiting": one.backlog.waiting,
            "given_up": one.backlog.given_up,
            "late_seconds": round(one.backlog.age(installation.clock.now())),
            "status": "ok" if one.is_fine else "failing",
            "detail": one.sentence,
        }
        for one in found
    }
    status = "ok" if all(one.is_fine for one in found) else "failing"
    return {"status": status, "kinds": kinds}


def _standing(backlog: Backlog, now: datetime, *, has_mail: bool) -> Standing:
    """Judge one kind of work: late is what a running worker would have done long ago."""
    if backlog.kind == MailWork.name and not has_mail:
        return Standing(backlog, True, f"{NO_SERVER} {backlog.waiting} waiting.")
    late = timedelta(seconds=backlog.age(now))
    counted = f"{backlog.waiting} due, {backlog.given_up} given up."
    if late <= LATE:
        return Standing(backlog, True, counted)
    remedy = "check the mail server" if backlog.kind == MailWork.name else "start a worker"
    minutes = int(late.total_seconds() // 60)
    return Standing(backlog, False, f"{counted} The oldest is {minutes} minutes late; {remedy}.")


def backlogs(session: Session, installation: Installation) -> list[Backlog]:
    """Return how far behind each kind of work is."""
    now = installation.clock.now()
    return [kind.backlog(session, now) for kind in kinds(installation.settings)]
