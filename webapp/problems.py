"""Problems by their cause: one line for what failed alike, and one deed for many cases."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import stall_words, unit
from webapp.access import access
from webapp.bulk import MOST_AT_ONCE, NothingChosen, Result
from webapp.case_incidents import failed_again
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.wording import INCIDENTS, word
from workflows import case_facts, naming, permissions, problem_groups, skip_approvals
from workflows.deeds import Deed
from workflows.engine import definitions, incidents, outbox
from workflows.engine.failures import IncidentNotFound, IncidentResolved, TransitionFailed
from workflows.engine.tables import Incident, Instance
from workflows.errors import UnderstudyError
from workflows.permissions import Action

bp = Blueprint("problems", __name__, url_prefix="/problems")

ON_A_PAGE = 30
LONGEST = 400

Act = Callable[[Session, Incident, str], Deed]


@bp.get("/")
@access(Action.SEE_STALLED)
def index() -> ResponseReturnValue:
    """Show what failed, one line for each cause."""
    actor = unit.current_actor()
    permissions.check(actor, Action.SEE_STALLED)
    with unit.reading() as session:
        page = problem_groups.page(
            session, actor, limit=ON_A_PAGE, cursor=request.args.get("cursor")
        )
        processes = {each.key: each.name for each in definitions.processes(session)}
    return render_template("problems/index.html", page=page, processes=processes, kind=_kind)


@bp.get("/<int:incident_id>")
@access(Action.SEE_STALLED)
def show(incident_id: int) -> ResponseReturnValue:
    """Show the cases with one cause, and what can be done about all of them."""
    actor = unit.current_actor()
    permissions.check(actor, Action.SEE_STALLED)
    with unit.reading() as session:
        group = problem_groups.find(session, actor, incident_id)
        page = problem_groups.members(
            session, actor, group, limit=MOST_AT_ONCE, cursor=request.args.get("cursor")
        )
        names = naming.names_of(session, {one.instance_name for one in page.items})
        processes = {each.key: each.name for each in definitions.processes(session)}
    return render_template(
        "problems/show.html",
        group=group,
        page=page,
        names=names,
        processes=processes,
        kind=_kind,
        takes_two=unit.settings().four_eyes,
        may_unblock=permissions.allows(actor, Action.UNBLOCK_MANY),
    )


@bp.post("/<int:incident_id>")
@access(Action.UNBLOCK_MANY)
def do(incident_id: int) -> ResponseReturnValue:
    """Do one thing about every chosen problem; one that fails holds up no other."""
    permissions.check(unit.current_actor(), Action.UNBLOCK_MANY)
    numbers = list(dict.fromkeys(request.form.getlist("incident", type=int)))[:MOST_AT_ONCE]
    act = _ACTS.get(request.form.get("do", ""))
    if not numbers or act is None:
        raise NothingChosen(_("Choose at least one case, and what to do."))
    results = [_one(number, act) for number in numbers]
    return render_template("problems/done.html", results=results, incident_id=incident_id)


def _one(number: int, act: Act) -> Result:
    """Do it about one problem, and say what came of it."""
    name, case_id = _("Problem %(id)d", id=number), 0
    reason = request.form.get("reason", "")[:LONGEST]
    try:
        with unit.unit_of_work() as session:
            incident = _open(session, number)
            instance = session.get_one(Instance, incident.instance_id)
            case_id = instance.id
            names = naming.names_of(session, {instance.name})
            name = names.get(instance.name, instance.name) or name
            deed = act(session, incident, reason)
    except TransitionFailed as failure:
        return Result(case_id, name, _case(case_id), False, failed_again(failure))
    except UnderstudyError as refused:
        return Result(case_id, name, _case(case_id), False, said(refused))
    return Result(case_id, name, _case(case_id), True, stall_words.done(deed, ()))


def _open(session: Session, number: int) -> Incident:
    """Return an open incident that the person who is signed in may deal with."""
    incident = session.get(Incident, number)
    if incident is None:
        raise IncidentNotFound(number)
    facts = case_facts.load(session, incident.instance_id, now=unit.now())
    permissions.check(unit.current_actor(), Action.RESOLVE_INCIDENT, facts)
    if incident.resolved_at is not None:
        raise IncidentResolved(number, incident.resolved_by)
    return incident


def _retry(session: Session, incident: Incident, reason: str) -> Deed:
    """Do again what failed."""
    incidents.retry(session, incident.id, calendar=unit.calendar(), **_how(reason))
    return Deed.RETRY


def _skip(session: Session, incident: Incident, reason: str) -> Deed:
    """Skip what failed, or ask a second person to approve that."""
    is_message = incident.command.get("kind") == outbox.DELIVER_LETTER
    if is_message or not unit.settings().four_eyes:
        incidents.skip(session, incident.id, calendar=unit.calendar(), **_how(reason))
        return Deed.APPROVE
    skip_approvals.ask(session, incident.instance_id, incident.id, **_how(reason))
    return Deed.SKIP


def _cancel(session: Session, incident: Incident, reason: str) -> Deed:
    """End the case."""
    incidents.cancel(session, incident.id, **_how(reason))
    return Deed.CANCEL


def _how(reason: str) -> dict[str, Any]:
    """Return why, who acts, and when."""
    return {"reason": reason, "actor": unit.current_actor(), "now": unit.now()}


def _kind(code: str) -> str:
    """Say what kind of problem it is."""
    return word(INCIDENTS, code) if code in INCIDENTS else _("The step could not be done.")


def _case(case_id: int) -> str:
    """Name a case by its number."""
    return _("case %(id)d", id=case_id) if case_id else ""


_ACTS: Mapping[str, Act] = {Deed.RETRY: _retry, Deed.SKIP: _skip, Deed.CANCEL: _cancel}
