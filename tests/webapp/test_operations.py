"""Health and metrics: what operators see, and what they must never see."""

from datetime import timedelta

import pytest
from flask import Flask
from pydantic import SecretStr
from sqlalchemy import text

from tests.conftest import NOW
from webapp import create_app
from webapp.settings import Settings
from workflows import migrate
from workflows.clock import FixedClock
from workflows.database import Base, Database
from workflows.engine import letters

SETTINGS = Settings(secret_key=SecretStr("a-key-of-tests-with-more-than-32-characters"))


@pytest.fixture
def app(database: Database) -> Flask:
    """An application over a database that was made by the migrations."""
    Base.metadata.drop_all(database.engine)
    migrate.upgrade(database)
    return create_app(SETTINGS, database=database, clock=FixedClock(NOW))


def test_a_healthy_installation_is_alive_and_ready(app: Flask) -> None:
    client = app.test_client()

    assert client.get("/health/live").get_json() == {"status": "ok"}
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    checks = {"database": "ok", "schema": "ok", "writing": "ok"}
    assert ready.get_json() == {"status": "ok", "checks": checks}


def test_an_old_database_is_alive_but_not_ready(app: Flask, database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(text("DELETE FROM alembic_version"))

    ready = app.test_client().get("/health/ready")

    assert app.test_client().get("/health/live").status_code == 200
    assert ready.status_code == 503
    assert "understudy init" in ready.get_json()["checks"]["schema"]


def test_metrics_count_requests_and_work(app: Flask) -> None:
    client = app.test_client()
    client.get("/health/live")

    metrics = client.get("/metrics")

    assert metrics.status_code == 200
    assert metrics.content_type.startswith("text/plain")
    assert 'endpoint="operations.live"' in metrics.text
    for name in ("user_tasks_open", "user_tasks_overdue", "timers_due", "incidents_open"):
        assert f"understudy_{name} 0.0" in metrics.text


def test_background_work_that_nobody_does_is_an_alarm(app: Flask, database: Database) -> None:
    client = app.test_client()
    quiet = client.get("/health/background")
    assert quiet.status_code == 200
    with database.unit_of_work() as session:
        for kind in (letters.NOTICE, letters.MAIL):
            at = NOW - timedelta(minutes=11)
            letters.write(session, [letters.draft(kind, kind, "ada", {}, now=at)])

    late = client.get("/health/background")

    assert late.status_code == 503
    kinds = late.get_json()["kinds"]
    assert kinds["letter"]["detail"] == (
        "1 due, 0 given up. The oldest is 11 minutes late; start a worker."
    )
    assert kinds["mail"]["status"] == "ok"
    assert kinds["mail"]["detail"] == "Not sent: no mail server configured. 1 waiting."
    assert client.get("/health/ready").status_code == 200
    assert 'understudy_jobs_waiting{kind="letter"} 1.0' in client.get("/metrics").text
    assert "ada" not in client.get("/metrics").text + late.text
