"""The pages of the studio, without the scripts of a browser."""

import pytest

from tests.conftest import NOW
from tests.webapp.conftest import Person
from tests.webapp.german import english_in, read_german, refused
from tests.webapp.reserve import Make
from tests.webapp.samples import publish_sample
from workflows import accounts, studio
from workflows.database import Database
from workflows.engine import definitions
from workflows.studio_new import EMPTY
from workflows.studio_states import DraftKind, Subject
from workflows.studio_tables import DefinitionDraft

DESIGNER, HR = "mateo.navarro", "helena.carvalho"
EDITOR = "/studio/processes/sample"
PROPOSAL = f"{EDITOR}/proposal"
SAMPLE = Subject(DraftKind.PROCESS, "sample")


@pytest.fixture
def designer(app, database: Database, person: Make):
    with database.unit_of_work() as session:
        publish_sample(session, now=NOW)
        accounts.create(session, "ana.designer", name="Ana", roles=["designer"], now=NOW)
    mateo = person(DESIGNER)
    mateo.get("/processes/sample")
    mateo.post(f"{EDITOR}/begin")
    return mateo


def _source(database: Database) -> str:
    with database.reading() as session:
        return studio.find(session, SAMPLE).source.decode()


def _save(somebody, text: str, revision: object):
    return somebody.post(f"{EDITOR}/save", {"source": text, "revision": revision})


def test_a_designer_begins_and_finds_the_draft_again(designer, person: Make) -> None:
    again = designer.post(f"{EDITOR}/begin")
    page = designer.get(EDITOR).text
    listed = designer.get("/studio/").text

    assert again.headers["Location"] == EDITOR
    assert "data-studio" in page
    assert "Mateo Navarro" in listed
    assert EDITOR in listed
    assert "Change" in designer.get("/processes/sample").text
    assert f"{EDITOR}/begin" not in person(HR).get("/processes/sample").text


def test_a_save_answers_with_what_the_checks_find(designer, database: Database) -> None:
    text = _source(database)

    good = _save(designer, text.replace('name="', 'name="My '), 0).get_json()
    broken = _save(designer, text.replace('targetRef="', 'targetRef="not_'), 1).get_json()

    assert good["revision"] == 1
    assert good["text"].startswith("Saved at 20 Nov 2026")
    assert good["status"] == "Checked, without errors"
    assert broken["status"] == "Draft"
    assert any(each["isError"] for each in broken["findings"])


@pytest.mark.parametrize("revision", ["", "x", "-1", "²", "9" * 30])
def test_a_save_without_a_sensible_revision_is_refused(
    designer, database: Database, revision: str
) -> None:
    answer = _save(designer, _source(database).replace("name=", "name ="), revision)

    assert answer.status_code == 409


def test_what_is_no_xml_is_refused_with_a_sentence(designer) -> None:
    answer = _save(designer, "<bpmn", 0)

    assert answer.status_code == 422
    assert answer.get_json()["text"]


def test_who_takes_over_is_told_who_had_it_and_the_other_keeps_the_text(
    designer, database: Database, person: Make
) -> None:
    with database.unit_of_work() as session:
        actor = accounts.actor_of(session, "ana.designer")
        studio.take_over(session, SAMPLE, actor=actor, now=NOW)

    page = designer.get(EDITOR).text
    late = _save(designer, _source(database).replace('name="', 'name="Late '), 0)
    kept = designer.get(EDITOR).text
    designer.post(f"{EDITOR}/take-over")
    mine = designer.get(EDITOR).text

    assert "Ana edits this draft since 20 Nov 2026, 09:00" in page
    assert late.status_code == 409
    assert "Ana took this draft over on 20 Nov 2026, 09:00" in late.get_json()["text"]
    assert "kept aside" in kept
    assert "Go on with this text" not in kept
    assert "edits this draft since" not in mine
    assert "Go on with this text" in mine


def test_an_older_text_can_be_read_and_gone_on_with(designer, database: Database) -> None:
    first = _source(database).replace('name="', 'name="First ')
    _save(designer, first, 0)
    with database.reading() as session:
        text_id = studio.texts(session, studio.find(session, SAMPLE))[0].id

    assert designer.get(f"{EDITOR}/source?text={text_id}").text == first
    assert f"&#34;chosen&#34;: &#34;{text_id}&#34;" in designer.get(f"{EDITOR}?text={text_id}").text
    assert "&#34;chosen&#34;" not in designer.get(f"{EDITOR}?text=77").text


def test_a_proposal_needs_a_comment_and_a_second_person(
    designer, database: Database, person: Make
) -> None:
    _save(designer, _source(database).replace('name="', 'name="My ', 1), 0)
    designer.get(PROPOSAL)
    silent = designer.post(PROPOSAL, {"revision": 1, "comment": " "})
    designer.post(PROPOSAL, {"revision": 1, "comment": "Mine is clearer"})
    own = designer.post(f"{PROPOSAL}/approve", {"revision": 1, "seen": _in_force(database)})

    hr = person(HR)
    shown = hr.get(PROPOSAL).text
    back = hr.post(f"{PROPOSAL}/send-back", {"revision": 1, "reason": ""})
    hr.post(f"{PROPOSAL}/send-back", {"revision": 1, "reason": "Whose?"})

    assert silent.status_code == 422
    assert "Say what changes, and why" in silent.text
    assert own.status_code == 403
    assert "Mine is clearer" in shown
    assert back.status_code == 422
    assert "Whose?" in designer.get(EDITOR).text
    assert "Sent back" in designer.get("/studio/").text


