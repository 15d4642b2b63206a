"""Calls that ask for the latest version run what is in force when they are reached."""

import threading

import pytest
from sqlalchemy import func, select

from tests.statements import counted
from tests.workflows.engine.build import Process, loop, many, mapping
from tests.workflows.engine.build import extension as extended
from tests.workflows.engine.callers import callee, caller, done, file, must_agree, waiting
from tests.workflows.engine.shop import complete, find, open_tasks, publish, start
from workflows.engine import manifests
from workflows.engine.definitions import PublishRefused
from workflows.engine.tables import Bundle


def bundles(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Bundle))


def test_a_version_published_before_the_call_is_reached_is_the_one_that_runs(database):
    publish(database, file(caller()), callee("first"))
    case = start(database, "caller")
    publish(database, callee("second"))

    done(database, case, "before")

    assert waiting(database, case) == {"second"}
    done(database, case, "second")
    done(database, case, "after")
    assert find(database, case.id).status == "completed"


@pytest.mark.parametrize("binding", ["start", None])
def test_a_call_without_that_wish_runs_the_version_of_the_start(database, binding):
    publish(database, file(caller(binding=binding)), callee("first"))
    case = start(database, "caller")
    publish(database, callee("second"))

    done(database, case, "before")

    assert waiting(database, case) == {"first"}


def test_a_call_that_runs_goes_on_in_the_version_that_it_began_with(database):
    publish(database, file(caller()), callee("first", "next"))
    case = start(database, "caller")
    done(database, case, "before")
    publish(database, callee("second"))

    done(database, case, "first")
    assert waiting(database, case) == {"next"}
    done(database, case, "next")

    assert waiting(database, case) == {"after"}


def test_what_is_published_behind_the_call_changes_nothing(database):
    publish(database, file(caller()), callee("first"))
    case = start(database, "caller")
    done(database, case, "before")
    done(database, case, "first")
    publish(database, callee("second"))

    done(database, case, "after")

    assert find(database, case.id).status == "completed"


def test_of_two_versions_published_meanwhile_the_newer_one_runs(database):
    publish(database, file(caller()), callee("first"))
    case = start(database, "caller")
    publish(database, callee("second"))
    publish(database, callee("third"))

    done(database, case, "before")

    assert waiting(database, case) == {"third"}


def test_a_version_that_is_brought_back_runs_again(database):
    publish(database, file(caller(body=loop(3))), callee("first"))
    case = start(database, "caller")
    publish(database, callee("second"))
    done(database, case, "before")
    publish(database, callee("first"))

    done(database, case, "second")
    done(database, case, "first")

    assert waiting(database, case) == {"first"}


def test_every_round_of_a_loop_runs_the_version_in_force_then(database):
    publish(database, file(caller(body=loop(3))), callee("first"))
    case = start(database, "caller")
    done(database, case, "before")
    for former, newer in (("first", "second"), ("second", "third")):
        publish(database, callee(newer))
        done(database, case, former)
        assert waiting(database, case) == {newer}

    done(database, case, "third")
    assert waiting(database, case) == {"after"}


def test_instances_one_after_the_other_run_the_version_in_force_when_each_begins(database):
    body = many(sequential=True, collection="items", elementVariable="item", collect="all")
    publish(database, file(caller(body=body)), callee("first"))
    case = start(database, "caller", {"items": ["a", "b"]})
    done(database, case, "before")
    publish(database, callee("second"))
    done(database, case, "first")

    assert waiting(database, case) == {"second"}
    done(database, case, "second")
    assert [one["item"] for one in find(database, case.id).data["all"]] == ["a", "b"]


def test_instances_side_by_side_all_go_on_in_the_version_they_began_with(database):
    body = many(collection="items", elementVariable="item", collect="all")
    publish(database, file(caller(body=body)), callee("first", "next"))
    case = start(database, "caller", {"items": ["a", "b"]})
    done(database, case, "before")
    done(database, case, "first")
    publish(database, callee("second"))
    done(database, case, "first")
    done(database, case, "next")
    done(database, case, "next")

    assert waiting(database, case) == {"after"}


def test_two_versions_of_a_process_run_beside_each_other(database):
    process = Process("caller").start().parallel("fork").user("before").end("e1").end("e2")
    process.call("early", "callee", binding="latest").call("late", "callee", binding="latest")
    process.chain("start", "fork", "early", "e1").chain("fork", "before", "late", "e2")
    publish(database, file(process), callee("first", "next"))
    case = start(database, "caller")
    publish(database, callee("second"))

    done(database, case, "before")
    assert waiting(database, case) == {"first", "second"}
    done(database, case, "first")
    done(database, case, "second")
    done(database, case, "next")

    assert find(database, case.id).status == "completed"


