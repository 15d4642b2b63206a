"""`understudy process export` and `import` of archives: processes with all that they need."""

from pathlib import Path
from typing import Any

import click

from webapp.cli.installation import installed
from webapp.cli.output import Refused, as_json, show
from webapp.cli.sources import read_bytes
from workflows import studio_archive_report, studio_archives
from workflows.actors import SYSTEM
from workflows.studio_archive_report import BECOMES_DRAFT, Line


@click.command()
@click.argument("key", required=False)
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, help="Write the archive here."
)
@as_json
def export(key: str | None, *, output: Path, as_json: bool) -> None:
    """Write the process KEY with all that it needs as one archive; without KEY everything."""
    with installed() as installation, installation.database.reading() as session:
        content = studio_archives.export(session, key, actor=SYSTEM)
    try:
        output.write_bytes(content)
    except OSError as error:
        raise Refused(f"{output} cannot be written: {error.strerror}.") from error
    facts = {"file": str(output), "bytes": len(content)}
    show(facts, [f"{output}: {len(content)} bytes"], in_json=as_json)


def bring_in(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """
    Make drafts of what is new or changed in an archive, and report on each file.

    Raises:
        ArchiveRefused: It cannot be taken.
        Refused: There is nothing in it that could be a draft.

    """
    content = read_bytes(file)
    with installed() as installation:
        with installation.database.reading() as session:
            lines = studio_archive_report.look(session, content)
            told = [_facts(line) for line in lines]
        drafts: list[str] = []
        if not dry_run and any(line.standing in BECOMES_DRAFT for line in lines):
            with installation.database.unit_of_work() as session:
                now = installation.clock.now()
                begun = studio_archives.bring_in(session, content, None, actor=SYSTEM, now=now)
                drafts = [f"{draft.kind}:{draft.key}" for draft in begun]
    rows = [_told(each) for each in told] + [f"draft begun: {each}" for each in drafts]
    show({"files": told, "drafts": drafts}, rows, in_json=as_json)


def _facts(line: Line) -> dict[str, Any]:
    """Return what is said of one file, for programs."""
    return {
        "path": line.file.path,
        "kind": line.file.kind,
        "key": line.file.key,
        "sha256": line.file.content_hash,
        "standing": line.standing.value,
        "in_force": line.in_force,
        "older": line.older,
        "edited_by": line.draft.editor if line.draft else None,
        "reason": line.reason,
        "findings": [each.to_json() for each in line.findings],
    }


def _told(facts: dict[str, Any]) -> str:
    """Return the line of one file."""
    said = f"{facts['standing']}: {facts['path']}"
    if facts["reason"]:
        said += f": {facts['reason']}"
    if facts["standing"] == "conflict":
        said += f": {facts['edited_by'] or 'somebody'} works on it; finish or discard that draft"
    if facts["older"] and facts["standing"] != "same":
        said += f" (the text of version {facts['older']})"
    if facts["findings"]:
        said += f" ({len(facts['findings'])} errors to mend in the draft)"
    return said
