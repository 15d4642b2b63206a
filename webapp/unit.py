"""What every view works with: the database, the clock, the calendar and who is asking."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g
from sqlalchemy.orm import Session

from webapp.settings import Settings
from workflows.actors import Actor
from workflows.clock import Clock
from workflows.database import Database
from workflows.engine.transition import WorkingCalendar

EXTENSION = "understudy"


class SignInNeeded(Exception):
    """Nobody is signed in; `webapp.errors` leads the visitor to the sign-in page."""


@dataclass(frozen=True)
class Installation:
    """What one application object serves; views reach it by the functions below."""

    settings: Settings
    database: Database
    clock: Clock
    calendar: WorkingCalendar


def installation() -> Installation:
    """Return the installation that the current application serves."""
    return cast("Installation", current_app.extensions[EXTENSION])


def settings() -> Settings:
    """Return the settings of the installation."""
    return installation().settings


def database() -> Database:
    """Return the database of the installation."""
    return installation().database


def unit_of_work() -> AbstractContextManager[Session]:
    """Open one writing transaction: commit at the end, roll back on any error."""
    return installation().database.unit_of_work()


def reading() -> AbstractContextManager[Session]:
    """Open a session for reading."""
    return installation().database.reading()


def clock() -> Clock:
    """Return the clock of the installation."""
    return installation().clock


def now() -> datetime:
    """Return the moment of this request; it stands still while the request is answered."""
    if "now" not in g:
        g.now = clock().now()
    return cast("datetime", g.now)


def calendar() -> WorkingCalendar:
    """Return the working calendar of the organisation."""
    return installation().calendar


def current_actor() -> Actor:
    """
    Return who is asking, with the rights of this moment.

    Raises:
        SignInNeeded: Nobody is signed in.

    """
    actor = signed_in()
    if actor is None:
        raise SignInNeeded
    return actor


def signed_in() -> Actor | None:
    """Return who is asking, or nothing for a visitor."""
    return cast("Actor | None", g.get("actor"))
