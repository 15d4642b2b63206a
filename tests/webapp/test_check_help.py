"""The help for designers: what a code means, how to mend it, and how to accept a warning."""

from io import BytesIO

import pytest

from tests.webapp.api import samples
from tests.webapp.conftest import Person
from tests.webapp.reserve import Make
from workflows.engine.checks import explanations

ENDLESS = samples.process(
    "endless",
    '<bpmn:startEvent id="begin"/>\n<bpmn:userTask id="ask" name="Ask"/>\n'
    '<bpmn:userTask id="revise" name="Revise"/>\n'
    + samples.flow("f1", "begin", "ask")
    + samples.flow("f2", "ask", "revise")
    + samples.flow("f3", "revise", "ask"),
)
GAPPY = samples.DECISION.replace(b"&gt;= 18", b"&gt; 18")


@pytest.fixture
def designer(alone: None, person: Make) -> Person:
    mateo: Person = person("mateo.navarro")
    mateo.get("/processes/publish")
    return mateo


def test_a_finding_leads_to_its_explanation_when_published_and_later(designer: Person) -> None:
    published = designer.post(
        "/processes/publish", {"files": [(BytesIO(ENDLESS), "endless.bpmn")]}
    ).text
    later = designer.get("/processes/endless").text

    for html in (published, later):
        assert 'href="/help/checks/no-way-out"' in html


def test_a_refusal_leads_to_its_explanation(designer: Person) -> None:
    refused = designer.post(
        "/processes/publish", {"files": [(BytesIO(samples.SCRIPT_TASK), "bad.bpmn")]}
    )

    assert refused.status_code == 422
    assert 'href="/help/checks/' in refused.text


def test_a_finding_of_a_decision_table_leads_to_its_explanation(designer: Person) -> None:
    published = designer.post("/processes/publish", {"files": [(BytesIO(GAPPY), "gappy.dmn")]}).text

    assert 'href="/help/checks/tables/table-gap"' in published
    assert "nothing matches when score = 60" in designer.get("/help/checks/tables/table-gap").text


def test_an_explanation_has_example_remedy_and_how_to_accept_it(designer: Person) -> None:
    html = designer.get("/help/checks/no-way-out").text

    assert "From here no path leads to an end, whatever people do." in html
    assert "<code>revise</code> leads to <code>review</code>" in html
    assert "Draw a flow out of the loop, behind a gateway." in html
    assert '&lt;understudy:suppress code="no-way-out" reason=' in html
    assert 'href="/help/checks/default-missing"' in html


def test_an_error_offers_no_way_to_accept_it(designer: Person) -> None:
    html = designer.get("/help/checks/unreachable").text

    assert "understudy:suppress" not in html


@pytest.mark.parametrize(
    "address",
    ["/help/checks/nonsense", "/help/checks/tables/nonsense", "/help/checks/tables", "/help/"],
)
def test_a_code_that_nobody_gives_is_not_found(designer: Person, address: str) -> None:
    assert designer.get(address).status_code == 404


def test_the_list_leads_to_every_explanation(designer: Person) -> None:
    html = designer.get("/help/checks").text

    for address, known in (
        ("/help/checks", explanations.of_processes()),
        ("/help/checks/tables", explanations.of_tables()),
    ):
        for code in known:
            assert f'href="{address}/{code}"' in html
            assert designer.get(f"{address}/{code}").status_code == 200
