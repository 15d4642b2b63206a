"""A case goes on at another element; what would leave a join waiting for ever is refused."""

import pytest

from tests.workflows.engine.build import Process
from tests.workflows.engine.play import NOW, Play, Weekdays
from workflows.actors import Actor
from workflows.engine import moving
from workflows.engine.moving import CannotMove, CaseMovedOn
from workflows.engine.occasion import Occasion
from workflows.engine.runtime import codec

GRACE = Occasion(Actor("grace", "Grace"), NOW, Weekdays())


def forked() -> Process:
    """Two branches that join, and a step before and behind."""
    drawn = Process("forked").start().user("before").parallel("fork").user("left").user("right")
    drawn.parallel("join").user("behind").end().chain("start", "before", "fork", "left", "join")
    return drawn.chain("fork", "right", "join").chain("join", "behind", "end")


def move(case: Play, aim: str, *stops: str) -> Play:
    """Move a case from some elements to another one, as the services do."""
    (ground,) = moving.grounds(case.state, case.model)
    chosen = [one for one in ground.stops if one.element_id in stops]
    command = moving.command_of(chosen, aim, "It is done already")
    moving.foresee(command, case.state, case.model, GRACE)
    case.do(command)
    return case


def waits(case: Play) -> list[str]:
    return sorted(one.element_id for one in case.outcome.user_tasks.values())


def test_a_case_goes_on_at_a_later_or_an_earlier_step():
    case = Play(forked()).start()

    assert waits(move(case, "behind", "before")) == ["behind"]
    assert waits(move(case, "before", "behind")) == ["before"]
    case.complete("before")
    assert waits(case) == ["left", "right"]


def test_what_was_open_is_withdrawn_and_the_history_says_why():
    case = Play(forked()).start()

    move(case, "behind", "before")

    told = [(one.type, one.element_id) for one in case.outcome.events]
    assert told[:2] == [("activity_cancelled", "before"), ("instance_moved", "behind")]
    assert case.outcome.events[1].data["reason"] == "It is done already"


def test_a_move_of_one_branch_alone_would_starve_the_join():
    case = Play(forked()).start().complete("before")

    with pytest.raises(CannotMove, match="“join” would wait for ever"):
        move(case, "behind", "left")
    with pytest.raises(CannotMove, match="“join” would wait for ever"):
        move(case, "left", "right")

    assert waits(move(case, "behind", "left", "right")) == ["behind"]


def test_a_move_into_one_branch_alone_would_starve_the_join():
    case = Play(forked()).start()

    with pytest.raises(CannotMove, match="“join” would wait for ever"):
        move(case, "left", "before")


def test_what_waits_in_a_join_is_withdrawn_with_the_other_branch():
    case = Play(forked()).start().complete("before").complete("left")

    move(case, "behind", "join", "right")

    assert waits(case) == ["behind"]
    case.complete("behind")
    assert case.is_done


def test_a_branch_may_be_done_again_while_the_other_waits_in_the_join():
    case = Play(forked()).start().complete("before").complete("left")

    move(case, "right", "right")
    case.complete("right")

    assert waits(case) == ["behind"]


def test_a_starved_join_is_helped_by_going_on_behind_it():
    drawn = Process("missing").start().parallel("fork").user("left").user("right").parallel("join")
    drawn.user("aside").end("off").user("behind").end()
    drawn.exclusive("lost", default="gone").chain("start", "fork", "left", "join", "behind", "end")
    drawn.chain("fork", "right", "lost").flow("lost", "join", "never").flow(
        "lost", "aside", id="gone"
    )
    drawn.flow("aside", "off")
    case = Play(drawn).start(never=False).complete("left").complete("right")

    move(case, "behind", "join")

    assert waits(case) == ["aside", "behind"]
    case.complete("behind").complete("aside")
    assert case.is_done


def test_a_move_within_a_sub_process_stays_in_it():
    drawn = Process("outer").start().user("first")
    inner = drawn.sub("inner").start("s").user("one").user("two").end("e")
    inner.chain("s", "one", "two", "e")
    drawn.end().chain("start", "first", "inner", "end")
    case = Play(drawn).start().complete("first")
    outer, within = moving.grounds(case.state, case.model)

    assert [one.element_id for one in within.stops] == ["one"]
    assert {one.id for one in within.aims} == {"one", "two", "e"}
    assert "one" not in {one.id for one in outer.aims}
    case.do(moving.command_of(within.stops, "two", "why"))
    assert waits(case) == ["two"]
    (stop,) = outer.stops
    case.do(moving.command_of([stop], "first", "why"))
    assert waits(case) == ["first"]
    assert len(codec.decode(case.state, case.model).scopes) == 1


def test_what_is_gone_cannot_be_withdrawn():
    case = Play(forked()).start()
    (ground,) = moving.grounds(case.state, case.model)
    command = moving.command_of(ground.stops, "behind", "why")
    case.complete("before")

    with pytest.raises(CaseMovedOn):
        moving.foresee(command, case.state, case.model, GRACE)


def test_joins_starts_and_unknown_elements_are_no_aims():
    case = Play(forked()).start()

    for aim in ("join", "start", "nowhere"):
        with pytest.raises(CannotMove, match=f"cannot go on at “{aim}”"):
            move(case, aim, "before")


def test_what_follows_is_foreseen_without_changing_anything():
    case = Play(forked()).start()
    (ground,) = moving.grounds(case.state, case.model)
    state = case.state

    to_end = moving.foresee(moving.command_of(ground.stops, "end", "why"), state, case.model, GRACE)
    on = moving.foresee(moving.command_of(ground.stops, "behind", "why"), state, case.model, GRACE)

    assert (to_end.withdrawn, to_end.begun, to_end.ends) == (("before",), (), True)
    assert (on.withdrawn, on.begun, on.ends) == (("before",), ("behind",), False)
    assert case.state == state
