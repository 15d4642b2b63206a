"""Multi-instance activities and standard loops."""

import pytest

from tests.workflows.engine.build import Process, loop, many
from tests.workflows.engine.play import Play
from workflows.engine.transition import BudgetExceeded, ExpressionFailed, Limits


def votes(*, cardinality: str = "", until: str = "", sequential: bool = False, **more) -> Process:
    more = {"collection": None if cardinality else "people", "elementVariable": "who"} | more
    body = many(cardinality=cardinality, until=until, sequential=sequential, **more)
    process = Process("p").start().user("vote", body, assignee="who").user("after")
    return process.chain("start", "vote", "after")


def test_one_user_task_is_opened_for_each_item():
    case = Play(votes(collect="results")).start(people=["ada", "bob", "eve"])

    waits = case.outcome.user_tasks.values()

    assert [wait.assignee for wait in waits] == ["ada", "bob", "eve"]
    assert case.outcome.active == ("vote",)


def test_results_are_collected_in_the_order_of_the_items_and_only_when_all_are_in():
    case = Play(votes(collect="results")).start(people=["ada", "bob"])

    case.complete("vote", 1, score=2)
    assert "results" not in case.data
    assert "score" not in case.data
    case.complete("vote", score=1)

    assert case.data["results"] == [{"who": "ada", "score": 1}, {"who": "bob", "score": 2}]
    assert "score" not in case.data


def test_what_is_collected_can_be_an_expression():
    case = Play(votes(collect="all", collectItem="score * 10")).start(people=["ada", "bob"])

    case.complete("vote", score=1).complete("vote", score=2)

    assert case.data["all"] == [10, 20]


def test_instances_do_not_see_each_other():
    process = votes(collect="results", collectItem="seen")
    process.parts[1] = process.parts[1].replace(
        "<bpmn:multiInstance",
        '<bpmn:extensionElements><understudy:output name="seen">mine</understudy:output>'
        "</bpmn:extensionElements><bpmn:multiInstance",
    )
    case = Play(process).start(people=["ada", "bob"], mine="nobody")

    case.complete("vote", mine="ada").complete("vote")

    assert case.data["results"] == ["ada", "nobody"]


def test_sequential_instances_come_one_by_one():
    case = Play(votes(sequential=True, collect="r", collectItem="who")).start(people=["a", "b"])

    assert [wait.assignee for wait in case.outcome.user_tasks.values()] == ["a"]
    case.complete("vote")
    assert [wait.assignee for wait in case.outcome.user_tasks.values()] == ["b"]
    assert case.complete("vote").data["r"] == ["a", "b"]


def test_a_completion_condition_stops_the_rest_and_may_read_the_results_so_far():
    until = 'numberOfCompletedInstances >= 2 and count(r[item = "yes"]) >= 2'
    case = Play(votes(until=until, collect="r", collectItem="v")).start(people=["a", "b", "c", "d"])

    case.complete("vote", v="yes").complete("vote", v="no")
    assert len(case.open) == 2
    case.complete("vote", v="yes")

    assert case.open == ["after"]
    assert case.data["r"] == ["yes", "no", "yes"]
    assert len(case.happened("activity_cancelled")) == 1


def test_a_cardinality_says_how_often():
    case = Play(votes(cardinality="n + 1", elementVariable=None)).start(n=2, who="ada")

    assert case.open == ["vote"] * 3


def test_an_empty_collection_is_done_at_once():
    case = Play(votes(collect="r")).start(people=[])

    assert case.open == ["after"]
    assert case.data["r"] == []


@pytest.mark.parametrize(("value", "said"), [(None, "no list"), ("ada", "no list"), (3, "no list")])
def test_a_collection_that_is_none_is_refused(value, said):
    with pytest.raises(ExpressionFailed, match=said):
        Play(votes()).start(people=value)


@pytest.mark.parametrize("n", [-1, 1.5, None, "3", 10**7])
def test_a_cardinality_that_is_no_sensible_number_is_refused(n):
    with pytest.raises(ExpressionFailed):
        Play(votes(cardinality="n", elementVariable=None)).start(n=n, who="ada")


def test_a_thousand_instances_show_a_thousand_user_tasks():
    case = Play(votes(collect="r")).start(people=[f"p{number}" for number in range(1_000)])

    assert len(case.open) == 1_000
    assert len(case.complete("vote", 500).open) == 999


def test_too_many_instances_are_refused_before_any_is_made():
    limits = Limits(live_tokens=100)

    with pytest.raises(BudgetExceeded, match="more than 100 live tokens"):
        Play(votes(), limits=limits).start(people=["x"] * 101)


def looped(maximum: int, condition: str = "", *, test_before: bool = False) -> Process:
    body = loop(maximum, condition, test_before=test_before)
    process = Process("p").start().user("work", body).user("after")
    return process.chain("start", "work", "after")


def test_a_standard_loop_repeats_while_its_condition_holds():
    case = Play(looped(10, "not(done)")).start(done=False)

    assert case.complete("work").open == ["work"]
    assert case.complete("work", done=True).open == ["after"]


def test_a_standard_loop_ends_at_its_maximum():
    case = Play(looped(3)).start()

    for _ in range(3):
        assert case.open == ["work"]
        case.complete("work")

    assert case.open == ["after"]


def test_a_loop_that_tests_before_may_not_run_at_all():
    assert Play(looped(3, "go", test_before=True)).start(go=False).open == ["after"]
    assert Play(looped(3, "go", test_before=True)).start(go=True).open == ["work"]


def test_instances_of_a_called_process_each_have_their_data():
    called = Process("called").start("s").user("do").end("e").chain("s", "do", "e")
    body = many(collection="people", elementVariable="who", collect="all", collectItem="answer")
    process = Process("p").start().call("each", "called", body).user("after")
    process.chain("start", "each", "after")
    case = Play(process, called).start(people=["ada", "bob"])

    case.complete("do", 1, answer="b").complete("do", answer="a")

    assert case.data == {"people": ["ada", "bob"], "all": ["a", "b"]}


def test_an_instance_is_named_in_the_history():
    case = Play(votes()).start(people=["ada", "bob"])

    started = [e.data.get("instance") for e in case.events if e.type == "activity_started"]

    assert started == [None, 1, 2]
