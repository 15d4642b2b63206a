"""The cases: a list, and a page that tells where each one stands and how it came there."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import case_decisions, case_diagram
from webapp.access import access
from webapp.access_log import note_reading
from webapp.case_incidents import all_stopped, failed_again
from webapp.case_standing import Standing, standing, who
from webapp.case_story import Teller, milestones
from webapp.case_waits import waits
from webapp.forms.facts import label_of, named_fact, usernames_in
from webapp.people_suggestions import username_of
from webapp.saved_views import opened_with
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import calendar, current_actor, now, reading, unit_of_work
from workflows import case_facts, case_list, case_reading, handover, naming, permissions
from workflows.case_access import View
from workflows.case_list import CaseFilter
from workflows.case_reading import CaseReading, MadeDecision
from workflows.engine import compiled, definitions, incidents, instances, places, progress
from workflows.engine.compiled import CompiledBundle
from workflows.engine.failures import TransitionFailed
from workflows.engine.instances import ReasonMissing
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.progress import Trace
from workflows.engine.tables import HistoryEvent
from workflows.errors import Invalid, NotFound
from workflows.paging import Page
from workflows.permissions import Action
from workflows.view_tables import ViewPage

bp = Blueprint("cases", __name__, url_prefix="/cases")
bp.add_app_template_global(who, "who_has")

ON_A_PAGE = 30


@bp.get("/")
@access(Action.SEE_CASE)
def index() -> ResponseReturnValue:
    """Show the cases of which the reader may know, newest first."""
    if (view := opened_with(ViewPage.CASES)) is not None:
        return view
    actor = current_actor()
    wanted = CaseFilter(
        text=request.args.get("q", "").strip()[:100],
        status=request.args.get("status"),
        definition=request.args.get("process"),
    )
    cursor = request.args.get("cursor")
    with reading() as session:
        page = case_list.find(session, actor, wanted, now=now(), limit=ON_A_PAGE, cursor=cursor)
        counts = case_list.counts(session, actor, now=now())
        processes = definitions.processes(session)
        names = naming.names_of(session, case_list.usernames(page.items))
    return render_template(
        "cases/index.html",
        page=page,
        counts=counts,
        processes=processes,
        wanted=wanted,
        names=names,
    )


@bp.get("/<int:case_id>")
@access(Action.SEE_CASE)
def show(case_id: int) -> ResponseReturnValue:
    """Show where a case stands, how it came there and who must act."""
    return render(case_id)


def render(
    case_id: int,
    *,
    problem: str | None = None,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    """Return the page of a case, with what went wrong just now; what is wrong or typed by field."""
    actor = current_actor()
    with reading() as session:
        case = case_reading.read(session, actor, case_id, now=now())
        page = _tell(session, case)
    note_reading(case.facts)
    return render_template(
        "cases/show.html",
        case=case,
        may_move=not case.is_over and permissions.allows(actor, Action.UNBLOCK, case.facts),
        may_change=not case.is_over and permissions.allows(actor, Action.CHANGE_DATA, case.facts),
        may_cancel=not case.is_over and permissions.allows(actor, Action.CANCEL_CASE, case.facts),
        may_mend=permissions.allows(actor, Action.RESOLVE_INCIDENT, case.facts),
        is_status_only=case.access.view is View.STATUS,
        problem=problem,
        typed=typed or {},
        errors=errors or {},
        **page,
    )


def at_field(refused: Invalid) -> str:
    """Return what is told of a refusal at the field of the reason."""
    if isinstance(refused, ReasonMissing):
        return _("Enter the reason")
    return said(refused)


@bp.get("/<int:case_id>/diagram/<process_key>")
@access(Action.SEE_CASE)
def source(case_id: int, process_key: str) -> ResponseReturnValue:
    """Return the BPMN source of a process of a case, as this case runs it."""
    actor = current_actor()
    with reading() as session:
        case = case_reading.read(session, actor, case_id, now=now())
        bundle = definitions.bundle(session, case.instance.bundle_id)
        executable = places.shown(case.instance, bundle.executable)
        if process_key not in case_diagram.visible_keys(case, executable):
            raise NotFound(f'There is no process "{process_key}" in this case.')
        full_key = executable.model(process_key).full_key
        content = definitions.diagram(session, case.instance.bundle_id, full_key)
    return Response(content, content_type="text/xml; charset=utf-8")


@bp.post("/<int:case_id>/cancel")
@access(Action.CANCEL_CASE)
def cancel(case_id: int) -> ResponseReturnValue:
    """Cancel a case, with the reason."""
    actor = current_actor()
    with unit_of_work() as session:
        facts = case_facts.load(session, case_id, now=now())
        permissions.check(actor, Action.CANCEL_CASE, facts)
        reason = request.form.get("reason", "")
        instances.cancel(session, case_id, reason=reason, actor=actor, now=now())
    flash(_("The case is cancelled. Its open tasks are withdrawn."))
    return redirect(url_for(".show", case_id=case_id))


@bp.post("/<int:case_id>/mend")
@access(Action.RESOLVE_INCIDENT)
def mend(case_id: int) -> ResponseReturnValue:
    """Try again everything that stopped a case; if it fails again, the page keeps the reason."""
    actor, reason = current_actor(), request.form.get("reason", "")
    try:
        with unit_of_work() as session:
            facts = case_facts.load(session, case_id, now=now())
            permissions.check(actor, Action.RESOLVE_INCIDENT, facts)
            incidents.retry_all(
                session, case_id, reason=reason, actor=actor, now=now(), calendar=calendar()
            )
    except Invalid as invalid:
        typed, errors = {"mend-reason": reason}, {"mend-reason": at_field(invalid)}
        return render(case_id, typed=typed, errors=errors), 422
    except TransitionFailed as failure:
        return render(case_id, problem=failed_again(failure), typed={"mend-reason": reason}), 409
    flash(_("It worked this time. The case goes on."))
    return redirect(url_for(".show", case_id=case_id))


@bp.post("/<int:case_id>/user-tasks/<int:user_task_id>/reassign")
@access(Action.REASSIGN)
def reassign(case_id: int, user_task_id: int) -> ResponseReturnValue:
    """Give an open user task of a case to another person, with the reason."""
    actor = current_actor()
    with unit_of_work() as session:
        facts = case_facts.load(session, case_id, now=now())
        permissions.check(actor, Action.REASSIGN, facts)
        to = username_of(session, request.form.get("person", "")[:120])
        handed = handover.hand_over(
            session,
            case_id,
            user_task_id,
            to=to,
            reason=request.form.get("reason", ""),
            actor=actor,
            now=now(),
        )
        name = naming.names_of(session, {to}).get(to, to)
    flash(_("“%(step)s” is now with %(name)s.", step=handed.name, name=name))
    return redirect(url_for(".show", case_id=case_id))


def _tell(session: Session, case: CaseReading) -> dict[str, Any]:
    """Put a case into words."""
    bundle = definitions.bundle(session, case.instance.bundle_id)
    executable = places.shown(case.instance, bundle.executable)
    traces = progress.traces(session, case.instance.id, case.instance.definition_key)
    events = _events(session, case, executable)
    wanted = [*_usernames(case), *(event.actor for event in events.items)]
    names = case_reading.names_for(session, case, wanted, pseudonym=_("Reviewer"))
    shows_actors = case.access.view is not View.STATUS
    teller = Teller(executable, names, current_actor().username, shows_actors=shows_actors)
    return {
        "title": names.get(case.instance.name, case.instance.name) or case.process_name,
        "names": names,
        "standing": _standing(case, executable.process, traces, names),
        "diagram": case_diagram.diagram(
            case, executable, traces, wanted=request.args.get("diagram")
        ),
        "story": [teller.tell(event) for event in events.items],
        "older": events.next,
        "everything": _wants_everything(),
        "waits": waits(session, case, names),
        "problems": all_stopped(case, executable),
        "facts": _facts(case, names),
        "decisions": [_decision(session, each, bundle, names) for each in case.decisions],
    }


def _decision(
    session: Session, made: MadeDecision, bundle: CompiledBundle, names: Mapping[str, str]
) -> case_decisions.ToldDecision:
    """Put a decision into words, by the version that decided."""
    key, content_hash = made.record.decision_key, made.record.content_hash
    model = compiled.decided_by(session, bundle, key, content_hash)
    return case_decisions.tell(made, model, names)


def _events(
    session: Session, case: CaseReading, executable: ExecutableProcess
) -> Page[HistoryEvent]:
    """Return the part of the history that the reader asks for."""
    found = milestones(executable)
    if executable.latest:  # Some of what was done may lie in a version that is gone.
        found |= case_reading.worked_on(session, case)
    return case_reading.timeline(
        session,
        case,
        milestones=found,
        everything=_wants_everything(),
        limit=ON_A_PAGE,
        cursor=request.args.get("cursor"),
    )


def _wants_everything() -> bool:
    """Say whether the reader asks for every step, not only for the main events."""
    return request.args.get("events") == "all"


def _standing(
    case: CaseReading,
    process: ProcessModel,
    traces: Mapping[str, Trace],
    names: Mapping[str, str],
) -> Standing:
    """Say where a case stands in its outermost process."""
    outermost = progress.progress(process, traces.get(process.key), is_over=case.is_over)
    reader = current_actor().username
    return standing(case, process, outermost, traces, names=names, reader=reader, now=now())


def _usernames(case: CaseReading) -> set[str | None]:
    """Return everybody whom the page of a case may name."""
    found: set[str | None] = {case.instance.started_by, case.instance.name}
    for wait in case.user_tasks:
        found |= {wait.assignee, *wait.on_behalf_of}
    found |= set(usernames_in(case.data))
    for each in case.decisions:
        found |= set(usernames_in(each.record.inputs)) | set(usernames_in(each.record.output))
        found |= set(usernames_in(each.record.trace))
    return found


def _facts(case: CaseReading, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the process data as labels and texts; a name stands in for its code."""
    data = case.data
    return [
        (label_of(name), named_fact(name, data.get(f"{name}_name", value), names))
        for name, value in data.items()
        if not name.endswith("_id") and name.removesuffix("_name") not in data.keys() - {name}
    ]
