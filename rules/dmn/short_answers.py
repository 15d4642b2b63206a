"""Answers that were found by the short way: made once, and handed out many times."""

from collections.abc import Callable
from typing import Any

from rules.dmn.trace import DecisionRecord, Evaluation

Again = Callable[[tuple[Any, ...]], Evaluation]


class Answer:
    """What a set of rules answers; nobody can change a text or a number, so that all share it."""

    __slots__ = ("again", "make", "matched_rules", "output", "reasons", "value")

    def __init__(self, evaluation: Evaluation, again: Again) -> None:
        self.output = evaluation.output
        self.value = evaluation.value
        self.matched_rules = evaluation.matched_rules
        self.reasons = evaluation.reasons
        self.again = again
        can_change = isinstance(self.output, dict | list)
        self.make = _ChangeableEvaluation if can_change else ShortEvaluation


class ShortEvaluation(Evaluation):
    """An answer by the short way; its records are made by the long way if somebody asks."""

    __slots__ = ("_answer", "_values")

    def __init__(self, answer: Answer, values: tuple[Any, ...]) -> None:
        self._answer = answer
        self._values = values

    @property
    def output(self) -> Any:
        """Return the result as plain data."""
        return self._answer.output

    @property
    def value(self) -> Any:
        """Return the result as a value of the language."""
        return self._answer.value

    @property
    def records(self) -> tuple[DecisionRecord, ...]:
        """Return what each decision did."""
        return self._answer.again(self._values).records

    @property
    def matched_rules(self) -> tuple[str, ...]:
        """Return the ids of all rules that matched."""
        return self._answer.matched_rules

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return what the matching rules say about themselves."""
        return self._answer.reasons


class _ChangeableEvaluation(ShortEvaluation):
    """An answer that is a list or a context: everybody gets one of their own."""

    __slots__ = ()

    def __init__(self, answer: Answer, values: tuple[Any, ...]) -> None:
        super().__init__(answer, values)
        self._output = _copied(answer.output)
        self._value = _copied(answer.value)

    output = Evaluation.output
    value = Evaluation.value


def _copied(value: Any) -> Any:
    """Return a value that shares nothing that could be changed."""
    if type(value) is dict:
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if type(value) is list else value
