"""Compiles what the names of an imported model, and those of an import, stand for."""

from typing import Any

from rules.dmn.syntax import Space
from rules.dmn.types import LocalTypes, Types
from rules.feel.compiler import Code, Frame, Layout, Scope
from rules.feel.compiler.core import read_path


def scope_in(space: Space, types: Types) -> Scope:
    """Return the scope in which the expressions of one file are compiled."""
    if not space.types:
        layout = Layout(types.fitting, types.named)
    else:
        local = LocalTypes(types, space.types)
        layout = Layout(local.fitting, local.named)
    # A run hands in what it found, after the conversion of the inputs.
    layout.holds_values = True
    scope = Scope(layout)
    if not space.names and not space.imports:
        return scope
    variables = {name: read_path(layout, (meant,)) for name, meant in space.names.items()}
    for name, members in space.imports.items():
        codes = {member: read_path(layout, (meant,)) for member, meant in members.items()}
        variables[name] = _read_import(codes)
    return scope.with_code(variables)


def _read_import(codes: dict[str, Code]) -> Code:
    """Return code that reads the variables of an imported model as a context."""

    def read(frame: Frame) -> dict[str, Any]:
        return {member: code(frame) for member, code in codes.items()}

    return read
