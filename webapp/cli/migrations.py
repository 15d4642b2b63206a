"""`understudy process migrate`: let running cases go on in the version in force."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import click
from sqlalchemy.orm import Session

from webapp import migration_words
from webapp.cli.installation import installed
from webapp.cli.output import Refused, as_json, progress, show
from webapp.unit import Installation
from workflows import case_migration_list, case_migrations
from workflows.actors import SYSTEM
from workflows.engine.jobs import performing
from workflows.engine.migration import notes, work
from workflows.engine.migration.refusals import NothingToMigrate
from workflows.engine.migration.runs import WORKING, RunState
from workflows.engine.migration.verdicts import from_json
from workflows.engine.migration_tables import CaseMigration
from workflows.errors import UnderstudyError

_PAUSE_SECONDS = 0.2


@click.command()
@click.argument("key")
@click.option("--reason", default="", help="Do it, and say why. Without it nothing is changed.")
@click.option("--map", "mapping", multiple=True, metavar="OLD=NEW",
              help="An element whose id is another now; `OLD=` gives up its wait.")  # fmt: skip
@click.option("--restart-timers", is_flag=True, help="Timers whose time was changed count anew.")
@as_json
def migrate(
    key: str, reason: str, mapping: tuple[str, ...], *, restart_timers: bool, as_json: bool
) -> None:
    """
    Look at every open case of the process KEY that runs on an older version.

    With a reason, those that can migrate to the version in force do.
    """
    names = _mapping(mapping)
    with installed() as installation:
        try:
            found = _run(installation, key, reason.strip(), names, restart_timers=restart_timers)
        except NothingToMigrate as refused:
            found, lines = {"verdicts": {}, "reasons": []}, [str(refused)]
            show(found, lines, in_json=as_json)
            return
        except UnderstudyError as refused:
            raise Refused(str(refused)) from refused
    counted = [f"{number} {verdict}" for verdict, number in sorted(found["verdicts"].items())]
    told = [
        f"{each['cases']} at {each['element'] or 'the case'}:"
        f" {migration_words.hindrance(from_json(each))}"
        for each in found["reasons"]
    ]
    if not reason and found["verdicts"].get("ready"):
        told.append("Nothing was changed. Give --reason to let those that are ready migrate.")
    show(found, [f"version {found['version']}: {', '.join(counted)}", *told], in_json=as_json)


def _mapping(given: Sequence[str]) -> dict[str, str]:
    """Return the pairs of the command line."""
    pairs = [each.partition("=") for each in given]
    wrong = next((old for old, sign, _ in pairs if not sign or not old), None)
    if wrong is not None:
        raise Refused(f"“{wrong}” is no pair. Write --map OLD=NEW, with the ids of two elements.")
    return {old: new for old, _, new in pairs}


def _run(
    installation: Installation,
    key: str,
    reason: str,
    mapping: Mapping[str, str],
    *,
    restart_timers: bool,
) -> dict[str, Any]:
    """Look at the cases, let them migrate where there is a reason, and return what came of it."""
    with installation.database.unit_of_work() as session:
        number = case_migrations.begin(
            session,
            key,
            mapping=mapping,
            restarts_timers=restart_timers,
            actor=SYSTEM,
            now=installation.clock.now(),
        ).id
    _work(installation, number, "looking")
    if reason:
        with installation.database.unit_of_work() as session:
            # Whoever is on the host could change the database itself: nobody confirms.
            case_migrations.propose(
                session,
                number,
                reason=reason,
                four_eyes=False,
                actor=SYSTEM,
                now=installation.clock.now(),
            )
        _work(installation, number, "migrating")
    with installation.database.reading() as session:
        found = _told(session, number)
    if not reason:
        with installation.database.unit_of_work() as session:
            case_migrations.stop(session, number, actor=SYSTEM, now=installation.clock.now())
    return found


def _work(installation: Installation, number: int, doing: str) -> None:
    """Do the work here, beside any worker, until it is done."""
    while True:
        now = installation.clock.now()
        performing.perform_due(installation.database, work.WORK, now, installation.calendar)
        with installation.database.reading() as session:
            run = case_migration_list.find(session, number)
            progress(f"{doing}: {run.done} of {run.total} cases")
        if run.state == RunState.STOPPED:
            raise Refused(f"It was stopped. {_stopped(run)}")
        if run.state not in WORKING:
            return
        time.sleep(_PAUSE_SECONDS if run.retry_at else 0)


def _stopped(run: CaseMigration) -> str:
    """Say why a migration was stopped."""
    return migration_words.problem(run.problem) if run.problem else "Somebody else did so."


def _told(session: Session, number: int) -> dict[str, Any]:
    """Return what there is to say about a migration."""
    return {
        "migration": number,
        "version": case_migration_list.find(session, number).version,
        "verdicts": notes.counts(session, number),
        "reasons": [
            {**each.found.to_json(), "cases": each.cases}
            for each in case_migration_list.reasons(session, number)
        ],
    }
