"""What an operator can stand between: constants, names, brackets, calls, paths and filters."""

import re
from contextlib import ExitStack

from rules.feel.names import SPACE, is_name, normalised
from rules.feel.parser.cursor import A_VALUE
from rules.feel.parser.types import TypeParser
from rules.feel.syntax import (
    Call,
    ContextLiteral,
    Filter,
    FunctionLiteral,
    InstanceOf,
    ListLiteral,
    Literal,
    Name,
    Node,
    Path,
    RangeLiteral,
    Test,
    TypeName,
)

_BRACKETS = frozenset("([]{")
COMPARISON = re.compile(r"<=|>=|!=|<|>|=")
_KEY = re.compile(r'[^:"{}\[\](),]+(?=:)')
_ARGUMENT_NAME = re.compile(rf"[^\W\d]\w*+(?:[{SPACE}]++\w++)*+(?=[{SPACE}]*+:)")
_NO_START = ("", ")", "]", "}", ",")
# An opening bracket after the end of a range closes it when no condition can follow.
_CLOSES_RANGE = re.compile(
    rf"\[(?:[{SPACE}]*)(?:$|[)\],}}<>=!.*/+]|(?:and|or|then|else|return|satisfies|in|instance)\b)"
)


class PrimaryParser(TypeParser):
    """Reads operands; the operators come in a class below."""

    _range_level = -1

    def expression(self) -> Node:
        """Read an expression."""
        raise NotImplementedError

    def arithmetic(self, strength: int = 0) -> Node:
        """Read a sum, product or power, without comparison."""
        raise NotImplementedError

    def postfix(self) -> Node:
        """Read an operand with all that is attached to it."""
        return self.attached(self._primary())

    def typed(self, node: Node) -> Node:
        """Read the questions for the type of an operand that follow it."""
        while self.sees_keyword("instance"):
            start = self.position
            self.take("instance")
            self.need_keyword("of")
            node = InstanceOf(node, self.type_name(), position=start)
        return node

    def attached(self, node: Node) -> Node:
        """Read the paths, filters and calls that follow an operand."""
        ends_range = self._range_level == self._level.depth
        while True:
            start = self.position
            if self.sees(".") and not self.sees(".."):
                self.take(".")
                node = Path(node, self.take_member(), position=start)
            elif self.sees("[") and not (ends_range and _CLOSES_RANGE.match(self.text, start)):
                self.take("[")
                node = Filter(node, self.expression(), position=start)
                self.need("]")
            elif self.sees("(") and not isinstance(node, Literal):
                node = self._call(node)
            else:
                return node

    def _primary(self) -> Node:
        """Read an operand."""
        self.count_part()
        if self.text[self.position : self.position + 1] in _BRACKETS:
            with self.nested():
                return self._bracketed()
        literal = self.literal()
        if literal:
            return literal
        start = self.position
        if self.take_keyword("function"):
            with self.nested():
                return self._function(start)
        return Name(self.take_name(A_VALUE), position=start)

    # -- brackets ------------------------------------------------------------------------

    def test(self) -> Node:
        """Read a comparison without its left side, or an expression."""
        start = self.position
        operator = self.take_match(COMPARISON)
        if operator:
            return Test(operator[0], self.arithmetic(), position=start)
        return self.expression()

    def _bracketed(self) -> Node:
        """Read what begins with a bracket."""
        if self.sees("("):
            return self._parenthesis()
        if self.sees("{"):
            return self._context()
        return self._list_or_range() if self.sees("[") else self._open_range()

    def _parenthesis(self) -> Node:
        """Read `(expression)`, `(low..high)` or `(< 5)`."""
        start = self.position
        self.need("(")
        node = self.test()
        if self.sees(".."):
            return self.range_from(node, start, included=False)
        self.need(")")
        return node

    def _list_or_range(self) -> Node:
        """Read `[a, b]` or `[low..high]`."""
        start = self.position
        self.need("[")
        items: list[Node] = []
        while not self.take("]"):
            if items:
                self.need(",")
            items.append(self.expression())
            if len(items) == 1 and self.sees(".."):
                return self.range_from(items[0], start, included=True)
            if not self.sees(",") and not self.sees("]"):
                self.fail_expected('"," or "]"')
        return ListLiteral(tuple(items), position=start)

    def _open_range(self) -> Node:
        """Read `]low..high]`."""
        start = self.position
        self.need("]")
        if self.text[self.position : self.position + 1] in _NO_START:
            # This bracket closes something whose last part is missing.
            self.position = start
            self.fail_expected(A_VALUE)
        return self.range_from(self.arithmetic(), start, included=False)

    def range_from(self, low: Node, start: int, *, included: bool) -> RangeLiteral:
        """Read the rest of a range after its lower end."""
        self.need("..")
        outer, self._range_level = self._range_level, self._level.depth
        high = self.arithmetic()
        self._range_level = outer
        if self.take("]"):
            return RangeLiteral(low, high, included, True, position=start)
        if not self.take(")") and not self.take("["):
            self.fail_expected('"]" or ")" at the end of the range')
        return RangeLiteral(low, high, included, False, position=start)

    def _context(self) -> Node:
        """Read `{key: value, ...}`."""
        start = self.position
        self.need("{")
        entries: dict[str, Node] = {}
        with ExitStack() as known:
            while not self.take("}"):
                if entries:
                    self.need(",")
                place = self.position
                key = self._key()
                if key in entries:
                    self.fail(f'The key "{key[:40]}" stands twice in the context.', "", place)
                self.need(":")
                entries[key] = self.expression()
                known.enter_context(self.knowing(key))
                if not self.sees(",") and not self.sees("}"):
                    self.fail_expected('"," or "}"')
        return ContextLiteral(tuple(entries.items()), position=start)

    def _key(self) -> str:
        """Read the key of a context entry."""
        if self.sees('"'):
            return self.string()
        found = self.take_match(_KEY)
        if found is None or not is_name(normalised(found[0])):
            if found:
                self.position = found.start()
            self.fail_expected("a key and a colon")
        return normalised(found[0])

    # -- functions -----------------------------------------------------------------------

    def _call(self, function: Node) -> Call:
        """Read the arguments of a call."""
        start = self.position
        arguments: list[Node] = []
        names: list[str] = []
        with self.nested():
            self.need("(")
            while not self.take(")"):
                if arguments:
                    self.need(",")
                named = self.take_match(_ARGUMENT_NAME)
                if named:
                    names.append(normalised(named[0]))
                    self.need(":")
                arguments.append(self.expression())
                if bool(names) and len(names) != len(arguments):
                    self.fail("Either all arguments of a call have names or none has.")
                if not self.sees(",") and not self.sees(")"):
                    self.fail_expected('"," or ")"')
        return Call(function, tuple(arguments), tuple(names), position=start)

    def _function(self, start: int) -> FunctionLiteral:
        """Read a function after its first word."""
        self.need("(")
        parameters: list[str] = []
        types: list[TypeName | None] = []
        while not self.take(")"):
            if parameters:
                self.need_comma(")")
            parameters.append(self.take_name("a parameter"))
            types.append(self.type_name() if self.take(":") else None)
        if self.sees_keyword("external"):
            self.fail("Functions outside the language are not supported.", "an expression")
        with self.knowing(*parameters):
            body = self.expression()
        return FunctionLiteral(tuple(parameters), tuple(types), body, position=start)
