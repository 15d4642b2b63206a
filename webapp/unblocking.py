"""One stalled case: why it stands still, what can be done, what will happen, and what has."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import escalation_words, stall_words, stalled
from webapp.access import access
from webapp.case_incidents import failed_again
from webapp.people_suggestions import username_of
from webapp.query_text import choice, integer
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import calendar, current_actor, now, reading, unit_of_work
from workflows import (
    case_facts,
    case_requests,
    escalation_steps,
    handover,
    in_hand,
    naming,
    permissions,
    skip_approvals,
    unblocking,
)
from workflows.deeds import LEAVE_THE_LIST, Deed, deeds
from workflows.desk_tables import DataRequest, MoveRequest
from workflows.engine import definitions, incidents, instances
from workflows.engine.failures import TransitionFailed
from workflows.engine.stall_reasons import Cause
from workflows.engine.stalled import StalledCase
from workflows.errors import Invalid
from workflows.escalation_chain import Standing
from workflows.permissions import Action
from workflows.skip_approvals import SkipRequest
from workflows.stalled_desk import Desk

bp = Blueprint("unblocking", __name__, url_prefix="/stalled/<int:case_id>")


class UnknownDeed(Invalid):
    """The form asks for nothing that can be done here."""

    def __init__(self) -> None:
        super().__init__(_("Choose what to do."))


@bp.get("/")
@access(Action.UNBLOCK)
def show(case_id: int) -> ResponseReturnValue:
    """Show why a case stands still and what can be done; or what has been done just now."""
    return _page(case_id)


@bp.post("/<deed>")
@access(Action.UNBLOCK)
def do(case_id: int, deed: str) -> ResponseReturnValue:
    """Do one thing about a case; what stands against it is told with the words kept."""
    permissions.check(current_actor(), Action.SEE_STALLED)
    act = _ACTS.get(deed)
    try:
        with unit_of_work() as session:
            facts = case_facts.load(session, case_id, now=now())
            permissions.check(current_actor(), Action.UNBLOCK, facts)
            if act is None:
                raise UnknownDeed
            people = act(session, case_id)
            _note(session, case_id, deed, people)
            names = naming.names_of(session, people)
    except TransitionFailed as failure:
        return _page(case_id, problem=failed_again(failure), failed=deed), 409
    except Invalid as refused:
        return _page(case_id, problem=said(refused), failed=deed), 422
    if deed == "undo":
        flash(_("The task is back where it was."))
        return redirect(url_for(".show", case_id=case_id))
    flash(stall_words.done(Deed(deed), (names.get(name, name) for name in people)))
    number = request.form.get("user_task", type=int)
    return redirect(url_for(".show", case_id=case_id, done=deed, user_task=number))


def _note(session: Session, case_id: int, deed: str, people: list[str]) -> None:
    """Take a case off the list for a while, where others have the next word now."""
    if deed not in LEAVE_THE_LIST:
        return
    how = _how()
    how["why"] = how.pop("reason")
    in_hand.take(session, case_id, deed=deed, people=people, calendar=calendar(), **how)


def _page(case_id: int, *, problem: str = "", failed: str = "") -> str:
    """Return the page of a stalled case."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_STALLED)
    with reading() as session:
        facts = case_facts.load(session, case_id, now=now())
        permissions.check(actor, Action.UNBLOCK, facts)
        shown = _shown(session, case_id)
    if not permissions.allows(actor, Action.CHANGE_DATA, facts):
        shown["data_change"] = None
    return render_template(
        "stalled/case.html",
        **shown,
        done=choice(Deed, "done"),
        done_to=integer("user_task"),
        problem=problem,
        failed=failed,
        typed=request.form,
    )


def _shown(session: Session, case_id: int) -> dict[str, Any]:
    """Return what the page of a stalled case says of it, and of the one to look at next."""
    desk = Desk(session, current_actor(), now(), calendar(), stalled.ON_A_PAGE)
    case, following, left = desk.around(case_id)
    asked = skip_approvals.requests(session, _incidents(case))
    move = case_requests.request_for(session, MoveRequest, case_id)
    about = instances.get(session, case_id)
    standings = escalation_words.standings(session, _user_tasks(case))
    hand = in_hand.of(session, [case] if case else [], now()).get(case_id)
    wanted = stalled.usernames(one for one in (case, following) if one is not None)
    wanted |= {about.name, *(one.by for one in asked.values())}
    data = case_requests.request_for(session, DataRequest, case_id)
    wanted |= {one.asked_by for one in (move, data) if one}
    wanted |= {hand.by, *hand.people} if hand else set()
    names = {
        **naming.names_of(session, wanted),
        **escalation_words.names_in(session, standings),
    }
    return {
        "instance": about,
        "line": stalled.line(case, names) if case else None,
        "troubles": _troubles(case, names, asked, standings),
        "move": move,
        "data_change": data,
        "hand": hand,
        "hand_told": stalled.told(hand, names) if hand else "",
        "following": stalled.line(following, names) if following else None,
        "left": left,
        "names": names,
        "processes": {each.key: each.name for each in definitions.processes(session)},
    }


