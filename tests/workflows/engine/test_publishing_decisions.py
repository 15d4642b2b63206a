"""A decision table is checked when it is published: faults refuse it, doubts are told."""

import pytest

from rules import decisions
from tests.rules.dmn_models import decision, input_data, model, table
from tests.workflows.engine.shop import publish
from workflows.engine import definitions, publishing
from workflows.engine.definitions import PublishRefused, SourceFile


def graded(*cells: str) -> SourceFile:
    rules = [([cell], [f'"{number}"']) for number, cell in enumerate(cells)]
    logic = table("UNIQUE", ["score"], rules)
    parts = (input_data("score", "number"), decision("grading", logic, ("in_score",)))
    return SourceFile("grading.dmn", model(*parts))


def test_a_table_whose_rules_overlap_is_refused(database):
    with pytest.raises(PublishRefused) as caught:
        publish(database, graded("<= 60", ">= 60"))

    (finding,) = caught.value.findings
    assert (finding.code, finding.file_name) == ("table-overlap", "grading.dmn")
    assert "score = 60" in finding.message


def test_a_gap_is_told_and_kept_with_the_version(database):
    published = publish(database, graded("< 60", "> 60"))

    assert [finding.code for finding in published.findings] == ["table-gap"]
    with database.reading() as session:
        kept = definitions.latest(session, "decision", "grading").findings
    assert "score = 60" in kept[0]["message"]


@pytest.mark.parametrize("name", decisions.packaged())
def test_the_decisions_that_come_with_the_product_have_no_findings(name):
    file = SourceFile(name, decisions.packaged()[name])

    assert publishing.examine([file], frozenset())[1] == []
