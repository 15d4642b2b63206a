"""How often an activity is done: for many, or again and again."""

from dataclasses import dataclass

from rules.feel import Expression


@dataclass(frozen=True)
class MultiInstance:
    """An activity that is done once per item, or a number of times."""

    is_sequential: bool
    cardinality: Expression | None = None
    collection: Expression | None = None
    element_variable: str | None = None
    collect: str | None = None
    collect_item: Expression | None = None
    completion: Expression | None = None


@dataclass(frozen=True)
class StandardLoop:
    """An activity that is repeated while a condition holds, at most `maximum` times."""

    maximum: int
    condition: Expression | None = None
    tests_before: bool = False
