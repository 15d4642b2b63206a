"""A new version of a called process is refused where it would break who calls it."""

import pytest

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.build import Process
from tests.workflows.engine.callers import callee, caller, done, file
from tests.workflows.engine.shop import HANA, SCORE, open_tasks, publish, start, two_steps
from workflows.engine import instances, services
from workflows.engine.definitions import PublishRefused, SourceFile


def by_message(key: str = "callee") -> SourceFile:
    """A process that only a message begins."""
    process = Process(key).message_start("start", "news").user("work").end()
    return file(process.chain("start", "work", "end"))


def refused(database, *files):
    with pytest.raises(PublishRefused) as caught:
        publish(database, *files)
    return [one for one in caught.value.findings if one.is_error]


@pytest.mark.parametrize("binding", ["start", "latest"])
def test_a_version_without_a_plain_start_is_refused_while_somebody_calls_it(database, binding):
    publish(database, file(caller(binding=binding)), callee("first"))

    (finding,) = refused(database, by_message())

    assert (finding.code, finding.element_id) == ("call-without-start", "inner")
    assert finding.file_name == "caller.bpmn"
    assert finding.help == "checks-of-processes.md#call-without-start"
    assert finding.message.startswith("The process “caller”, which is in use, would break: ")
    assert "'inner' calls the process 'callee', which has no plain start" in finding.message
    assert finding.remedy == "Give it a plain start event beside the others."
    case = start(database, "caller")
    assert set(open_tasks(database, case)) == {"before"}


def test_a_running_case_that_asks_for_the_latest_version_is_a_caller_too(database):
    publish(database, file(caller()), callee("first"))
    case = start(database, "caller")
    publish(database, callee("between", key="caller"))

    (finding,) = refused(database, by_message())
    assert "“caller”, which is in use, would break" in finding.message

    with database.unit_of_work() as session:
        instances.cancel(session, case.id, reason="enough", actor=HANA, now=NOW)
    publish(database, by_message())


def test_a_running_case_that_keeps_its_version_is_none(database):
    publish(database, file(caller(binding="start")), callee("first"))
    case = start(database, "caller")
    publish(database, callee("between", key="caller"))

    publish(database, by_message())

    done(database, case, "before")
    assert set(open_tasks(database, case)) == {"first"}


def test_every_caller_that_would_break_is_named(database):
    publish(database, file(caller(key="one")), file(caller(key="two")), callee("first"))

    assert [one.file_name for one in refused(database, by_message())] == ["one.bpmn", "two.bpmn"]


def test_it_is_accepted_together_with_callers_that_need_it_no_more(database):
    publish(database, file(caller()), callee("first"))
    alone = Process("caller").start().user("before").end().chain("start", "before", "end")

    publish(database, by_message(), file(alone))
    publish(database, by_message("other"))

    assert set(open_tasks(database, start(database, "caller"))) == {"before"}


def test_a_caller_in_the_same_files_is_told_once(database):
    publish(database, file(caller()), callee("first"))

    (finding,) = refused(database, by_message(), file(caller(name="Call it")))

    assert "which is in use" not in finding.message


def test_a_version_that_leads_back_to_its_caller_before_anything_waits_is_refused(database):
    outer = Process("outer").start().call("inner", "callee").end().chain("start", "inner", "end")
    between = Process("callee").start().call("deep", "third").end().chain("start", "deep", "end")
    publish(database, file(outer), file(between), callee("first", key="third"))
    back = Process("third").start().call("back", "outer").end().chain("start", "back", "end")

    found = refused(database, file(back))

    named = {(one.file_name, one.element_id, one.code) for one in found}
    assert ("outer.bpmn", "inner", "call-without-wait") in named
    assert ("callee.bpmn", "deep", "call-without-wait") in named


def test_what_was_wrong_with_a_caller_before_stops_no_new_version(database, monkeypatch):
    monkeypatch.setitem(services._handlers, "test.work", lambda _call: {})
    outer = Process("outer").start().user("ask").service("work", "test.work").end()
    outer.call("inner", "callee").chain("start", "ask", "work", "inner", "end")
    publish(database, file(outer), callee("first"))
    monkeypatch.delitem(services._handlers, "test.work")

    published = publish(database, callee("second"))

    assert [version.key for version in published.new] == ["callee"]


def test_processes_that_nobody_calls_ask_one_statement_for_their_callers(database):
    with counted(database) as statements:
        publish(database, two_steps(), SCORE)

    assert sum("bundle.manifest" in one and "instance" in one for one in statements) == 1
