"""
FEEL, the Friendly Enough Expression Language of DMN.

Expressions are parsed into a tree and compiled to closures; no text of a model ever
becomes Python. A valid expression never raises: what has no value is null. Only too
much work raises `FeelBudgetExceeded`.
"""

from rules.feel.budget import Budget
from rules.feel.conversion import from_json, to_json
from rules.feel.errors import FeelBudgetExceeded, FeelError, FeelSyntaxError
from rules.feel.expression import (
    Expression,
    Tests,
    cell_of,
    compile_expression,
    compile_unary_tests,
    evaluate,
    expression_of,
)
from rules.feel.temporal import narrowed
from rules.feel.text import to_text
from rules.feel.values import (
    Function,
    Range,
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
    YearsMonths,
)

__all__ = [
    "Budget",
    "Expression",
    "FeelBudgetExceeded",
    "FeelError",
    "FeelSyntaxError",
    "Function",
    "Range",
    "Tests",
    "WideDate",
    "WideDateTime",
    "WideDuration",
    "WideTime",
    "YearsMonths",
    "cell_of",
    "compile_expression",
    "compile_unary_tests",
    "evaluate",
    "expression_of",
    "from_json",
    "narrowed",
    "to_json",
    "to_text",
]
