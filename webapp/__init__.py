"""The web application: pages and HTTP API over the services; `create_app` is the only wiring."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask
from flask_compress import Compress

from webapp.access import check_routes, require_sign_in
from webapp.assets import use_assets
from webapp.errors import answer_errors
from webapp.languages import speak_languages
from webapp.layout import lay_out
from webapp.rate_limits import limiter
from webapp.security import guard
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
    "inbox",
    "user_tasks",
    "nominations",
    "cases",
    "pools",
    "members",
    "people",
    "stalled",
    "demo",
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
    app.extensions[EXTENSION] = _install(settings, database, clock)
    Compress(app)
    limiter.init_app(app)
    app.before_request(recognise)
    app.before_request(require_sign_in)
    answer_errors(app)
    speak_languages(app)
    use_assets(app)
    lay_out(app)
    _add_pages(app)
    check_routes(app)
    return app


def _install(
    settings: Settings, database: Database | None, clock: Clock | None
) -> Installation:
    """Put together what the application serves."""
    database = database or Database(settings.url)
    if clock is None:
        clock = MovableClock(database) if settings.clock == "movable" else SystemClock()
    calendar = OrganisationCalendar(
        settings.country or None,
        subdivision=settings.subdivision,
        time_zone=settings.time_zone,
    )
    return Installation(settings, database, clock, calendar)


def _add_pages(app: Flask) -> None:
    """Add every page, and the HTTP API."""
    for name in PAGES:
        if find_spec(f"webapp.{name}"):
            app.register_blueprint(import_module(f"webapp.{name}").bp)
    if find_spec("webapp.api.routes"):
        import_module("webapp.api.routes").register(app)
