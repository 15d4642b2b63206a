"""Functions of a model whose body is an indicator, written in code and registered by name."""

from dataclasses import dataclass

from rules.feel.compiler import Code, Scope
from rules.feel.compiler.core import compiles
from rules.feel.syntax import Call, Name, Node
from rules.feel.values import Function
from rules.indicators import REGISTERED


@dataclass(frozen=True, slots=True)
class Registered(Node):
    """An indicator, as the value that is called."""

    indicator: str


def call_of(indicator: str, parameters: tuple[str, ...]) -> Node:
    """Return the body of a function that hands its parameters to an indicator."""
    return Call(Registered(indicator), tuple(Name(name) for name in parameters))


@compiles(Registered)
def compile_registered(node: Registered, scope: Scope) -> Code:
    """Compile the name of an indicator into its function."""
    indicator = REGISTERED[node.indicator]
    function = Function(indicator.name, (indicator.parameters,), indicator.call)
    return lambda _frame: function
