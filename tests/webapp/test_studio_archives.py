"""The pages and commands of archives, without the scripts of a browser."""

import io
import json
from pathlib import Path

import pytest

from tests.conftest import NOW
from tests.webapp.command_line import Invoke
from tests.webapp.reserve import Make
from tests.webapp.samples import publish_sample
from workflows.database import Database
from workflows.engine import archive_files

DESIGNER, HR, REVIEWER = "mateo.navarro", "helena.carvalho", "kenji.nakamura"
ARCHIVES = "/studio/archives/"


@pytest.fixture
def designer(app, database: Database, person: Make):
    with database.unit_of_work() as session:
        publish_sample(session, now=NOW)
    return person(DESIGNER)


def _changed(content: bytes) -> bytes:
    """The same archive with another text of the process."""
    files = archive_files.read(content)
    return archive_files.write(
        [
            archive_files.ArchivedFile(
                each.kind,
                each.key,
                each.name,
                each.file_name,
                each.content.replace(b'name="', b'name="My ', 1)
                if each.kind == "process"
                else each.content,
            )
            for each in files
        ]
    )


def _hand_in(somebody, content: bytes, name: str = "sample.zip"):
    somebody.get(ARCHIVES)
    return somebody.post(ARCHIVES, {"file": (io.BytesIO(content), name)})


def test_a_process_is_exported_handed_in_changed_and_made_a_draft(
    designer, database: Database, person: Make
) -> None:
    exported = designer.get(f"{ARCHIVES}export?process=sample")
    everything = designer.get(f"{ARCHIVES}export")
    same = designer.get(_hand_in(designer, exported.data).headers["Location"]).text
    handed = _hand_in(designer, _changed(exported.data))
    report = designer.get(handed.headers["Location"]).text

    begun = designer.post(f"{handed.headers['Location']}/drafts", {"path": "processes/sample.bpmn"})
    after = designer.get(handed.headers["Location"]).text

    assert exported.headers["Content-Disposition"] == "attachment; filename=sample.zip"
    assert everything.headers["Content-Disposition"] == "attachment; filename=everything.zip"
    assert f"{ARCHIVES}export?process=sample" in designer.get("/processes/sample").text
    assert "Every file of the archive is in force here." in same
    assert "Begin the chosen drafts" not in same
    assert "Another text than here" in report
    assert 'value="processes/sample.bpmn" checked' in report
    assert begun.headers["Location"] == handed.headers["Location"]
    assert "One draft is begun." in after
    assert "Mateo Navarro works on it" in after
    assert "sample.zip" in designer.get(ARCHIVES).text
    assert "/studio/processes/sample" in designer.get("/studio/").text
    hr = person(HR)
    assert "Begin the chosen drafts" not in hr.get(handed.headers["Location"]).text


def test_what_cannot_be_taken_is_said_on_the_page(designer) -> None:
    nothing = designer.post(ARCHIVES, {})
    broken = _hand_in(designer, b"no archive")
    content = designer.get(f"{ARCHIVES}export?process=sample").data
    address = _hand_in(designer, content).headers["Location"]
    unchosen = designer.post(f"{address}/drafts", {})

    assert nothing.status_code == 422
    assert (broken.status_code, unchosen.status_code) == (422, 422)
    assert "This is no correct zip file. Export it anew." in broken.text
    assert "Choose at least one file" in unchosen.text
    assert designer.get(f"{ARCHIVES}9999").status_code == 404
    assert designer.get(f"{ARCHIVES}export?process=nothing").status_code == 404


def test_the_command_line_exports_and_imports_archives(installed: Invoke, folder: Path) -> None:
    whole, part = folder / "whole.zip", folder / "part.zip"
    installed("process", "export", "--output", str(whole))
    installed("process", "export", "example", "--output", str(part), "--json")
    changed = folder / "changed.zip"
    changed.write_bytes(_changed(part.read_bytes()))

    same = json.loads(installed("process", "import", str(whole), "--json").stdout)
    tried = installed("process", "import", str(changed), "--dry-run").stdout
    done = json.loads(installed("process", "import", str(changed), "--json").stdout)
    again = installed("process", "import", str(changed)).stdout
    wrong = installed("process", "import", str(changed), "--id", "x", status=1)

    assert {each["standing"] for each in same["files"]} == {"same"}
    assert same["drafts"] == []
    assert "changed: processes/example.bpmn" in tried
    assert done["drafts"] == ["process:example"]
    assert "conflict: processes/example.bpmn: system works on it" in again
    assert "--id" in wrong.stderr
    assert installed("process", "export", "nothing", "--output", str(part), status=1).stderr
    missing = folder / "missing" / "a.zip"
    said = installed("process", "export", "--output", str(missing), status=1).stderr
    assert "cannot be written" in said
