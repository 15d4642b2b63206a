"""The published processes: what they do, how to start them, and how new ones get in."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from webapp.access import access
from webapp.case_steps import steps
from webapp.forms import FormPage, read_page
from webapp.forms.submission import Submission, accept, read_submission
from webapp.query_text import small_number
from webapp.second_person import SecondPersonNeeded, must_not_be_alone
from webapp.texts import gettext as _
from webapp.texts import ngettext
from webapp.unit import calendar, current_actor, now, reading, unit_of_work
from workflows import (
    case_migration_list,
    definition_list,
    definition_versions,
    nomination,
    permissions,
    start_timer_steering,
    studio_list,
)
from workflows.definition_list import PublishedProcess
from workflows.engine import definitions, instances
from workflows.engine.definitions import PublishRefused, SourceFile
from workflows.engine.forms import FormRefused
from workflows.engine.instances import ReasonMissing
from workflows.engine.progress import progress
from workflows.errors import Invalid, NotFound
from workflows.permissions import Action
from workflows.start_timer_steering import StartLine
from workflows.studio_states import DraftKind, Subject

bp = Blueprint("definitions", __name__, url_prefix="/processes")

MOST_FILES = 50


@dataclass(frozen=True)
class TypedReason:
    """The reason for which a start should be tried again, where it needs mending."""

    element_id: str = ""
    reason: str = ""
    problem: str = ""


@bp.get("/")
@access(Action.READ_DEFINITIONS)
def index() -> ResponseReturnValue:
    """Show every published process with what it does; whoever may start it can."""
    actor = current_actor()
    with reading() as session:
        found = definition_list.processes(session)
    return render_template(
        "definitions/index.html",
        started_by_people=[each for each in found if not each.is_called],
        called=[each for each in found if each.is_called],
        actor=actor,
        may_publish=permissions.allows(actor, Action.PUBLISH),
    )


@bp.get("/<key>")
@access(Action.READ_DEFINITIONS)
def show(key: str) -> ResponseReturnValue:
    """Show one process: diagram, steps, versions, findings and what it refers to."""
    return _show(key, TypedReason())


@bp.post("/<key>/start-timers/<element_id>/try-again")
@access(Action.STEER_START_TIMERS)
def try_again(key: str, element_id: str) -> ResponseReturnValue:
    """Begin at once the case that could not begin by itself, with the reason."""
    reason = request.form.get("reason", "")[:400]
    try:
        with unit_of_work() as session:
            start_timer_steering.try_again(
                session, key, element_id, reason=reason, actor=current_actor(), now=now()
            )
    except ReasonMissing:
        return _show(key, TypedReason(element_id, reason, _("Enter the reason"))), 422
    flash(_("It is tried again now. Look here in a minute whether the case has begun."))
    return redirect(url_for(".show", key=key, _anchor="start-timers"))


@bp.get("/<key>/diagram")
@access(Action.READ_DEFINITIONS)
def source(key: str) -> ResponseReturnValue:
    """Return the BPMN source of a version, by default of the one in force."""
    number = small_number(request.args.get("version", ""))
    with reading() as session:
        if number is not None:
            subject = Subject(DraftKind.PROCESS, key)
            content = definition_versions.numbered(session, subject, number).source
        else:
            content = definitions.latest(session, "process", key).source
    return Response(content, content_type="text/xml; charset=utf-8")


@bp.get("/<key>/start")
@access(Action.START_PROCESS)
def ask_start(key: str) -> ResponseReturnValue:
    """Show the form with which a case of a process begins."""
    if key == nomination.PROCESS:
        # Nominating has a page of its own, with permissions of its own.
        return redirect(url_for("nominations.new"))
    with reading() as session:
        process = _startable(session, key)
        document = definitions.start_form(session, key)
        if document is None:
            return _start_page(process, None)
        # A link from a page that knows the answer to a question brings it along.
        brought = read_submission(session, document, request.args).values
    entered = {name: value for name, value in brought.items() if name in request.args}
    return _start_page(process, read_page(document, data={}, entered=entered))


@bp.post("/<key>/start")
@access(Action.START_PROCESS)
def start(key: str) -> ResponseReturnValue:
    """Start a case, or show what needs mending with everything kept."""
    if key == nomination.PROCESS:
        return redirect(url_for("nominations.new"))
    with reading() as session:
        process = _startable(session, key)
        document = definitions.start_form(session, key)
        submission = (
            read_submission(session, document, request.form) if document else Submission({}, {})
        )
    try:
        data = accept(document, submission, {}) if document else {}
        with unit_of_work() as session:
            started = instances.start(
                session, key, data, actor=current_actor(), now=now(), calendar=calendar()
            )
    except FormRefused as refused:
        if document is None:
            raise
        form = read_page(
            document,
            data={},
            entered=submission.values,
            texts=submission.texts,
            errors=refused.errors,
        )
        return _start_page(process, form), 422
    flash(_("“%(process)s” is started.", process=process.version.name))
    return redirect(url_for("cases.show", case_id=started.id))


@bp.get("/publish")
@access(Action.PUBLISH)
def ask_publish() -> ResponseReturnValue:
    """Show where designers hand in files."""
    permissions.check(current_actor(), Action.PUBLISH)
    return render_template("definitions/publish.html", refused=None, published=None)


@bp.post("/publish")
@access(Action.PUBLISH)
def publish() -> ResponseReturnValue:
    """Publish files, all or none; a refusal names each place and the remedy."""
    actor = current_actor()
    permissions.check(actor, Action.PUBLISH)
    try:
        files = [_source_file(each) for each in _sent_files()]
        with unit_of_work() as session:
            published = definitions.publish(session, files, actor=actor, now=now())
            must_not_be_alone()
    except PublishRefused as refused:
        page = render_template("definitions/publish.html", refused=refused, published=None)
        return page, 422
    except SecondPersonNeeded:
        return render_template("definitions/publish.html", published=None, is_alone=True), 403
    new = len(published.new)
    if new == 0:
        flash(_("Nothing new: exactly this was published before."), "warning")
    else:
        flash(ngettext("One new version is in force.", "%(num)d new versions are in force.", new))
    return render_template("definitions/publish.html", refused=None, published=published)


@bp.app_template_filter("start_problem")
def start_problem(line: StartLine) -> str:
    """Say in a sentence why a case could not begin by itself."""
    problem = line.problem or ""
    if problem.isidentifier():
        return _("An error inside (%(name)s); the log of the workers says more.", name=problem)
    return problem


def _show(key: str, typed: TypedReason) -> str:
    """Show one process, with what somebody typed that needs mending."""
    actor = current_actor()
    with reading() as session:
        process = _published(session, key)
        bundle = definitions.active_bundle(session, key)
        page = {
            "process": process,
            "versions": definition_versions.newest_first(session, Subject(DraftKind.PROCESS, key)),
            "parts_used": definition_list.parts(session, bundle),
            "running": definition_list.running_cases(session, key),
            "comments": studio_list.comments(session, Subject(DraftKind.PROCESS, key)),
            "start_timers": start_timer_steering.of_process(session, key),
        }
        older = case_migration_list.older(session, key)
    may_steer = permissions.allows(actor, Action.STEER_START_TIMERS)
    sees_older = permissions.allows(actor, Action.SEE_MIGRATIONS)
    sees_numbers = permissions.allows(actor, Action.SEE_STALLED)
    return render_template(
        "definitions/show.html",
        steps=steps(process.model, progress(process.model, None)),
        may_start=process.may_be_started_by(actor),
        may_edit=permissions.allows(actor, Action.EDIT_DRAFTS),
        sees_drafts=permissions.allows(actor, Action.READ_DRAFTS),
        may_steer=may_steer,
        older_cases=sum(each.cases for each in older) if sees_older else 0,
        sees_numbers=sees_numbers,
        sees_problems=may_steer or sees_numbers,
        typed=typed,
        **page,
    )


def _published(session: Session, key: str) -> PublishedProcess:
    """Return a process in force."""
    found = {each.version.key: each for each in definition_list.processes(session)}
    if key not in found:
        raise NotFound(f'There is no process "{key}".')
    return found[key]


def _startable(session: Session, key: str) -> PublishedProcess:
    """Return a process that the person who is signed in may start."""
    return definition_list.startable(session, key, current_actor())


def _start_page(process: PublishedProcess, form: FormPage | None) -> str:
    """Show the page on which a case begins."""
    return render_template("definitions/start.html", process=process, form=form)


def _sent_files() -> list[FileStorage]:
    """Return the files of a request, refusing none and too many."""
    sent = [each for each in request.files.getlist("files") if each.filename]
    if not sent:
        raise Invalid(_("Choose at least one file."))
    if len(sent) > MOST_FILES:
        raise Invalid(_("Hand in at most %(most)d files at once.", most=MOST_FILES))
    return sent


def _source_file(sent: FileStorage) -> SourceFile:
    """Read one file; folders in its name are left out."""
    name = (sent.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    return SourceFile(name[:200], sent.read())
