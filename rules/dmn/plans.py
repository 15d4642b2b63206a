"""In which order the elements of a model are found."""

from collections.abc import Mapping

from rules.dmn.errors import DmnRefused
from rules.dmn.syntax import Element, Requirement
from rules.findings import Finding

_LONGEST_WAY = 100
_MOST_VISITS = 200_000


class Plans:
    """Makes the plans of one model: everything that an element needs comes before it."""

    def __init__(self, elements: Mapping[str, Element], file_name: str) -> None:
        self._elements = elements
        self._file_name = file_name
        self._visits = 0

    def to(self, element: Element) -> tuple[Element, ...]:
        """
        Return everything that an element needs, the required ones first, itself last.

        Raises:
            DmnRefused: A decision needs its own result, or too much in all.

        """
        ordered: dict[str, Element] = {}
        self._visit(element, ordered, [])
        return tuple(ordered.values())

    def _visit(self, element: Element, ordered: dict[str, Element], path: list[str]) -> None:
        """Add an element after everything that it needs."""
        self._visits += 1
        if element.id in ordered:
            return
        if len(path) >= _LONGEST_WAY or self._visits > _MOST_VISITS:
            raise DmnRefused([self._too_much(element)])
        if element.id in path:
            if element.kind == "knowledge":
                return  # A function may need itself: it is called, not evaluated first.
            raise DmnRefused([self._cycle(element)])
        if not self._is_given(element, path):
            for wanted in element.requirements:
                # Only a tolerant reading leaves requirements that lead nowhere.
                if wanted.target in self._elements:
                    self._visit(self._elements[wanted.target], ordered, [*path, element.id])
        ordered[element.id] = element

    def _is_given(self, element: Element, path: list[str]) -> bool:
        """Say whether an element needs nothing itself, after the path that led to it."""
        if not path:
            return False
        # A service inside of a plan is a function. The plan of a service ends at the
        # decisions that are handed in.
        outer = self._elements[path[0]]
        return element.kind == "service" or (
            outer.kind == "service"
            and Requirement("inputDecision", element.id) in outer.requirements
        )

    def _too_much(self, element: Element) -> Finding:
        """Return the finding of a model whose elements need each other too often."""
        return Finding(
            "dmn-too-large",
            f"More than {_LONGEST_WAY} elements need each other one after the other, "
            f"or all together more than {_MOST_VISITS:,} times.",
            "Split the model into several.",
            element_id=element.id,
            file_name=self._file_name,
            line=element.line,
        )

    def _cycle(self, element: Element) -> Finding:
        """Return the finding of a decision that needs itself."""
        return Finding(
            "dmn-cycle",
            f'The decision "{element.id}" needs its own result.',
            "Remove one of the requirements of the circle.",
            element_id=element.id,
            file_name=self._file_name,
            line=element.line,
        )