def test_an_approved_draft_comes_into_force_with_its_comment(
    designer, database: Database, person: Make
) -> None:
    _save(designer, _source(database).replace('name="', 'name="My ', 1), 0)
    designer.get(PROPOSAL)
    designer.post(PROPOSAL, {"revision": 1, "comment": "Mine is clearer"})
    assert designer.get(EDITOR).headers["Location"] == PROPOSAL
    hr = person(HR)
    hr.get(PROPOSAL)
    early = hr.post(f"{PROPOSAL}/publish")
    unseen = hr.post(f"{PROPOSAL}/approve", {"revision": 1, "seen": 0})
    hr.post(f"{PROPOSAL}/approve", {"revision": 1, "seen": _in_force(database)})
    published = hr.post(f"{PROPOSAL}/publish")

    assert (early.status_code, unseen.status_code) == (409, 409)
    assert published.headers["Location"] == "/processes/sample"
    page = hr.get("/processes/sample").text
    assert "Version 2 is in force" in page
    assert "Mine is clearer" in page
    assert "Mine is clearer" in hr.get("/studio/").text
    assert hr.get(PROPOSAL).status_code == 404


def _in_force(database: Database) -> int:
    with database.reading() as session:
        return definitions.latest(session, "process", "sample").id


def test_an_error_keeps_a_draft_from_being_proposed(designer, database: Database) -> None:
    _save(designer, _source(database).replace('targetRef="', 'targetRef="not_'), 0)
    page = designer.get(PROPOSAL).text
    answer = designer.post(PROPOSAL, {"revision": 1, "comment": "Try"})

    assert "before it can be proposed" in page
    assert "What the checks find" in page
    assert answer.status_code == 422


def test_a_proposal_can_be_taken_back_and_a_draft_discarded(designer, database: Database) -> None:
    _save(designer, _source(database).replace('name="', 'name="My '), 0)
    designer.get(PROPOSAL)
    designer.post(PROPOSAL, {"revision": 1, "comment": "Mine"})
    back = designer.post(f"{PROPOSAL}/withdraw")
    gone = designer.post(f"{EDITOR}/discard")

    assert back.headers["Location"] == EDITOR
    assert gone.headers["Location"] == "/studio/"
    assert designer.get(EDITOR).status_code == 404


def test_a_new_process_has_a_name_and_an_id_of_its_own(designer, database: Database) -> None:
    designer.get("/studio/")
    taken = designer.post("/studio/processes", {"name": "Mine", "key": "sample"})
    wrong = designer.post("/studio/processes", {"name": "Mine", "key": "my process"})
    begun = designer.post("/studio/processes", {"name": 'The "best" <one>', "key": "mine"})

    assert (taken.status_code, wrong.status_code) == (422, 422)
    assert 'value="my process"' in wrong.text
    assert begun.headers["Location"] == "/studio/processes/mine"
    with database.reading() as session:
        assert session.query(DefinitionDraft).filter_by(key="mine").one().base_id is None
    page = designer.get("/studio/processes/mine").text
    assert "The &#34;best&#34; &lt;one&gt;" in page
    assert "A new process" in designer.get("/studio/processes/mine/proposal").text
    assert "{key}" in EMPTY


def test_what_is_refused_is_said_in_german(
    designer: Person, database: Database, person: Make
) -> None:
    read_german(designer)
    new = "/studio/processes"

    refused(designer.post(new, {"name": "", "key": "x"}), 422, "Geben Sie einen Namen")
    refused(designer.post(new, {"name": "X", "key": "1 x"}), 422, "Eine Kennung beginnt mit")
    refused(designer.post(new, {"name": "X", "key": "sample"}), 422, "schon")
    refused(designer.get(EDITOR), 200)
    source = _source(database)
    broken = source.replace('targetRef="end"', 'targetRef="tell"')
    assert "kein wohlgeformtes XML" in _save(designer, "<bpmn", 0).get_json()["text"]
    told = [each["message"] for each in _save(designer, broken, 0).get_json()["findings"]]
    assert "Zu „end“ führt kein Weg; es würde nie erledigt." in told
    assert english_in(" ".join(told)) == []
    refused(designer.get(PROPOSAL), 200)
    _save(designer, source.replace('name="', 'name="Mein ', 1), 1)
    designer.post(PROPOSAL, {"revision": 2, "comment": "Klarer"})
    own = designer.post(f"{PROPOSAL}/approve", {"revision": 2, "seen": _in_force(database)})
    refused(own, 403, "Eine zweite Person gibt frei")
    refused(designer.post(PROPOSAL, {"revision": 2, "comment": "x"}), 409, "hat den Stand")
    hr = read_german(person(HR))
    refused(hr.post(f"{PROPOSAL}/send-back", {"revision": 2, "reason": ""}), 422)
    refused(hr.post(f"{PROPOSAL}/approve", {"revision": 7, "seen": 1}), 409, "hat sich geändert")
    refused(hr.post(f"{EDITOR}/begin"), 403, "Nur die Prozessgestaltung darf Prozesse ändern.")
