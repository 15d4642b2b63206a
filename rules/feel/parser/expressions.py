"""Operators by their strength, and the expressions that begin with a keyword."""

import re
from contextlib import ExitStack

from rules.feel.budget import MAX_LOOPS
from rules.feel.parser.primaries import COMPARISON, PrimaryParser
from rules.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Comparison,
    For,
    If,
    In,
    Loop,
    Negation,
    Node,
    Or,
    Quantified,
    Test,
)

_ARITHMETIC = re.compile(r"\*\*|[-+*/]")
_STARTS = frozenset(("if", "for", "some", "every"))
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 3}


class ExpressionParser(PrimaryParser):
    """Reads whole expressions."""

    def expression(self) -> Node:
        """Read an expression."""
        word = self.word()
        if word not in _STARTS or self.known_name() is not None:
            return self._disjunction()
        with self.nested():
            if word == "if":
                return self._if()
            return self._for() if word == "for" else self._quantified()

    # -- operators -----------------------------------------------------------------------

    def _disjunction(self) -> Node:
        """Read operands with `or` and, stronger, `and` between them."""
        start = self.position
        alternatives = [self._conjunction(start)]
        while self.take_keyword("or"):
            alternatives.append(self._conjunction(self.position))
        return (
            alternatives[0] if len(alternatives) == 1 else Or(tuple(alternatives), position=start)
        )

    def _conjunction(self, start: int) -> Node:
        """Read operands with `and` between them."""
        operands = [self._comparison()]
        while self.take_keyword("and"):
            operands.append(self._comparison())
        return operands[0] if len(operands) == 1 else And(tuple(operands), position=start)

    def _comparison(self) -> Node:
        """Read a comparison, `between` or `in`, or what is stronger than these."""
        node = self.arithmetic()
        while True:
            start = self.position
            operator = self.take_match(COMPARISON)
            if operator:
                node = Comparison(operator[0], node, self.arithmetic(), position=start)
            elif self.take_keyword("between"):
                low = self.arithmetic()
                self.need_keyword("and")
                node = Between(node, low, self.arithmetic(), position=start)
            elif self.take_keyword("in"):
                node = In(node, self._in_tests(), position=start)
            else:
                return node

    def _in_tests(self) -> tuple[Node, ...]:
        """Read what follows `in`: one test, or several in parentheses."""
        start = self.position
        operator = self.take_match(COMPARISON)
        if operator:
            return (Test(operator[0], self.arithmetic(), position=start),)
        if not self.sees("("):
            return (self.arithmetic(),)
        with self.nested():
            self.need("(")
            tests = [self.test()]
            if self.sees(".."):
                return (self.attached(self.range_from(tests[0], start, included=False)),)
            while self.take(","):
                tests.append(self.test())
            self.need(")")
        if len(tests) == 1 and not isinstance(tests[0], Test):
            return (self.attached(tests[0]),)
        return tuple(tests)

    def arithmetic(self, strength: int = 0) -> Node:
        """Read operands with operators stronger than the given strength between them."""
        node = self._negation()
        while True:
            start = self.position
            operator = _ARITHMETIC.match(self.text, start)
            if operator is None or _STRENGTH[operator[0]] <= strength:
                return node
            self.take(operator[0])
            right = self.arithmetic(_STRENGTH[operator[0]])
            node = Arithmetic(operator[0], node, right, position=start)

    def _negation(self) -> Node:
        """Read an operand with any number of minus signs before it, and questions for its type."""
        start = self.position
        signs = 0
        while self.sees("-"):
            self.take("-")
            signs += 1
        node = self.postfix()
        for _ in range(signs):
            node = Negation(node, position=start)
        return self.typed(node)

    # -- keywords ------------------------------------------------------------------------

    def _if(self) -> Node:
        """Read `if ... then ... else ...`; chains of `else if` are read in a loop."""
        branches: list[tuple[int, Node, Node]] = []
        while self.sees_keyword("if"):
            start = self.position
            self.take("if")
            condition = self.expression()
            self.need_keyword("then")
            branches.append((start, condition, self.expression()))
            self.need_keyword("else")
        node = self.expression()
        for start, condition, yes in reversed(branches):
            node = If(condition, yes, node, position=start)
        return node

    def _for(self) -> Node:
        """Read `for ... return ...`."""
        start = self.position
        self.take("for")
        loops = self._loops()
        self.need_keyword("return")
        with self.knowing(*(loop.name for loop in loops)):
            return For(loops, self.expression(), position=start)

    def _quantified(self) -> Node:
        """Read `some ... satisfies ...` or `every ... satisfies ...`."""
        start = self.position
        every = self.word() == "every"
        self.take(self.word())
        loops = self._loops()
        self.need_keyword("satisfies")
        with self.knowing(*(loop.name for loop in loops)):
            return Quantified(every, loops, self.expression(), position=start)

    def _loops(self) -> tuple[Loop, ...]:
        """Read `name in source, ...`."""
        loops: list[Loop] = []
        with ExitStack() as known:
            while not loops or self.take(","):
                start = self.position
                name = self.take_name("the name of a variable")
                self.need_keyword("in")
                source = self.expression()
                end = self.expression() if self.take("..") else None
                loops.append(Loop(name, source, end, position=start))
                known.enter_context(self.knowing(name))
        if len(loops) > MAX_LOOPS:
            self.fail(f"A loop has more than {MAX_LOOPS} variables.")
        return tuple(loops)
