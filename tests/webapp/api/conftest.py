"""A real application over a real database, and programs that talk to it with tokens."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from tests.conftest import NOW
from webapp import create_app
from webapp.api import tokens
from webapp.settings import Settings
from workflows import accounts
from workflows.clock import FixedClock
from workflows.database import Database

PREFIX = "/api/v1"
SETTINGS = Settings(
    secret_key=SecretStr("a-key-of-tests-with-more-than-32-characters"), four_eyes=False
)


class Program:
    """A client of the API that acts for one account."""

    def __init__(self, client: FlaskClient, token: str | None) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> TestResponse:
        """Ask."""
        return self._client.get(PREFIX + path, query_string=query, headers=self._headers)

    def post(self, path: str, json: Any = None, key: str | None = None) -> TestResponse:
        """Change something."""
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        return self._client.post(PREFIX + path, json=json, headers=headers)

    def send(self, path: str, body: bytes, content_type: str) -> TestResponse:
        """Send any body at all."""
        return self._client.post(
            PREFIX + path, data=body, content_type=content_type, headers=self._headers
        )

    def stream(self, path: str, body: BytesIO, size: int) -> TestResponse:
        """Send a body as a server of the product would hand it on."""
        return self._client.post(
            PREFIX + path,
            input_stream=body,
            content_type="application/json",
            headers=self._headers,
            environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": str(size)},
        )

    def publish(self, files: dict[str, bytes], key: str | None = None) -> TestResponse:
        """Upload files."""
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        parts = [(BytesIO(content), name) for name, content in files.items()]
        return self._client.post(
            f"{PREFIX}/definitions",
            data={"files": parts},
            headers=headers,
            content_type="multipart/form-data",
        )

    def start(self, definition: str, **facts: Any) -> dict[str, Any]:
        """Start a case and return it."""
        answer = self.post("/instances", {"definition": definition, **facts})
        assert answer.status_code == 201, answer.text
        started: dict[str, Any] = answer.get_json()
        return started


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still."""
    return FixedClock(NOW)


@pytest.fixture
def app(database: Database, clock: FixedClock) -> Flask:
    """The application, with one person enough to publish."""
    tokens._attempts.storage.reset()  # Counted in memory, so from one test to the next.
    return create_app(SETTINGS, database=database, clock=clock)


@pytest.fixture
def program(app: Flask, database: Database) -> Callable[..., Program]:
    """Make an account with some roles, and a program that acts for it."""

    def make(username: str, *roles: str) -> Program:
        with database.unit_of_work() as session:
            accounts.create(session, username, name=username.title(), roles=roles, now=NOW)
            token = accounts.issue_token(session, username, NOW)
        return Program(app.test_client(), token)

    return make


@pytest.fixture
def stranger(app: Flask) -> Program:
    """A program without a token."""
    return Program(app.test_client(), None)


@pytest.fixture
def hr(program: Callable[..., Program]) -> Program:
    """A program for somebody of HR who also designs and reviews."""
    return program("hanna", "hr", "designer", "reviewer")
