"""Where a command finds the decisions that it asks: a file, the installation or the package."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import select

from rules import decisions, dmn
from rules.dmn import DecisionFailed, DecisionModel, DmnRefused, Evaluation
from rules.xml_door import XmlRefused, open_xml
from webapp.cli.installation import installed, is_installed
from webapp.cli.output import Refused
from webapp.cli.sources import read_bytes
from webapp.settings import Settings
from workflows.clock import SystemClock
from workflows.engine.tables import DefinitionVersion


class DecisionModels:
    """Some decision models, found by the ids of their decisions."""

    def __init__(self, models: Iterable[DecisionModel], *, is_file: bool = False) -> None:
        self._models = list(models)
        self._is_file = is_file

    @classmethod
    def of_file(cls, path: Path) -> "DecisionModels":
        """
        Read the model of one file.

        Raises:
            Refused: The file is no DMN model that can be used.

        """
        try:
            return cls([read_file(path)], is_file=True)
        except DmnRefused as error:
            raise Refused(str(error.findings[0])) from error

    @classmethod
    def of_installation(cls) -> "DecisionModels":
        """Read the decisions in force; those of the package where nothing is installed yet."""
        settings = Settings()
        if not is_installed(settings):
            return cls.packaged()
        in_force = select(DefinitionVersion.source, DefinitionVersion.file_name).where(
            DefinitionVersion.kind == "decision", DefinitionVersion.is_latest
        )
        with installed(settings) as installation, installation.database.reading() as session:
            rows = session.execute(in_force.distinct()).all()
        return cls(_read(source, file_name) for source, file_name in rows)

    @classmethod
    def packaged(cls) -> "DecisionModels":
        """Read the decisions that come with the product."""
        return cls(_read(source, name) for name, source in sorted(decisions.packaged().items()))

    @property
    def only_model(self) -> DecisionModel:
        """Return the model of the file that was read."""
        return self._models[0]

    def by_decision(self) -> Mapping[str, DecisionModel]:
        """Return the model of each decision."""
        return self._by_decision

    @cached_property
    def parts(self) -> frozenset[str]:
        """Return the decisions that only serve others of their file."""
        return frozenset(
            need.target
            for model in self._models
            for element in model.definitions.elements
            for need in element.requirements
            if need.kind == "requiredDecision"
        )

    def evaluate(self, decision: str, inputs: Mapping[str, Any]) -> Evaluation:
        """
        Ask a decision, by its id or name.

        Raises:
            Refused: There is no such decision, or it has no answer to these inputs.

        """
        try:
            now = SystemClock().now()
            return self._model_of(decision).evaluate(decision, inputs, now=now)
        except DecisionFailed as error:
            raise Refused(str(error)) from error

    def _model_of(self, decision: str) -> DecisionModel:
        """Return the model that has a decision; the one of a file knows its services too."""
        if self._is_file:
            return self.only_model
        found = self._by_decision.get(decision) or self._by_name.get(decision)
        if found is None:
            known = ", ".join(sorted(set(self._by_decision) - self.parts)) or "none"
            raise Refused(f'There is no decision "{decision}". There is: {known}.')
        return found

    @cached_property
    def _by_decision(self) -> dict[str, DecisionModel]:
        """Index the models by the ids of their decisions."""
        return {key: model for model in self._models for key in model.decisions}

    @cached_property
    def _by_name(self) -> dict[str, DecisionModel]:
        """Index the models by the names of their decisions, as other tools call them."""
        return {
            decision.name: model for model in self._models for decision in model.decisions.values()
        }


def read_file(path: Path) -> DecisionModel:
    """
    Read a model; what it imports is looked for in the files beside it.

    Raises:
        Refused: The file cannot be read.
        DmnRefused: It is no DMN model that can be used.

    """

    def beside(namespace: str) -> bytes | None:
        found = (
            other
            for other in sorted(path.parent.glob("*.dmn"))
            if other != path and other.is_file()
        )
        return next(
            (source for source in map(read_bytes, found) if _is_of(source, namespace)), None
        )

    return dmn.read_model(read_bytes(path), file_name=path.name, imports=beside)


def _is_of(source: bytes, namespace: str) -> bool:
    """Say whether a file holds the model of a namespace."""
    try:
        return bool(open_xml(source, file_name="import").get("namespace") == namespace)
    except XmlRefused:
        return False


def _read(source: bytes, file_name: str) -> DecisionModel:
    """Read a model, or name the first thing that is wrong with it."""
    try:
        return dmn.read_model(source, file_name=file_name)
    except DmnRefused as error:
        raise Refused(str(error.findings[0])) from error
