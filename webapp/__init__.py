"""The web application: pages and HTTP API over the services; `create_app` is the only wiring."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask
from flask_compress import Compress
from sqlalchemy.exc import OperationalError, ProgrammingError

import workflows.service_catalogue  # noqa: F401 (registers what the processes call)
from webapp.access import check_routes, require_sign_in
from webapp.assets import use_assets
from webapp.errors import answer_errors
from webapp.languages import speak_languages
from webapp.layout import lay_out
from webapp.rate_limits import limiter
from webapp.security import guard, refuse_foreign_requests
from webapp.settings import Settings
from webapp.unit import EXTENSION, Installation
from webapp.web_session import recognise
from workflows.calendar import OrganisationCalendar
from workflows.clock import Clock, MovableClock, SystemClock
from workflows.database import Database

# One module per reader's task; each has a blueprint called `bp`.
PAGES = (
    "sign_in",
    "account",
    "preferences",
    "people_suggestions",
    "inbox",
    "user_tasks",
    "notices",
    "nominations",
    "cases",
    "pools",
    "members",
    "people",
    "stalled",
    "definitions",
    "demo",
    "operations",
)


def create_app(
    settings: Settings | None = None,
    *,
    database: Database | None = None,
    clock: Clock | None = None,
) -> Flask:
    """
    Wire the web application together.

    Raises:
        UnsafeSettings: The settings would make the installation unsafe.
        NamelessRoute: A route does not say what it is for.

    """
    settings = settings or Settings()
    if find_spec("workflows.engine.runtime.self_test"):
        import_module("workflows.engine.runtime.self_test").run()
    app = Flask(__name__)
    guard(app, settings)
    app.extensions[EXTENSION] = install(settings, database, clock)
    Compress(app)
    limiter.init_app(app)
    for check in (recognise, require_sign_in, refuse_foreign_requests):
        app.before_request(check)
    answer_errors(app)
    speak_languages(app)
    use_assets(app)
    lay_out(app)
    _add_pages(app)
    check_routes(app)
    return app


def install(
    settings: Settings, database: Database | None = None, clock: Clock | None = None
) -> Installation:
    """Put together what an application or a command works with."""
    database = database or Database(settings.url)
    if clock is None:
        clock = MovableClock(database) if settings.clock == "movable" else SystemClock()
    return Installation(settings, database, clock, _calendar(settings, database))


def _calendar(settings: Settings, database: Database) -> OrganisationCalendar:
    """Return the working calendar; a database that is not set up yet has no days of its own."""
    place = {"subdivision": settings.subdivision, "time_zone": settings.time_zone}
    try:
        with database.reading() as session:
            return OrganisationCalendar.load(session, country=settings.country or None, **place)
    except (OperationalError, ProgrammingError):
        return OrganisationCalendar(settings.country or None, **place)


def _add_pages(app: Flask) -> None:
    """Add every page, and the HTTP API."""
    # While the parts arrive, one that cannot be imported yet is left out aloud.
    for name in (*PAGES, "api.routes"):
        try:
            module = import_module(f"webapp.{name}")
        except ImportError as error:
            app.logger.warning("left out: webapp.%s (%s)", name, error)
            continue
        if name == "api.routes":
            module.register(app)
        else:
            app.register_blueprint(module.bp)
