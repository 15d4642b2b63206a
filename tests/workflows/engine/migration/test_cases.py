"""A case goes on in another version of its process, or stays as it is and says why."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.build import Process, many, timer
from tests.workflows.engine.callers import callee, caller, done, must_agree, waiting
from tests.workflows.engine.migration.moving import (
    REASON,
    codes,
    file,
    line,
    look,
    migrate,
    remarks,
)
from tests.workflows.engine.shop import (
    ADA,
    BEN,
    CALENDAR,
    CLEO,
    HANA,
    SCORE,
    calling,
    complete,
    find,
    form,
    listening,
    open_tasks,
    publish,
    start,
)
from workflows.clock import FixedClock
from workflows.engine import (
    compiled,
    drafts,
    incidents,
    messages,
    progress,
    services,
    sweeps,
    timers,
)
from workflows.engine.failures import DutyConflict, TransitionFailed
from workflows.engine.migration.cases import Verdict
from workflows.engine.migration.verdicts import Hindrance, Remark, Wish
from workflows.engine.tables import AuditEvent, HistoryEvent, Subscription, Timer


def rows(database, kind, case):
    with database.reading() as session:
        return session.scalars(select(kind).where(kind.instance_id == case.id)).all()


def test_a_case_goes_on_in_the_new_version(database):
    publish(database, file(line("write", "check")))
    case = start(database, "line")
    publish(database, file(line("write", "check", "sign")))

    answer = migrate(database, case)

    assert answer.verdict is Verdict.MIGRATED
    assert find(database, case.id).definition_version == 2
    for element in ("write", "check", "sign"):
        done(database, case, element)
    assert find(database, case.id).status == "completed"


def test_without_it_the_case_ends_as_it_began(database):
    publish(database, file(line("write", "check")))
    case = start(database, "line")
    publish(database, file(line("write", "check", "sign")))

    done(database, case, "write")
    done(database, case, "check")

    assert find(database, case.id).status == "completed"


def test_history_says_who_migrated_it_and_why(database):
    publish(database, file(line("write")))
    case = start(database, "line")
    publish(database, file(line("write", "sign")))

    migrate(database, case)

    (event,) = [e for e in rows(database, HistoryEvent, case) if e.type == "instance_migrated"]
    assert event.actor == "hana"
    assert event.data == {"before": 1, "after": 2, "reason": REASON}
    with database.reading() as session:
        audited = session.scalars(select(AuditEvent).where(AuditEvent.action == "case.migrate"))
        assert [(row.actor, row.object_id) for row in audited] == [("hana", str(case.id))]


def test_an_element_that_is_gone_is_named_and_the_case_stays_untouched(database):
    publish(database, file(line("write", "check")))
    case = start(database, "line")
    before = find(database, case.id)
    publish(database, file(line("draft", "check")))

    answer = migrate(database, case)

    assert answer.verdict is Verdict.BLOCKED
    assert codes(answer) == [(Hindrance.GONE, "write")]
    after = find(database, case.id)
    assert (after.state, after.version, after.bundle_id) == (
        before.state,
        before.version,
        before.bundle_id,
    )


def test_a_designer_says_which_element_it_is_now(database):
    publish(database, file(line("write", "check")))
    case = start(database, "line")
    publish(database, file(line("draft", "check")))

    answer = migrate(database, case, Wish({"write": "draft"}))

    assert answer.verdict is Verdict.MIGRATED
    assert waiting(database, case) == {"draft"}
    done(database, case, "draft")
    assert waiting(database, case) == {"check"}


@pytest.mark.parametrize(
    ("draw", "code"),
    [
        (lambda p: p.start().catch("write", timer(duration="P1D")), Hindrance.OTHER_KIND),
        (lambda p: p.start().user("write", many(cardinality="2")), Hindrance.OTHER_LOOP),
    ],
)
def test_another_kind_of_element_is_not_the_same(database, draw, code):
    publish(database, file(line("write")))
    case = start(database, "line")
    publish(database, file(draw(Process("line")).end().chain("start", "write", "end")))

    assert codes(migrate(database, case)) == [(code, "write")]


def test_an_element_that_moved_into_a_sub_process_is_not_the_same(database):
    publish(database, file(line("write")))
    case = start(database, "line")
    process = Process("line").start().end()
    process.sub("part").start("in").user("write").end("out").chain("in", "write", "out")
    publish(database, file(process.chain("start", "part", "end")))

    assert codes(migrate(database, case)) == [(Hindrance.OTHER_PLACE, "write")]


def test_an_open_user_task_keeps_its_holder_and_due_date_and_says_what_is_new(database):
    publish(database, file(line("score", dueIn="P5D", candidateGroups="reviewer")), SCORE)
    case = start(database, "line")
    before = open_tasks(database, case)["score"]
    newer = line("score", dueIn="P1D", candidateGroups="hr", form="score", duty="scorer")
    publish(database, file(newer))

    answer = migrate(database, case)

    after = open_tasks(database, case)["score"]
    assert remarks(answer) == [
        (Remark.KEEPS_DUE, "score"),
        (Remark.KEEPS_HOLDER, "score"),
        (Remark.OTHER_FORM, "score"),
    ]
    assert (after.id, after.due_at, after.candidate_groups) == (
        before.id,
        before.due_at,
        ["reviewer"],
    )
    assert (after.form_key, after.duty) == ("score", "scorer")
    complete(database, after.id, {"score": 7}, actor=BEN)
    assert find(database, case.id).data == {"score": 7}


def bordered(*, duration="P3D", late=True, message="", again=""):
    """Somebody writes; when it takes too long somebody else is asked."""
    process = Process("line").start().user("write").end()
    if late:
        process.boundary("late", "write", timer(duration=duration), interrupting=False)
        process.user("ask").end("asked").chain("late", "ask", "asked")
    if message:
        process.boundary("called", "write", message=message)
        process.end("stopped").chain("called", "stopped")
    return file(process.chain("start", "write", "end"))


def test_a_timer_keeps_its_due_date_though_its_time_was_changed(database):
    publish(database, bordered())
    case = start(database, "line")
    publish(database, bordered(duration="P9D"))

    answer = migrate(database, case, now=NOW + timedelta(days=1))

    assert remarks(answer) == [(Remark.KEEPS_TIMER, "late")]
    assert [row.due_at for row in rows(database, Timer, case)] == [NOW + timedelta(days=3)]


def test_a_timer_begins_anew_where_that_is_wanted(database):
    publish(database, bordered())
    case = start(database, "line")
    publish(database, bordered(duration="P9D"))

    answer = migrate(database, case, Wish(restarts_timers=True), now=NOW + timedelta(days=1))

    assert remarks(answer) == [(Remark.RESTARTS_TIMER, "late")]
    assert [row.due_at for row in rows(database, Timer, case)] == [NOW + timedelta(days=10)]


def test_an_escalation_that_is_new_counts_from_the_migration(database):
    publish(database, bordered(late=False))
    case = start(database, "line")
    publish(database, bordered())
    later = NOW + timedelta(days=30)

    answer = migrate(database, case, now=later)

    assert remarks(answer) == [(Remark.NEW_WAIT, "late")]
    assert [row.due_at for row in rows(database, Timer, case)] == [later + timedelta(days=3)]
    timers.fire_due(database, FixedClock(later + timedelta(days=3)), CALENDAR)
    must_agree(database, case)
    assert waiting(database, case) == {"write", "ask"}


def test_a_timer_that_has_fired_is_not_armed_again(database):
    publish(database, bordered())
    case = start(database, "line")
    timers.fire_due(database, FixedClock(NOW + timedelta(days=3)), CALENDAR)
    publish(database, bordered(message="stop"))

    answer = migrate(database, case)

    assert remarks(answer) == [(Remark.NEW_WAIT, "called")]
    assert rows(database, Timer, case) == []
    assert len(rows(database, Subscription, case)) == 1


def test_a_timer_that_is_gone_must_be_given_up_by_a_designer(database):
    publish(database, bordered())
    case = start(database, "line")
    publish(database, bordered(late=False))

    assert codes(migrate(database, case)) == [(Hindrance.GONE, "late")]
    answer = migrate(database, case, Wish({"late": ""}))

    assert answer.verdict is Verdict.MIGRATED
    assert remarks(answer) == [(Remark.NO_WAIT, "late")]
    assert rows(database, Timer, case) == []


def test_what_is_open_cannot_be_given_up(database):
    publish(database, file(line("write")))
    case = start(database, "line")
    publish(database, file(line("draft")))

    answer = migrate(database, case, Wish({"write": ""}))

    assert codes(answer) == [(Hindrance.STILL_OPEN, "write")]


def test_a_message_that_is_called_otherwise_is_waited_for_by_its_new_name(database):
    publish(database, listening())
    case = start(database, "listening", {"ticket": "7", "order": "9"})
    publish(database, listening(message="reply", correlation="=order"))

    answer = migrate(database, case)

    assert remarks(answer) == [(Remark.OTHER_WAIT, "listen")]
    (row,) = rows(database, Subscription, case)
    assert (row.message_name, row.correlation) == ("reply", "9")
    with database.unit_of_work() as session:
        messages.send(
            session,
            "reply",
            correlation="9",
            payload={},
            actor=ADA,
            now=NOW,
            calendar=CALENDAR,
        )
    assert waiting(database, case) == {"after"}


def test_a_key_that_cannot_be_found_leaves_the_case_as_it_is(database):
    publish(database, listening())
    case = start(database, "listening", {"ticket": "7"})
    publish(database, listening(correlation="=order"))

    answer = migrate(database, case)

    assert codes(answer) == [(Hindrance.REFUSED, "listen")]
    assert "=order" in answer.hindrances[0].detail or "order" in answer.hindrances[0].detail
    assert find(database, case.id).definition_version == 1


def parallel(*branches, key="line"):
    """Some work side by side, then somebody ends it."""
    process = Process(key).start().parallel("split").parallel("join").user("sum").end()
    process.chain("start", "split").chain("join", "sum", "end")
    for branch in branches:
        process.user(branch).chain("split", branch, "join")
    return file(process)


def test_tokens_in_a_join_go_on_waiting_for_the_others(database):
    publish(database, parallel("one", "two"))
    case = start(database, "line")
    done(database, case, "one")
    process = Process("line").start().parallel("split").parallel("join").user("sum").end()
    process.user("one").user("two").user("check")
    process.chain("start", "split", "one").chain("split", "two", "check", "join", "sum", "end")
    # A modeler has drawn this flow anew: it has another id, from the same element.
    process.flow("one", "join", id="drawn_anew")
    publish(database, file(process))

    answer = migrate(database, case)

    assert answer.verdict is Verdict.MIGRATED
    for element in ("two", "check", "sum"):
        done(database, case, element)
    assert find(database, case.id).status == "completed"


def test_a_branch_that_the_case_has_passed_would_starve_the_join(database):
    publish(database, parallel("one", "two"))
    case = start(database, "line")
    publish(database, parallel("one", "two", "three"))

    assert codes(migrate(database, case)) == [(Hindrance.PASSED_BRANCH, "join")]


def test_a_branch_that_still_lies_ahead_starves_nothing(database):
    def drawn(*branches):
        process = Process("line").start().user("write").parallel("split").parallel("join").end()
        process.chain("start", "write", "split").chain("join", "end")
        for branch in branches:
            process.user(branch).chain("split", branch, "join")
        return file(process)

    publish(database, drawn("one", "two"))
    case = start(database, "line")
    publish(database, drawn("one", "two", "three"))

    assert migrate(database, case).verdict is Verdict.MIGRATED
    done(database, case, "write")
    assert waiting(database, case) == {"one", "two", "three"}


def test_a_flow_of_a_join_that_is_gone_is_named(database):
    publish(database, parallel("one", "two", "three"))
    case = start(database, "line")
    done(database, case, "one")
    publish(database, parallel("two", "three"))

    assert codes(migrate(database, case)) == [(Hindrance.FLOW_GONE, "join")]


def test_many_instances_go_on_each_for_itself(database):
    def drawn(*more):
        process = Process("line").start().end()
        body = many(collection="people", elementVariable="who", collect="all", collectItem="who")
        inner = process.sub("each", body)
        inner.start("in").end("out").user("one").chain("in", "one")
        inner.chain("one", *more, "out")
        for element in more:
            inner.user(element)
        return file(process.chain("start", "each", "end"))

    publish(database, drawn())
    case = start(database, "line", {"people": ["a", "b"]})
    publish(database, drawn("two"))

    assert migrate(database, case).verdict is Verdict.MIGRATED
    for element in ("one", "one", "two", "two"):
        done(database, case, element)
    assert find(database, case.id).data["all"] == ["a", "b"]


def test_an_event_sub_process_that_is_new_listens_from_now_on(database):
    def drawn(*, listens):
        process = Process("line").start().user("write").end().chain("start", "write", "end")
        if listens:
            inner = process.event_sub("stop")
            inner.event_start("heard", message="stop", interrupting=False)
            inner.user("talk").end("talked").chain("heard", "talk", "talked")
        return file(process)

    publish(database, drawn(listens=False))
    case = start(database, "line")
    publish(database, drawn(listens=True))

    answer = migrate(database, case)

    assert remarks(answer) == [(Remark.NEW_WAIT, "heard")]
    assert [row.is_aside for row in rows(database, Subscription, case)] == [True]


def test_a_called_process_goes_along_where_it_was_chosen_at_the_start(database):
    publish(database, file(caller(binding="start")), callee("first"))
    case = start(database, "caller")
    done(database, case, "before")
    publish(database, callee("first", "second"))

    assert migrate(database, case).verdict is Verdict.MIGRATED
    done(database, case, "first")
    assert waiting(database, case) == {"second"}


def test_a_call_that_chose_its_version_when_it_was_reached_keeps_it(database):
    publish(database, file(caller()), callee("first", "next"))
    case = start(database, "caller")
    done(database, case, "before")
    publish(database, callee("other"))
    newer = caller()
    newer.user("sign")
    publish(database, file(newer.chain("after", "sign")))

    assert migrate(database, case).verdict is Verdict.MIGRATED
    for element in ("first", "next"):
        done(database, case, element)
    assert waiting(database, case) == {"after"}


def test_a_call_of_another_process_is_not_the_same(database):
    publish(database, file(caller(binding="start")), callee("first"))
    case = start(database, "caller")
    done(database, case, "before")
    publish(database, file(caller("other", binding="start")), callee("first", key="other"))

    answer = migrate(database, case)

    assert (Hindrance.OTHER_CALL, "inner") in codes(answer)


def test_newer_tables_and_forms_of_the_same_version_are_newer_too(database):
    publish(database, file(line("score", form="score", candidateGroups="reviewer")), SCORE)
    case = start(database, "line")
    publish(database, form("score", required=("grade",), grade={"type": "string"}))

    assert migrate(database, case).verdict is Verdict.MIGRATED
    task = open_tasks(database, case)["score"]
    complete(database, task.id, {"grade": "A"}, actor=BEN)
    assert find(database, case.id).data == {"grade": "A"}


def test_who_did_a_step_holds_the_duty_that_the_new_version_gives_it(database):
    def drawn(**duties):
        process = Process("line").start().end()
        process.user("score", candidateGroups="reviewer", duty=duties.get("duty"))
        process.user("approve", candidateGroups="reviewer", excludes=duties.get("excludes"))
        return file(process.chain("start", "score", "approve", "end"))

    publish(database, drawn())
    case = start(database, "line")
    done(database, case, "score", actor=BEN)
    publish(database, drawn(duty="scorer", excludes="scorer"))

    migrate(database, case)

    with pytest.raises(DutyConflict):
        complete(database, open_tasks(database, case)["approve"].id, actor=BEN)
    done(database, case, "approve", actor=CLEO)


def test_a_case_is_migrated_once(database):
    publish(database, file(line("write")))
    case = start(database, "line")
    publish(database, file(line("write", "sign")))
    migrate(database, case)
    version = find(database, case.id).version

    assert migrate(database, case).verdict is Verdict.CURRENT
    assert find(database, case.id).version == version


def test_what_has_ended_stays_as_it_ended(database):
    publish(database, file(line("write")))
    case = start(database, "line")
    done(database, case, "write")
    publish(database, file(line("write", "sign")))

    assert look(database, case).verdict is Verdict.ENDED


def test_a_dry_run_changes_nothing(database):
    publish(database, file(line("write")))
    case = start(database, "line")
    publish(database, file(line("write", "sign")))
    before = find(database, case.id)

    answer = look(database, case)

    assert answer.verdict is Verdict.READY
    after = find(database, case.id)
    assert (after.version, after.state, after.bundle_id) == (
        before.version,
        before.state,
        before.bundle_id,
    )


def test_the_diagram_shows_a_renamed_step_as_the_one_that_is_open(database):
    publish(database, file(line("write", "check")))
    case = start(database, "line")
    done(database, case, "write")
    publish(database, file(line("write", "review")))

    migrate(database, case, Wish({"check": "review"}))

    assert find(database, case.id).active_elements == ["review"]
    with database.reading() as session:
        model = compiled.of_case(session, case.id)[1].executable.process
        found = progress.progress(model, progress.traces(session, case.id, "line").get("line"))
    assert dict(found.active) == {"review": 1}
    assert found.done == {"start", "write"}


def test_what_can_still_be_undone_must_be_undone_in_the_new_version_too(database):
    def drawn(*, undone):
        process = Process("line").start().user("book").user("pay").end()
        process.undo("back", tag="intermediateThrowEvent")
        process.chain("start", "book", "pay", "back", "end")
        if undone:
            process.undone_by("book", "cancel").user("cancel", isForCompensation=True)
        return process

    publish(database, file(drawn(undone=True)))
    case = start(database, "line")
    done(database, case, "book")
    without = Process("line").start().user("book").user("pay").end()
    publish(database, file(without.chain("start", "book", "pay", "end")))
    assert codes(migrate(database, case)) == [(Hindrance.NOT_UNDONE, "book")]

    newer = drawn(undone=True).user("sign")
    publish(database, file(newer.chain("pay", "sign")))
    assert migrate(database, case).verdict is Verdict.MIGRATED
    done(database, case, "pay")
    assert "cancel" in waiting(database, case)


def choice(*messages):
    process = Process("line").start().event_based("which").end().flow("start", "which")
    for message in messages:
        process.catch(f"on_{message}", message=message)
        process.chain("which", f"on_{message}", "end")
    return file(process)


def test_ways_of_an_event_based_gateway_come_and_go(database):
    publish(database, choice("yes", "no"))
    case = start(database, "line")
    publish(database, choice("yes", "maybe"))

    assert codes(migrate(database, case)) == [(Hindrance.GONE, "on_no")]
    answer = migrate(database, case, Wish({"on_no": ""}))

    assert remarks(answer) == [(Remark.NEW_WAIT, "on_maybe"), (Remark.NO_WAIT, "on_no")]
    names = {row.message_name for row in rows(database, Subscription, case)}
    assert names == {"yes", "maybe"}


def test_a_failed_step_is_tried_again_in_the_new_version(database, monkeypatch):
    def pay(_call, **_inputs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(services, "_handlers", {"pay": pay})
    publish(database, calling("pay"))
    case = start(database, "calling")
    with pytest.raises(TransitionFailed):
        complete(database, open_tasks(database, case)["ask"].id)
    publish(database, file(line("ask", key="calling")))

    assert migrate(database, case).verdict is Verdict.MIGRATED
    assert find(database, case.id).status == "incident"
    with database.unit_of_work() as session:
        (incident,) = incidents.open_list(session).items
        incidents.retry(
            session, incident.id, reason="mended", actor=HANA, now=NOW, calendar=CALENDAR
        )

    must_agree(database, case)
    assert find(database, case.id).status == "completed"


def test_a_case_that_does_not_agree_with_itself_is_not_touched(database):
    publish(database, file(line("write")))
    case = start(database, "line")
    with database.unit_of_work() as session:
        sweeps.report(session, case.id, "Its rows are gone.", now=NOW)
    publish(database, file(line("write", "sign")))

    answer = migrate(database, case)

    assert codes(answer) == [(Hindrance.INCONSISTENT, "")]
    assert find(database, case.id).status == "incident"


def test_what_somebody_typed_stays_where_the_fields_are_the_same(database):
    publish(database, file(line("score", form="score", candidateGroups="reviewer")), SCORE)
    case = start(database, "line")
    task = open_tasks(database, case)["score"].id
    with database.unit_of_work() as session:
        drafts.save_draft(session, task, {"comment": "good", "score": 7}, actor=BEN, now=NOW)
    publish(database, form("score", comment={"type": "string"}, grade={"type": "string"}))

    migrate(database, case)

    with database.reading() as session:
        assert drafts.draft(session, task, actor=BEN)["comment"] == "good"
