"""
What changed between two versions of a model, cell by cell.

    for change in differences(old, new):
        print(change.text)  # rule r3 (2), column "Score": < 60 -> < 65
        change.to_json()

Elements are matched by id. Rules are matched by id, then by what they say; a rule that
only stands elsewhere is `rule-moved`. Columns are matched by what they look at, then by
their label. The kinds of changes are

- of rules: `rule-added`, `rule-removed`, `rule-moved`, `cell-changed`, `reason-changed`;
- of columns: `column-added`, `column-removed`, `column-moved`, `column-renamed`,
  `column-changed` (what it looks at), `values-changed`, `default-changed`;
- of tables and other logic: `hit-policy-changed`, `expression-changed`, `entry-added`,
  `entry-removed`, `entries-moved`;
- of elements: `decision-added`, `decision-removed`, and so for `input`, `knowledge-model`
  and `service`; `name-changed`, `required-changed`, `question-changed`,
  `description-changed`, `requirement-added`, `requirement-removed`;
- of types: `type-added`, `type-removed`, and `type-changed`, which stands for the declared
  type of an element or column as well.
"""

from collections.abc import Iterator

from rules.dmn.comparison.changes import Change
from rules.dmn.comparison.elements import compare_elements
from rules.dmn.comparison.types import compare_types
from rules.dmn.model import DecisionModel


def differences(old: DecisionModel, new: DecisionModel) -> tuple[Change, ...]:
    """Return what changed from one version of a model to another, in the order of the file."""
    return tuple(_differences(old, new))


def _differences(old: DecisionModel, new: DecisionModel) -> Iterator[Change]:
    """Yield the changes of the types, then those of the elements."""
    yield from compare_types(old.definitions.types, new.definitions.types)
    yield from compare_elements(old.definitions.elements, new.definitions.elements)


__all__ = ["Change", "differences"]
