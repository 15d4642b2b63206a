"""Who gets a user task, until when, and what its completion writes."""

from datetime import timedelta

import pytest

from tests.workflows.engine.build import Process
from tests.workflows.engine.play import NOW, Play
from workflows.engine.transition import (
    CompleteUserTask,
    ExpressionFailed,
    SkipToken,
    Start,
    StepRefused,
    TokenNotWaiting,
    UserTaskWait,
)


def wait_of(data: dict | None = None, **attributes: str) -> UserTaskWait:
    """Return the wait of a user task with these attributes."""
    process = Process("p").start().user("a", **attributes).chain("start", "a")
    case = Play(process).start(**(data or {}))
    return next(iter(case.outcome.user_tasks.values()))


def test_a_user_task_without_assignment_goes_to_who_started_the_case():
    assert wait_of().assignee == "grace"


@pytest.mark.parametrize(
    ("text", "assignee"),
    [
        ("ada.lovelace", "ada.lovelace"),
        ("boss", "bob"),
        ("=boss", "bob"),
        ("= started_by", "grace"),
        ('if late then boss else "eve"', "eve"),
    ],
)
def test_an_assignee_is_a_plain_name_a_variable_or_an_expression(text, assignee):
    assert wait_of({"boss": "bob", "late": False}, assignee=text).assignee == assignee


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("hr", ("hr",)),
        ("hr, panel:leaders", ("hr", "panel:leaders")),
        ('= ["a", "b", "a"]', ("a", "b")),
        ('="panel:" + pool', ("panel:top",)),
        ("=reviewers", ("x", "y")),
        ('"a, b"', ("a", "b")),
    ],
)
def test_candidate_groups_are_names_or_an_expression_that_gives_them(text, groups):
    found = wait_of({"pool": "top", "reviewers": ["x", "y"]}, candidateGroups=text)

    assert (found.candidate_groups, found.assignee) == (groups, None)


def test_no_data_of_a_case_turn_a_named_group_into_another():
    found = wait_of({"hr": "member", "panel:leaders": "member"}, candidateGroups="hr,panel:leaders")

    assert found.candidate_groups == ("hr", "panel:leaders")


@pytest.mark.parametrize("assignee", ["=started_by", "started_by"])
def test_no_data_of_a_case_say_who_started_it(assignee):
    assert wait_of({"started_by": "eve"}, assignee=assignee).assignee == "grace"


def test_whoever_started_a_case_cannot_hand_their_duty_to_another():
    process = Process("p", duties={"author": "=started_by"}).start().user("a").chain("start", "a")

    assert Play(process).start(started_by="eve").outcome.duties == (("author", "grace"),)


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        ({"assignee": "=missing"}, "gives nobody"),
        ({"assignee": '=["a", "b"]'}, "more than one person"),
        ({"candidateGroups": "=1 + 1"}, "what is no name"),
        ({"priority": '="high"'}, "is no number"),
    ],
)
def test_an_assignment_that_gives_nobody_is_refused(attributes, said):
    with pytest.raises(ExpressionFailed, match=said):
        wait_of(**attributes)


def test_all_that_the_model_says_stands_in_the_wait():
    found = wait_of(
        {"urgent": True},
        name="Score it",
        form="score",
        duty="reviewer",
        excludes="nominator, subject",
        dueIn="P5BD",
        slaIn="P3D",
        priority="=if urgent then 90 else 10",
    )

    assert (found.name, found.form_key, found.duty) == ("Score it", "score", "reviewer")
    assert found.excludes == ("nominator", "subject")
    assert found.due_at == NOW + timedelta(days=7)
    assert found.sla_at == NOW + timedelta(days=3)
    assert found.priority == 90


def test_a_due_date_can_be_computed():
    assert wait_of({"d": "P2D"}, dueIn="=d").due_at == NOW + timedelta(days=2)


def two() -> Process:
    return Process("p").start().user("a", resultVariable="r").user("b").chain("start", "a", "b")


def test_a_completion_writes_its_data_nested_where_the_task_says_so():
    case = Play(two()).start().complete("a", x=1).complete("b", y=2)

    assert case.data == {"r": {"x": 1}, "y": 2}


def test_a_stale_click_never_completes_the_next_user_task():
    case = Play(two()).start()
    token = case.token(case.outcome.user_tasks, "a")
    case.do(CompleteUserTask(token, {}))

    with pytest.raises(TokenNotWaiting, match="faster"):
        case.do(CompleteUserTask(token, {}))


def test_ids_of_waits_are_never_used_twice():
    process = Process("p").start().exclusive("m").user("a").chain("start", "m", "a", "m")
    case = Play(process).start()
    seen = set()

    for _ in range(50):
        token = case.token(case.outcome.user_tasks, "a")
        assert token not in seen
        seen.add(token)
        case.complete("a")


def test_a_skipped_user_task_writes_nothing():
    case = Play(two()).start().skip("a")

    assert case.open == ["b"]
    assert case.data == {}
    with pytest.raises(TokenNotWaiting):
        case.do(SkipToken(999))


def test_a_case_is_started_once():
    case = Play(two()).start()

    with pytest.raises(StepRefused, match="started once"):
        case.do(Start({}))
    case.state = None
    with pytest.raises(StepRefused, match="started once"):
        case.do(CompleteUserTask(1, {}))


def test_duties_and_the_subject_are_declared_by_the_process():
    process = Process("p", subject="name", duties={"subject": "candidate", "panel": "seats"})
    process.start(duty="nominator").user("a").user("b").chain("start", "a", "b")

    case = Play(process).start(candidate="ada", seats=["bob", "eve"])
    assert case.outcome.duties == (
        ("nominator", "grace"),
        ("subject", "ada"),
        ("panel", "bob"),
        ("panel", "eve"),
    )
    assert case.outcome.subject is None

    case.complete("a", name="Ada")
    assert (case.outcome.subject, case.outcome.duties) == ("Ada", ())


def test_who_holds_a_duty_may_become_known_later():
    process = Process("p", duties={"subject": "candidate"})
    process.start().user("a").user("b").chain("start", "a", "b")

    case = Play(process).start()
    assert case.outcome.duties == ()

    case.complete("a", candidate="ada", remark="She is here.")
    assert case.outcome.duties == (("subject", "ada"),)


def test_the_same_step_gives_the_same_outcome_again():
    case = Play(two()).start()
    other = case.branch()

    assert case.complete("a", x=1).outcome == other.complete("a", x=1).outcome
