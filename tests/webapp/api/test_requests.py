"""What every call checks before it does anything: token, shape, size and key."""

from collections.abc import Callable

import pytest

from tests.conftest import NOW
from tests.webapp.api import samples
from tests.webapp.api.conftest import Program
from webapp.api import tokens
from workflows import accounts
from workflows.database import Database


@pytest.fixture
def review(hr: Program) -> Program:
    """Somebody of HR, with the small review process in force."""
    hr.publish(samples.REVIEW_FILES)
    return hr


def test_without_a_token_nothing_is_answered(stranger: Program) -> None:
    answer = stranger.get("/user-tasks")

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.get_json()["instance"] == "/api/v1/user-tasks"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer ", "Basic abc", "wrong"])
def test_a_wrong_token_is_refused(hr: Program, header: str) -> None:
    answer = hr._client.get("/api/v1/user-tasks", headers={"Authorization": header})

    assert answer.status_code == 401


def test_a_token_of_a_stopped_account_is_refused_at_once(hr: Program, database: Database) -> None:
    before = hr.get("/user-tasks")
    with database.unit_of_work() as session:
        accounts.set_active(session, accounts.get(session, "hanna"), active=False)

    after = hr.get("/user-tasks")

    assert (before.status_code, after.status_code) == (200, 401)


def test_whoever_tries_tokens_is_slowed_down(
    stranger: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "WRONG_TOKENS", tokens.parse("3 per minute"))
    headers = {"Authorization": "Bearer guess"}
    client = stranger._client

    tries = [
        client.get("/api/v1/user-tasks", headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.7"})
        for _ in range(4)
    ]

    assert [answer.status_code for answer in tries] == [401, 401, 401, 429]
    assert tries[-1].headers["Retry-After"] == "60"


def test_a_cookie_opens_nothing_in_the_api(hr: Program) -> None:
    hr._client.set_cookie("understudy_session", "anything")

    answer = hr._client.get("/api/v1/user-tasks")

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 422),
        (b"[1]", "application/json", 422),
        (b'{"definition": NaN}', "application/json", 422),
        (b'{"definition": "x", "surprise": 1}', "application/json", 422),
        (b'{"definition": 7}', "application/json", 422),
        (b'{"definition": "x", "data": "text"}', "application/json", 422),
        (b'{"definition": "a\\u0000b"}', "application/json", 422),
        (
            b'{"definition": "x", "data": ' + b'{"a":' * 80 + b"1" + b"}" * 81,
            "application/json",
            422,
        ),
        (b"\xff\xfe", "application/json", 422),
        (b"definition=x", "application/x-www-form-urlencoded", 415),
        (b"<x/>", "text/xml", 415),
        (b'{"definition": "' + b"x" * 1_100_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_of_the_wrong_shape_is_a_problem(
    hr: Program, body: bytes, content_type: str, status: int
) -> None:
    answer = hr.send("/instances", body, content_type)

    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["type"]
    assert problem["title"]
    assert problem["detail"]


def test_errors_name_every_wrong_field(hr: Program) -> None:
    answer = hr.post("/messages", {"nmae": "hurry", "correlation": 7})

    fields = {error["field"] for error in answer.get_json()["errors"]}
    assert answer.status_code == 422
    assert fields == {"name", "nmae", "correlation"}


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "many"},
        {"cursor": "not-ours"},
        {"state": "lost"},
        {"mine": "perhaps"},
        {"surprise": "1"},
    ],
)
def test_a_wrong_query_is_a_problem(hr: Program, query: dict[str, str]) -> None:
    answer = hr.get("/user-tasks", **query)

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"


def test_unknown_paths_and_methods_are_problems(hr: Program) -> None:
    unknown = hr.get("/nothing-here")
    wrong_method = hr._client.delete("/api/v1/instances")

    assert unknown.status_code == 404
    assert wrong_method.status_code == 405
    assert {unknown.content_type, wrong_method.content_type} == {"application/problem+json"}
    assert unknown.get_json()["instance"] == "/api/v1/nothing-here"


def test_a_repeated_request_is_done_once(review: Program) -> None:
    body = {"definition": "tiny_review", "business_key": "R-1"}

    first = review.post("/instances", body, key="start-1")
    again = review.post("/instances", body, key="start-1")
    other = review.post("/instances", body, key="start-2")

    assert again.status_code == first.status_code == 201
    assert again.get_json() == first.get_json()
    assert other.get_json()["id"] != first.get_json()["id"]
    assert len(review.get("/user-tasks").get_json()["items"]) == 2


def test_a_key_belongs_to_one_request(review: Program) -> None:
    review.post("/instances", {"definition": "tiny_review"}, key="start-1")

    other = review.post(
        "/instances", {"definition": "tiny_review", "business_key": "R-2"}, key="start-1"
    )

    assert other.status_code == 422
    assert other.get_json()["type"] == "urn:understudy:problem:key-used-differently"
    assert len(review.get("/user-tasks").get_json()["items"]) == 1


def test_a_key_belongs_to_one_account(review: Program, program: Callable[..., Program]) -> None:
    body = {"definition": "tiny_review"}
    first = review.post("/instances", body, key="start-1").get_json()

    second = program("hugo", "hr").post("/instances", body, key="start-1").get_json()

    assert second["id"] != first["id"]


def test_a_refused_request_may_be_sent_again_under_its_key(hr: Program) -> None:
    refused = hr.post("/instances", {"definition": "tiny_review"}, key="start-1")
    hr.publish(samples.REVIEW_FILES)

    accepted = hr.post("/instances", {"definition": "tiny_review"}, key="start-1")

    assert (refused.status_code, accepted.status_code) == (404, 201)


@pytest.mark.parametrize("key", ["", "x" * 201, "ümlaut"])
def test_a_key_of_the_wrong_shape_is_a_problem(review: Program, key: str) -> None:
    headers = {**review._headers, "Idempotency-Key": key.encode().decode("latin-1")}

    answer = review._client.post(
        "/api/v1/instances", json={"definition": "tiny_review"}, headers=headers
    )

    assert answer.status_code == 422


def test_a_completion_that_is_sent_twice_is_answered_twice(review: Program) -> None:
    score = review.start("tiny_review")["user_tasks"][0]["id"]
    review.post(f"/user-tasks/{score}/claim", key="claim-1")
    path, body = f"/user-tasks/{score}/complete", {"data": {"points": 70}}

    first = review.post(path, body, key="complete-1")
    lost_answer_sent_again = review.post(path, body, key="complete-1")

    assert first.status_code == lost_answer_sent_again.status_code == 200
    assert lost_answer_sent_again.get_json() == first.get_json()


def test_tokens_are_kept_as_hashes_only(hr: Program, database: Database) -> None:
    token = hr._headers["Authorization"].removeprefix("Bearer ")

    with database.reading() as session:
        stored = accounts.tokens_of(session, "hanna")

    assert token not in str([vars(each) for each in stored])
    assert stored[0].created_at == NOW
