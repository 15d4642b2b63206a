"""What every page has around it: navigation, person menu and notices."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g, request
from flask_babel import LazyString, lazy_gettext
from markupsafe import Markup

from webapp import charts, heads, unit
from webapp.demo_logins import demo_logins
from webapp.texts import gettext as _
from workflows.actors import Actor


@dataclass(frozen=True)
class Destination:
    """
    An entry of the navigation.

    Attributes:
        endpoint: The view it leads to; the entry is hidden where there is none.
        label: What people read.
        icon: Name of its picture.
        roles: Roles and groups that see it; empty means everybody.
        is_for_heads: Only those see it who answer for a member.

    """

    endpoint: str
    label: LazyString
    icon: str
    roles: frozenset[str] = frozenset()
    is_for_heads: bool = False

    @property
    def blueprint(self) -> str:
        """Return the part of the application that it belongs to."""
        return self.endpoint.partition(".")[0]


@dataclass(frozen=True)
class Section:
    """Entries of the navigation that belong together, under one word."""

    label: LazyString
    entries: tuple[Destination, ...]


SECTIONS = (
    Section(
        lazy_gettext("Work"),
        (
            Destination("inbox.show", lazy_gettext("My tasks"), "inbox"),
            Destination("heads.show", lazy_gettext("My members"), "user-check", is_for_heads=True),
            Destination("cases.index", lazy_gettext("Cases"), "folders"),
            Destination(
                "stalled.show",
                lazy_gettext("Stalled cases"),
                "hourglass-low",
                frozenset({"hr", "manager", "auditor", "pool-manager"}),
            ),
            Destination(
                "desk.index",
                lazy_gettext("Figures"),
                "chart-bar",
                frozenset({"hr", "manager", "auditor", "pool-manager"}),
            ),
        ),
    ),
    Section(
        lazy_gettext("People"),
        (
            Destination("pools.index", lazy_gettext("Pools"), "users-group"),
            Destination(
                "members.index",
                lazy_gettext("Members"),
                "user-star",
                frozenset({"hr", "manager", "auditor"}),
            ),
            Destination(
                "training.index",
                lazy_gettext("Training"),
                "school",
                frozenset(
                    {"hr", "manager", "auditor", "member", "pool-manager", "training-officer"}
                ),
            ),
            Destination(
                "mentoring.index",
                lazy_gettext("Mentoring"),
                "users",
                frozenset({"hr", "manager", "auditor", "mentor", "member", "pool-manager"}),
            ),
            Destination(
                "reviews.index",
                lazy_gettext("Reviews"),
                "checklist",
                frozenset({"hr", "manager", "auditor", "pool-manager"}),
            ),
            Destination(
                "corrections.index",
                lazy_gettext("Care and correction"),
                "lifebuoy",
                frozenset({"hr", "manager", "pool-manager", "conduct-office"}),
            ),
            Destination(
                "exits.index",
                lazy_gettext("Exits"),
                "logout",
                frozenset({"hr", "manager", "auditor", "pool-manager"}),
            ),
            Destination(
                "appeals.index",
                lazy_gettext("Appeals"),
                "scale",
                frozenset({"hr", "manager", "auditor", "pool-manager", "appeals-secretary"}),
            ),
        ),
    ),
    Section(
        lazy_gettext("Design"),
        (
            Destination("definitions.index", lazy_gettext("Processes"), "sitemap"),
            Destination("decision_files.index", lazy_gettext("Decision tables"), "table"),
            Destination("form_documents.index", lazy_gettext("Forms"), "clipboard-text"),
            Destination(
                "studio.index",
                lazy_gettext("Studio"),
                "writing",
                frozenset({"designer", "hr", "pool-manager", "auditor"}),
            ),
        ),
    ),
    Section(
        lazy_gettext("Operate"),
        (
            Destination(
                "outbox.index",
                lazy_gettext("Outbox"),
                "mail",
                frozenset({"administrator", "hr", "auditor", "pool-manager"}),
            ),
        ),
    ),
)

# Pages that are reached from those of another part.
_BELONGS_TO = {
    "user_tasks": "inbox",
    "bulk": "inbox",
    "questions": "inbox",
    "incidents": "cases",
    "check_ins": "mentoring",
    "review_schemes": "reviews",
    "check_help": "definitions",
    "process_comparisons": "definitions",
    "leavers": "stalled",
    "event_logs": "desk",
    "desk_channels": "desk",
    "desk_structure": "desk",
    "saved_views": "desk",
    "view_alerts": "desk",
    "studio_proposals": "studio",
    "studio_archives": "studio",
    "studio_backtests": "studio",
    "studio_play": "studio",
    "studio_scenarios": "studio",
    "studio_forms": "studio",
    "where_used": "studio",
    "migrations": "definitions",
    "unblocking": "stalled",
    "stalled_bulk": "stalled",
}
# Marks in a user agent, the telling ones first.
_PROGRAMS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def lay_out(app: Flask) -> None:
    """Give templates what the frame of a page shows."""
    app.jinja_env.globals.update(
        navigation=navigation,
        is_here=is_here,
        has_view=has_view,
        demo_logins=demo_logins,
        draw_columns=charts.columns,
        draw_rows=charts.rows,
        person=unit.signed_in,
        settings=unit.settings,
        now=unit.now,
    )
    app.jinja_env.filters.update(browser=browser, paragraphs=paragraphs)


def navigation() -> list[Section]:
    """
    Return where the person who is signed in may go; a section without entries is left out.

    A page shows it twice, at its side and, on a phone, below; it is made once for each request.
    """
    if "navigation" not in g:
        actor = unit.signed_in()
        seen = [Section(one.label, _seen(actor, one)) for one in SECTIONS] if actor else []
        g.navigation = [section for section in seen if section.entries]
    return cast("list[Section]", g.navigation)


def has_view(endpoint: str) -> bool:
    """Say whether the application has a view of this name."""
    return endpoint in current_app.view_functions


def is_here(entry: Destination) -> bool:
    """Say whether the current page belongs to an entry of the navigation."""
    here = request.blueprint or ""
    return _BELONGS_TO.get(here, here) == entry.blueprint


def browser(user_agent: str) -> str:
    """Name the browser and system of a user agent, as far as people care."""
    program = next((name for mark, name in _PROGRAMS if mark in user_agent), _("Browser"))
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{program}, {system}" if system else str(program)


def paragraphs(text: str) -> Markup:
    """Write plain text as paragraphs; an empty line parts them."""
    parts = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n")]
    return Markup("").join(Markup("<p>{}</p>").format(part) for part in parts if part)


def _seen(actor: Actor, section: Section) -> tuple[Destination, ...]:
    """Return the entries of a section that are for this person."""
    return tuple(e for e in section.entries if has_view(e.endpoint) and _may_see(actor, e))


def _may_see(actor: Actor, entry: Destination) -> bool:
    """Say whether an entry is for this person."""
    if entry.is_for_heads:
        return heads.is_head(actor)
    return not entry.roles or not entry.roles.isdisjoint(actor.groups)
