"""What can go wrong with an expression: it cannot be read, or it does too much."""


class FeelError(Exception):
    """An expression cannot be used; the message is one clear sentence."""


class FeelSyntaxError(FeelError):
    """
    The text is no expression of the language.

    Attributes:
        message: What is wrong, without the place.
        line, column: The place, from 1.
        expected: What would have been accepted there.

    """

    def __init__(self, message: str, line: int, column: int, expected: str = "") -> None:
        super().__init__(f"Line {line}, column {column}: {message}")
        self.message = message
        self.line = line
        self.column = column
        self.expected = expected


class FeelBudgetExceeded(FeelError):
    """The evaluation was stopped because it did too much work or grew too large."""
