"""What is around the processes of some files: in the files themselves, or in force."""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet

from rules.dmn import DecisionModel, DmnRefused
from workflows.engine import compiled, services
from workflows.engine.checks import Known
from workflows.engine.forms import FormDocument, FormDocumentRefused
from workflows.engine.model import ProcessModel
from workflows.engine.source_files import Part, Reference

Find = Callable[[AbstractSet[Reference]], Sequence[Part]]


def nothing(_references: AbstractSet[Reference]) -> Sequence[Part]:
    """Find nothing: only the files themselves are looked at."""
    return ()


def around(parts: Iterable[Part], offered: frozenset[Reference], find: Find) -> Known:
    """
    Return what the processes in some parts may refer to.

    `offered` are kind and key of all that exists; `find` gives what is in force.
    Only what the processes reach is read.
    """
    gathered = _Gathered({(part.kind, part.key): part for part in parts}, find)
    gathered.gather()
    keys = {
        kind: frozenset(key for of_kind, key in offered if of_kind == kind)
        for kind in ("decision", "form", "process")
    }
    return Known(
        decisions=keys["decision"],
        forms=keys["form"],
        processes=keys["process"],
        services=frozenset(services.names()),
        documents=gathered.documents,
        models=gathered.models,
        rules=gathered.rules,
    )


class _Gathered:
    """The models that were read so far."""

    def __init__(self, parts: dict[Reference, Part], find: Find) -> None:
        self.parts = parts
        self.find = find
        self.documents: dict[str, FormDocument] = {}
        self.models: dict[str, ProcessModel] = {}
        self.rules: dict[str, DecisionModel] = {}

    def gather(self) -> None:
        """Read all that the processes among the parts refer to, and what that refers to."""
        ahead = [part.process for part in self.parts.values() if part.process is not None]
        self.models = {model.key: model for model in ahead}
        seen: set[Reference] = {("process", model.key) for model in ahead}
        while ahead:
            # All that is one step further away is found at once.
            reached = {each for model in ahead for each in model.references} - seen
            seen |= reached
            given = [self.parts[each] for each in sorted(reached & self.parts.keys())]
            parts = [*given, *self.find(reached - self.parts.keys())]
            read = [self._read(part) for part in parts]
            ahead = [model for model in read if model is not None]

    def _read(self, part: Part) -> ProcessModel | None:
        """Read one part; answer with it where it is a process."""
        given = part.content_hash, part.file.content, part.file.name
        try:
            if part.kind == "form":
                self.documents[part.key] = compiled.form(*given)
            elif part.kind == "decision":
                self.rules[part.key] = compiled.decision_model(*given)
            elif part.kind == "process":
                model = part.process or compiled.process(part.key, *given)
                self.models[part.key] = model
                return model
        except (FormDocumentRefused, DmnRefused):
            return None  # Its own findings tell what is wrong with it.
        return None
