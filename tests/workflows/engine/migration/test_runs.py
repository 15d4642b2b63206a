"""Many cases migrate in batches: looked at first, each once, and none that is not ready."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.build import Process, when
from tests.workflows.engine.callers import done, must_agree, waiting
from tests.workflows.engine.migration.moving import REASON, file, line
from tests.workflows.engine.shop import BEN, CALENDAR, HANA, find, publish, start
from workflows.engine import services
from workflows.engine.jobs import performing
from workflows.engine.migration import notes, runs, work
from workflows.engine.migration.refusals import (
    MappingRefused,
    MigrationMovedOn,
    MigrationUnderWay,
    NothingToMigrate,
    ReasonMissing,
    TargetMovedOn,
)
from workflows.engine.migration.runs import RunState
from workflows.engine.migration.verdicts import Wish
from workflows.engine.migration_tables import CaseMigration, CaseVerdict
from workflows.engine.tables import HistoryEvent, Incident


def begin(database, key="line", wish=None):
    with database.unit_of_work() as session:
        return runs.begin(session, key, wish or Wish(), actor=HANA, now=NOW).id


def confirm(database, number, reason=REASON):
    with database.unit_of_work() as session:
        run = runs.held(session, number, RunState.EXAMINED)
        runs.propose(session, run, reason=reason, actor=HANA, now=NOW)
        runs.confirm(session, run, actor=BEN, now=NOW)


def go(database, now=NOW):
    """Do the background work until nothing is left; return the number of batches."""
    batches = 0
    while performing.perform_due(database, work.WORK, now, CALENDAR):
        batches += 1
    return batches


def run_of(database, number):
    with database.reading() as session:
        return session.get_one(CaseMigration, number)


def counts(database, number):
    with database.reading() as session:
        return notes.counts(session, number)


def migrated_events(database):
    with database.reading() as session:
        rows = session.execute(
            select(HistoryEvent.instance_id, func.count().label("number"))
            .where(HistoryEvent.type == "instance_migrated")
            .group_by(HistoryEvent.instance_id)
        )
        return {row.instance_id: row.number for row in rows}


@pytest.fixture
def some(database):
    """Six cases: four can migrate, two are at a step that is gone."""
    publish(database, file(line("write", "check")))
    cases = [start(database, "line") for _ in range(6)]
    for case in cases[:4]:
        done(database, case, "write")
    publish(database, file(line("draft", "check", "sign")))
    return cases


def test_a_dry_run_gives_a_verdict_for_each_case_and_changes_none(database, some):
    number = begin(database)
    go(database)

    run = run_of(database, number)
    assert (run.state, run.total, run.done) == (RunState.EXAMINED, 6, 6)
    assert counts(database, number) == {"ready": 4, "blocked": 2}
    assert {find(database, case.id).definition_version for case in some} == {1}
    assert migrated_events(database) == {}


def test_confirmed_it_migrates_those_that_can(database, some):
    number = begin(database)
    go(database)
    confirm(database, number)
    go(database)

    run = run_of(database, number)
    assert (run.state, run.total, run.done) == (RunState.DONE, 6, 6)
    assert counts(database, number) == {"migrated": 4, "blocked": 2}
    assert migrated_events(database) == {case.id: 1 for case in some[:4]}
    for case in some:
        must_agree(database, case)
    done(database, some[0], "check")
    assert waiting(database, some[0]) == {"sign"}


def test_history_names_who_confirmed_it(database, some):
    number = begin(database)
    go(database)
    confirm(database, number)
    go(database)

    with database.reading() as session:
        event = session.scalars(
            select(HistoryEvent).where(HistoryEvent.type == "instance_migrated").limit(1)
        ).one()
    assert (event.actor, event.data["reason"]) == ("ben", REASON)


def test_a_case_that_moved_on_since_the_dry_run_is_looked_at_again(database, some):
    number = begin(database)
    go(database)
    done(database, some[5], "write")
    done(database, some[0], "check")
    confirm(database, number)
    go(database)

    assert find(database, some[0].id).status == "completed"
    assert find(database, some[5].id).definition_version == 2
    assert counts(database, number) == {"ready": 1, "migrated": 4, "blocked": 1}


def test_batches_follow_each_other(database, some, monkeypatch):
    monkeypatch.setattr(work, "BATCH", 2)

    number = begin(database)

    assert go(database) == 4
    confirm(database, number)
    assert go(database) == 4
    assert counts(database, number) == {"migrated": 4, "blocked": 2}


def test_a_service_that_fails_leaves_its_case_untouched_and_holds_up_no_other(
    database, monkeypatch
):
    def pay(_call, **_inputs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(services, "_handlers", {"pay": pay})
    publish(database, file(line("write")))
    poor, rich = start(database, "line", {"rich": False}), start(database, "line", {"rich": True})
    process = Process("line").start().user("write").end().chain("start", "write", "end")
    process.boundary("wealth", "write", when("rich"), interrupting=False)
    process.service("pay", "pay").end("paid").chain("wealth", "pay", "paid")
    publish(database, file(process))

    number = begin(database)
    go(database)
    assert counts(database, number) == {"ready": 2}
    confirm(database, number)
    go(database)

    assert counts(database, number) == {"migrated": 1, "failed": 1}
    assert find(database, poor.id).definition_version == 2
    untouched = find(database, rich.id)
    assert (untouched.definition_version, untouched.status) == (1, "running")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 0
        (told,) = session.scalar(
            select(CaseVerdict.hindrances).where(CaseVerdict.instance_id == rich.id)
        )
    assert "secret" not in told["detail"]
    assert told["element"] == "pay"


def test_what_nobody_foresaw_is_told_and_holds_up_no_other(database, some, monkeypatch):
    plan = work.Examiner.plan

    def broken(self, values, old, reason):
        if values["id"] == some[1].id:
            raise RuntimeError("secret detail")
        return plan(self, values, old, reason)

    number = begin(database)
    go(database)
    confirm(database, number)
    monkeypatch.setattr(work.Examiner, "plan", broken)
    go(database)

    assert counts(database, number) == {"migrated": 3, "failed": 1, "blocked": 2}
    assert run_of(database, number).state == RunState.DONE


def test_there_is_nothing_to_migrate_where_all_run_on_the_version_in_force(database):
    publish(database, file(line("write")))
    start(database, "line")

    with pytest.raises(NothingToMigrate):
        begin(database)


def test_a_dry_run_is_replaced_by_the_next_but_a_migration_is_not(database, some):
    first = begin(database)
    go(database)
    second = begin(database, wish=Wish({"write": "draft"}))
    go(database)
    assert run_of(database, first).state == RunState.STOPPED
    assert counts(database, first) == {}
    assert counts(database, second) == {"ready": 6}
    confirm(database, second)

    with pytest.raises(MigrationUnderWay):
        begin(database)


def test_a_mapping_names_elements_that_exist(database, some):
    with pytest.raises(MappingRefused, match="“wrote” is no element of the older versions"):
        begin(database, wish=Wish({"wrote": "draft"}))
    with pytest.raises(MappingRefused, match="“drat” is no element of version 2"):
        begin(database, wish=Wish({"write": "drat"}))


def test_nobody_migrates_without_a_reason(database, some):
    number = begin(database)
    go(database)

    with pytest.raises(ReasonMissing):
        confirm(database, number, reason="  ")


def test_nothing_is_confirmed_before_every_case_was_looked_at(database, some):
    number = begin(database)

    with pytest.raises(MigrationMovedOn):
        confirm(database, number)


def test_a_newer_version_stops_what_was_meant_for_the_older(database, some):
    number = begin(database)
    go(database)
    publish(database, file(line("draft", "check", "sign", "send")))

    with pytest.raises(TargetMovedOn):
        confirm(database, number)


def test_a_newer_version_stops_a_migration_under_way(database, some, monkeypatch):
    monkeypatch.setattr(work, "BATCH", 1)
    number = begin(database)
    go(database)
    confirm(database, number)
    performing.perform_due(database, work.WORK, NOW, CALENDAR)
    publish(database, file(line("draft", "check", "sign", "send")))
    go(database)

    run = run_of(database, number)
    assert (run.state, run.done) == (RunState.STOPPED, 1)
    assert run.problem == work.MOVED_ON


def test_a_stop_between_two_cases_keeps_those_that_have_migrated(database, some, monkeypatch):
    number = begin(database)
    go(database)
    confirm(database, number)
    migrate, seen = work._migrate, []

    def stopping(database, batch, values):
        if len(seen) == 2:
            with database.unit_of_work() as session:
                run = runs.held(session, number, RunState.MIGRATING)
                runs.stop(session, run, actor=HANA, now=NOW)
        seen.append(values["id"])
        migrate(database, batch, values)

    monkeypatch.setattr(work, "_migrate", stopping)
    go(database)

    assert run_of(database, number).state == RunState.STOPPED
    assert migrated_events(database) == {case.id: 1 for case in some[:2]}
    for case in some:
        must_agree(database, case)


def test_a_worker_that_lost_its_claim_migrates_nothing(database, some, monkeypatch):
    number = begin(database)
    go(database)
    confirm(database, number)
    with database.unit_of_work() as session:
        claim = work.WORK.claim(session, str(number), NOW)
    with database.unit_of_work() as session:
        session.execute(update(CaseMigration).values(attempts=2))

    assert not work.WORK.work(database, claim, performing.Occasion(HANA, NOW, CALENDAR))

    assert migrated_events(database) == {}


def die(database, number, now):
    """Let a worker claim a migration as often as it may, and die each time."""
    for _ in range(work.WORK.most_attempts):
        with database.unit_of_work() as session:
            assert work.WORK.claim(session, str(number), now) is not None
        now += timedelta(minutes=1)
    return now


def test_a_case_that_stops_its_worker_every_time_is_passed_over(database, some):
    number = begin(database)
    go(database)
    confirm(database, number)
    later = die(database, number, NOW)

    performing.perform_due(database, work.WORK, later, CALENDAR)
    go(database, later)

    run = run_of(database, number)
    assert (run.state, run.done) == (RunState.DONE, 6)
    assert counts(database, number) == {"failed": 1, "migrated": 3, "blocked": 2}
    assert find(database, some[0].id).definition_version == 1


def test_a_migration_that_cannot_even_begin_is_stopped(database, some, monkeypatch):
    number = begin(database)

    def broken(*_facts):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(work, "_batch", broken)
    now = NOW
    for _ in range(work.WORK.most_attempts):
        performing.perform_due(database, work.WORK, now, CALENDAR)
        now += timedelta(hours=2)

    run = run_of(database, number)
    assert (run.state, run.problem) == (RunState.STOPPED, "RuntimeError")


def test_looking_at_more_cases_costs_no_more_statements(database):
    publish(database, file(line("write", "check")))
    cases = [start(database, "line") for _ in range(3)]
    publish(database, file(line("write", "check", "sign")))
    begin(database)
    with counted(database) as few:
        performing.perform_due(database, work.WORK, NOW, CALENDAR)
    for _ in range(20):
        cases.append(start(database, "line"))
    publish(database, file(line("write", "check", "sign", "send")))
    begin(database)
    with counted(database) as many:
        performing.perform_due(database, work.WORK, NOW, CALENDAR)

    # One row is written for each; nothing else grows.
    assert len(many) - len(few) <= 20
