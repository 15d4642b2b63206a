"""The pages of figures: what they show, to whom, and where every number leads."""

import io
import json
import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema_rs import validator_for
from openpyxl import load_workbook
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp import log_schemas
from tests.webapp.reserve import Make
from tests.workflows.staff import add_person, add_units
from workflows import figure_keeping
from workflows.actors import SYSTEM
from workflows.calendar import OrganisationCalendar
from workflows.database import Database
from workflows.engine.occasion import Occasion
from workflows.engine.tables import AuditEvent, Duty, Instance, UserTask

PROCESS = "sample_case"
LINK = re.compile(r'href="(/desk/cases[^"]*)"')


def bring_up(database: Database) -> None:
    occasion = Occasion(SYSTEM, NOW, OrganisationCalendar())
    while figure_keeping.bring_up(database, occasion):
        pass


@pytest.fixture
def counted_cases(cases: list[int], database: Database) -> list[int]:
    """Eight open cases, counted; the first is about somebody in a unit."""
    with database.unit_of_work() as session:
        units = add_units(session)
        add_person(session, "amina", units["T"])
        session.flush()
        session.add(Duty(instance_id=cases[0], duty="subject", username="amina"))
        units["C"].head_username = "omar.darwish"
    bring_up(database)
    return cases


@pytest.fixture
def process(database: Database, cases: list[int]) -> str:
    with database.reading() as session:
        return str(session.scalar(select(Instance.definition_key).limit(1)))


def test_every_number_leads_to_its_cases(
    person: Make, counted_cases: list[int], database: Database, process: str
) -> None:
    with database.unit_of_work() as session:
        one = UserTask.instance_id == counted_cases[1]
        session.execute(update(UserTask).where(one).values(assignee="kenji.nakamura"))
    helena = person("helena.carvalho")
    html = helena.get("/desk/").text
    assert f"/desk/process/{process}" in html

    page = helena.get(f"/desk/process/{process}").text
    links = {link.replace("&amp;", "&") for link in LINK.findall(page)}

    kinds = {re.search(r"of=(\w+)", link)[1] for link in links}
    assert {"open", "begun", "here", "waiting", "person"} <= kinds
    for link in links:
        cases = helena.get(link)
        assert cases.status_code == 200
        assert "No cases" not in cases.text, link


def test_without_cases_the_page_says_so(person: Make) -> None:
    html = person("helena.carvalho").get("/desk/").text

    assert "Nothing is counted yet" in html
    assert "As soon as cases begin" in html


def test_a_process_that_does_not_exist_is_not_found(person: Make) -> None:
    assert person("helena.carvalho").get("/desk/process/nothing").status_code == 404


def test_a_head_sees_the_figures_of_the_own_people(
    person: Make, counted_cases: list[int], process: str
) -> None:
    mine = person("omar.darwish").get(f"/desk/cases?process={process}&of=open").text
    all_of_them = person("helena.carvalho").get(f"/desk/cases?process={process}&of=open").text

    assert mine.count('class="person-line') <= all_of_them.count('class="person-line')
    assert mine.count("<tr>") == 1 + 1
    assert all_of_them.count("<tr>") == 1 + len(counted_cases)


@pytest.mark.parametrize(
    "address", ["/desk/", "/desk/cases", "/desk/tables/steps.csv", "/desk/event-log/"]
)
def test_figures_are_not_for_everybody(person: Make, address: str) -> None:
    answer = person("amara.okafor").get(address)

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "arguments",
    [
        "since=nonsense&until=2026-Q9",
        "slice=unit:99999999999999999999",
        "slice=unit:²&pool=none",
        "slice=secret:1&version=99",
        "since=0001-Q1&until=9998-Q4",
        "since=2027-Q1&until=2026-Q1",
    ],
)
def test_filters_that_make_no_sense_do_no_harm(
    person: Make, counted_cases: list[int], process: str, arguments: str
) -> None:
    helena = person("helena.carvalho")

    assert helena.get(f"/desk/?{arguments}").status_code == 200
    assert helena.get(f"/desk/process/{process}?{arguments}").status_code == 200
    assert helena.get(f"/desk/cases?of=nothing&age=old&{arguments}").status_code == 200


