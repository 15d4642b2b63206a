"""What the rules of a model say about themselves, for readers of what they decided."""

from collections.abc import Iterator

from rules.dmn.model import DecisionModel
from rules.dmn.syntax import Rule
from rules.feel.syntax import Node, children


def rule_reasons(model: DecisionModel) -> dict[str, str]:
    """Return the reason of each rule that has one, by the id of the rule."""
    return {rule.id: rule.reason for rule in _rules(model) if rule.reason}


def _rules(model: DecisionModel) -> Iterator[Rule]:
    """Yield the rules of all tables of a model."""
    waiting: list[Node] = [part.logic for part in model.definitions.elements if part.logic]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Rule):
            yield node
        else:
            waiting.extend(children(node))
