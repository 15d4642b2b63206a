"""Two versions of a process beside each other, without the scripts of a browser."""

import json
import re
from html import unescape

import pytest

from tests.conftest import NOW
from tests.webapp.reserve import Make
from tests.webapp.samples import publish_sample
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.engine import definitions
from workflows.engine.definitions import SourceFile

COMPARE = "/processes/sample/compare"


@pytest.fixture
def source(app, database: Database) -> str:
    """The text of the first of three versions, each with another name."""
    with database.unit_of_work() as session:
        publish_sample(session, now=NOW)
        first = definitions.latest(session, "process", "sample").source.decode()
        second = first.replace('name="', 'name="My ', 1)
        third = second.replace('name="My ', 'name="Our ', 1)
        for text in (second, third):
            file = SourceFile("sample.bpmn", text.encode())
            definitions.publish(session, [file], actor=SYSTEM, now=NOW)
    return first


def _marks(page: str) -> dict[str, list[str]]:
    found = re.search(r'data-marks="([^"]*)"', page)
    assert found is not None
    return json.loads(unescape(found[1]))


def test_the_newest_version_is_compared_with_the_one_before(source, person: Make) -> None:
    hr = person("helena.carvalho")

    page = hr.get(COMPARE).text

    assert "From version 2 to version 3" in page
    assert re.search(r"<del>My [^<]+</del>", page)
    assert re.search(r"<ins>Our [^<]+</ins>", page)
    assert sum(len(each) for each in _marks(page).values()) == 1
    assert "/processes/sample/diagram?version=2" in page


def test_any_two_versions_are_compared_and_their_texts_handed_out(source, person: Make) -> None:
    hr = person("helena.carvalho")

    backwards = hr.get(f"{COMPARE}?from=3&to=1").text
    alike = hr.get(f"{COMPARE}?from=2&to=2").text

    assert re.search(r"<del>Our [^<]+</del>", backwards)
    assert "Nothing differs." in alike
    assert hr.get("/processes/sample/diagram?version=1").text == source
    assert hr.get("/processes/sample/diagram?version=²").text != source


@pytest.mark.parametrize(
    "address", [f"{COMPARE}?from=9&to=1", "/processes/nothing/compare", f"{COMPARE}?to=12345678"]
)
def test_what_there_never_was_is_not_found(source, person: Make, address: str) -> None:
    assert person("helena.carvalho").get(address).status_code == 404


def test_the_page_of_a_process_leads_to_its_comparisons(source, person: Make) -> None:
    page = person("helena.carvalho").get("/processes/sample").text

    assert f"{COMPARE}?from=2&amp;to=3" in page
    assert f"{COMPARE}?from=1&amp;to=2" in page
