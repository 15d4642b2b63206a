"""Truth with three values, conditions, and quantifiers over truth."""

from typing import Any

from rules.feel.compiler.core import Code, Frame, Scope, compile_node, compiles
from rules.feel.syntax import And, If, Or


@compiles(And)
def compile_and(node: And, scope: Scope) -> Code:
    """Compile a conjunction: false wins over null, null over true."""
    operands = tuple(compile_node(operand, scope) for operand in node.operands)

    def conjunction(frame: Frame) -> bool | None:
        result: bool | None = True
        for operand in operands:
            value = operand(frame)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return conjunction


@compiles(Or)
def compile_or(node: Or, scope: Scope) -> Code:
    """Compile a disjunction: true wins over null, null over false."""
    operands = tuple(compile_node(operand, scope) for operand in node.operands)

    def disjunction(frame: Frame) -> bool | None:
        result: bool | None = False
        for operand in operands:
            value = operand(frame)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return disjunction


@compiles(If)
def compile_if(node: If, scope: Scope) -> Code:
    """Compile a condition: null takes the second way, what is no truth at all takes none."""
    condition = compile_node(node.condition, scope)
    yes = compile_node(node.yes, scope)
    no = compile_node(node.no, scope)

    def choose(frame: Frame) -> Any:
        value = condition(frame)
        if value is True:
            return yes(frame)
        return no(frame) if value is False or value is None else None

    return choose
