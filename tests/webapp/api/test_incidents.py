"""What stopped a case, by the API: also of a case that has ended, and how often it was tried."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.webapp.api.conftest import Program
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import CALENDAR
from workflows.database import Database
from workflows.engine import outbox, services


@pytest.fixture(autouse=True)
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A service that never works."""

    def work(_call: object, **_inputs: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.break", work)
    yield


def _publish(hr: Program, *processes: Process) -> None:
    answer = hr.publish({f"{one.key}.bpmn": one.xml() for one in processes})
    assert answer.status_code == 201, answer.text


def test_a_case_that_has_ended_shows_the_message_that_did_not_arrive(
    hr: Program, database: Database
) -> None:
    receiver = Process("fragile").message_start("begin", "answer").service("work", "test.break")
    sender = Process("parting").start().user("ask").end_with("bye", message="answer")
    _publish(hr, receiver.end().chain("begin", "work", "end"), sender.chain("start", "ask", "bye"))
    started = hr.start("parting")
    hr.post(f"/user-tasks/{started['user_tasks'][0]['id']}/complete", {"data": {}})
    for day in range(8):
        outbox.deliver_due(database, NOW + timedelta(days=day), CALENDAR)

    shown = hr.get(f"/instances/{started['id']}").get_json()

    assert shown["status"] == "completed"
    assert [one["kind"] for one in shown["incidents"]] == ["message_undelivered"]
    assert shown["incidents"][0]["attempts"] == 5


def test_an_incident_says_how_often_it_was_tried(hr: Program) -> None:
    process = Process("p").start().user("ask").service("work", "test.break").end()
    _publish(hr, process.chain("start", "ask", "work", "end"))
    started = hr.start("p")
    hr.post(f"/user-tasks/{started['user_tasks'][0]['id']}/complete", {"data": {}})
    path = f"/instances/{started['id']}"

    once = hr.get(path).get_json()["incidents"]
    retried = hr.post(f"{path}/retry", {"reason": "Perhaps now."})
    twice = hr.get(path).get_json()["incidents"]

    assert retried.status_code == 409
    assert [one["attempts"] for one in once] == [1]
    assert [one["attempts"] for one in twice] == [2]
