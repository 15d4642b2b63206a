"""`understudy process`: list, show, check and deploy process definitions."""

from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules.findings import Finding
from webapp.cli import archives, migrations, scenario_tests
from webapp.cli.installation import installed, is_installed
from webapp.cli.output import (
    Commands,
    Refused,
    as_json,
    lines_of,
    print_findings,
    refuse_errors,
    show,
    show_findings,
    table,
)
from webapp.cli.sources import read_bytes
from webapp.import_words import sentence
from webapp.settings import Settings
from workflows import packaged
from workflows.actors import SYSTEM
from workflows.engine import definitions, examination, manifests, publishing
from workflows.engine.definitions import PublishRefused, SourceFile
from workflows.engine.foreign import importing
from workflows.engine.foreign.report import Row
from workflows.engine.tables import Bundle, DefinitionVersion, Instance

ENDINGS = (".bpmn", ".dmn", ".form.json")
_files = click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)


@click.group(cls=Commands)
def process() -> None:
    """Process definitions: BPMN files with their decisions and forms."""


process.add_command(migrations.migrate)
process.add_command(scenario_tests.run_scenarios)
process.add_command(archives.export)


@process.command(name="list")
@as_json
def list_processes(as_json: bool) -> None:
    """List the processes in force."""
    with installed() as installation, installation.database.reading() as session:
        versions = session.scalars(
            select(DefinitionVersion)
            .where(DefinitionVersion.kind == "process", DefinitionVersion.is_latest)
            .order_by(DefinitionVersion.key)
        ).all()
        running = _running(session)
    found = [
        {
            "key": version.key,
            "version": version.version,
            "name": version.name,
            "running": running.get(version.key, 0),
            "published_at": version.published_at.isoformat(),
        }
        for version in versions
    ]
    rows = [(each["key"], each["version"], each["running"], each["name"]) for each in found]
    show(found, table(rows, ("PROCESS", "VERSION", "RUNNING", "NAME")), in_json=as_json)


@process.command(name="show")
@click.argument("key")
@as_json
def show_process(key: str, as_json: bool) -> None:
    """Show the process KEY: its version, findings and what it refers to."""
    with installed() as installation, installation.database.reading() as session:
        facts = _facts(session, key)
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in facts.items()]
    show(facts, lines, in_json=as_json)


@process.command()
@_files
@as_json
def lint(files: tuple[Path, ...], as_json: bool) -> None:
    """Check FILES as a deployment would; nothing is published."""
    show_findings(_examined(_sources(files)), in_json=as_json)


@process.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Change nothing; only report.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the translated file here.")
@click.option("--process", "process_id", help="Which process of the file, by its id.")
@click.option("--id", "key", help="Give the process another id.")
@as_json
def import_process(
    file: Path,
    *,
    dry_run: bool,
    output: Path | None,
    process_id: str | None,
    key: str | None,
    as_json: bool,
) -> None:
    """
    Translate FILE of another tool, report on each element, and put it into force.

    An archive of `process export` (.zip) becomes drafts in the studio instead.
    """
    if file.suffix.lower() == ".zip":
        if output is not None or process_id is not None or key is not None:
            raise Refused("--output, --process and --id are for models of other tools.")
        archives.bring_in(file, dry_run=dry_run, as_json=as_json)
        return
    source = SourceFile(file.name, read_bytes(file))
    imported = importing.import_model(source, process_id=process_id, key=key)
    findings = _examined([imported.file])
    if output is not None and not dry_run:
        output.write_bytes(imported.file.content)
    elif not dry_run and not any(finding.is_error for finding in findings):
        with installed() as installation, installation.database.unit_of_work() as session:
            now = installation.clock.now()
            definitions.publish(session, [imported.file], actor=SYSTEM, now=now)
    facts = {
        "tool": str(imported.tool),
        "process": imported.key,
        "repairs": [{**row.to_json(), "message": sentence(row)} for row in imported.rows],
        "findings": [each.to_json() for each in findings],
    }
    lines = [*(_told(file.name, row) for row in imported.rows), *lines_of(findings)]
    show(facts, lines, in_json=as_json)
    if output is None:
        refuse_errors(findings)


def _told(file_name: str, row: Row) -> str:
    """Return one line of the report about a foreign model."""
    place = ":".join(str(part) for part in (file_name, row.line) if part is not None)
    change = f" {row.found} -> {row.done}" if row.done else f" {row.found}"
    return f"{row.severity}: {place} [{row.element_id or ''}]: {sentence(row)}{change}".rstrip()


@process.command()
@_files
@as_json
def deploy(files: tuple[Path, ...], as_json: bool) -> None:
    """Put FILES into force: all of them or none."""
    sources = _sources(files)
    with installed() as installation:
        now = installation.clock.now()
        try:
            with installation.database.unit_of_work() as session:
                published = definitions.publish(session, sources, actor=SYSTEM, now=now)
        except PublishRefused as error:
            print_findings(error.findings, in_json=as_json)
            raise Refused(str(error)) from error
    new = {version.id for version in published.new}
    versions = [
        {"id": each.id, "kind": each.kind, "key": each.key, "version": each.version}
        for each in published.versions
    ]
    lines = [
        f"{each['kind']} {each['key']} version {each['version']}"
        + ("" if each["id"] in new else " (was in force already)")
        for each in versions
    ]
    lines += [f"{found.severity}: {found}" for found in published.findings]
    findings = [found.to_json() for found in published.findings]
    show({"versions": versions, "findings": findings}, lines, in_json=as_json)


def _examined(sources: list[SourceFile]) -> list[Finding]:
    """Return what is found in files beside what is in force, or packaged before `init`."""
    settings = Settings()
    if not is_installed(settings):
        parts, _ = publishing.examine(packaged.sources(), frozenset())
        offered = {(part.kind, part.key): part for part in parts}
        return publishing.examine(
            sources,
            frozenset(offered),
            lambda references: [offered[each] for each in references & offered.keys()],
        )[1]
    with installed(settings) as installation, installation.database.reading() as session:
        return examination.examine(session, sources)[1]


def _running(session: Session) -> dict[str, int]:
    """Count the running cases of each process."""
    counted = (
        select(Instance.definition_key, func.count())
        .where(Instance.status.in_(("running", "incident")))
        .group_by(Instance.definition_key)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _facts(session: Session, key: str) -> dict[str, Any]:
    """Return what there is to say about one process."""
    row = session.execute(
        select(DefinitionVersion, Bundle.manifest)
        .join(Bundle, Bundle.definition_version_id == DefinitionVersion.id)
        .where(Bundle.process_key == key, Bundle.is_active)
    ).one_or_none()
    if row is None:
        raise Refused(f'There is no process "{key}". `understudy process list` shows all.')
    version, manifest = row
    return {
        "key": key,
        "version": version.version,
        "name": version.name,
        "file_name": version.file_name,
        "content_hash": version.content_hash,
        "published_at": version.published_at.isoformat(),
        "published_by": version.published_by,
        "refers_to": sorted({f"{each.kind}:{each.key}" for each in manifests.entries(manifest)}),
        "running": _running(session).get(key, 0),
        "findings": version.findings,
    }


def _sources(files: tuple[Path, ...]) -> list[SourceFile]:
    """Read files, and the definitions in folders."""
    paths: list[Path] = []
    for path in files:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        paths += [each for each in inside if each.name.endswith(ENDINGS) or each == path]
    paths = [path for path in paths if path.is_file()]
    if not paths:
        raise Refused("There is no .bpmn, .dmn or .form.json file to read.")
    return [SourceFile(path.name, read_bytes(path)) for path in paths]
