"""Programs that send the same thing at the same moment: one is done, all are answered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.webapp.api import samples
from tests.webapp.api.conftest import Program

RACERS = 6


@pytest.fixture
def review(hr: Program) -> Program:
    """Somebody of HR, with the small review process in force."""
    hr.publish(samples.REVIEW_FILES)
    return hr


def _race(app: Flask, program: Program, send: Callable[[Program, int], TestResponse]) -> list[int]:
    """Let several clients of one account send at once; answer with their statuses."""
    barrier = Barrier(RACERS)

    def run(number: int) -> int:
        racer = Program(app.test_client(), None)
        racer._headers = program._headers
        barrier.wait()
        return send(racer, number).status_code

    with ThreadPoolExecutor(RACERS) as pool:
        return list(pool.map(run, range(RACERS)))


def test_one_key_starts_one_case(app: Flask, review: Program) -> None:
    statuses = _race(
        app,
        review,
        lambda racer, _: racer.post("/instances", {"definition": "tiny_review"}, key="one"),
    )

    assert statuses == [201] * RACERS
    assert len(review.get("/user-tasks").get_json()["items"]) == 1


def test_one_completion_wins_and_the_others_are_told(app: Flask, review: Program) -> None:
    started = review.start("tiny_review")
    score = started["user_tasks"][0]["id"]

    statuses = _race(
        app,
        review,
        lambda racer, number: racer.post(
            f"/user-tasks/{score}/complete", {"data": {"points": number}}
        ),
    )

    assert sorted(statuses) == [200] + [409] * (RACERS - 1)
    events = review.get(f"/instances/{started['id']}/history").get_json()["items"]
    done = [event for event in events if event["type"] == "activity_completed"]
    assert [event["element_id"] for event in done].count("score") == 1


def test_one_upload_wins_and_all_are_answered_alike(app: Flask, hr: Program) -> None:
    statuses = _race(app, hr, lambda racer, _: racer.publish(samples.REVIEW_FILES))

    assert statuses == [201] * RACERS
    assert {each["version"] for each in hr.get("/definitions").get_json()["items"]} == {1}
