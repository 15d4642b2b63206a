"""What an indicator is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Indicator:
    """
    A figure computed in code.

    Attributes:
        name: What a model calls it.
        parameters: Names of its arguments, in their order.
        description: One sentence for designers.
        call: Takes the budget and then the arguments; answers null to what makes no sense.

    """

    name: str
    parameters: tuple[str, ...]
    description: str
    call: Callable[..., Any]
