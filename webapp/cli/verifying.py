"""`understudy verify`: compare what is stored with what the logs and the audit chain say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Self

import click
from sqlalchemy.orm import Session

from webapp.cli.installation import installed
from webapp.cli.output import as_json, progress, show
from webapp.settings import Settings
from workflows import audit_chain
from workflows.audit_anchors import Anchors
from workflows.engine import verification

Report = tuple[dict[str, Any], list[str]]

_NO_KEY = (
    "The audit trail has {count} seals, but there is no key to check them with;"
    " set UNDERSTUDY_SECRET_KEY or UNDERSTUDY_AUDIT_KEY."
)
_NO_ANCHORS = (
    "The audit trail has {count} seals, but there are no anchors in {path};"
    " nothing tells whether its end was cut off."
)


@click.command()
@click.option(
    "--instance", type=click.IntRange(min=1), help="The number of the only case to check."
)
@as_json
def verify(instance: int | None, as_json: bool) -> None:
    """Replay the log of every case, and check every seal of the audit; nothing is changed."""
    with installed() as installation:
        trail = AuditTrail.of(installation.settings)
        with installation.database.reading() as session:
            if instance is None:
                facts, lines = _everything(session, trail)
            else:
                facts, lines = _report(1, verification.differences_of(session, instance))
    show(facts, lines, in_json=as_json)
    if facts["differences"]:
        raise click.exceptions.Exit(1)


@dataclass(frozen=True)
class AuditTrail:
    """What is known of the audit trail outside the database."""

    key: bytes | None
    path: Path
    anchors: Anchors

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the anchors; before the database, which may go on meanwhile."""
        key = settings.sealing_key()
        file = settings.anchors(key or b"")
        return cls(key, file.path, file.read() if key else Anchors({}, []))

    def findings(self, session: Session) -> Iterator[str]:
        """Yield one sentence for everything that is not as it was written."""
        count = audit_chain.end(session).number
        if self.key is None:
            if count:
                yield _NO_KEY.format(count=count)
            return
        yield from self.anchors.problems
        if count and not self.anchors.seals:
            yield _NO_ANCHORS.format(count=count, path=self.path)
        yield from audit_chain.breaks(session, self.key, self.anchors.seals)


def _everything(session: Session, trail: AuditTrail) -> Report:
    """Check all cases and the audit trail."""
    sealed, waiting = audit_chain.end(session).number, audit_chain.count_unsealed(session)
    checked = verification.count(session)
    progress(f"Replaying the logs of {checked} cases, checking {sealed} seals of the audit ...")
    differences = chain(verification.differences(session), trail.findings(session))
    facts, lines = _report(checked, differences)
    audit = {"sealed": sealed, "waiting": waiting}
    counted = f"Entries of the audit trail: {sealed} sealed, {waiting} waiting for their seals."
    return {**facts, "audit": audit}, [*lines, counted]


def _report(checked: int, differences: Iterable[str]) -> Report:
    """Return what was found, for programs and for people."""
    found = list(differences)
    summary = f"Cases checked: {checked}. Differences: {len(found)}."
    return {"checked": checked, "differences": found}, [*found, summary]
