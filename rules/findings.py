"""What a check found in a model: where it is, what is wrong and how to mend it."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """
    One finding of a check.

    Attributes:
        code: Stable short name, e.g. `script-task`; help pages are named by it.
        severity: `error` refuses the model, `warning` does not.
        message: One sentence that says what is wrong, naming the place.
        remedy: One sentence that says how to mend it.
        element_id: Id of the model element, where there is one.
        file_name: Name of the file, as it was handed in.
        line, column: Place in the file, from 1; `None` where unknown.
        element_name: Name of the model element, where it has one.
        help: Page and place that explain the code, where there is one.
        suppressed: Why a warning was accepted; it is listed, but nobody has to act.

    """

    code: str
    message: str
    remedy: str
    severity: str = "error"
    element_id: str | None = None
    file_name: str | None = None
    line: int | None = None
    column: int | None = None
    element_name: str | None = None
    help: str | None = None
    suppressed: str | None = None

    @property
    def is_error(self) -> bool:
        """Say whether the model is refused because of this."""
        return self.severity == "error"

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain data, without what is unknown."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file_name, self.line, self.column) if part)
        element = f" [{self.element_id}]" if self.element_id else ""
        return f"{place or 'model'}{element}: {self.message} {self.remedy}"
