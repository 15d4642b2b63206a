"""The inbox: what waits for the person who is signed in, the overdue first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from webapp import unit
from webapp.access import access
from webapp.texts import gettext as _
from workflows import case_access, people, question_list, service_level
from workflows.engine import inbox, user_tasks
from workflows.engine.tables import UserTask
from workflows.user_task_access import touching

bp = Blueprint("inbox", __name__)

ON_A_PAGE = 30
REMEMBERED = "inbox"
SHOWN = ("open", "overdue", "today", "mine", "groups")
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Filter:
    """What somebody wants to see of the inbox."""

    show: str = "open"
    q: str = ""
    step: str = ""  # a process, or a process and one of its steps: `nomination/vote`

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "Filter":
        """Read a filter from an address; what makes no sense is left out."""
        show = str(values.get("show", "open"))
        return cls(
            show=show if show in SHOWN else "open",
            q=str(values.get("q", "")).strip()[:LONGEST_SEARCH],
            step=str(values.get("step", ""))[: LONGEST_SEARCH * 2],
        )

    @property
    def is_empty(self) -> bool:
        """Say whether everything is shown."""
        return self == Filter()

    def facts(self) -> dict[str, Any]:
        """Return the filter as the service takes it."""
        definition, _slash, element = self.step.partition("/")
        return {
            "search": self.q or None,
            "definition": definition or None,
            "element": element or None,
            "mine": self.show == "mine",
            "overdue": self.show == "overdue",
            "due_today": self.show == "today",
            "unclaimed": self.show == "groups",
        }


@bp.get("/")
@access("inbox.read")
def show() -> ResponseReturnValue:
    """Show the inbox; a filter stays until it is changed."""
    if "clear" in request.args:
        session.pop(REMEMBERED, None)
        return redirect(url_for(".show"))
    wanted = _filter_of_request()
    actor, now, cursor = unit.current_actor(), unit.now(), request.args.get("cursor")
    with unit.reading() as database_session:
        page = inbox.inbox(
            database_session, actor, now=now, limit=ON_A_PAGE, cursor=cursor, **wanted.facts()
        )
        counts = inbox.counts(database_session, actor, now=now)
        steps = inbox.steps(database_session, actor)
        asked = question_list.waiting_for(database_session, actor.username)
        tiers = service_level.tiers(database_session, page.items, unit.calendar(), now)
        names = people.names_of(database_session, _usernames(page.items))
    template = "inbox/rows.html" if request.headers.get("HX-Request") else "inbox/show.html"
    return render_template(
        template,
        page=page,
        counts=counts,
        processes=_by_process(steps),
        process_names={step.definition_key: step.definition_name for step in steps},
        names=names,
        asked=asked,
        tiers=tiers,
        wanted=wanted,
        inbox_overdue=counts.overdue,
        can_nominate=not case_access.is_blind(actor),
    )


@bp.post("/user-tasks/<int:user_task_id>/claim")
@access("user_task.claim")
def claim(user_task_id: int) -> ResponseReturnValue:
    """Take a user task from a group, so that nobody else works on it."""
    actor, now = unit.current_actor(), unit.now()
    with (
        unit.unit_of_work() as database_session,
        touching(database_session, user_task_id, actor=actor, now=now),
    ):
        user_tasks.claim(database_session, user_task_id, actor=actor, now=now)
    flash(_("It is yours now."))
    return _back(user_task_id)


@bp.post("/user-tasks/<int:user_task_id>/release")
@access("user_task.release")
def release(user_task_id: int) -> ResponseReturnValue:
    """Give a user task back to its group; what was typed is kept."""
    actor, now = unit.current_actor(), unit.now()
    with (
        unit.unit_of_work() as database_session,
        touching(database_session, user_task_id, actor=actor, now=now),
    ):
        user_tasks.release(database_session, user_task_id, actor=actor, now=now)
    flash(_("It is open for the group again."))
    return _back(user_task_id)


def remembered_filter() -> Filter:
    """Return the filter that this person used last."""
    return Filter.read(session.get(REMEMBERED) or {})


def _filter_of_request() -> Filter:
    """Return the filter of the address, else the remembered one; remember what is asked for."""
    if not set(request.args) & {"show", "q", "step"}:
        return remembered_filter()
    wanted = Filter.read(request.args)
    if wanted.is_empty:
        session.pop(REMEMBERED, None)
    elif session.get(REMEMBERED) != asdict(wanted):
        session[REMEMBERED] = asdict(wanted)
    return wanted


def _by_process(steps: Sequence[inbox.InboxStep]) -> list[tuple[str, str, list[inbox.InboxStep]]]:
    """Group steps by their process: key, name and steps."""
    return [
        (key, name, list(group))
        for (key, name), group in groupby(
            steps, key=lambda step: (step.definition_key, step.definition_name)
        )
    ]


def _usernames(rows: Sequence[UserTask]) -> list[str]:
    """Return who holds the user tasks of a page, and for whom."""
    return sorted({name for row in rows for name in (row.assignee, *row.on_behalf_of) if name})


def _back(user_task_id: int) -> ResponseReturnValue:
    """Return to where the button was."""
    if request.form.get("back") == "inbox":
        return redirect(url_for(".show"))
    return redirect(url_for("user_tasks.show", user_task_id=user_task_id))
