"""The background work of an installation: that of the engine, and mail."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from webapp.settings import Settings
from webapp.unit import Installation
from workflows import mail_server
from workflows.engine import background
from workflows.engine.jobs.choice import jobs_for
from workflows.engine.jobs.port import Backlog, Jobs, Kind
from workflows.mail import MailWork


def kinds(settings: Settings) -> Sequence[Kind]:
    """Return every kind of background work, as the settings want it."""
    server = None
    if settings.smtp_url.get_secret_value():
        server = mail_server.from_url(
            settings.smtp_url.get_secret_value(),
            settings.smtp_sender,
            is_secure=settings.smtp_tls,
        )
    return (*background.KINDS, MailWork(server, settings.public_url))


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


def backlogs(session: Session, installation: Installation) -> list[Backlog]:
    """Return how far behind each kind of work is."""
    now = installation.clock.now()
    return [kind.backlog(session, now) for kind in kinds(installation.settings)]
