"""Cases by the API: from the start over user tasks to the end."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.webapp.api import samples
from tests.webapp.api.conftest import Program
from workflows.clock import FixedClock

USER_TASK_FIELDS = {
    "id",
    "name",
    "element_id",
    "definition",
    "instance_id",
    "state",
    "assignee",
    "candidate_groups",
    "due_at",
    "created_at",
}
EVENT_FIELDS = {"seq", "at", "type", "element_id", "name", "actor", "data"}


@pytest.fixture
def review(hr: Program) -> Program:
    """Somebody of HR, with the small review process in force."""
    answer = hr.publish(samples.REVIEW_FILES)
    assert answer.status_code == 201, answer.text
    return hr


def test_a_started_case_shows_its_first_user_task(review: Program) -> None:
    started = review.start("tiny_review", business_key="R-1", data={"origin": "test"})

    assert started["status"] == "running"
    assert started["version"] == 1
    assert started["definition"] == "tiny_review"
    assert started["business_key"] == "R-1"
    assert started["data"] == {"origin": "test"}
    [user_task] = started["user_tasks"]
    assert set(user_task) == USER_TASK_FIELDS
    assert user_task["name"] == "Score"
    assert user_task["element_id"] == "score"
    assert user_task["instance_id"] == started["id"]
    assert user_task["state"] == "open"
    assert user_task["assignee"] is None
    assert user_task["candidate_groups"] == ["reviewer"]
    assert user_task["due_at"].startswith("2026-11-23T09:00")


def test_a_case_goes_from_start_to_end(review: Program) -> None:
    started = review.start("tiny_review")
    score = started["user_tasks"][0]["id"]

    claimed = review.post(f"/user-tasks/{score}/claim").get_json()
    scored = review.post(f"/user-tasks/{score}/complete", {"data": {"points": 70}}).get_json()
    sign_off = scored["user_tasks"][0]["id"]
    ended = review.post(f"/user-tasks/{sign_off}/complete", {"data": {}})

    assert claimed["user_tasks"][0]["assignee"] == "hanna"
    assert scored["data"] == {"points": 70}
    assert scored["user_tasks"][0]["assignee"] == "hanna"  # nobody is named: the starter does it
    assert ended.status_code == 200
    assert ended.get_json()["status"] == "completed"
    assert ended.get_json()["user_tasks"] == []
    assert review.get(f"/instances/{started['id']}").get_json() == ended.get_json()


def test_the_history_tells_everything_in_order(review: Program) -> None:
    started = review.start("tiny_review")
    score = started["user_tasks"][0]["id"]
    review.post(f"/user-tasks/{score}/claim")
    review.post(f"/user-tasks/{score}/complete", {"data": {"points": 70}})

    whole = review.get(f"/instances/{started['id']}/history").get_json()
    first = review.get(f"/instances/{started['id']}/history", limit=2).get_json()
    rest = review.get(
        f"/instances/{started['id']}/history", limit=200, cursor=first["next"]
    ).get_json()

    events = whole["items"]
    assert all(set(event) == EVENT_FIELDS for event in events)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "instance_started"
    assert {"activity_started", "activity_completed"} <= {event["type"] for event in events}
    assert first["items"] + rest["items"] == events
    assert rest["next"] is None


def test_a_claimed_user_task_can_be_given_back(review: Program) -> None:
    score = review.start("tiny_review")["user_tasks"][0]["id"]
    review.post(f"/user-tasks/{score}/claim")

    released = review.post(f"/user-tasks/{score}/release")

    assert released.status_code == 200
    assert released.get_json()["user_tasks"][0]["assignee"] is None


def test_a_second_completion_is_told_who_was_faster(review: Program) -> None:
    score = review.start("tiny_review")["user_tasks"][0]["id"]
    review.post(f"/user-tasks/{score}/claim")
    review.post(f"/user-tasks/{score}/complete", {"data": {"points": 70}})

    second = review.post(f"/user-tasks/{score}/complete", {"data": {"points": 71}})

    problem = second.get_json()
    assert second.status_code == 409
    assert second.content_type == "application/problem+json"
    assert problem["type"] == "urn:understudy:problem:already-completed"
    assert problem["title"] == "Already completed"
    assert problem["by"] == "hanna"
    assert problem["at"].startswith("2026-11-20T09:00")
    assert problem["instance"] == f"/api/v1/user-tasks/{score}/complete"
    assert "hanna" in problem["detail"]


def test_a_second_claim_is_told_who_has_it(
    review: Program, program: Callable[..., Program]
) -> None:
    rita = program("rita", "reviewer")
    score = review.start("tiny_review")["user_tasks"][0]["id"]
    review.post(f"/user-tasks/{score}/claim")

    second = rita.post(f"/user-tasks/{score}/claim")

    assert second.status_code == 409
    assert second.get_json()["by"] == "hanna"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"points": 70, "is_approved": True}, "is_approved"),
        ({}, "points"),
        ({"points": "many"}, "points"),
        ({"points": 101}, "points"),
    ],
)
def test_a_form_refuses_what_it_does_not_ask_for(
    review: Program, data: dict[str, object], field: str
) -> None:
    started = review.start("tiny_review")
    score = started["user_tasks"][0]["id"]
    review.post(f"/user-tasks/{score}/claim")

    answer = review.post(f"/user-tasks/{score}/complete", {"data": data})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]
    assert review.get(f"/instances/{started['id']}").get_json()["data"] == {}


def test_a_user_task_without_a_form_accepts_no_data(review: Program) -> None:
    started = review.start("tiny_review")
    score = started["user_tasks"][0]["id"]
    review.post(f"/user-tasks/{score}/claim")
    scored = review.post(f"/user-tasks/{score}/complete", {"data": {"points": 70}}).get_json()

    sign_off = scored["user_tasks"][0]["id"]
    answer = review.post(f"/user-tasks/{sign_off}/complete", {"data": {"sneaky": 1}})

    assert answer.status_code == 422


def test_an_unknown_process_cannot_be_started(hr: Program) -> None:
    answer = hr.post("/instances", {"definition": "no_such_process"})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/instances/{case}", None),
        ("GET", "/instances/{case}/history", None),
        ("POST", "/instances/{case}/cancel", {"reason": "Because."}),
        ("POST", "/instances/{case}/retry", {"reason": "Because."}),
        ("POST", "/user-tasks/{user_task}/claim", None),
        ("POST", "/user-tasks/{user_task}/release", None),
        ("POST", "/user-tasks/{user_task}/complete", {"data": {"points": 1}}),
    ],
)
def test_what_is_unknown_and_what_is_forbidden_look_alike(
    review: Program, program: Callable[..., Program], method: str, path: str, body: object
) -> None:
    stranger = program("sten", "mentor")
    started = review.start("tiny_review")
    score = started["user_tasks"][0]["id"]

    def problem(case: object, user_task: object) -> dict[str, object]:
        place = path.format(case=case, user_task=user_task)
        answer = stranger.get(place) if method == "GET" else stranger.post(place, body)
        assert answer.status_code == 404
        document: dict[str, object] = answer.get_json()
        document["detail"] = str(document["detail"]).replace(str(case), "N")
        document["detail"] = str(document["detail"]).replace(str(user_task), "N")
        return {name: value for name, value in document.items() if name != "instance"}

    assert problem(started["id"], score) == problem(4711, 4712)
    assert problem("not-a-number", "not-a-number")["status"] == 404


def test_a_case_can_be_cancelled_with_a_reason(review: Program) -> None:
    started = review.start("tiny_review")

    without = review.post(f"/instances/{started['id']}/cancel", {})
    cancelled = review.post(f"/instances/{started['id']}/cancel", {"reason": "A mistake."})
    again = review.post(f"/instances/{started['id']}/cancel", {"reason": "Again."})

    assert without.status_code == 422
    assert without.get_json()["errors"] == [
        {"field": "reason", "message": "This field is required."}
    ]
    assert cancelled.status_code == 200
    assert cancelled.get_json()["status"] == "cancelled"
    assert again.status_code == 409
    events = review.get(f"/instances/{started['id']}/history").get_json()["items"]
    assert events[-1]["type"] == "instance_cancelled"
    assert "A mistake." in str(events[-1])


def test_a_case_is_moved_to_another_element(review: Program) -> None:
    started = review.start("tiny_review")
    address = f"/instances/{started['id']}/move"
    wanted = {"reason": "Scored on paper.", "from_element": "score", "to_element": "sign_off"}

    moved = review.post(address, wanted)
    again = review.post(address, wanted)
    nowhere = review.post(address, {**wanted, "from_element": "sign_off", "to_element": "none"})

    assert moved.status_code == 200
    assert [one["element_id"] for one in moved.get_json()["user_tasks"]] == ["sign_off"]
    assert again.status_code == nowhere.status_code == 422
    assert again.get_json()["detail"] == "The case does not wait at “score”."
    events = review.get(f"/instances/{started['id']}/history").get_json()["items"]
    assert "instance_moved" in [each["type"] for each in events]


def test_the_inbox_shows_overdue_work_first_page_by_page(
    review: Program, clock: FixedClock
) -> None:
    for number in range(3):
        review.start("tiny_review", business_key=str(number))
        clock.moment += timedelta(hours=1)
    clock.moment += timedelta(days=4)

    whole = review.get("/user-tasks").get_json()
    first = review.get("/user-tasks", limit=2).get_json()
    rest = review.get("/user-tasks", limit=2, cursor=first["next"]).get_json()

    due = [each["due_at"] for each in whole["items"]]
    assert len(due) == 3
    assert due == sorted(due)
    assert first["items"] + rest["items"] == whole["items"]
    assert rest["next"] is None


def test_mine_leaves_out_what_is_only_offered(review: Program) -> None:
    score = review.start("tiny_review")["user_tasks"][0]["id"]

    before = review.get("/user-tasks", mine="true").get_json()["items"]
    review.post(f"/user-tasks/{score}/claim")
    after = review.get("/user-tasks", mine="true", state="open", limit=50).get_json()["items"]

    assert before == []
    assert [each["id"] for each in after] == [score]
