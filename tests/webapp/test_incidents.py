"""What those in charge do on pages about a step that failed: retry, correct the data, skip."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.webapp.conftest import Person
from tests.webapp.page_fields import filled
from tests.webapp.reserve import Make, make_reserve
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import CALENDAR, form
from workflows import accounts
from workflows.database import Database
from workflows.engine import definitions, instances, services, user_tasks
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import TransitionFailed
from workflows.engine.tables import AuditEvent, Duty, Incident, Instance, UserTask

HR = "helena.carvalho"
STARTER = "nora.lindqvist"
CANDIDATE = "amara.okafor"
PRICES = form("prices", amount={"type": "integer", "title": "The amount", "maximum": 100})
DATA: dict[str, object] = {
    "amount": 1,
    "note": "as before",
    "ratio": 0.5,
    "is_urgent": False,
    "deadline": "2027-05-01",
    "seen_at": "2026-11-20T09:00:00+00:00",
    "lines": [{"sum": 7}],
    "nobody": None,
    "who": CANDIDATE,
}


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, object]]]:
    """A service that wants at least 50; what it got is listed."""
    got: list[dict[str, object]] = []

    def work(_call: object, **facts: object) -> dict[str, object]:
        got.append(facts)
        if int(str(facts["amount"])) < 50:
            raise ValueError("a value of somebody")
        return {"paid": facts["amount"]}

    monkeypatch.setitem(services._handlers, "test.pay", work)
    monkeypatch.setitem(services._handlers, "test.tell", lambda _call: {})
    yield got


@pytest.fixture
def case_id(app: object, failing: object, database: Database) -> int:
    """A case about somebody, whose service does not like what was entered in the form before."""
    process = Process("paying")
    process.start().user("ask", form="prices", name="Ask").service(
        "pay", "test.pay", name="Pay the bonus"
    )
    process.service("tell", "test.tell").user("after").end()
    process.chain("start", "ask", "pay", "tell", "after", "end")
    with database.unit_of_work() as session:
        make_reserve(session, now=NOW)
        hana, nora = (accounts.actor_of(session, name) for name in (HR, STARTER))
        files = [SourceFile("paying.bpmn", process.xml()), PRICES]
        definitions.publish(session, files, actor=hana, now=NOW)
        case = instances.start(session, "paying", DATA, actor=nora, now=NOW, calendar=CALENDAR)
        session.add(Duty(instance_id=case.id, duty="subject", username=CANDIDATE))
    with pytest.raises(TransitionFailed), database.unit_of_work() as session:
        task = session.scalars(select(UserTask)).one()
        user_tasks.complete(session, task.id, {"amount": 5}, actor=nora, now=NOW, calendar=CALENDAR)
    return case.id


@pytest.fixture
def address(case_id: int, database: Database) -> str:
    """Where the data of that case are corrected."""
    return f"/cases/{case_id}/incidents/{_incident(database).id}/data"


def _incident(database: Database) -> Incident:
    with database.reading() as session:
        return session.scalars(select(Incident)).one()


def _case(database: Database, case_id: int) -> Instance:
    with database.reading() as session:
        return session.get_one(Instance, case_id)


def test_a_problem_is_told_in_a_sentence_with_place_time_and_attempts(
    person: Make, case_id: int
) -> None:
    html = person(HR).get(f"/cases/{case_id}").text

    assert "The work behind this step did not succeed." in html
    assert "<h3>Pay the bonus</h3>" in html
    assert "since 20 Nov 2026, 09:00 · tried once" in html
    assert "“Ask” is done again as it was, and the case goes on from there." in html
    for words in (
        "Try again",
        "Correct the data and try again",
        "Ask to skip “Ask”",
        "Cancel this",
    ):
        assert words in html
    assert html.count("Cancel this case") == 1


def test_a_retry_that_fails_says_so_counts_and_keeps_the_reason(
    person: Make, case_id: int, database: Database
) -> None:
    helena: Person = person(HR)
    helena.get(f"/cases/{case_id}")
    address = f"/cases/{case_id}/incidents/{_incident(database).id}/retry"

    answer = helena.post(address, {"reason": "The bank is open again"})

    assert answer.status_code == 409
    assert "It failed again, and nothing was changed" in answer.text
    assert 'value="The bank is open again"' in answer.text
    assert "tried 2 times, last on" in answer.text
    assert _incident(database).resolved_at is None


def test_a_retry_that_helps_goes_on_and_stands_in_the_story_with_its_reason(
    person: Make, case_id: int, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(services._handlers, "test.pay", lambda _call, **_facts: {})
    helena: Person = person(HR)
    helena.get(f"/cases/{case_id}")
    address = f"/cases/{case_id}/incidents/{_incident(database).id}/retry"

    without = helena.post(address, {"reason": " "})
    done = helena.post(address, {"reason": "The bank is open"}, follow_redirects=True)
    again = helena.post(address, {"reason": "The bank is open"})

    assert without.status_code == 422
    assert "It worked this time. The case goes on." in done.text
    assert "The problem was dealt with by trying again" in done.text
    assert "The bank is open" in done.text
    assert again.status_code == 409


@pytest.mark.parametrize("way", ["retry", "skip", "mend"])
def test_a_missing_reason_is_told_at_its_field_and_changes_nothing(
    person: Make, case_id: int, database: Database, way: str
) -> None:
    helena: Person = person(HR)
    helena.get(f"/cases/{case_id}")
    number = _incident(database).id
    one = f"/cases/{case_id}/incidents/{number}/{way}"
    field = "mend-reason" if way == "mend" else f"{way}-reason-{number}"

    refused = helena.post(f"/cases/{case_id}/mend" if way == "mend" else one, {"reason": "  "})

    html = refused.text
    assert refused.status_code == 422
    assert "Where it stands" in html
    assert "<title>Error: " in html
    assert re.search(rf'id="{field}-error"[^>]*>.*?<span>Enter the reason</span>', html)
    assert re.search(rf'<input[^>]*id="{field}"[^>]*aria-invalid="true"', html)
    assert html.count('aria-invalid="true"') == 1
    assert len(re.findall("<details open>", html)) == 1
    assert _incident(database).resolved_at is None
    assert _incident(database).attempts == 1


@pytest.mark.usefixtures("alone")
def test_a_skip_that_is_refused_says_why_at_its_field_and_keeps_the_reason(
    person: Make, app: object, database: Database
) -> None:
    process = Process("deciding").start().user("ask").exclusive("way").end("a").end("b")
    process.chain("start", "ask", "way").flow("way", "a", "n = 1").flow("way", "b", "n = 2")
    with database.unit_of_work() as session:
        make_reserve(session, now=NOW)
        hana, nora = (accounts.actor_of(session, name) for name in (HR, STARTER))
        file = SourceFile("deciding.bpmn", process.xml())
        definitions.publish(session, [file], actor=hana, now=NOW)
        case = instances.start(session, "deciding", {}, actor=nora, now=NOW, calendar=CALENDAR)
    with pytest.raises(TransitionFailed), database.unit_of_work() as session:
        task = session.scalars(select(UserTask)).one()
        user_tasks.complete(session, task.id, {}, actor=nora, now=NOW, calendar=CALENDAR)
    helena: Person = person(HR)
    helena.get(f"/cases/{case.id}")
    number = _incident(database).id

    address = f"/cases/{case.id}/incidents/{number}/skip"
    refused = helena.post(address, {"reason": "Not needed"})

    assert refused.status_code == 422
    assert "“way” decides where the case goes on, so it cannot be skipped." in refused.text
    assert re.search(rf'id="skip-reason-{number}"[^>]*value="Not needed"', refused.text)


def test_each_value_has_a_field_of_its_kind(person: Make, address: str) -> None:
    html = person(HR).get(address).text

    assert "Entered in this step" in html
    assert re.search(r'for="value-0">The amount <code', html)
    assert _field(html, "value.amount") == {"type": "text", "value": "5", "inputmode": "decimal"}
    assert _field(html, "value.deadline") == {"type": "date", "value": "2027-05-01"}
    assert _field(html, "value.note")["value"] == "as before"
    assert re.search(r'name="value.is_urgent" value="false" checked', html)
    assert re.search(r'<textarea[^>]*name="value.lines"', html)
    assert "This is Amara Okafor." in html
    assert "No value yet." in html


def _field(html: str, name: str) -> dict[str, str]:
    tag = next(tag for tag in re.findall(r"<input[^>]*>", html) if f'name="{name}"' in tag)
    facts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
    return {key: facts[key] for key in ("type", "value", "inputmode") if key in facts}


def test_every_change_is_shown_before_it_is_made_and_made_when_it_helps(
    person: Make, case_id: int, address: str, database: Database, failing: list[dict[str, object]]
) -> None:
    helena: Person = person(HR)
    form = helena.get(address).text
    typed = {
        "value__amount": "70",
        "value__ratio": "0,75",
        "value__is_urgent": "true",
        "value__deadline": "2027-06-02",
        "value__lines": '[{"sum": 8}]',
        "value__nobody": "12",
        "value__note": "",
        "new_name": "level",
        "new_value": "senior",
        "reason": "A slip of the pen",
    }

    preview = helena.post(address, filled(form, **typed))
    before = _case(database, case_id)
    done = helena.post(address, filled(preview.text, _step="save"), follow_redirects=True)

    assert preview.status_code == 200
    assert "8 values are changed, then it is tried again." in preview.text
    assert re.search(r"<del>5</del>.*?<ins>70</ins>", preview.text, re.S)
    assert re.search(r"<del>“as before”</del>.*?<ins>no value</ins>", preview.text, re.S)
    assert re.search(r"not there yet.*?<ins>“senior”</ins>", preview.text, re.S)
    assert "seen_at" not in preview.text
    assert (before.status, before.data) == ("incident", DATA)
    assert "8 values are changed. It worked this time. The case goes on." in done.text
    changed = {
        "amount": 70,
        "ratio": 0.75,
        "is_urgent": True,
        "deadline": "2027-06-02",
        "lines": [{"sum": 8}],
        "nobody": 12,
        "note": None,
        "level": "senior",
    }
    assert _case(database, case_id).data == {**DATA, **changed, "paid": 70}
    with database.reading() as session:
        audit = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "incident.edit")
        ).one()
    assert audit.actor == HR
    assert audit.data == {"reason": "A slip of the pen", "names": sorted(changed)}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"value__amount": "much"}, "“The amount” must be a number, such as 7 or 7.5"),
        ({"value__amount": "700"}, "The amount"),
        ({"value__deadline": "2027-02-30"}, "“Deadline” must be a date, such as 2027-05-01"),
        ({"value__seen_at": "now"}, "“Seen at” must be a date and time"),
        ({"value__is_urgent": "perhaps"}, "“Is urgent” must be yes or no"),
        (
            {"value__lines": '[{"sum": }]'},
            "“Lines” cannot be read as JSON at line 1, column 10",
        ),
        ({"value__lines": '[{"sum": NaN}]'}, "“Lines” cannot be read as JSON"),
        ({"value__lines": "[" * 5000}, "“Lines” cannot be read as JSON"),
        ({"value__lines": '{"sum": 8}'}, "“Lines” must stay a list"),
        ({"value__lines": "[" * 30 + "]" * 30}, "nested deeper than"),
        ({}, "Nothing is changed yet"),
        ({"value__amount": "70", "reason": " "}, "Enter the reason"),
        ({"new_name": "started_by", "new_value": "me"}, "letters, digits and underscores"),
        ({"new_name": "a b", "new_value": "me"}, "letters, digits and underscores"),
        ({"new_name": "note", "new_value": "me"}, "There is a value “note” already"),
        ({"new_name": "level", "new_value": ""}, "Enter the value of “level”"),
        ({"new_value": "7"}, "Enter the name of the new value"),
    ],
)
def test_bad_input_is_named_kept_and_changes_nothing(
    person: Make,
    case_id: int,
    address: str,
    database: Database,
    typed: dict[str, str],
    sentence: str,
) -> None:
    helena: Person = person(HR)
    form = helena.get(address).text
    audited = _audited(database)

    for step in ("look", "save"):
        answer = helena.post(
            address, filled(form, **{"reason": "A slip of the pen", "_step": step, **typed})
        )

        assert answer.status_code == 422
        assert "things need mending" in answer.text or "One thing needs mending" in answer.text
        assert sentence in unescape(answer.text)
        for text in typed.values():
            assert text.strip() in unescape(answer.text) or text == "perhaps"
    assert _case(database, case_id).data == DATA
    assert _incident(database).resolved_at is None
    assert _audited(database) == audited


def _audited(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(AuditEvent.id)).all())


def test_a_correction_that_does_not_help_keeps_what_was_typed_and_nothing_else(
    person: Make, case_id: int, address: str, database: Database
) -> None:
    helena: Person = person(HR)
    form = helena.get(address).text

    answer = helena.post(address, filled(form, value__amount="7", reason="A guess", _step="save"))

    assert answer.status_code == 409
    assert "It failed again, and nothing was changed" in answer.text
    assert _field(answer.text, "value.amount")["value"] == "7"
    assert 'value="A guess"' in answer.text
    assert _incident(database).command["data"] == {"amount": 5}
    assert _case(database, case_id).data == DATA


def test_one_can_go_back_from_the_preview_to_the_values(person: Make, address: str) -> None:
    helena: Person = person(HR)
    form = helena.get(address).text
    preview = helena.post(address, filled(form, value__amount="70", reason="A slip"))

    back = helena.post(address, filled(preview.text, _step="edit"))

    assert back.status_code == 200
    assert _field(back.text, "value.amount")["value"] == "70"
    assert "One thing needs mending" not in back.text


def test_whoever_looked_at_an_older_case_changes_nothing(
    person: Make, case_id: int, address: str, database: Database
) -> None:
    helena: Person = person(HR)
    form = helena.get(address).text
    with database.unit_of_work() as session:
        session.execute(update(Instance).values(version=Instance.version + 1))

    answer = helena.post(address, filled(form, value__amount="70", reason="A slip", _step="save"))

    assert answer.status_code == 409
    assert "was changed by somebody else" in answer.text
    assert _incident(database).resolved_at is None


@pytest.mark.parametrize(
    ("username", "status"), [(STARTER, 403), (CANDIDATE, 403), ("katrin.vogel", 404)]
)
def test_others_neither_see_nor_change_the_data(
    person: Make, case_id: int, address: str, database: Database, username: str, status: int
) -> None:
    somebody: Person = person(username)
    page = somebody.get(f"/cases/{case_id}").text

    shown = somebody.get(address)
    sent = somebody.post(address, {"value.amount": "70", "reason": "Why not", "_step": "save"})
    tried = somebody.post(address.replace("/data", "/retry"), {"reason": "Why not"})

    assert [each.status_code for each in (shown, sent, tried)] == [status] * 3
    assert address not in page
    assert "as before" not in shown.text + sent.text
    assert _incident(database).resolved_at is None


def test_an_incident_of_another_case_has_no_data_to_correct(
    person: Make, case_id: int, address: str, database: Database
) -> None:
    with database.unit_of_work() as session:
        nora = accounts.actor_of(session, STARTER)
        other = instances.start(session, "paying", {}, actor=nora, now=NOW, calendar=CALENDAR)
    elsewhere = address.replace(f"/cases/{case_id}/", f"/cases/{other.id}/")

    assert person(HR).get(elsewhere).status_code == 404


def test_a_problem_that_was_dealt_with_has_no_data_to_correct(
    person: Make, case_id: int, address: str, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.execute(update(Incident).values(resolved_at=NOW, resolved_by="priya.sharma"))

    answer = person(HR).get(address)

    assert answer.status_code == 409
    assert "was already resolved" in answer.text


def test_a_problem_beside_the_steps_offers_no_correction(
    person: Make, case_id: int, address: str, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.execute(update(Incident).values(token_id=None, element_id=None))
    helena: Person = person(HR)

    page = helena.get(f"/cases/{case_id}").text
    answer = helena.get(address)

    assert "Beside the steps" in page
    assert address not in page
    assert answer.status_code == 409
    assert "has no data that could be corrected" in answer.text


def test_values_that_name_a_judge_stay_hidden_and_as_they_are(
    person: Make, case_id: int, address: str, database: Database
) -> None:
    with database.unit_of_work() as session:
        # The starter is in charge of a case about nobody, but still may not know who judges.
        session.execute(update(Duty).values(duty="reviewer", username=CANDIDATE))
    nora: Person = person(STARTER)
    form = nora.get(address).text

    sent = filled(form, value__amount="70", value__who="me", reason="A slip", _step="save")
    done = nora.post(address, sent)

    assert CANDIDATE not in form
    assert "Confidential; it stays as it is." in form
    assert done.status_code == 302
    assert _case(database, case_id).data["who"] == CANDIDATE


def test_skipping_a_step_takes_two_where_the_installation_wants_that(
    person: Make, case_id: int, database: Database
) -> None:
    helena: Person = person(HR)
    asking = helena.get(f"/cases/{case_id}")
    incident = _incident(database)

    answer = helena.post(
        f"/cases/{case_id}/incidents/{incident.id}/skip", {"reason": "Paid by hand"}
    )

    assert "Ask to skip" in asking.text
    assert answer.status_code == 302
    assert _incident(database).resolved_at is None
    page = person("priya.sharma").get(f"/cases/{case_id}").text
    assert "Somebody asks to skip" in page
    assert "Paid by hand" in page
    assert f"/stalled/{case_id}" in page


@pytest.mark.usefixtures("alone")
def test_a_step_that_failed_is_left_out(person: Make, case_id: int, database: Database) -> None:
    helena: Person = person(HR)
    helena.get(f"/cases/{case_id}")
    incident = _incident(database)

    answer = helena.post(
        f"/cases/{case_id}/incidents/{incident.id}/skip", {"reason": "Paid by hand"}
    )

    assert answer.status_code == 302
    assert _incident(database).resolution == "skipped"
    assert _case(database, case_id).active_elements == ["after"]


@pytest.mark.usefixtures("alone")
def test_a_skip_that_does_not_help_says_so_and_keeps_the_reason(
    person: Make, case_id: int, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_call: object) -> dict[str, object]:
        raise ValueError("the next step fails as well")

    monkeypatch.setitem(services._handlers, "test.tell", fail)
    helena: Person = person(HR)
    helena.get(f"/cases/{case_id}")
    address = f"/cases/{case_id}/incidents/{_incident(database).id}/skip"

    answer = helena.post(address, {"reason": "Entered elsewhere"})

    assert answer.status_code == 409
    assert "It failed again, and nothing was changed" in answer.text
    assert 'value="Entered elsewhere"' in answer.text
    assert _incident(database).resolved_at is None


def test_several_problems_can_be_tried_again_together(
    person: Make, case_id: int, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.unit_of_work() as session:
        session.add(
            Incident(
                instance_id=case_id,
                kind="inconsistent",
                message="Rows are missing.",
                command={"kind": "check_case"},
                opened_at=NOW,
            )
        )
    helena: Person = person(HR)
    page = helena.get(f"/cases/{case_id}").text

    failed = helena.post(f"/cases/{case_id}/mend", {"reason": "All is well"})
    monkeypatch.setitem(services._handlers, "test.pay", lambda _call, **_facts: {})
    done = helena.post(f"/cases/{case_id}/mend", {"reason": "All is well"}, follow_redirects=True)

    assert "Try everything again" in page
    assert failed.status_code == 409
    assert 'value="All is well"' in failed.text
    assert "It worked this time. The case goes on." in done.text
