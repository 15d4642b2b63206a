"""What can go wrong with a decision model: it is refused, or a decision fails."""

from collections.abc import Sequence

from rules.findings import Finding


class DmnRefused(Exception):
    """The file is no decision model that can be used; the findings say where and why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


class DecisionFailed(Exception):
    """A decision has no valid answer for its inputs; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"{finding.message} {finding.remedy}")
        self.finding = finding


def failed(code: str, message: str, remedy: str, element_id: str | None) -> DecisionFailed:
    """Return the failure of a decision."""
    return DecisionFailed(Finding(code, message, remedy, element_id=element_id))
