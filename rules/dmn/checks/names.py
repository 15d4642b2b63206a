"""Names that stand for nothing: variables, functions and members."""

from collections.abc import Iterator

from rules.dmn.checks.declared import Declared
from rules.dmn.checks.kinds import Kind
from rules.dmn.checks.walking import Place, Scope
from rules.dmn.checks.wording import at, listed
from rules.dmn.syntax import Element
from rules.feel.builtins import FUNCTIONS
from rules.feel.compiler.calls import SPECIAL_NAMES
from rules.feel.syntax import Call, Name, Node, Path
from rules.findings import Finding

BUILT_IN = frozenset(FUNCTIONS) | SPECIAL_NAMES


def check_names(declared: Declared) -> Iterator[Finding]:
    """Find names that nothing declares; each is told once for every element."""
    told: set[tuple[str, str]] = set()
    for element, (node, scope) in declared.visits():
        for name, finding in _unknown(node, scope, element, declared):
            if (element.id, name) not in told:
                told.add((element.id, name))
                yield finding


def _unknown(
    node: Node, scope: Scope, element: Element, declared: Declared
) -> Iterator[tuple[str, Finding]]:
    """Yield what is unknown about one node, with the name that it is about."""
    if isinstance(node, Path):
        source = declared.inference.kind(node.source, scope.visible)
        while source.name == "list":
            source = source.of_item
        if source.members is not None and node.member not in source.members:
            yield f".{node.member}", _unknown_member(node.member, scope.place, source, declared)
    called = node.function if isinstance(node, Call) else None
    if isinstance(called, Name) and not _is_known(called.name, scope):
        yield called.name, _unknown_function(called.name, scope, declared)
    if isinstance(node, Name) and not _is_known(node.name, scope):
        yield node.name, _unknown_name(node.name, scope, element, declared)


def _is_known(name: str, scope: Scope) -> bool:
    """Say whether a name stands for something, or may do so."""
    return scope.is_open or name in scope.visible or name in BUILT_IN


def _unknown_member(member: str, place: Place, source: Kind, declared: Declared) -> Finding:
    """Return the finding of a member that a context does not have."""
    members = source.members or {}
    return at(
        place,
        "unknown-member",
        f'In {place.text}, "{member}" is no member of the value before the dot.',
        declared.suggestions.sentence(member, members)
        or f"Its members are {listed(members) or 'none'}.",
    )


def _unknown_function(name: str, scope: Scope, declared: Declared) -> Finding:
    """Return the finding of a function that does not exist; its result is always null."""
    functions = {key for key, kind in scope.visible.items() if kind.name == "function"}
    return at(
        scope.place,
        "unknown-function",
        f'In {scope.place.text}, the function "{name}" does not exist.',
        declared.suggestions.sentence(name, functions, BUILT_IN)
        or "Use a built-in function, or require a business knowledge model of this name.",
        severity="error",
    )


def _unknown_name(name: str, scope: Scope, element: Element, declared: Declared) -> Finding:
    """Return the finding of a variable that nothing declares."""
    if name in declared.by_name:
        return at(
            scope.place,
            "missing-requirement",
            f'In {scope.place.text}, "{name}" is used, but "{element.name}" does not require it.',
            f'Draw a requirement from "{name}" to "{element.name}".',
        )
    return at(
        scope.place,
        "unknown-name",
        f'In {scope.place.text}, "{name}" is no input, no decision and no variable; it is null'
        " unless the data handed in have an entry of this name.",
        declared.suggestions.sentence(name, scope.visible, declared.by_name)
        or "Correct the name, or add an input of this name and require it.",
    )