def test_tables_are_downloaded_for_spreadsheets(
    person: Make, counted_cases: list[int], process: str
) -> None:
    helena = person("helena.carvalho")

    text = helena.get(f"/desk/tables/steps.csv?process={process}").text
    book = helena.client.get(f"/desk/tables/steps.xlsx?process={process}")

    heading, first = text.splitlines()[:2]
    assert heading.startswith("Step,Part of,Cases here now,Open tasks")
    rows = list(load_workbook(io.BytesIO(book.data)).active.values)
    assert rows[0] == tuple(heading.split(","))
    assert str(rows[1][0]) == first.split(",")[0]
    assert rows[1][2] == int(first.split(",")[2])
    for table in ("processes", "funnel", "ages", "quarters", "time", "workload"):
        for kind in ("csv", "xlsx"):
            answer = helena.client.get(f"/desk/tables/{table}.{kind}?process={process}")
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].endswith(f"{table}.{kind}")
    assert helena.get("/desk/tables/secrets.csv").status_code == 404


def test_no_cell_of_a_workbook_is_a_formula(person: Make, database: Database) -> None:
    from workflows.spreadsheets import as_xlsx

    content = as_xlsx("A/B: [C]", ("=1+1", "Name"), [("=cmd()", -3), ("@x", None), (True, 2.5)])

    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet.title == "A B   C"
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values == [["'=1+1", "Name"], ["'=cmd()", -3], ["'@x", None], ["True", 2.5]]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_who_decides_about_a_reader_is_not_told_by_the_workload(
    person: Make, cases: list[int], database: Database, process: str
) -> None:
    with database.unit_of_work() as session:
        for number in cases:
            session.add(Duty(instance_id=number, duty="subject", username="helena.carvalho"))
        session.execute(update(UserTask).values(assignee="kenji.nakamura"))
    with database.unit_of_work() as session:
        done = session.scalars(select(UserTask).limit(2)).all()
        for one in done[:1]:
            one.state, one.completed_at = "completed", NOW - timedelta(days=1)
            one.created_at, one.completed_by = NOW - timedelta(days=2), "kenji.nakamura"
    bring_up(database)

    own = person("helena.carvalho").get(f"/desk/process/{process}").text
    others = person("priya.sharma").get(f"/desk/process/{process}").text

    assert "Kenji Nakamura" not in own
    assert "Kenji Nakamura" in others


def test_the_pages_ask_a_fixed_number_of_statements(
    person: Make, counted_cases: list[int], database: Database, process: str
) -> None:
    helena = person("helena.carvalho")
    addresses = ("/desk/", f"/desk/process/{process}", f"/desk/cases?process={process}")
    for address in addresses:
        helena.get(address)

    for address in addresses:
        with counted(database) as statements:
            helena.get(address)
        assert len(statements) <= 26, statements


def test_the_event_log_is_valid_xes_without_names(
    person: Make, counted_cases: list[int], database: Database
) -> None:
    helena = person("helena.carvalho")
    helena.get("/desk/event-log/")

    answer = helena.post("/desk/event-log/", {"kind": "xes"})

    assert answer.mimetype == "application/xml"
    log = log_schemas.parsed(answer.data)
    log_schemas.XES.assertValid(log)
    assert len(log.findall("{*}trace")) == len(counted_cases)
    _holds_no_name(answer.text, database)


def test_the_event_log_is_valid_ocel_without_names(
    person: Make, counted_cases: list[int], database: Database
) -> None:
    helena = person("helena.carvalho")
    helena.get("/desk/event-log/")

    answer = helena.post("/desk/event-log/", {"kind": "ocel"})

    log = json.loads(answer.data)
    assert [str(each) for each in validator_for(log_schemas.OCEL).iter_errors(log)] == []
    objects = {each["id"]: each["type"] for each in log["objects"]}
    assert len(objects) == len(log["objects"])
    types = {each["name"] for each in log["eventTypes"]}
    for event in log["events"]:
        assert event["type"] in types
        assert all(each["objectId"] in objects for each in event["relationships"])
    assert list(objects.values()).count("case") == len(counted_cases)
    assert {"case", "member", "user task"} <= set(objects.values())
    _holds_no_name(answer.text, database)


