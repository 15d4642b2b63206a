"""What operators watch: is the installation alive, is it ready, how much is it doing."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from webapp import background, outages, unit
from webapp.access import PUBLIC, access
from workflows import migrate
from workflows.engine.jobs.port import Backlog
from workflows.engine.tables import Incident, Instance, Outbox, Timer, UserTask
from workflows.errors import UnderstudyError

bp = Blueprint("operations", __name__)

_EXTENSION = "understudy_metrics"
_FINE_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@bp.get("/health/live")
@access(PUBLIC)
def live() -> ResponseReturnValue:
    """Say that the process answers; it asks nothing else, so a full disk does not restart it."""
    return jsonify(status="ok")


@bp.get("/health/ready")
@access(PUBLIC)
def ready() -> ResponseReturnValue:
    """Say whether requests can be served, and what stands in the way if not."""
    checks = {"database": _check_database(), "schema": _check_schema()}
    checks["writing"] = outages.probe.look(unit.now()) if _all_ok(checks) else "not tried"
    is_ready = _all_ok(checks)
    status = "ok" if is_ready else "failing"
    return jsonify(status=status, checks=checks), 200 if is_ready else 503


@bp.get("/health/background")
@access(PUBLIC)
def work() -> ResponseReturnValue:
    """Say how far behind the background work is; no worker is an alarm, never a restart."""
    with unit.reading() as session:
        report = background.report(session, unit.installation())
    return jsonify(report), 200 if report["status"] == "ok" else 503


@bp.get("/metrics")
@access(PUBLIC)
def metrics() -> Response:
    """Return counts for Prometheus; none of them names a person."""
    registry: CollectorRegistry = current_app.extensions[_EXTENSION]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


@bp.record_once
def _count_requests(state: object) -> None:
    """Measure every request of the application that the blueprint joins."""
    app: Flask = state.app  # type: ignore[attr-defined]
    registry = CollectorRegistry()
    durations = Histogram(
        "understudy_http_request_seconds",
        "Time to answer a request, by route and status.",
        ("method", "endpoint", "status"),
        registry=registry,
        buckets=_FINE_BUCKETS,
    )
    registry.register(_Counts())
    app.extensions[_EXTENSION] = registry

    def begin() -> None:
        g.request_began = time.perf_counter()

    def finish(response: Response) -> Response:
        began = g.get("request_began")
        if began is not None:
            endpoint = request.endpoint or "unknown"
            labels = (request.method, endpoint, str(response.status_code))
            durations.labels(*labels).observe(time.perf_counter() - began)
        return response

    # First of all, so that looking up who is asking is measured too.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(finish)


class _Counts(Collector):
    """What the database says at the moment of asking."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Answer nothing at registration, when there is no request yet."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Count cases, user tasks, timers, incidents and notices that wait."""
        now = unit.now()
        with unit.reading() as session:
            yield _cases(session)
            yield _gauge("user_tasks_open", "Open user tasks.", _open_user_tasks(session))
            yield _gauge("user_tasks_overdue", "Overdue ones.", _overdue(session, now))
            yield _gauge("timers_due", "Timers that are due.", _due_timers(session, now))
            yield _gauge("incidents_open", "Open incidents.", _open_incidents(session))
            yield _gauge("outbox_pending", "Notices that were not sent yet.", _pending(session))
            yield from _background(session, now)


def _background(session: Session, now: datetime) -> Iterator[GaugeMetricFamily]:
    """Count what waits, how long the oldest does, and what was given up, by kind of work."""
    found = background.backlogs(session, unit.installation())
    families: tuple[tuple[str, str, Callable[[Backlog], float]], ...] = (
        ("jobs_waiting", "Background work that is due.", lambda one: one.waiting),
        ("jobs_given_up", "Background work that needs a person.", lambda one: one.given_up),
        ("jobs_late_seconds", "Age of the oldest that is due.", lambda one: one.age(now)),
    )
    for name, help_text, value in families:
        family = GaugeMetricFamily(f"understudy_{name}", help_text, labels=("kind",))
        for one in found:
            family.add_metric((one.kind,), value(one))
        yield family


def _gauge(name: str, help_text: str, value: int) -> GaugeMetricFamily:
    """Return one number as a metric."""
    return GaugeMetricFamily(f"understudy_{name}", help_text, value=value)


def _cases(session: Session) -> GaugeMetricFamily:
    """Count the cases by process and status."""
    family = GaugeMetricFamily("understudy_cases", "Cases.", labels=("definition", "status"))
    counted = select(Instance.definition_key, Instance.status, func.count()).group_by(
        Instance.definition_key, Instance.status
    )
    for definition, status, count in session.execute(counted):
        family.add_metric((definition, status), count)
    return family


def _open_user_tasks(session: Session) -> int:
    """Count the open user tasks."""
    return session.scalar(select(func.count()).where(UserTask.state == "open")) or 0


def _overdue(session: Session, now: datetime) -> int:
    """Count the open user tasks that are late."""
    late = select(func.count()).where(UserTask.state == "open", UserTask.due_at < now)
    return session.scalar(late) or 0


def _due_timers(session: Session, now: datetime) -> int:
    """Count the timers that should have fired."""
    return session.scalar(select(func.count()).where(Timer.due_at < now)) or 0


def _open_incidents(session: Session) -> int:
    """Count the incidents that wait for a person."""
    open_ones = select(func.count()).where(Incident.resolved_at.is_(None))
    return session.scalar(open_ones) or 0


def _pending(session: Session) -> int:
    """Count the notices that have not left yet."""
    waiting = select(func.count()).select_from(Outbox).where(Outbox.sent_at.is_(None))
    return session.scalar(waiting) or 0


def _all_ok(checks: Mapping[str, str]) -> bool:
    """Say whether nothing stands in the way."""
    return all(state == "ok" for state in checks.values())


def _check_database() -> str:
    """Return `ok`, or that the database does not answer."""
    try:
        with unit.reading() as session:
            session.execute(select(1))
    except SQLAlchemyError:
        return "does not answer"
    return "ok"


def _check_schema() -> str:
    """Return `ok`, or why the database has the wrong shape."""
    try:
        migrate.require_current(unit.database())
    except UnderstudyError as error:
        return str(error)
    except SQLAlchemyError:
        return "does not answer"
    return "ok"
