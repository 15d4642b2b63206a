"""The inbox: the right user tasks, the urgent ones first, at a constant price."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import (
    ADA,
    BEN,
    CLEO,
    HANA,
    complete,
    open_tasks,
    person,
    publish,
    start,
)
from workflows.engine import user_tasks
from workflows.engine.definitions import SourceFile
from workflows.engine.inbox import InboxCounts
from workflows.paging import CursorRefused


@pytest.fixture
def office(database):
    """Processes whose single user task is for reviewers: soon, late, or without a due date."""
    for key, due in (("soon", "P1D"), ("late", "P9D"), ("never", None)):
        process = Process(key, subject="topic")
        process.start().user("look", candidateGroups="reviewer,hr", dueIn=due).end()
        process.chain("start", "look", "end")
        publish(database, SourceFile(f"{key}.bpmn", process.xml()))
    return database


def inbox(database, actor, **filters):
    with database.reading() as session:
        return user_tasks.inbox(session, actor, **{"now": NOW, **filters})


def test_what_is_due_first_comes_first_and_what_is_never_due_last(office):
    for key in ("never", "late", "soon"):
        start(office, key)

    page = inbox(office, BEN)

    assert [one.definition_key for one in page.items] == ["soon", "late", "never"]
    assert page.next is None


def test_pages_follow_each_other_without_gap_or_repetition(office):
    numbers = [start(office, key).id for _ in range(4) for key in ("never", "soon", "late")]

    seen, cursor = [], None
    while True:
        page = inbox(office, BEN, limit=5, cursor=cursor)
        seen += page.items
        cursor = page.next
        if cursor is None:
            break

    assert sorted(one.instance_id for one in seen) == sorted(numbers)
    assert [one.inbox_at for one in seen] == sorted(one.inbox_at for one in seen)


def test_a_cursor_of_another_list_is_refused(office):
    with pytest.raises(CursorRefused):
        inbox(office, BEN, cursor="bm9uc2Vuc2U")


def test_somebody_in_two_groups_sees_a_user_task_once(office):
    start(office, "soon")

    assert len(inbox(office, person("eve", "reviewer", "hr")).items) == 1
    assert inbox(office, ADA).items == []


def test_mine_leaves_out_what_is_only_offered(office):
    case = start(office, "soon")
    assert inbox(office, BEN, mine=True).items == []

    with office.unit_of_work() as session:
        user_tasks.claim(session, open_tasks(office, case)["look"].id, actor=BEN, now=NOW)

    assert len(inbox(office, BEN, mine=True).items) == 1
    assert inbox(office, CLEO).items == []


def test_filters_narrow_the_list(office):
    start(office, "soon", {"topic": "Bridge 50%"})
    start(office, "late", {"topic": "Tunnel"})

    assert [one.subject for one in inbox(office, BEN, search="50%").items] == ["Bridge 50%"]
    assert [one.subject for one in inbox(office, BEN, search="tunn LOOK").items] == ["Tunnel"]
    assert len(inbox(office, BEN, definition="late").items) == 1
    assert inbox(office, BEN, element="other").items == []
    tomorrow = NOW + timedelta(days=2)
    assert [one.definition_key for one in inbox(office, BEN, now=tomorrow, overdue=True).items] == [
        "soon"
    ]


def test_what_somebody_did_is_listed_the_latest_first(office):
    cases = [start(office, "soon") for _ in range(3)]
    for case in cases:
        complete(office, open_tasks(office, case)["look"].id, actor=BEN)

    first = inbox(office, BEN, state="completed", limit=2)
    second = inbox(office, BEN, state="completed", limit=2, cursor=first.next)

    done = [one.instance_id for one in [*first.items, *second.items]]
    assert done == [case.id for case in reversed(cases)]
    assert inbox(office, CLEO, state="completed").items == []


def test_counts_say_how_much_waits(office):
    start(office, "soon")
    start(office, "never")
    claimed = start(office, "late")
    with office.unit_of_work() as session:
        user_tasks.claim(session, open_tasks(office, claimed)["look"].id, actor=BEN, now=NOW)

    with office.reading() as session:
        now = NOW + timedelta(days=1, hours=1)
        assert user_tasks.counts(session, BEN, now=now) == InboxCounts(3, 1, 0, 1, 2)
        assert user_tasks.counts(session, HANA, now=NOW) == InboxCounts(2, 0, 0, 0, 2)


def test_a_page_costs_one_statement_however_long_the_list_is(office):
    for _ in range(3):
        start(office, "soon")
    with counted(office) as few:
        inbox(office, BEN)
    for _ in range(30):
        start(office, "never")

    with counted(office) as many:
        inbox(office, BEN, limit=20)

    assert len(many) == len(few)
    assert len([one for one in many if one != "BEGIN"]) == 1


def test_what_is_offered_and_what_is_held_have_nothing_in_common(office):
    start(office, "soon")

    assert inbox(office, BEN, mine=True, unclaimed=True).items == []


def test_nothing_is_offered_to_somebody_without_groups(office):
    process = Process("own")
    process.start().user("look").end().chain("start", "look", "end")
    publish(office, SourceFile("own.bpmn", process.xml()))
    loner = person("loner")
    start(office, "own", actor=loner)

    assert inbox(office, loner, unclaimed=True).items == []


def test_what_is_due_at_midnight_is_not_due_today(office):
    start(office, "soon", now=NOW.replace(hour=0))

    page = inbox(office, BEN, due_today=True)

    assert page.items == []
