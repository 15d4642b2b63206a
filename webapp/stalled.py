"""Cases that do not go on: why, since when, whom they wait for, and the next safe step."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import wording
from webapp.access import access
from webapp.languages import day
from webapp.unit import calendar, current_actor, now, reading
from workflows import leavers, naming, permissions, service_level, start_timer_steering
from workflows.actors import Actor
from workflows.case_access import scope_answered_for
from workflows.engine import definitions, stalled
from workflows.engine.stalled import StalledCase
from workflows.permissions import Action
from workflows.presence import PRESENCE
from workflows.vocabulary import Tier

bp = Blueprint("stalled", __name__, url_prefix="/stalled")

ON_A_PAGE = 30


@bp.get("/")
@access(Action.SEE_STALLED)
def show() -> ResponseReturnValue:
    """Show the stalled cases that the reader answers for."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_STALLED)
    reason = _reason()
    with reading() as session:
        page = stalled.find(
            session,
            now=now(),
            limit=ON_A_PAGE,
            cursor=request.args.get("cursor"),
            people=PRESENCE,
            calendar=calendar(),
            narrow=partial(scope_answered_for, actor=actor),
            reason=reason,
        )
        tiers = _tiers(session, page.items)
        names = naming.names_of(session, _usernames(page.items))
        starts = start_timer_steering.failed(session) if reason is None else []
        processes = {each.key: each.name for each in definitions.processes(session)}
    return render_template(
        "stalled/show.html",
        page=page,
        lines=[_line(each, names) for each in page.items],
        processes=processes,
        tiers=tiers,
        names=names,
        reason=reason,
        starts=starts,
        **_permits(actor),
    )


def _reason() -> str | None:
    """Return the reason that the reader asks for, if it is one."""
    wanted = request.args.get("reason")
    return wanted if wanted in wording.STALL_REASONS else None


def _permits(actor: Actor) -> dict[str, bool]:
    """Return what else the reader may do from here."""
    return {
        "may_see_leavers": permissions.allows(actor, Action.SEE_LEAVERS),
        "may_steer_starts": permissions.allows(actor, Action.STEER_START_TIMERS),
    }


def _tiers(session: Session, found: Sequence[StalledCase]) -> dict[int, Tier]:
    """Return how much of their time the user tasks have used at which cases stand still."""
    stuck = leavers.user_tasks_of(session, [each.user_task_id or 0 for each in found])
    return service_level.tiers(session, stuck, calendar(), now())


def _usernames(found: Sequence[StalledCase]) -> set[str]:
    """Return everybody whom the page may name."""
    return {each.instance.name for each in found} | {
        name for each in found for name in each.waits_for
    }


def _line(stalled_case: StalledCase, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a stalled case with people by their names."""
    called = {name: names.get(name) or wording.group(name) for name in stalled_case.waits_for}
    return {
        "case": stalled_case,
        "cause": _with_names(stalled_case.cause, called),
        "next_step": _with_names(stalled_case.next_step, called),
        "who": list(called.values()),
    }


def _with_names(sentence: str, called: Mapping[str, str]) -> str:
    """Replace usernames, groups and dates in a sentence by what people call them."""
    sentence = re.sub(r"\d{4}-\d\d-\d\d", lambda found: day(date.fromisoformat(found[0])), sentence)
    for name, words in called.items():
        sentence = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w])", words, sentence)
    return sentence
