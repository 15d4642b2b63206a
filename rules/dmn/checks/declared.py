"""What each element of a model can read: its requirements, with their types."""

from collections.abc import Iterator
from dataclasses import replace

from rules.dmn.checks.budget import ALL_WORK, Work
from rules.dmn.checks.inference import Inference
from rules.dmn.checks.kinds import FUNCTION, UNKNOWN, Kind, Kinds
from rules.dmn.checks.suggestions import Suggestions
from rules.dmn.checks.walking import Visit, Walk
from rules.dmn.syntax import Definitions, Element

_STEPS_PER_NODE = 5


class Declared:
    """
    The elements of a model, and what can be seen from each.

    To look spends from `work`, which all checks of the model share.
    """

    def __init__(self, definitions: Definitions, work: Work | None = None) -> None:
        self.work = work or Work(ALL_WORK)
        self.suggestions = Suggestions()
        self.definitions = definitions
        self._space = definitions.spaces[0]
        self.kinds = Kinds(definitions.types, self._space.types)
        self.inference = Inference(self.kinds)
        self.own = [element for element in definitions.elements if not element.space]
        self.elements = {element.id: element for element in definitions.elements}
        self.by_name = {element.name: element for element in definitions.elements}
        self._found: dict[str, Kind] = {}
        self._visits: list[tuple[Element, Visit]] | None = None

    def needed(self, element: Element) -> list[Element]:
        """Return everything that an element needs, directly or not."""
        found: dict[str, Element] = {}
        ahead = [wanted.target for wanted in element.requirements]
        while ahead:
            target = ahead.pop()
            if target in self.elements and target not in found:
                found[target] = self.elements[target]
                ahead += [wanted.target for wanted in self.elements[target].requirements]
        self.work.spend(1 + len(found))
        return list(found.values())

    def visible(self, element: Element) -> dict[str, Kind]:
        """Return the names that an element can read; a function can read itself."""
        names = {needed.name: self.kind(needed) for needed in self.needed(element)}
        if element.kind == "knowledge":
            names[element.name] = FUNCTION
        return {**names, **self._imported(names)}

    def _imported(self, names: dict[str, Kind]) -> dict[str, Kind]:
        """Return what is imported, under the names that the file uses for it."""
        found = {name: names[meant] for name, meant in self._space.names.items() if meant in names}
        for name, members in self._space.imports.items():
            known = {member: names.get(meant, UNKNOWN) for member, meant in members.items()}
            found[name] = Kind("context", members=known)
        return found

    def kind(self, element: Element) -> Kind:
        """Return the type of an element: the declared one, or what its logic answers with."""
        if element.id not in self._found:
            declared = self.kinds.of_element(element)
            # A circle of requirements must not be followed for ever.
            self._found[element.id] = declared
            is_open = not declared.name and element.kind == "decision" and not element.space
            if is_open and element.logic is not None:
                answer = self.inference.kind(element.logic, self.visible(element))
                self._found[element.id] = replace(answer, allowed=(), is_enforced=False)
        return self._found[element.id]

    def visits(self) -> Iterator[tuple[Element, Visit]]:
        """Yield every node of every element of the file, without the imported ones."""
        if self._visits is None:
            walk = Walk(self.inference)
            # Three checks look at every node, and to know what it can see takes the longest.
            self._visits = [
                (element, visit)
                for element in self.own
                for visit in walk.of_element(element, self.visible(element))
            ]
            self.work.spend(_STEPS_PER_NODE * len(self._visits))
        yield from self._visits
