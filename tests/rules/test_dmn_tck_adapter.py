"""The adapter for the conformance runner, with a small runner of test cases of our own."""

import sys
from dataclasses import dataclass
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from tests import dmn_tck
from tests.rules.dmn_models import NAMESPACE, decision, input_data, literal, model


@dataclass(frozen=True)
class Temporal:
    """A date, time or duration as the runner holds it."""

    kind: str
    text: str


@pytest.fixture(autouse=True)
def runner(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("tck_runner")
    module.Temporal = Temporal  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tck_runner", module)
    dmn_tck._model.cache_clear()


LIBRARY = model(decision("shared", literal('"shared"'))).replace(
    b"<definitions ", b'<definitions namespace="urn:library" '
)
MODEL = model(
    f'<import name="library" namespace="urn:library" importType="{NAMESPACE}"/>',
    input_data("a", "number"),
    input_data("day", "date"),
    decision("twice", literal("a * 2"), ("in_a",)),
    decision("next day", literal('day + duration("P1D")'), ("in_day",)).replace(
        'id="next day"', 'id="next"'
    ),
    decision("since", literal('years and months duration(day, date("2026-02-28"))'), ("in_day",)),
    decision("far", literal("date(12026, 1, 31)")),
    decision("parts", literal('{list: [1, null], range: [1..2], far: @"-0001-01-01"}')),
    decision("broken", literal("1 +")),
    decision(
        "imported",
        '<informationRequirement><requiredDecision href="urn:library#shared"/>'
        f"</informationRequirement>{literal('library.shared')}",
    ),
    '<decisionService id="service" name="service"><outputDecision href="#twice"/>'
    '<inputData href="#in_a"/></decisionService>',
)
CASES = """
<testCases>
  <testCase name="twice"><input name="a" number="21"/><expected number="42"/></testCase>
  <testCase name="service"><input name="a" number="4"/><expected number="8"/></testCase>
  <testCase name="twice"><input name="a" text="word"/><expected/></testCase>
  <testCase name="next day"><input name="day" date="2026-02-28"/><expected date="2026-03-01"/>
  </testCase>
  <testCase name="since"><input name="day" date="2024-01-31"/><expected duration="P2Y"/></testCase>
  <testCase name="far"><expected date="12026-01-31"/></testCase>
  <testCase name="broken"><expected/></testCase>
  <testCase name="nowhere"><expected/></testCase>
  <testCase name="imported"><expected text="shared"/></testCase>
</testCases>
"""


def _value(element: etree._Element) -> Any:
    """Return the value that an element of a case holds."""
    for kind, text in element.attrib.items():
        match kind:
            case "number":
                return Decimal(text)
            case "text":
                return text
            case "date" | "duration":
                return Temporal(str(kind), str(text))
    return None


def _plain(value: Any) -> Any:
    """Return an answer in the form in which cases are written."""
    return Temporal("date", value.isoformat()) if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("case", etree.fromstring(CASES), ids=lambda case: case.get("name"))
def test_a_case_of_the_runner_comes_out(tmp_path, case):
    (tmp_path / "cases.dmn").write_bytes(MODEL)
    (tmp_path / "library.dmn").write_bytes(LIBRARY)
    (tmp_path / "broken.dmn").write_bytes(b"<definitions")
    inputs = {part.get("name"): _value(part) for part in case.findall("input")}

    answer = dmn_tck.evaluate(str(tmp_path / "cases.dmn"), case.get("name"), inputs)

    expected = case.find("expected")
    assert _plain(answer) == _value(expected)


def test_values_inside_of_others_are_plain_too(tmp_path):
    (tmp_path / "cases.dmn").write_bytes(MODEL)

    answer = dmn_tck.evaluate(str(tmp_path / "cases.dmn"), "parts", {})

    assert answer["list"] == [Decimal(1), None]
    assert isinstance(answer["range"], str)
    assert answer["far"] == Temporal("date", "-0001-01-01")


def test_only_the_failure_of_a_decision_is_null(tmp_path, monkeypatch):
    (tmp_path / "cases.dmn").write_bytes(MODEL)

    def breaks(*_arguments: Any, **_named: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(dmn_tck.DecisionModel, "evaluate", breaks)

    with pytest.raises(ZeroDivisionError):
        dmn_tck.evaluate(str(tmp_path / "cases.dmn"), "twice", {})
