"""What those in charge do about a step that failed: try again, with other data, or skip it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import cases, stall_words
from webapp.access import access
from webapp.case_incidents import Stopped, failed_again, stopped
from webapp.data_form import REASON, DataForm
from webapp.forms.facts import usernames_in
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.texts import ngettext
from webapp.unit import calendar, current_actor, now, reading, settings, unit_of_work
from workflows import case_facts, naming, permissions, skip_approvals
from workflows.actors import Actor
from workflows.case_facts import CaseFacts
from workflows.deeds import Deed
from workflows.engine import compiled, incident_data, incidents, outbox, transitions
from workflows.engine.failures import (
    CaseChanged,
    IncidentNotFound,
    IncidentResolved,
    TransitionFailed,
)
from workflows.engine.forms import FormRefused
from workflows.engine.tables import Incident, Instance
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Conflict, Invalid
from workflows.permissions import Action

bp = Blueprint("incidents", __name__, url_prefix="/cases/<int:case_id>/incidents/<int:incident_id>")

VERSION, STEP = "_version", "_step"


class NothingToCorrect(Conflict):
    """The incident is about no step that reads data, or the case has gone on."""

    def __init__(self) -> None:
        super().__init__(_("This problem has no data that could be corrected here."))


@dataclass(frozen=True)
class Done:
    """An incident that was dealt with, and its case."""

    instance: Instance
    incident: Incident


class Way(Protocol):
    """A way on from an incident."""

    def __call__(
        self,
        session: Session,
        incident_id: int,
        *,
        reason: str,
        actor: Actor,
        now: datetime,
        calendar: WorkingCalendar,
    ) -> Instance:
        """Go it, with the reason."""
        ...


@dataclass(frozen=True)
class Work:
    """An incident whose data are being corrected, with everything that its pages need."""

    instance: Instance
    incident: Incident
    stopped: Stopped
    form: DataForm

    @property
    def typed_reason(self) -> str:
        """Return the reason as it was typed."""
        return self.form.sent.get(REASON, "")

    def page(self, template: str, **facts: Any) -> str:
        """Show one of the pages."""
        return render_template(f"incidents/{template}.html", work=self, form=self.form, **facts)


@bp.post("/retry")
@access(Action.RESOLVE_INCIDENT)
def retry(case_id: int, incident_id: int) -> ResponseReturnValue:
    """Do again what failed; if it fails again, the page keeps the reason."""
    done = _try(case_id, incident_id, incidents.retry, f"retry-reason-{incident_id}")
    if not isinstance(done, Done):
        return done
    flash(_told(done.incident, done.instance))
    return redirect(url_for("cases.show", case_id=case_id))


@bp.post("/skip")
@access(Action.RESOLVE_INCIDENT)
def skip(case_id: int, incident_id: int) -> ResponseReturnValue:
    """Let a case go on without the step that stopped it, or ask a second person to approve that."""
    done = _try(case_id, incident_id, _skip, f"skip-reason-{incident_id}")
    if not isinstance(done, Done):
        return done
    deed = Deed.SKIP if done.incident.resolved_at is None else Deed.APPROVE
    flash(stall_words.done(deed, []))
    return redirect(url_for("cases.show", case_id=case_id))


@bp.get("/data")
@access(Action.RESOLVE_INCIDENT)
def ask(case_id: int, incident_id: int) -> ResponseReturnValue:
    """Show the data that the step works with, a field for each value."""
    with reading() as session:
        work = _load(session, case_id, incident_id, {})
    return work.page("edit", errors={})


@bp.post("/data")
@access(Action.RESOLVE_INCIDENT)
def correct(case_id: int, incident_id: int) -> ResponseReturnValue:
    """Show what would change, go back to the fields, or change the data and try again."""
    with reading() as session:
        work = _load(session, case_id, incident_id, request.form.to_dict())
    if request.form.get(VERSION, "") != str(work.instance.version):
        raise CaseChanged(case_id)
    step = request.form.get(STEP)
    if step == "edit":
        return work.page("edit", errors={})
    if work.form.errors:
        return work.page("edit", errors=work.form.errors), 422
    if step != "save":
        return work.page("preview")
    return _save(work)


def _skip(
    session: Session,
    incident_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> Instance:
    """Skip what failed at once, or ask for it where the installation wants two persons."""
    incident = session.get_one(Incident, incident_id)
    is_message = incident.command.get("kind") == outbox.DELIVER_LETTER
    if is_message or not settings().four_eyes:
        return incidents.skip(
            session, incident_id, reason=reason, actor=actor, now=now, calendar=calendar
        )
    case_id = incident.instance_id
    skip_approvals.ask(session, case_id, incident_id, reason=reason, actor=actor, now=now)
    return session.get_one(Instance, case_id)


def _save(work: Work) -> ResponseReturnValue:
    """Change the data and do again what failed; a failure keeps what was typed."""
    case_id, incident_id = work.instance.id, work.incident.id
    changes, version = work.form.changes, work.instance.version

    def act(session: Session) -> Instance:
        if transitions.lock(session, case_id).values["version"] != version:
            raise CaseChanged(case_id)
        return incidents.retry(
            session,
            incident_id,
            reason=work.typed_reason,
            actor=current_actor(),
            now=now(),
            calendar=calendar(),
            data=changes,
        )

    try:
        instance, incident = _do(case_id, incident_id, act)
    except FormRefused as refused:
        return work.page("edit", errors={REASON: said(refused).rstrip(".")}), 422
    except TransitionFailed as failure:
        return work.page("edit", errors={REASON: failed_again(failure)}), 409
    changed = ngettext(
        "One value is changed.", "%(num)d values are changed.", len(work.form.changes)
    )
    flash(f"{changed} {_told(incident, instance)}")
    return redirect(url_for("cases.show", case_id=case_id))


def _try(case_id: int, incident_id: int, way: Way, field: str) -> Done | ResponseReturnValue:
    """Go a way on; what stands against it is told on the page of the case with the reason kept."""
    reason = request.form.get("reason", "")
    who, at, days = current_actor(), now(), calendar()

    def act(session: Session) -> Instance:
        return way(session, incident_id, reason=reason, actor=who, now=at, calendar=days)

    try:
        return Done(*_do(case_id, incident_id, act))
    except Invalid as invalid:
        errors = {field: cases.at_field(invalid)}
        return cases.render(case_id, typed={field: reason}, errors=errors), 422
    except TransitionFailed as failure:
        return cases.render(case_id, problem=failed_again(failure), typed={field: reason}), 409


def _do(
    case_id: int, incident_id: int, act: Callable[[Session], Instance]
) -> tuple[Instance, Incident]:
    """Do something about an incident in one unit of work, if the person may."""
    with unit_of_work() as session:
        _facts, incident = _open(session, case_id, incident_id)
        if incident.resolved_at is not None:
            raise IncidentResolved(incident_id, incident.resolved_by)
        instance = act(session)
        session.refresh(incident)
        return instance, incident


def _open(session: Session, case_id: int, incident_id: int) -> tuple[CaseFacts, Incident]:
    """Return an incident that the person who is signed in may deal with."""
    facts = case_facts.load(session, case_id, now=now())
    permissions.check(current_actor(), Action.RESOLVE_INCIDENT, facts)
    incident = session.get(Incident, incident_id)
    if incident is None or incident.instance_id != case_id:
        raise IncidentNotFound(incident_id)
    return facts, incident


def _load(session: Session, case_id: int, incident_id: int, sent: dict[str, str]) -> Work:
    """Return an open incident with the data that its step works with."""
    facts, incident = _open(session, case_id, incident_id)
    if incident.resolved_at is not None:
        raise IncidentResolved(incident_id, incident.resolved_by)
    instance, bundle = compiled.of_case(session, case_id)
    material = incident_data.of_incident(session, incident, instance.state, bundle)
    if material is None:
        raise NothingToCorrect
    hidden = permissions.case_access(current_actor(), facts).hidden
    usernames = set(usernames_in(list(material.values.values()))) - hidden
    names = naming.names_of(session, usernames)
    untouched = _("Nothing is changed yet: correct a value, or just try again")
    form = DataForm(material, sent, untouched, hidden=hidden, names=names)
    return Work(instance, incident, stopped(incident, bundle.executable, {}), form)


def _told(incident: Incident, instance: Instance) -> str:
    """Say what has become of an incident that was dealt with."""
    if incident.command.get("kind") == outbox.DELIVER_LETTER:
        return _("The message is sent again.")
    if instance.status == "incident":
        return _("It worked this time. Another problem of the case is still open.")
    return _("It worked this time. The case goes on.")
