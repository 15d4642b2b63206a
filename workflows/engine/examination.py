"""Examine files as publishing would, and change nothing."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from rules.findings import Finding
from workflows.engine import callers, publishing
from workflows.engine.parts_in_force import PartsInForce
from workflows.engine.source_files import Part, SourceFile


def examine(session: Session, files: Sequence[SourceFile]) -> tuple[list[Part], list[Finding]]:
    """Return what is in the files, and what publishing them now would find."""
    in_force = PartsInForce(session)
    return publishing.examine(
        files, in_force.known, in_force.find, partial(callers.in_use, session)
    )
