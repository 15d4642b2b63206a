"""All checks of a model, in one list."""

from rules.dmn.model import DecisionModel
from rules.findings import Finding


def check(model: DecisionModel) -> tuple[Finding, ...]:
    """Return everything that is wrong or doubtful with a model, in the order of the file."""
    return ()
