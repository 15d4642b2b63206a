"""`understudy verify`: compare what is stored of cases with what their logs give."""

import click

from webapp.cli.installation import installed
from webapp.cli.output import as_json, progress, show
from workflows.engine import verification


@click.command()
@click.option(
    "--instance", type=click.IntRange(min=1), help="The number of the only case to check."
)
@as_json
def verify(instance: int | None, as_json: bool) -> None:
    """Replay the log of every case and compare state, rows and history; nothing is changed."""
    with installed() as installation, installation.database.reading() as session:
        if instance is None:
            checked = verification.count(session)
            progress(f"Replaying the logs of {checked} cases ...")
            found = list(verification.differences(session))
        else:
            checked, found = 1, list(verification.differences_of(session, instance))
    summary = f"Cases checked: {checked}. Differences: {len(found)}."
    show({"checked": checked, "differences": found}, (*found, summary), in_json=as_json)
    if found:
        raise click.exceptions.Exit(1)
