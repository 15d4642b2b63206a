"""By which ids a new version knows what an old one has."""

from collections.abc import Mapping

from workflows.engine.migration.likeness import Rename
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import Flow, Node


class Renaming:
    """
    The new ids of one case: those that a designer named, and flows that were drawn anew.

    A designer names elements of the outermost process only; called ones keep theirs.
    """

    def __init__(self, outermost: str, mapping: Mapping[str, str]) -> None:
        self._names: dict[str, dict[str, str]] = {outermost: dict(mapping)}
        self._mapping = mapping

    @property
    def differences(self) -> dict[str, dict[str, str]]:
        """The ids that differ, by the key of their process; waits that are given up have none."""
        changed = {
            key: {old: new for old, new in names.items() if new and new != old}
            for key, names in self._names.items()
        }
        return {key: names for key, names in changed.items() if names}

    def of(self, process: ProcessModel, old_id: str) -> str:
        """Return the new id of an element or flow; empty where it is given up."""
        return self._names.get(process.key, {}).get(old_id, old_id)

    def renamer(self, process: ProcessModel) -> Rename:
        """Return what gives the new ids of a process."""
        return lambda old_id: self.of(process, old_id)

    def follow_flow(self, process: ProcessModel, old: Flow, join: Node) -> bool:
        """
        Find the flow into a join that is the one of old; say whether there is one.

        A modeler that draws a flow anew gives it another id: it is the same where it is the
        only one from the same element.
        """
        if any(flow.id == self.of(process, old.id) for flow in join.incoming):
            return True
        source = self.of(process, old.source)
        same = [flow for flow in join.incoming if flow.source == source]
        if len(same) != 1:
            return False
        self._names.setdefault(process.key, {})[old.id] = same[0].id
        return True
