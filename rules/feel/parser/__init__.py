"""The parser: recursive descent on the text itself, because the scope decides where names end."""

from rules.feel.parser.entry import parse_expression, parse_unary_tests

__all__ = ["parse_expression", "parse_unary_tests"]
