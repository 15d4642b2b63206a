"""The only place where the web application is wired together."""

from collections.abc import Callable
from typing import Any

from flask import Flask

import workflows.service_catalogue  # noqa: F401 (registers what the processes call)
from webapp import (
    account,
    appeals,
    bulk,
    case_data,
    case_moves,
    cases,
    check_help,
    check_ins,
    corrections,
    decision_files,
    definitions,
    demo,
    desk,
    desk_channels,
    desk_structure,
    event_logs,
    exits,
    form_documents,
    heads,
    inbox,
    incidents,
    leavers,
    members,
    mentoring,
    migrations,
    nominations,
    notices,
    operations,
    outbox,
    people,
    people_suggestions,
    pools,
    preferences,
    problems,
    process_comparisons,
    questions,
    review_schemes,
    reviews,
    saved_views,
    sign_in,
    stalled,
    stalled_bulk,
    stand_ins,
    studio,
    studio_archives,
    studio_backtests,
    studio_forms,
    studio_imports,
    studio_play,
    studio_proposals,
    studio_scenarios,
    training,
    unblocking,
    user_tasks,
    view_alerts,
    where_used,
)
from webapp.access import check_routes, require_sign_in
from webapp.access_log import watch_auditors
from webapp.api import routes
from webapp.assets import use_assets
from webapp.draft_kinds import DraftKindWord
from webapp.errors import answer_errors
from webapp.installation import install
from webapp.languages import speak_languages
from webapp.layout import lay_out
from webapp.page_cookies import PageCookies, PageRequest
from webapp.rate_limits import limit_attempts
from webapp.row_ids import RowId
from webapp.security import guard, refuse_foreign_requests, refuse_nul
from webapp.sentences import speak_sentences
from webapp.settings import Settings
from webapp.unit import EXTENSION
from webapp.web_session import recognise
from workflows.clock import Clock
from workflows.database import Database
from workflows.engine.runtime import self_test


class _Application(Flask):
    """Flask without looking at every call whether a function is asynchronous: none is."""

    request_class = PageRequest
    session_interface = PageCookies()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function itself."""
        return func


PAGES = (
    sign_in,
    account,
    preferences,
    people_suggestions,
    inbox,
    bulk,
    user_tasks,
    questions,
    stand_ins,
    leavers,
    notices,
    nominations,
    cases,
    case_data,
    case_moves,
    incidents,
    pools,
    review_schemes,
    reviews,
    members,
    heads,
    mentoring,
    check_ins,
    people,
    corrections,
    exits,
    appeals,
    stalled,
    stalled_bulk,
    unblocking,
    problems,
    desk,
    desk_channels,
    desk_structure,
    event_logs,
    saved_views,
    view_alerts,
    training,
    outbox,
    definitions,
    process_comparisons,
    decision_files,
    form_documents,
    where_used,
    studio,
    studio_forms,
    studio_archives,
    studio_imports,
    studio_proposals,
    studio_backtests,
    studio_play,
    studio_scenarios,
    migrations,
    check_help,
    demo,
    operations,
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
    self_test.run_once()
    app = _Application("webapp")
    app.url_map.converters["int"] = RowId
    app.url_map.converters["draft_kind"] = DraftKindWord
    guard(app, settings)
    app.extensions[EXTENSION] = install(settings, database, clock)
    limit_attempts(app)
    for check in (recognise, require_sign_in, refuse_foreign_requests, refuse_nul):
        app.before_request(check)
    answer_errors(app)
    watch_auditors(app)
    speak_languages(app)
    speak_sentences(app)
    use_assets(app)
    lay_out(app)
    for page in PAGES:
        app.register_blueprint(page.bp)
    routes.register(app)
    check_routes(app)
    return app
