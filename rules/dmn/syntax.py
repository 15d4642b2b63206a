"""
The parts of a decision model that FEEL itself does not have.

Boxed expressions become trees of FEEL, so that one compiler serves both; only tables
and contexts with a result are nodes of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.feel.syntax import If, Node, TypeName, UnaryTests
from rules.findings import Finding


@dataclass(frozen=True, slots=True)
class InputClause(Node):
    """A column of conditions."""

    label: str
    expression: Node
    allowed: UnaryTests | None = None
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class OutputClause(Node):
    """A column of results; `values` are the allowed ones, the most important first."""

    name: str
    values: tuple[Node, ...] = ()
    default: Node | None = None
    label: str = ""
    type_ref: str = ""


@dataclass(frozen=True, slots=True)
class Rule(Node):
    """A row; the reason is what a person reads when it matched."""

    id: str
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Node, ...]
    reason: str = ""
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Table(Node):
    """A decision table."""

    id: str
    hit_policy: str
    aggregation: str
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Let(Node):
    """A boxed context whose last cell is its result; entries see the ones before."""

    entries: tuple[tuple[str, Node], ...]
    result: Node


@dataclass(frozen=True, slots=True)
class BoxedIf(If):
    """A boxed conditional: it means the same as `if`, and its parts may be boxes too."""


@dataclass(frozen=True, slots=True)
class BoxedFilter(Node):
    """A boxed filter."""

    source: Node
    match: Node


@dataclass(frozen=True, slots=True)
class Typed(Node):
    """An expression whose value must have a type; another value becomes null."""

    value: Node
    type: TypeName


@dataclass(frozen=True, slots=True)
class Requirement:
    """A reference from one element to another, by id."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class Element:
    """
    One element of the requirements graph.

    `kind` is `input`, `decision`, `knowledge` or `service`. `name` is the variable that
    other elements read. An element of an imported model has the namespace before its id
    and the name of the import before its name; `local_name` is its name at home, and
    `space` the place of its model among the spaces.
    """

    kind: str
    id: str
    name: str
    line: int | None
    type_ref: str = ""
    required: bool = False
    question: str = ""
    description: str = ""
    requirements: tuple[Requirement, ...] = ()
    logic: Node | None = None
    outputs: tuple[str, ...] = ()
    local_name: str = ""
    space: int = 0


@dataclass(frozen=True, slots=True)
class Space:
    """
    What the names of one file mean in the whole model.

    `names` has the variables and `types` the types under the names that the file uses;
    `imports` has the variables of each import. A file that imports nothing and is not
    imported needs none of it.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    imports: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """
    A named type.

    `allowed` are the tests of a value, of a collection those of each item; `constraint`
    are the tests of the whole. A type of functions has its type as `function`.
    """

    name: str
    type_ref: str
    is_collection: bool = False
    components: tuple["ItemDefinition", ...] = ()
    allowed: UnaryTests | None = None
    constraint: UnaryTests | None = None
    function: TypeName | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Definitions:
    """A whole model, as it was read."""

    id: str
    name: str
    file_name: str
    elements: tuple[Element, ...]
    types: tuple[ItemDefinition, ...] = ()
    findings: tuple[Finding, ...] = ()
    spaces: tuple[Space, ...] = (Space(),)
    namespace: str = ""
