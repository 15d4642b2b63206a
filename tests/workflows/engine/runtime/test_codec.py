"""The stored form of the state."""

import math

import pytest

from tests.workflows.engine.build import Process, many, timer
from tests.workflows.engine.play import Play
from workflows.engine.transition import StepRefused

GOLDEN = (
    b'1o[7,"grace",[[1,"r",0,0,"golden",null,{"people":["ada"],"x":1.5},0,{"join":{"fork_join":1}}]'
    b',[4,"i",1,3,"golden","each",{"loopCounter":1,"who":"ada"},1,{}]],'
    b'[[3,"each",1,"c",0,null,{"n":1,"done":0,"next":1,"items":["ada"],"results":[]}],'
    b'[5,"late",1,"t",3,1795597200000000,[2,[0,86400,0]]],'
    b'[6,"each",4,"u",0,null,["ada",["hr"],50,null]]]]'
)


def golden_process() -> Process:
    """The process whose state of version 1 must be readable for ever."""
    process = Process("golden").start().parallel("fork").parallel("join").end()
    body = many(collection="people", elementVariable="who")
    process.user("each", body, assignee="who", candidateGroups="hr")
    process.boundary("late", "each", timer(cycle="R2/P1D"), interrupting=False)
    process.chain("start", "fork", "each", "join", "end").flow("fork", "join")
    return process


def test_a_stored_state_of_version_1_is_still_read():
    case = Play(golden_process()).start(people=["ada"])
    case.state = GOLDEN
    case.skip("late")

    case.complete("each")

    assert case.is_done
    assert case.data == {"people": ["ada"], "x": 1.5}


def simple() -> Process:
    return Process("p").start().user("a").user("b").user("c").chain("start", "a", "b", "c")


ODD = [
    {"typename": "x"},
    {"typename": "timedelta", "seconds": 5},
    {"len": 3, "__class__": "os.system", "$type": 1, "": 0},
    {"big": 2**70, "negative": -(2**65)},
    {"broken": "\ud800 half a character", "zero": "\x00"},
    {"big": 2**64, "list": [1, [2, {"three": None}]], "yes": True},
    {"emoji": "😀", "long": "x" * 10_000},
]


@pytest.mark.parametrize("value", ODD)
def test_user_data_of_any_shape_come_back_as_they_went_in(value):
    case = Play(simple()).start(given=value).complete("a", **value).complete("b")

    assert case.data == {"given": value, **value}


def test_numbers_that_json_does_not_know_become_null():
    case = Play(simple()).start(x=math.nan, y=[math.inf]).complete("a")

    assert case.data == {"x": None, "y": [None]}


def test_data_that_are_nested_too_deeply_are_refused():
    value: list = []
    for _ in range(100):
        value = [value]

    with pytest.raises(StepRefused, match="more than 64 deep"):
        Play(simple()).start(x=value)


@pytest.mark.parametrize("state", [b"", b"1", b"0o[]", b"1x[]", b"{}", b"garbage", b"\xff\xfe"])
def test_bytes_that_are_no_state_are_refused(state):
    case = Play(simple()).start()
    case.state = state

    with pytest.raises(StepRefused, match="format that is not known"):
        case.complete("a")


def test_a_state_of_a_newer_release_is_refused_with_the_remedy():
    case = Play(simple()).start()
    case.state = b"9o[1]"

    with pytest.raises(StepRefused) as refused:
        case.complete("a")

    assert str(refused.value) == (
        "The stored state of this case has format 9, but this release reads formats up to 1:"
        " install the newer release that wrote it."
    )


@pytest.mark.parametrize("state", [b"1o[1,", b"1j{", b"1o"])
def test_a_damaged_state_is_refused(state):
    case = Play(simple()).start()
    case.state = state

    with pytest.raises(StepRefused, match="is damaged"):
        case.complete("a")
