"""The server is killed in the middle of work: nothing is lost, nothing happens twice."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.webapp.api import samples
from tests.webapp.serving import RemoteProgram, ServerProcess, environment, free_port, run
from workflows.database import Base, Database

CASES = 12
KILLS = 3


@pytest.fixture
def server(database: Database, tmp_path: Path) -> Iterator[ServerProcess]:
    """A server on an installed database."""
    Base.metadata.drop_all(database.engine)
    database.close()
    env = environment(
        tmp_path,
        UNDERSTUDY_DATABASE_URL=database.engine.url.render_as_string(hide_password=False),
    )
    run(env, "init")
    with ServerProcess(env, free_port()) as started:
        yield started


@pytest.fixture
def program(server: ServerProcess, tmp_path: Path) -> RemoteProgram:
    """Somebody who may do everything that the review needs."""
    roles = ("--role", "hr", "--role", "designer", "--role", "reviewer")
    run(server.env, "user", "add", "hanna", *roles, "--password-stdin", text="correct horse 9\n")
    token = run(server.env, "token", "create", "hanna").stdout.strip()
    for name, content in samples.REVIEW_FILES.items():
        (folder := tmp_path / "models").mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    run(server.env, "process", "deploy", str(tmp_path / "models"))
    return RemoteProgram(server.address, token)


def test_a_case_survives_the_death_of_the_server_between_two_steps(
    server: ServerProcess, program: RemoteProgram
) -> None:
    started = program.post("/instances", {"definition": "tiny_review"}, "start").json()
    score = started["user_tasks"][0]["id"]
    program.post(f"/user-tasks/{score}/claim", {}, "claim")
    body = {"data": {"points": 70}}
    scored = program.post(f"/user-tasks/{score}/complete", body, "score").json()

    server.kill()
    server.start()

    repeated = program.post(f"/user-tasks/{score}/complete", body, "score")
    assert repeated.json() == scored
    assert program.get(f"/instances/{started['id']}") == scored
    sign_off = scored["user_tasks"][0]["id"]
    ended = program.post(f"/user-tasks/{sign_off}/complete", {}, "sign").json()
    assert ended["status"] == "completed"
    assert ended["data"] == {"points": 70}


def test_kills_at_any_moment_lose_nothing_and_double_nothing(
    server: ServerProcess, program: RemoteProgram
) -> None:
    finished: dict[int, dict[str, object]] = {}
    workers = [
        threading.Thread(target=_work, args=(program, number, finished)) for number in range(CASES)
    ]
    for worker in workers:
        worker.start()
    random = Random(7)
    for _ in range(KILLS):
        time.sleep(random.uniform(0.05, 0.4))
        server.kill()
        server.start()
    for worker in workers:
        worker.join(timeout=120)

    assert len(finished) == CASES
    assert len({case["id"] for case in finished.values()}) == CASES
    for number, case in finished.items():
        assert case["status"] == "completed"
        assert case["data"] == {"points": number}
        events = program.get(f"/instances/{case['id']}/history?limit=200")["items"]
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        done = [e["element_id"] for e in events if e["type"] == "activity_completed"]
        assert [done.count(element) for element in ("score", "sign_off")] == [1, 1]
    assert program.get("/user-tasks")["items"] == []


def _work(program: RemoteProgram, number: int, finished: dict[int, dict[str, object]]) -> None:
    """Take one case from start to end, repeating every request whose answer was lost."""
    case = _until_answered(program, "/instances", {"definition": "tiny_review"}, f"start-{number}")
    score = case["user_tasks"][0]["id"]
    _until_answered(program, f"/user-tasks/{score}/claim", {}, f"claim-{number}")
    body = {"data": {"points": number}}
    case = _until_answered(program, f"/user-tasks/{score}/complete", body, f"score-{number}")
    sign_off = case["user_tasks"][0]["id"]
    path = f"/user-tasks/{sign_off}/complete"
    finished[number] = _until_answered(program, path, {}, f"sign-{number}")


def _until_answered(program: RemoteProgram, path: str, body: object, key: str) -> dict[str, Any]:
    """Send a request under its key until an answer arrives."""
    for _ in range(400):
        try:
            answer = program.post(path, body, key)
        except OSError:
            time.sleep(0.1)
            continue
        if answer.status < 300:
            return answer.json()
        assert answer.status == 503, answer.body
    raise AssertionError(f"no answer to {path}")
