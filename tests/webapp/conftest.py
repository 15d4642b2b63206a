"""The application over a real database, and people who use it with a browser without scripts."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html import unescape

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from tests.conftest import NOW
from tests.webapp.command_line import folder, installed, installed_template, understudy
from tests.webapp.organisation import PASSWORD, make_organisation
from tests.webapp.samples import publish_sample, start_cases
from webapp import create_app, unit, web_session
from webapp.installation import install
from webapp.rate_limits import limiter
from webapp.security import SESSION_COOKIE, csrf_token
from webapp.settings import Settings
from webapp.unit import EXTENSION
from workflows import sessions
from workflows.clock import FixedClock
from workflows.database import Database

__all__ = ["folder", "installed", "installed_template", "understudy"]  # fixtures for everybody

KEY = "a-key-of-tests-with-more-than-32-characters"
SETTINGS = Settings(secret_key=SecretStr(KEY), https=False)


class Person:
    """Somebody at a browser: keeps cookies and sends the token of the page seen last."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, address: str, **facts: object) -> TestResponse:
        """Open a page."""
        return self._seen(self.client.get(address, **facts))

    def post(
        self, address: str, data: dict[str, object] | None = None, **facts: object
    ) -> TestResponse:
        """Send a form of the page seen last."""
        sent = {"csrf_token": self.token, **(data or {})}
        return self._seen(self.client.post(address, data=sent, **facts))

    def begin(self, username: str) -> None:
        """Have a session and a token, as after signing in, without the three pages that takes."""
        with self.client.application.test_request_context():
            with unit.unit_of_work() as session:
                begun = sessions.create(session, username, now=web_session.wall_now())
            g.web_session = begun
            self.token = csrf_token()
        self.client.set_cookie(SESSION_COOKIE, begun.token)

    def sign_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        """Sign in by the page."""
        self.get("/sign-in")
        answer = self.post("/sign-in", {"username": username, "password": password})
        self.get("/account/")
        return answer

    def _seen(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype.startswith(("application/vnd.", "application/zip")):
            return answer  # a workbook or an archive is no page
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        self.token = unescape(found[1]) if found else self.token
        return answer


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still until a test moves it."""
    return FixedClock(NOW)


@pytest.fixture
def app(database: Database, clock: FixedClock) -> Flask:
    """The application with its well-known people."""
    with database.unit_of_work() as session:
        make_organisation(session, now=NOW)
    app = _application()
    app.extensions[EXTENSION] = install(SETTINGS, database, clock)
    limiter.reset()
    return app


@pytest.fixture
def alone(app: Flask) -> None:
    """Let one person publish alone."""
    there = app.extensions[EXTENSION]
    settings = SETTINGS.model_copy(update={"four_eyes": False})
    app.extensions[EXTENSION] = replace(there, settings=settings)


@cache
def _application() -> Flask:
    """The application before it has the database of a test: its routes take longest to make."""
    return create_app(SETTINGS, database=Database("sqlite://"))


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Person]:
    """Make people who have not signed in."""
    return lambda: Person(app.test_client())


@pytest.fixture
def person(visitor: Callable[[], Person]) -> Callable[[str], Person]:
    """Make people who have signed in."""

    def make(username: str) -> Person:
        somebody = visitor()
        somebody.begin(username)
        return somebody

    return make


@pytest.fixture
def cases(app: Flask, database: Database) -> list[int]:
    """Eight cases of the sample process, half of them overdue; answer with their numbers."""
    with database.unit_of_work() as session:
        publish_sample(session, now=NOW)
        return start_cases(session, now=NOW)
