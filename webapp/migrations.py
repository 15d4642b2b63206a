"""The pages on which running cases migrate to the version in force."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import migration_words
from webapp.access import access
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, reading, settings, unit_of_work
from workflows import case_migration_list, case_migrations, permissions
from workflows.engine import definitions
from workflows.engine.migration import notes
from workflows.engine.migration.cases import Verdict
from workflows.engine.migration.refusals import MappingRefused, NothingToMigrate, ReasonMissing
from workflows.engine.migration.runs import WORKING, RunState
from workflows.permissions import Action

bp = Blueprint("migrations", __name__)

LONGEST = 2_000
_ANSWER, _GIVEN_UP = "is_now:", "-"  # the names of the fields of a mapping, and one of its values


@bp.get("/processes/<key>/migration")
@access(Action.SEE_MIGRATIONS)
def show(key: str) -> ResponseReturnValue:
    """Show which cases run on older versions, and what can be done."""
    return _overview(key)


@bp.post("/processes/<key>/migration")
@access(Action.MIGRATE_CASES)
def begin(key: str) -> ResponseReturnValue:
    """Begin a dry run."""
    try:
        with unit_of_work() as session:
            run = case_migrations.begin(
                session,
                key,
                mapping=_mapping(request.form),
                restarts_timers=request.form.get("timers") == "restart",
                actor=current_actor(),
                now=now(),
            )
            number = run.id
    except NothingToMigrate:
        flash(_("Every open case runs on the version in force by now."))
        return redirect(url_for(".show", key=key))
    except MappingRefused as refused:
        return _overview(key, problem=said(refused)), 422
    return redirect(url_for(".run", migration_id=number))


@bp.get("/migrations/<int:migration_id>")
@access(Action.SEE_MIGRATIONS)
def run(migration_id: int) -> ResponseReturnValue:
    """Show one migration: what it found, what it did, and the next step."""
    return _page(migration_id)


@bp.post("/migrations/<int:migration_id>/propose")
@access(Action.MIGRATE_CASES)
def propose(migration_id: int) -> ResponseReturnValue:
    """Ask for the migration, with a reason."""
    reason = request.form.get("reason", "")[:LONGEST]
    try:
        with unit_of_work() as session:
            case_migrations.propose(
                session,
                migration_id,
                reason=reason,
                four_eyes=settings().four_eyes,
                actor=current_actor(),
                now=now(),
            )
    except ReasonMissing:
        return _page(migration_id, problem=_("Say why the cases migrate")), 422
    if settings().four_eyes:
        flash(_("Proposed. Somebody else looks at it now; no case has changed yet."))
    return redirect(url_for(".run", migration_id=migration_id))


@bp.post("/migrations/<int:migration_id>/confirm")
@access(Action.CONFIRM_MIGRATION)
def confirm(migration_id: int) -> ResponseReturnValue:
    """Let the cases migrate."""
    with unit_of_work() as session:
        case_migrations.confirm(session, migration_id, actor=current_actor(), now=now())
    return redirect(url_for(".run", migration_id=migration_id))


@bp.post("/migrations/<int:migration_id>/stop")
@access(Action.CONFIRM_MIGRATION)
def stop(migration_id: int) -> ResponseReturnValue:
    """Stop a migration; cases that have migrated stay so."""
    with unit_of_work() as session:
        found = case_migrations.stop(session, migration_id, actor=current_actor(), now=now())
        key, was_confirmed = found.process_key, found.confirmed_by is not None
    if was_confirmed:
        flash(_("Stopped. Cases that have migrated stay so; no other one does."))
        return redirect(url_for(".run", migration_id=migration_id))
    flash(_("Called off. No case was changed."))
    return redirect(url_for(".show", key=key))


def _mapping(form: Mapping[str, str]) -> dict[str, str]:
    """Return what a designer says that elements are now; what is left open is not named."""
    answers = {
        name.removeprefix(_ANSWER): value
        for name, value in form.items()
        if name.startswith(_ANSWER) and value
    }
    return {old: "" if new == _GIVEN_UP else new for old, new in answers.items()}


def _overview(key: str, *, problem: str = "") -> str:
    """Show the page of a process, with what was wrong with a mapping."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_MIGRATIONS)
    with reading() as session:
        current = case_migration_list.current(session, key)
        past = case_migration_list.past(session, key)
        page = {
            "version": definitions.latest(session, "process", key),
            "older": case_migration_list.older(session, key),
            "current": current,
            "past": past,
            "names": case_migration_list.people(session, [*past, *([current] if current else [])]),
        }
    return render_template(
        "migrations/show.html",
        words=migration_words,
        may_begin=permissions.allows(actor, Action.MIGRATE_CASES)
        and (current is None or current.state in (RunState.EXAMINING, RunState.EXAMINED)),
        problem=problem,
        **page,
    )


def _page(migration_id: int, *, problem: str = "") -> str:
    """Show one migration, with what was wrong with what somebody entered."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_MIGRATIONS)
    wanted = request.args.get("verdict", "")
    wanted = wanted if wanted in set(Verdict) else ""
    with reading() as session:
        page = _read(session, migration_id, wanted)
    run = page["run"]
    return render_template(
        "migrations/run.html",
        words=migration_words,
        wanted=wanted,
        is_working=run.state in WORKING,
        may=_rights(run),
        problem=problem,
        **page,
    )


def _read(session: Session, migration_id: int, wanted: str) -> dict[str, Any]:
    """Return what the page of a migration shows, its cases of one verdict if wanted."""
    run = case_migration_list.find(session, migration_id)
    reasons = case_migration_list.reasons(session, migration_id)
    may_choose = run.state == RunState.EXAMINED
    return {
        "run": run,
        "process": definitions.latest(session, "process", run.process_key),
        "counts": notes.counts(session, migration_id),
        "reasons": reasons,
        "choices": case_migration_list.choices(session, run, reasons) if may_choose else [],
        "names": case_migration_list.people(session, [run]),
        "page": case_migration_list.verdicts(
            session,
            migration_id,
            actor=current_actor(),
            now=now(),
            verdict=wanted,
            cursor=request.args.get("cursor") or None,
        ),
    }


def _rights(found: Any) -> dict[str, bool]:
    """Return what the actor may do with a migration now."""
    actor = current_actor()
    may_ask = permissions.allows(actor, Action.MIGRATE_CASES)
    is_examined = found.state == RunState.EXAMINED
    return {
        "propose": may_ask and is_examined,
        "confirm": case_migrations.may_confirm(actor, found),
        "stop": case_migrations.may_stop(actor) and found.state in case_migrations.OPEN,
    }
