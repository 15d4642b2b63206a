"""Files of decisions: those in force, their versions, and what is in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from rules import dmn
from rules.dmn import DecisionModel, DmnRefused
from rules.dmn.syntax import Element
from workflows.engine import definitions
from workflows.engine.tables import DefinitionVersion


def read(source: bytes, file_name: str) -> DecisionModel | None:
    """Return the model of a file, or nothing while it cannot be read."""
    try:
        return dmn.read_model(source, file_name=file_name)
    except DmnRefused:
        return None


def leading(source: bytes, file_name: str) -> str | None:
    """Return the id of the decision that no other of its file requires, the first of several."""
    model = read(source, file_name)
    decisions = _decisions(model) if model else []
    required = {wanted.target for each in decisions for wanted in each.requirements}
    ids = [each.id for each in decisions]
    return next((key for key in ids if key not in required), ids[0] if ids else None)


def title(source: bytes, file_name: str) -> str:
    """Return the name of the model in a file, or an empty text."""
    model = read(source, file_name)
    return model.name if model else ""


def _decisions(model: DecisionModel) -> list[Element]:
    """Return the decisions of a file, without those that it imports."""
    found = model.definitions.elements
    return [each for each in found if each.kind == "decision" and not each.space]


@dataclass(frozen=True)
class DecisionFile:
    """
    A file of decisions in force.

    Attributes:
        key: The id of the leading decision, by which the file is known.
        title: The name of the model.
        decisions: The versions in force that came with it, by their ids.

    """

    key: str
    title: str
    file_name: str
    decisions: tuple[DefinitionVersion, ...]

    @property
    def lead(self) -> DefinitionVersion:
        """Return the version of the leading decision."""
        return next(each for each in self.decisions if each.key == self.key)


def in_force(session: Session) -> list[DecisionFile]:
    """Return the files of decisions in force by their titles."""
    version = DefinitionVersion
    query = select(version).where(version.kind == "decision", version.is_latest)
    found = session.scalars(query.options(defer(version.source)).order_by(version.key)).all()
    one_of_each = select(func.min(version.id)).where(version.kind == "decision", version.is_latest)
    ids = one_of_each.group_by(version.content_hash)
    sources = select(version.content_hash, version.source).where(version.id.in_(ids))
    by_hash = {row.content_hash: row.source for row in session.execute(sources)}
    files = [
        _file(by_hash[content_hash], [each for each in found if each.content_hash == content_hash])
        for content_hash in dict.fromkeys(each.content_hash for each in found)
    ]
    return sorted(files, key=lambda file: (file.title.casefold(), file.key))


def of_decision(session: Session, key: str) -> DecisionFile:
    """
    Return the file in force that has a decision.

    Raises:
        DefinitionNotFound: There is no such decision.

    """
    mine = definitions.latest(session, "decision", key)
    version = DefinitionVersion
    same = select(version).where(
        version.kind == "decision",
        version.is_latest,
        version.content_hash == mine.content_hash,
    )
    found = session.scalars(same.options(defer(version.source)).order_by(version.key)).all()
    return _file(mine.source, found)


def contents(session: Session, file: DecisionFile) -> list[Element]:
    """Return the decisions of a file in force, with their questions and descriptions."""
    model = read(session.get_one(DefinitionVersion, file.lead.id).source, file.file_name)
    return _decisions(model) if model else []


def _file(source: bytes, decisions: Sequence[DefinitionVersion]) -> DecisionFile:
    """Return the file that some decisions came with."""
    name = decisions[0].file_name
    keys = {each.key for each in decisions}
    lead = leading(source, name)
    key = lead if lead in keys else decisions[0].key
    return DecisionFile(str(key), title(source, name) or name, name, tuple(decisions))
