"""Processes are killed in the middle of work: what was acknowledged is there, and there once."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

from sqlalchemy import select

from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import SCORE, listening, publish, two_steps, waiting
from workflows.database import Database
from workflows.engine import verification
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import HistoryEvent, Instance, UserTask

ROUNDS = int(os.environ.get("UNDERSTUDY_CRASH_ROUNDS", "6"))
WORKERS = 2
ROOT = Path(__file__).parents[2]


def sender() -> SourceFile:
    process = Process("sender")
    process.start().user("ask").throw("tell", message="answer", correlation="=ticket")
    process.user("rest").end().chain("start", "ask", "tell", "rest", "end")
    return SourceFile("sender.bpmn", process.xml())


def begin(database: Database, file: Path, seed: int) -> subprocess.Popen[bytes]:
    url = database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.crash.worker_to_kill", url, str(file), str(seed)]
    return subprocess.Popen(command, cwd=ROOT)


def wait_until_ready(file: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "The process that is to be killed died by itself."
        if file.exists() and file.read_text():
            return
        time.sleep(0.05)
    raise AssertionError("The process that is to be killed did not begin.")


def test_killed_processes_lose_nothing_and_do_nothing_twice(database, tmp_path):
    publish(database, two_steps(), SCORE, waiting(), listening(), sender())
    random = Random(2026)
    files: list[Path] = []

    for number in range(ROUNDS):
        round_files = [tmp_path / f"{number}-{place}" for place in range(WORKERS)]
        processes = [begin(database, file, random.randrange(2**32)) for file in round_files]
        try:
            for file, process in zip(round_files, processes, strict=True):
                wait_until_ready(file, process)
                time.sleep(random.uniform(0.05, 0.6))
                assert process.poll() is None, "The process that is to be killed died by itself."
                process.send_signal(signal.SIGKILL)
        finally:
            for process in processes:
                process.kill()
                process.wait()
        files += round_files
        with database.reading() as session:
            assert list(verification.differences(session)) == []

    judge(database, files)


def judge(database: Database, files: list[Path]) -> None:
    """Compare what was acknowledged with what is stored."""
    acknowledged = [line.split() for file in files for line in file.read_text().splitlines()]
    started = [int(words[1]) for words in acknowledged if words[0] == "started"]
    completed = [int(words[1]) for words in acknowledged if words[0] == "completed"]
    assert len(set(started)) == len(started)
    assert len(set(completed)) == len(completed)
    assert len(completed) > ROUNDS
    with database.reading() as session:
        cases = set(session.scalars(select(Instance.id)))
        done = set(session.scalars(select(UserTask.id).where(UserTask.state == "completed")))
        rows = session.execute(
            select(UserTask.instance_id, UserTask.element_id).where(UserTask.state == "completed")
        )
        user_tasks = Counter((row.instance_id, row.element_id) for row in rows)
        events = session.execute(
            select(HistoryEvent.instance_id, HistoryEvent.element_id).where(
                HistoryEvent.type == "activity_completed",
                HistoryEvent.element_id.in_({element for _, element in user_tasks}),
            )
        )
        history = Counter((row.instance_id, row.element_id) for row in events)
    assert set(started) <= cases
    assert set(completed) <= done
    assert history == user_tasks