def _incidents(case: StalledCase | None) -> list[int]:
    """Return the numbers of the incidents of a case."""
    causes = (case.cause, *case.others) if case else ()
    return [one.object_id for one in causes if one.object_id and one.reason == "incident"]


def _troubles(
    case: StalledCase | None,
    names: Mapping[str, str],
    asked: Mapping[int, SkipRequest],
    standings: Mapping[int, Standing],
) -> list[dict[str, Any]]:
    """Return every cause of a case with what can be done about it."""
    return [
        {
            "cause": cause,
            "sentence": stall_words.sentence(cause, names),
            "next_step": stall_words.next_step(cause, names),
            "asked": asked.get(cause.object_id or 0),
            "escalated": escalation_words.sentence(standings.get(cause.user_task_id or 0), names),
            "deeds": _deeds(cause, names, asked, standings.get(cause.user_task_id or 0)),
        }
        for cause in ((case.cause, *case.others) if case else ())
    ]


def _user_tasks(case: StalledCase | None) -> set[int]:
    """Return the numbers of the user tasks at which a case stands still."""
    causes = (case.cause, *case.others) if case else ()
    return {one.user_task_id for one in causes if one.user_task_id}


def _deeds(
    cause: Cause,
    names: Mapping[str, str],
    asked: Mapping[int, SkipRequest],
    standing: Standing | None,
) -> list[dict[str, Any]]:
    """Return what the reader can do about a cause, the next safe thing first."""
    step = standing.following if standing else None
    found: list[dict[str, Any]] = []
    for deed in _possible(cause, asked):
        if deed is not Deed.ESCALATE:
            found.append({"deed": deed, "preview": stall_words.preview(deed, cause, names)})
        elif step is not None:
            found.append({"deed": deed, "preview": escalation_words.preview(step)})
    return found


def _possible(cause: Cause, asked: Mapping[int, SkipRequest]) -> list[Deed]:
    """Return what can be done about a cause, with what somebody asks for in the first place."""
    found = list(deeds(cause))
    request_ = asked.get(cause.object_id or 0) if cause.reason == "incident" else None
    if request_ is None:
        return found
    found.remove(Deed.SKIP)
    is_own = request_.by == current_actor().username
    return found if is_own else [Deed.APPROVE, *found]


def _given(name: str) -> int:
    """Return a number of the form."""
    return request.form.get(name, type=int) or 0


def _how() -> dict[str, Any]:
    """Return who acts, why and when."""
    return {"reason": request.form.get("reason", ""), "actor": current_actor(), "now": now()}


def _person(session: Session) -> str:
    """Return the username of the person whom the form names."""
    return username_of(session, request.form.get("person", "")[:120])


def _nudge(session: Session, case_id: int) -> list[str]:
    return unblocking.nudge(session, case_id, _given("user_task"), calendar=calendar(), **_how())


def _escalate(session: Session, case_id: int) -> list[str]:
    return escalation_steps.escalate(session, case_id, _given("user_task"), **_how())


def _reassign(session: Session, case_id: int) -> list[str]:
    to = _person(session)
    handover.hand_over(session, case_id, _given("user_task"), to=to, **_how())
    return [to]


def _substitute(session: Session, case_id: int) -> list[str]:
    to, number = _person(session), _given("user_task")
    unblocking.substitute(session, case_id, number, to=to, calendar=calendar(), **_how())
    return [to]


def _retry(session: Session, case_id: int) -> list[str]:
    number = _incident_of(session, case_id)
    incidents.retry(session, number, calendar=calendar(), **_how())
    return []


def _skip(session: Session, case_id: int) -> list[str]:
    skip_approvals.ask(session, case_id, _given("object"), **_how())
    return []


def _approve(session: Session, case_id: int) -> list[str]:
    who, at = current_actor(), now()
    skip_approvals.approve(
        session, case_id, _given("object"), actor=who, now=at, calendar=calendar()
    )
    return []


def _send(session: Session, case_id: int) -> list[str]:
    unblocking.send(session, case_id, _given("object"), calendar=calendar(), **_how())
    return []


def _cancel(session: Session, case_id: int) -> list[str]:
    instances.cancel(session, case_id, **_how())
    return []


def _undo(session: Session, case_id: int) -> list[str]:
    how = {**_how(), "reason": _("Undone")}
    unblocking.give_back(session, case_id, _given("user_task"), **how)
    in_hand.put_back(session, case_id, actor=how["actor"], now=how["now"])
    return []


def _incident_of(session: Session, case_id: int) -> int:
    """Return the number of an incident of the form, if it is one of the case."""
    return incidents.of_case(session, case_id, _given("object")).id


_ACTS: Mapping[str, Callable[[Session, int], list[str]]] = {
    Deed.NUDGE: _nudge,
    Deed.ESCALATE: _escalate,
    Deed.REASSIGN: _reassign,
    Deed.SUBSTITUTE: _substitute,
    Deed.RETRY: _retry,
    Deed.SKIP: _skip,
    Deed.APPROVE: _approve,
    Deed.SEND: _send,
    Deed.CANCEL: _cancel,
    "undo": _undo,
}