@pytest.mark.skipif(
    "UNDERSTUDY_PM4PY" not in os.environ,
    reason="Name a Python that has pm4py in UNDERSTUDY_PM4PY.",
)
def test_another_program_reads_both_logs(
    person: Make, counted_cases: list[int], tmp_path: Path
) -> None:
    helena = person("helena.carvalho")
    helena.get("/desk/event-log/")
    for kind, name in (("xes", "log.xes"), ("ocel", "log.json")):
        (tmp_path / name).write_bytes(helena.post("/desk/event-log/", {"kind": kind}).data)
    script = (
        "import json, pm4py, sys; xes = pm4py.read_xes(sys.argv[1]);"
        "ocel = pm4py.read_ocel2_json(sys.argv[2]);"
        "print(json.dumps([int(xes['case:concept:name'].nunique()), len(xes), len(ocel.events)]))"
    )

    found = subprocess.run(
        [os.environ["UNDERSTUDY_PM4PY"], "-c", script, tmp_path / "log.xes", tmp_path / "log.json"],
        capture_output=True,
        text=True,
        check=True,
    )

    cases, events, same_events = json.loads(found.stdout.splitlines()[-1])
    assert cases == len(counted_cases)
    assert events == same_events > cases


def _holds_no_name(text: str, database: Database) -> None:
    with database.reading() as session:
        people = {name for (name,) in session.execute(select(Duty.username))}
        people |= {name for (name,) in session.execute(select(Instance.started_by))}
        people |= {name for (name,) in session.execute(select(Instance.name)) if name}
        people |= {name for (name,) in session.execute(select(UserTask.assignee)) if name}
    assert {name for name in people if name in text and name != "system"} == set()


def test_a_pseudonym_means_one_person_in_one_export_and_nobody_in_the_next(
    person: Make, counted_cases: list[int]
) -> None:
    helena = person("helena.carvalho")
    helena.get("/desk/event-log/")

    found = [
        set(
            re.findall(r"person-[0-9a-f]{20}", helena.post("/desk/event-log/", {"kind": kind}).text)
        )
        for kind in ("xes", "xes")
    ]

    assert len(found[0]) == len(found[1]) > 0
    assert found[0].isdisjoint(found[1])


def test_the_export_is_written_down_and_holds_no_case_about_the_reader(
    person: Make, counted_cases: list[int], database: Database
) -> None:
    with database.unit_of_work() as session:
        session.add(Duty(instance_id=counted_cases[1], duty="subject", username="helena.carvalho"))
    helena = person("helena.carvalho")
    helena.get("/desk/event-log/")

    answer = helena.post("/desk/event-log/", {"kind": "xes", "since": "2026-Q1"})

    assert len(log_schemas.parsed(answer.data).findall("{*}trace")) == len(counted_cases) - 1
    with database.reading() as session:
        entry = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "events.export")
        ).one()
    assert (entry.actor, entry.object_id) == ("helena.carvalho", "xes")
    assert entry.data == {"process": None, "cases": len(counted_cases) - 1}


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"kind": "pdf"}, "Choose XES or OCEL."),
        ({"kind": "xes", "process": "nothing"}, "No case fits"),
        ({"kind": "ocel", "until": "2001-Q1"}, "No case fits"),
    ],
)
def test_an_export_that_cannot_be_says_what_to_change(
    person: Make, counted_cases: list[int], form: dict[str, object], told: str
) -> None:
    helena = person("helena.carvalho")
    helena.get("/desk/event-log/")

    answer = helena.post("/desk/event-log/", form)

    assert answer.status_code == 422
    assert told in answer.text
