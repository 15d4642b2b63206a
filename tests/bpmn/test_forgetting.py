"""What is said about life is forgotten everywhere after a year, and the case can be replayed."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from tests.workflows.mentoring_case import MentoringCase
from tests.workflows.nomination_case import CALENDAR
from workflows import accounts, check_ins, member_services, pairings
from workflows.check_in_tables import WellbeingNote
from workflows.database import Database
from workflows.engine import apart, case_log, drafts, user_tasks, verification
from workflows.engine.tables import AuditEvent, HistoryEvent, UserTask

HELD: dict[str, Any] = {"result": "held", "motivation": 4, "workload": 3, "outcome": "nothing"}
SAID = "My aunt Ottilie moves in with us."


@pytest.fixture
def case(database: Database) -> MentoringCase:
    """Mona and Cara have talked; Mona had a draft of what was said."""
    case = MentoringCase.make(database, "mona")
    with database.unit_of_work() as session:
        member = member_services.fetch(session, case.member_id)
        pairings.begin(session, member, "mona", now=case.clock.now())
    case.begin("check_in").wait("P14D")
    with database.unit_of_work() as session:
        open_one = session.scalars(select(UserTask).where(UserTask.state == "open")).one()
        drafts.save_draft(
            session,
            open_one.id,
            {"wellbeing": SAID},
            actor=accounts.actor_of(session, "mona"),
            now=case.clock.now(),
        )
    return case.do("talk", "mona", **HELD, wellbeing=SAID, work="Fine.")


def _everything(database: Database) -> str:
    """Every value of every row of every table; logs as what they tell."""
    tables = MetaData()
    tables.reflect(database.engine)
    with database.reading() as session:
        values = [
            str(value)
            for table in tables.sorted_tables
            for row in session.execute(select(table))
            for value in row
        ]
        logs = session.scalars(select(HistoryEvent.log).where(HistoryEvent.log.is_not(None))).all()
        values += [str(case_log.read(log).commands) for log in logs if log is not None]
    return json.dumps(values, ensure_ascii=False)


def _disagreements(database: Database) -> list[str]:
    with database.reading() as session:
        return list(verification.differences(session))


def test_the_text_stands_in_its_own_row_alone_from_the_beginning(case: MentoringCase) -> None:
    (note,) = case.rows(WellbeingNote)

    assert note.body == SAID
    assert _everything(case.database).count("Ottilie") == 1
    assert apart.MARK in _everything(case.database)  # the log knows that there was something
    assert _disagreements(case.database) == []


def test_after_a_year_the_text_is_nowhere_and_the_case_can_still_be_replayed(
    case: MentoringCase,
) -> None:
    (number,) = [note.check_in_id for note in case.rows(WellbeingNote)]

    case.wait("P340D").wait("P60D")

    assert "Ottilie" not in _everything(case.database)
    assert _disagreements(case.database) == []
    forgotten = [each for each in case.rows(AuditEvent) if each.action == check_ins.FORGOTTEN]
    assert [(each.object_type, each.object_id, each.data) for each in forgotten] == [
        ("check_in", str(number), {})
    ]


def test_the_file_of_the_database_keeps_no_byte_of_it(case: MentoringCase) -> None:
    if case.database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL frees the room of deleted rows when it is vacuumed")
    case.wait("P340D").wait("P60D")

    path = Path(str(case.database.engine.url.database))
    case.database.close()

    assert not path.with_name(f"{path.name}-wal").exists()
    assert b"Ottilie" not in path.read_bytes()


def test_a_text_that_no_service_takes_is_not_lost(
    case: MentoringCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_ins.apart, "take", lambda _session, _value: None)
    case.wait("P31D")
    with case.database.reading() as session:
        mine = session.scalars(
            select(UserTask).where(UserTask.state == "open", UserTask.assignee == "mona")
        ).first()
    assert mine is not None

    with pytest.raises(apart.NobodyTakesIt), case.database.unit_of_work() as session:
        user_tasks.complete(
            session,
            mine.id,
            {**HELD, "wellbeing": SAID},
            actor=accounts.actor_of(session, "mona"),
            now=case.clock.now(),
            calendar=CALENDAR,
        )
