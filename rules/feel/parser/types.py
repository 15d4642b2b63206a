"""Names of types, as they stand after `instance of` and after parameters."""

from rules.feel.parser.literals import LiteralParser
from rules.feel.syntax import TypeName

_SPACED = ("date and time", "days and time duration", "years and months duration")


class TypeParser(LiteralParser):
    """Reads types."""

    def type_name(self) -> TypeName:
        """Read a type."""
        start = self.position
        with self.nested(), self.knowing(*_SPACED):
            name = self._type_word()
            if name == "function":
                return self._function_type(start)
            if name == "context" and self.take("<"):
                return self._context_type(start)
            if name in {"list", "range"} and self.take("<"):
                part = self.type_name()
                self.need(">")
                return TypeName(name, (part,), position=start)
        return TypeName(name, position=start)

    def _type_word(self) -> str:
        """Read the name of a type; a dotted name belongs to an imported model."""
        if self.take_keyword("function"):
            return "function"
        if self.word() == "null":
            self.take("null")
            return "null"
        name = self.take_name("a type")
        while self.sees(".") and not self.sees(".."):
            self.take(".")
            name += "." + self.take_name("a type")
        return name

    def _function_type(self, start: int) -> TypeName:
        """Read `function<a, b> -> c`; the result is the last part."""
        if not self.take("<"):
            return TypeName("function", position=start)
        parts: list[TypeName] = []
        while not self.take(">"):
            if parts:
                self.need_comma(">")
            parts.append(self.type_name())
        self.need("->")
        parts.append(self.type_name())
        return TypeName("function", tuple(parts), position=start)

    def _context_type(self, start: int) -> TypeName:
        """Read `context<a: b, ...>`."""
        members: list[str] = []
        parts: list[TypeName] = []
        while not self.take(">"):
            if parts:
                self.need_comma(">")
            members.append(self.take_name())
            self.need(":")
            parts.append(self.type_name())
        return TypeName("context", tuple(parts), tuple(members), position=start)