def test_the_same_process_called_both_ways_runs_in_both_versions(database):
    process = Process("caller").start().user("before").parallel("fork").end("e1").end("e2")
    process.call("bound", "callee").call("free", "callee", binding="latest")
    process.chain("start", "before", "fork", "bound", "e1").chain("fork", "free", "e2")
    publish(database, file(process), callee("first"))
    case = start(database, "caller")
    publish(database, callee("second"))

    done(database, case, "before")

    assert waiting(database, case) == {"first", "second"}
    done(database, case, "first")
    done(database, case, "second")
    assert find(database, case.id).status == "completed"


def test_inputs_and_outputs_pass_between_caller_and_the_newer_version(database):
    body = extended(mapping("input", {"n": "x + 1"}), mapping("output", {"sum": "m"}))
    publish(database, file(caller(body=body)), callee("first"))
    case = start(database, "caller", {"x": 1})
    process = Process("callee").start().user("second").task("add", outputs={"m": "n * 10"})
    publish(database, file(process.end().chain("start", "second", "add", "end")))
    done(database, case, "before")
    done(database, case, "second")

    assert find(database, case.id).data == {"x": 1, "sum": 20}


def test_a_call_of_what_does_not_exist_is_refused(database):
    with pytest.raises(PublishRefused) as caught:
        publish(database, file(caller("nobody")))

    assert [finding.code for finding in caught.value.findings] == ["unknown-process"]


def test_a_case_that_waits_is_moved_to_no_other_bundle_while_nothing_is_newer(database):
    publish(database, file(caller()), callee("first", "next"))
    case = start(database, "caller")
    done(database, case, "before")
    done(database, case, "first")

    assert find(database, case.id).bundle_id == case.bundle_id
    assert bundles(database) == 2


def test_a_case_outside_of_its_calls_goes_on_with_the_bundle_of_new_cases(database):
    publish(database, file(caller()), callee("first"))
    cases = [start(database, "caller") for _ in range(2)]
    publish(database, callee("second"))
    before = bundles(database)
    new = start(database, "caller")

    for case in cases:
        done(database, case, "before")

    assert {find(database, case.id).bundle_id for case in cases} == {new.bundle_id}
    assert bundles(database) == before


def test_cases_within_the_same_older_version_share_one_bundle(database):
    publish(database, file(caller()), callee("first", "next"))
    cases = [start(database, "caller") for _ in range(3)]
    for case in cases:
        done(database, case, "before")
    publish(database, callee("second"))
    before = bundles(database)

    for case in cases:
        done(database, case, "first")

    (shared,) = {find(database, case.id).bundle_id for case in cases}
    assert bundles(database) == before + 1
    assert start(database, "caller").bundle_id != shared
    with database.reading() as session:
        active = session.scalars(select(Bundle).where(Bundle.is_active)).all()
    assert sorted(one.process_key for one in active) == ["callee", "caller"]


def test_versions_in_which_nothing_runs_any_more_are_left_behind(database):
    publish(database, file(caller(body=loop(9))), callee("v0", "w0"))
    case = start(database, "caller")
    done(database, case, "before")
    sizes = []
    for number in range(1, 6):
        publish(database, callee(f"v{number}", f"w{number}"))
        done(database, case, f"v{number - 1}")
        done(database, case, f"w{number - 1}")
        with database.reading() as session:
            sizes.append(len(session.get_one(Bundle, find(database, case.id).bundle_id).manifest))

    assert sizes == [sizes[0]] * 5


def test_cases_that_go_on_at_the_same_moment_share_the_bundle_and_none_fails(database):
    publish(database, file(caller()), callee("first", "next"))
    cases = [start(database, "caller") for _ in range(6)]
    for case in cases:
        done(database, case, "before")
    numbers = [open_tasks(database, case)["first"].id for case in cases]
    publish(database, callee("second"))
    begin = threading.Barrier(len(cases))

    def work(number):
        begin.wait()
        complete(database, number)

    threads = [threading.Thread(target=work, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for case in cases:
        assert waiting(database, case) == {"next"}
        must_agree(database, case)
    assert len({find(database, case.id).bundle_id for case in cases}) == 1


def test_only_cases_with_such_calls_ask_one_statement_more(database):
    numbers = {}
    for binding in ("start", "latest"):
        publish(database, file(caller(key=f"by_{binding}", binding=binding)), callee("first"))
        case = start(database, f"by_{binding}")
        must_agree(database, case)  # Everything is compiled by now.
        task = open_tasks(database, case)["before"]
        with counted(database) as statements:
            complete(database, task.id)
        numbers[binding] = len(statements)
        asks = [one for one in statements if "bundle.manifest" in one]
        assert len(asks) == (binding == "latest")

    assert numbers["latest"] == numbers["start"] + 1


def test_a_bundle_without_such_calls_has_the_names_it_always_had(database):
    publish(database, file(caller(binding="start")), callee("first"))
    with database.reading() as session:
        (bundle,) = session.scalars(select(Bundle).where(Bundle.process_key == "caller"))

    assert set(bundle.manifest) == {"process:caller", "process:callee"}
    assert bundle.bundle_hash == manifests.digest("caller", bundle.manifest)
