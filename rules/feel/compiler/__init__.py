"""
The compiler: a syntax tree becomes nested Python closures.

No Python text is ever made, so nothing of a model can reach `eval`. Each module
handles some kinds of nodes and registers itself in `core`.
"""

from rules.feel.compiler import access, arithmetic, calls, collections, comparison, logic, loops
from rules.feel.compiler.core import Code, Frame, Layout, Scope, compile_node
from rules.feel.compiler.unary import compile_tests

__all__ = ["Code", "Frame", "Layout", "Scope", "compile_node", "compile_tests"]

# Importing a module registers it; naming them here says that this is on purpose.
MODULES = (access, arithmetic, calls, collections, comparison, logic, loops)
