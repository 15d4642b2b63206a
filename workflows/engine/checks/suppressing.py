"""Accepting warnings: they stay listed, with the reason of whoever accepted them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine.spiff.suppressions import Suppression

_REMEDY = Sentence(
    'Write <understudy:suppress code="..." reason="..."/> into the extension elements of the'
    " element that the warning names."
)


def suppress(
    findings: Iterable[Finding], suppressions: Iterable[Suppression], file_name: str
) -> list[Finding]:
    """
    Return the findings, with the accepted ones marked, and what is wrong with the acceptances.

    Only warnings can be accepted. In a file that could not be read, a suppression
    without effect is no fault: its finding may come when the errors are mended.
    """
    found = list(findings)
    more: list[Finding] = []
    for each in suppressions:
        faults = list(_faults(each, found, file_name))
        more += faults
        if not faults:
            found = [
                replace(one, suppressed=each.reason) if _is_meant(each, one) else one
                for one in found
            ]
    return [*found, *more]


def _is_meant(suppression: Suppression, finding: Finding) -> bool:
    """Say whether a suppression names a finding."""
    return finding.code == suppression.code and finding.element_id in suppression.covers


def _faults(each: Suppression, found: list[Finding], file_name: str) -> Iterator[Finding]:
    """Find what is wrong with one suppression."""
    meant = [finding for finding in found if _is_meant(each, finding)]
    place = Sentence(
        "The suppression of '%(code)s' at '%(element)s'", code=each.code, element=each.element_id
    )
    if not each.code or not each.reason:
        what = Sentence("code") if not each.code else Sentence("reason")
        yield _finding(
            "suppression-without-reason",
            Sentence("%(place)s has no %(what)s.", place=place, what=what),
            _REMEDY,
            each,
            file_name,
        )
    elif not meant and not any(finding.is_error for finding in found):
        yield _finding(
            "suppression-without-effect",
            Sentence("%(place)s matches no finding there.", place=place),
            Sentence("Remove it, or correct the code."),
            each,
            file_name,
        )
    elif any(finding.is_error for finding in meant):
        yield _finding(
            "suppression-of-error",
            Sentence("%(place)s has no effect, because errors cannot be accepted.", place=place),
            Sentence("Mend the error and remove the suppression."),
            each,
            file_name,
        )


def _finding(code: str, message: str, remedy: str, each: Suppression, file_name: str) -> Finding:
    """Return a warning about a suppression."""
    return Finding(
        code,
        message,
        remedy,
        "warning",
        element_id=each.element_id,
        file_name=file_name,
        line=each.line,
    )
