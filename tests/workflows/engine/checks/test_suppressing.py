"""Warnings that somebody accepts stay listed, with the reason."""

import pytest

from tests.workflows.engine.build import Process, extension
from tests.workflows.engine.checks.files import found
from workflows import packaged
from workflows.engine.publishing import examine


def accepted(**attributes: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return extension(f"<understudy:suppress{written}/>")


def stopping(body: str = "", *, at_process: str = "") -> Process:
    """Return a process that just stops at a user task."""
    process = Process("p")
    if at_process:
        process.parts.append(at_process)
    return process.start().user("a", body).chain("start", "a")


@pytest.mark.parametrize("place", ["body", "at_process"])
def test_an_accepted_warning_stays_listed_with_the_reason(place):
    note = accepted(code="implicit-end", reason="It is only a draft.")

    (finding,) = found(stopping(**{place: note}))

    assert (finding.code, finding.severity) == ("implicit-end", "warning")
    assert finding.suppressed == "It is only a draft."
    assert finding.to_json()["suppressed"] == "It is only a draft."


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"code": "implicit-end"}, "suppression-without-reason"),
        ({"code": "implicit-end", "reason": "  "}, "suppression-without-reason"),
        ({"reason": "Because."}, "suppression-without-reason"),
        ({"code": "implicit-ends", "reason": "Because."}, "suppression-without-effect"),
    ],
)
def test_an_acceptance_that_says_too_little_is_itself_a_finding(attributes, code):
    findings = found(stopping(accepted(**attributes)))

    assert [(one.code, one.suppressed) for one in findings] == [
        ("implicit-end", None),
        (code, None),
    ]
    assert findings[1].element_id == "a"


def test_an_error_cannot_be_accepted():
    process = stopping().end("e").user("lost", accepted(code="unreachable", reason="No."))

    findings = found(process.chain("a", "e").chain("lost", "e"))

    told = [(one.code, one.severity, one.suppressed) for one in findings]
    assert ("unreachable", "error", None) in told
    assert ("suppression-of-error", "warning", None) in told


def test_an_acceptance_at_one_element_is_not_for_another():
    process = Process("p").start().parallel("f").user("b")
    process.user("a", accepted(code="implicit-end", reason="Meant."))

    findings = found(process.chain("start", "f", "a").chain("f", "b"))

    assert {one.element_id: one.suppressed for one in findings} == {"a": "Meant.", "b": None}


def test_the_packaged_processes_have_no_finding_that_nobody_accepted():
    _, findings = examine(packaged.sources(), frozenset())

    assert [str(one) for one in findings if one.suppressed is None] == []
