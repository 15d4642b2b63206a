"""The built-in functions, by topic; `FUNCTIONS` has them all by name."""

from rules.feel.builtins import contexts, dates, lists, numeric, ranges, statistics, strings
from rules.feel.values import Function

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for module in (contexts, dates, lists, numeric, ranges, statistics, strings)
    for function in module.LIBRARY.functions
}

__all__ = ["FUNCTIONS"]
