"""What the rules of a model say about themselves, for readers of what they decided."""

from rules.dmn.model import DecisionModel
from rules.dmn.syntax import Rule
from rules.feel.syntax import everything_in


def rule_reasons(model: DecisionModel) -> dict[str, str]:
    """Return the reason of each rule that has one, by the id of the rule."""
    logic = [part.logic for part in model.definitions.elements if part.logic]
    rules = (node for node in everything_in(*logic) if isinstance(node, Rule))
    return {rule.id: rule.reason for rule in rules if rule.reason}
