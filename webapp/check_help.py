"""The help for designers: what each code of a finding means, and how to mend it."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import nh3
from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from markdown_it import MarkdownIt
from markupsafe import Markup

from webapp.access import access
from workflows.engine.checks import explanations
from workflows.engine.checks.explanations import Explanation
from workflows.engine.checks.help import PAGE_OF_TABLES
from workflows.errors import NotFound
from workflows.permissions import Action

bp = Blueprint("check_help", __name__, url_prefix="/help")

_TAGS = {"p", "em", "strong", "ul", "ol", "li", "code", "pre"}
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False})


@bp.get("/checks")
@access(Action.READ_DEFINITIONS)
def index() -> ResponseReturnValue:
    """List everything that is checked, by subject."""
    return render_template(
        "check_help/index.html",
        of_processes=_grouped(explanations.of_processes()),
        of_tables=_grouped(explanations.of_tables()),
    )


@bp.get("/checks/<code>")
@access(Action.READ_DEFINITIONS)
def process_code(code: str) -> ResponseReturnValue:
    """Explain a code of processes, forms and files."""
    return _page(explanations.of_processes(), code)


@bp.get("/checks/tables/<code>")
@access(Action.READ_DEFINITIONS)
def table_code(code: str) -> ResponseReturnValue:
    """Explain a code of decision tables."""
    return _page(explanations.of_tables(), code)


@bp.app_template_global("help_address")
def help_address(finding: Any) -> str | None:
    """Return where the code of a finding is explained, if it is; kept ones are plain data."""
    facts = finding if isinstance(finding, Mapping) else vars(finding)
    code, page = str(facts.get("code")), str(facts.get("help") or "")
    if page == PAGE_OF_TABLES:
        known = code in explanations.of_tables()
        return url_for("check_help.table_code", code=code) if known else None
    known = code in explanations.of_processes()
    return url_for("check_help.process_code", code=code) if known else None


@bp.app_template_filter("documentation")
def documentation(text: str) -> Markup:
    """Return the HTML of a text of the documentation; links to other pages become plain text."""
    sentence = text[:1].upper() + text[1:].replace("\\|", "|")
    html = nh3.clean(_markdown.render(sentence), tags=_TAGS, attributes={})
    return Markup(html)  # noqa: S704 (cleaned above)


def _page(known: Mapping[str, Explanation], code: str) -> str:
    """Show the explanation of a code."""
    if code not in known:
        raise NotFound(f'No finding has the code "{code}".')
    told = known[code]
    accepting = explanations.accepting(code) if told.can_be_accepted else None
    beside = [each for each in known.values() if each.group == told.group and each is not told]
    return render_template(
        "check_help/show.html",
        told=told,
        accepting=accepting,
        beside=beside,
        is_of_tables=known is explanations.of_tables(),
    )


def _grouped(known: Mapping[str, Explanation]) -> list[tuple[str, list[Explanation]]]:
    """Return explanations under their headings, in the order of the page."""
    by_group = groupby(known.values(), key=lambda each: each.group)
    return [(group, list(members)) for group, members in by_group]
