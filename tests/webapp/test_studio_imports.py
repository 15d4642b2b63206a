"""The pages on which files of other tools are handed in, without the scripts of a browser."""

import io
import re
from pathlib import Path

import pytest

from tests.webapp.command_line import Invoke
from tests.webapp.reserve import Make
from workflows import studio
from workflows.database import Database
from workflows.studio_states import DraftKind, Subject

DESIGNER, HR, REVIEWER = "mateo.navarro", "helena.carvalho", "kenji.nakamura"
MODELS = Path(__file__).parents[1] / "workflows/engine/foreign"
CAMUNDA = (MODELS / "tools/camunda7.bpmn").read_bytes()
IMPORTS = "/studio/imports/"


def hand_in(somebody, content: bytes = CAMUNDA, name: str = "loan.bpmn"):
    somebody.get(IMPORTS)
    return somebody.post(IMPORTS, {"file": (io.BytesIO(content), name)})


@pytest.fixture
def designer(app, person: Make):
    return person(DESIGNER)


def test_nothing_was_handed_in_yet(designer) -> None:
    page = designer.get(IMPORTS).text

    assert "No file was handed in yet" in page
    assert 'type="file"' in page


def test_a_file_is_handed_in_looked_at_and_made_a_draft(designer, database: Database) -> None:
    handed = hand_in(designer)
    address = handed.headers["Location"]
    before = designer.get(address).text

    begun = designer.post(f"{address}/begin", {"process": "loan", "key": "loan"})

    assert "Camunda Modeler (7) 5.28.0" in before
    assert "Understood, and written in our notation too." in before
    assert begun.headers["Location"] == address
    after = designer.get(address).text
    assert 'href="/studio/processes/loan#element-book"' in after
    assert "Take it out of the draft" in after
    assert address in designer.get("/studio/processes/loan").text
    assert "loan.bpmn" in designer.get(IMPORTS).text
    with database.reading() as session:
        assert studio.find(session, Subject(DraftKind.PROCESS, "loan")).begun_by == DESIGNER


def test_the_lines_are_filtered_by_what_they_mean(designer) -> None:
    address = hand_in(designer).headers["Location"]

    mend = designer.get(f"{address}?severity=mend").text
    kept = designer.get(f"{address}?severity=kept").text
    nonsense = designer.get(f"{address}?severity=what").text

    assert "camunda:delegateExpression" in mend
    assert "camunda:followUpDate" not in mend
    assert "camunda:followUpDate" in kept
    assert "camunda:delegateExpression" in nonsense


def test_a_long_report_goes_on_and_misses_no_line(designer) -> None:
    content = (MODELS / "miwg/C.1.0.bpmn").read_bytes()
    address = hand_in(designer, content, "C.1.0.bpmn").headers["Location"]

    seen, here = 0, address
    while here:
        page = designer.get(here).text
        seen += page.count("<h3>")
        here = page.partition('show-more"><a class="btn" href="')[2].partition('"')[0]
        here = here.replace("&amp;", "&")

    assert seen == sum(
        int(number) for number in re.findall(r"<strong>(\d+)</strong>", designer.get(address).text)
    )


def test_of_several_processes_one_is_chosen(designer) -> None:
    content = (MODELS / "miwg/A.4.0.bpmn").read_bytes()
    address = hand_in(designer, content, "A.4.0.bpmn").headers["Location"]

    usual = designer.get(address).text
    other = designer.get(f"{address}?process=WFP-6-1").text

    assert 'name="process" value="WFP-6-2"' in usual
    assert 'name="process" value="WFP-6-1"' in other


def test_taking_out_leaves_the_rest(designer, database: Database) -> None:
    address = hand_in(designer).headers["Location"]
    designer.post(f"{address}/begin", {"process": "loan", "key": "loan"})
    facts = {
        "element": "prepare",
        "name": "{http://camunda.org/schema/1.0/bpmn}taskListener",
        "revision": "0",
    }

    taken = designer.post(f"{address}/take-out", facts)
    again = designer.post(f"{address}/take-out", {**facts, "revision": "1"})

    assert taken.headers["Location"] == f"{address}?severity=mend"
    assert again.status_code == 409
    with database.reading() as session:
        source = studio.find(session, Subject(DraftKind.PROCESS, "loan")).source
    assert b"taskListener" not in source
    assert b"camunda:delegateExpression" in source
    assert designer.get(f"{address}/file").data == CAMUNDA


def test_the_file_as_it_came_is_never_shown_in_the_browser(designer) -> None:
    address = hand_in(designer).headers["Location"]

    answer = designer.get(f"{address}/file")

    assert answer.headers["Content-Disposition"] == "attachment; filename=loan.bpmn"
    assert answer.content_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not well-formed XML"),
        (b"<a/>", "no BPMN 2.0 model"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE"),
    ],
)
def test_what_is_no_model_is_refused_with_a_sentence(designer, content, sentence) -> None:
    refused = hand_in(designer, content)

    assert refused.status_code == 422
    assert sentence in refused.text
    assert designer.post(IMPORTS, {}).status_code == 422


def test_an_id_that_is_not_accepted_keeps_what_was_entered(designer) -> None:
    address = hand_in(designer).headers["Location"]

    refused = designer.post(f"{address}/begin", {"process": "loan", "key": "my loan"})

    assert refused.status_code == 422
    assert 'value="my loan"' in refused.text


def test_others_read_or_see_nothing(designer, person: Make) -> None:
    address = hand_in(designer).headers["Location"]

    hr, reviewer = person(HR), person(REVIEWER)

    assert "Take it out" not in hr.get(address).text
    assert 'type="file"' not in hr.get(IMPORTS).text
    assert hand_in(hr).status_code in (403, 404)
    assert reviewer.get(address).status_code in (403, 404)
    assert designer.get(f"{IMPORTS}99999").status_code == 404


def test_the_command_line_reports_on_each_element(installed: Invoke, tmp_path: Path) -> None:
    output = tmp_path / "new.bpmn"
    file = str(MODELS / "tools/camunda7.bpmn")

    told = installed("process", "import", file, "--dry-run", status=1)
    written = installed("process", "import", file, "--output", str(output), "--id", "mine")

    assert "translated: camunda7.bpmn:" in told.stdout
    assert "[f4]: The expression is written in FEEL. ${risk == 'low'" in told.stdout
    assert "mend: camunda7.bpmn:" in written.stdout
    assert b'<bpmn:process id="mine"' in output.read_bytes()
