"""The pages on which running cases migrate, without the scripts of a browser."""

import pytest

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.reserve import Make
from tests.webapp.samples import CALENDAR
from tests.workflows.engine.migration.moving import file, line
from tests.workflows.engine.shop import find, publish, start
from workflows.actors import Actor
from workflows.database import Database
from workflows.engine import outbox
from workflows.engine.jobs import performing
from workflows.engine.migration import work

DESIGNER, HR = "mateo.navarro", "helena.carvalho"
OVERVIEW = "/processes/line/migration"
RUN = "/migrations/1"


@pytest.fixture
def case(app, database: Database):
    publish(database, file(line("write", "check")))
    case = start(database, "line", actor=Actor("nora.lindqvist", "Nora"))
    publish(database, file(line("draft", "check", "sign")))
    return case


@pytest.fixture
def designer(person: Make):
    return person(DESIGNER)


def go(database: Database) -> None:
    while performing.perform_due(database, work.WORK, NOW, CALENDAR):
        pass


def test_the_page_of_a_process_tells_those_who_can_do_something(
    case, designer, person: Make
) -> None:
    told = "One open case runs on an older version"

    assert told in designer.get("/processes/line").text
    assert told in person(HR).get("/processes/line").text
    assert told not in person("nora.lindqvist").get("/processes/line").text


def test_the_whole_way_of_a_migration(case, designer, person: Make, database: Database) -> None:
    assert "Look at one case" in designer.get(OVERVIEW).text
    assert designer.post(OVERVIEW, {"timers": "keep"}).headers["Location"] == RUN
    assert "0 of 1 cases" in designer.get(RUN).text
    go(database)

    page = designer.get(RUN).text
    assert "“write”, which the new version does not have" in page
    assert "No case can migrate yet" in page
    again = designer.post(OVERVIEW, {"timers": "restart", "is_now:write": "draft"})
    go(database)
    where = again.headers["Location"]
    assert "write is now draft" in designer.get(where).text
    assert "begin to count anew" in designer.get(where).text

    refused = designer.post(f"{where}/propose", {"reason": " "})
    assert refused.status_code == 422
    assert "Say why the cases migrate" in refused.text
    designer.post(f"{where}/propose", {"reason": "All are to be signed."})
    assert "Somebody who did not begin" in designer.get(where).text
    assert designer.post(f"{where}/confirm").status_code == 403
    hana = person(HR)
    outbox.deliver_due(database, NOW, CALENDAR)
    assert "Waits for your confirmation" not in designer.get("/notices/").text
    assert f'<a href="{where}">Waits for your confirmation' in hana.get("/notices/").text
    assert "All are to be signed." in hana.get(where).text
    hana.post(f"{where}/confirm")
    go(database)

    assert "Done on" in hana.get(where).text
    assert find(database, case.id).definition_version == 2
    assert "Every open case runs on the version in force" in hana.get(OVERVIEW).text
    assert "All are to be signed." in hana.get(OVERVIEW).text
    story = hana.get(f"/cases/{case.id}").text
    assert "The case goes on in version 2 instead of version 1" in story
    assert "All are to be signed." in story


def test_a_designer_sees_the_numbers_of_cases_and_nothing_of_whom_they_are_about(
    case, designer, person: Make, database: Database
) -> None:
    designer.post(OVERVIEW, {"timers": "keep"})
    go(database)

    assert f"/cases/{case.id}" not in designer.get(RUN).text
    assert f"/cases/{case.id}" in person(HR).get(RUN).text


def test_a_mapping_to_nothing_known_is_refused(case, designer) -> None:
    answer = designer.post(OVERVIEW, {"is_now:write": "nowhere"})

    assert answer.status_code == 422
    assert "“nowhere” is no element of version 2" in answer.text


def test_a_migration_can_be_called_off(case, designer, database: Database) -> None:
    designer.post(OVERVIEW, {"timers": "keep"})
    go(database)

    answer = designer.post(f"{RUN}/stop")

    assert answer.headers["Location"] == OVERVIEW
    assert "Called off. No case was changed." in designer.get(OVERVIEW).text
    assert "Stopped" in designer.get(RUN).text


def test_a_newer_version_is_told_when_it_stops_a_migration(
    case, designer, database: Database
) -> None:
    designer.post(OVERVIEW, {"timers": "keep"})
    publish(database, file(line("draft", "check", "sign", "send")))
    go(database)

    assert "Another version came into force meanwhile" in designer.get(RUN).text


def test_what_does_not_exist_is_not_found(designer) -> None:
    assert designer.get("/migrations/99").status_code == 404
    assert designer.get("/processes/nowhere/migration").status_code == 404


def test_a_page_with_more_cases_costs_no_more_statements(
    case, designer, database: Database
) -> None:
    def asked() -> int:
        answer = designer.post(OVERVIEW, {"timers": "keep"})
        go(database)
        with counted(database) as statements:
            assert designer.get(answer.headers["Location"]).status_code == 200
        return len(statements)

    few = asked()
    publish(database, file(line("write", "check")))
    for _ in range(20):
        start(database, "line")
    publish(database, file(line("draft", "check", "sign")))

    assert asked() == few
