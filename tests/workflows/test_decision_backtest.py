"""Past decisions answered again by changed rules: what would be different, and who sees it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from rules import dmn
from rules.decisions import packaged
from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.past_grades import add_past_grade
from tests.workflows.staff import add_person, add_units
from workflows import decision_backtest
from workflows.actors import SYSTEM, Actor
from workflows.decision_backtest import GroupBy, Question
from workflows.engine import definitions
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import Bundle, DecisionRecord
from workflows.errors import NotAllowed
from workflows.impact import Counted, impact
from workflows.paging import CursorRefused
from workflows.studio_new import EMPTY

GRADE = packaged()["grade.dmn"]
# Whoever has less than 75 gets a D now; it were 60.
CHANGED = dmn.read_model(GRADE.replace(b"<text>60</text>", b"<text>75</text>"))


def _actor(name, *roles):
    return Actor(name, name.title(), frozenset(roles), frozenset(roles))


DANA, HANA = _actor("dana", "designer"), _actor("hana", "hr")


@pytest.fixture
def graded(database):
    """Ten people of a team and three of a division, each with a grade of the past."""
    with database.unit_of_work() as session:
        files = [
            SourceFile("grade.dmn", GRADE),
            SourceFile("review.bpmn", EMPTY.format(key="review", name='"Review"').encode()),
        ]
        definitions.publish(session, files, actor=SYSTEM, now=NOW)
        bundle = session.scalars(select(Bundle)).one()
        units = add_units(session)
        for number in range(13):
            unit = units["T"] if number < 10 else units["D"]
            name = f"person{number:02d}"
            add_person(session, name, unit, category="sales" if number % 2 else "office")
            score = 72 if number < 4 or number == 12 else 80
            add_past_grade(session, bundle, name, now=NOW, score=score, grade="B")
    return database


def _run(database, actor=DANA, model=CHANGED, **facts):
    with database.reading() as session:
        question = Question("grade", **facts)
        return decision_backtest.run(session, model, question, actor=actor, now=NOW)


def test_what_would_be_different_is_counted_from_what_to_what(graded):
    found = _run(graded)

    assert (found.cases, found.same, found.changed, found.failed) == (13, 8, 5, 0)
    assert found.by_change == (("B", "D", 5),)
    assert found.outcomes == ("B", "D")
    assert found.next is None


def test_nothing_that_was_decided_changes(graded):
    with graded.reading() as session:
        before = session.execute(select(DecisionRecord.id, DecisionRecord.output)).all()
    _run(graded, HANA)

    with graded.reading() as session:
        after = session.execute(select(DecisionRecord.id, DecisionRecord.output)).all()
    assert before == after


def test_names_are_for_those_who_may_read_the_cases(graded):
    """A designer sees no person; whoever is concerned does not see himself."""
    designer, hr = _run(graded, DANA), _run(graded, HANA)
    concerned = _run(graded, _actor("person01", "hr"))

    assert (designer.differences, designer.unnamed) == ((), 5)
    assert {each.name for each in hr.differences} == {
        f"Person{number:02d} Okafor" for number in (0, 1, 2, 3, 12)
    }
    assert {(each.before, each.after) for each in hr.differences} == {("B", "D")}
    assert hr.unnamed == 0
    assert (len(concerned.differences), concerned.unnamed) == (4, 1)
    with pytest.raises(NotAllowed):
        _run(graded, _actor("rita", "reviewer"))


def test_groups_are_compared_by_d21_and_small_ones_never_shown_alone(graded):
    by_unit = _run(graded, favourable=frozenset({"B"}))
    by_category = _run(graded, favourable=frozenset({"B"}), group=GroupBy.CATEGORY)

    # Three of the division alone would be too few, and ten of the team could be subtracted.
    (all_of_them,) = by_unit.impacts
    assert (all_of_them.considered, all_of_them.is_merged) == (13, True)
    assert (all_of_them.before.selected, all_of_them.after.selected) == (13, 8)
    office, sales = by_category.impacts
    assert (office.groups, office.considered, office.after.selected) == (("office",), 7, 4)
    assert (sales.groups, sales.considered, sales.after.selected) == (("sales",), 6, 4)
    assert (office.before.verdict, sales.before.verdict) == ("", "OK")
    assert (office.after.verdict, sales.after.verdict) == ("OK", "")


def test_without_a_choice_no_outcome_counts_as_favourable(graded):
    assert _run(graded).impacts == ()
    assert _run(graded, favourable=frozenset({"Z"})).impacts == ()


def test_rules_that_have_no_answer_are_told_and_not_asked_for_ever(graded, monkeypatch):
    monkeypatch.setattr(decision_backtest, "MOST_FAILURES", 3)
    needy = GRADE.replace(b'name="integrity"', b'name="honesty" understudy:required="true"')
    needy = needy.replace(b"<text>integrity</text>", b"<text>honesty</text>")

    found = _run(graded, model=dmn.read_model(needy))

    assert (found.cases, found.failed, found.same) == (3, 3, 0)
    ((error, count),) = found.errors
    assert "honesty" in error
    assert count == 3


def test_many_decisions_are_read_in_pages_with_as_many_statements(graded, monkeypatch):
    with counted(graded) as few:
        _run(graded, HANA)
    monkeypatch.setattr(decision_backtest, "AT_ONCE", 5)
    seen, cursor = 0, ""
    while cursor is not None:
        with counted(graded) as asked:
            found = _run(graded, HANA, cursor=cursor)
        assert len(asked) <= len(few)
        seen, cursor = seen + found.cases, found.next

    assert seen == 13
    assert len([each for each in few if each.startswith("SELECT")]) == 2
    with pytest.raises(CursorRefused):
        _run(graded, cursor="nonsense")


def test_the_entry_of_a_result_can_be_chosen(graded):
    with graded.unit_of_work() as session:
        for record in session.scalars(select(DecisionRecord)):
            record.output = {"count": 3, "result": "B"}

    found = _run(graded)

    assert found.members == ("result", "count")
    assert found.member == "result"
    assert _run(graded, member="count").member == "count"


def test_small_groups_together_are_shown_once_they_are_enough(database):
    def people(group, count, share=1.0):
        return [Counted(group, True, number < share * count) for number in range(count)]

    with database.reading() as session:
        found = impact(
            session,
            [*people("a", 40), *people("b", 40, 0.5), *people("c", 4), *people("d", 3)],
        )
        swallowed = impact(session, [*people("a", 9), *people("b", 6), *people("c", 4)])
        too_few = impact(session, people("a", 4))

    assert [(each.groups, each.considered) for each in found] == [
        (("a",), 40),
        (("b",), 40),
        (("c", "d"), 7),
    ]
    assert [each.after.verdict for each in found] == ["", "FLAG_SIGNIFICANT", "OK"]
    assert [(each.groups, each.considered) for each in swallowed] == [
        (("a",), 9),
        (("c", "b"), 10),
    ]
    assert too_few == ()


def test_the_newest_decisions_come_first(graded, monkeypatch):
    monkeypatch.setattr(decision_backtest, "AT_ONCE", 1)
    with graded.unit_of_work() as session:
        bundle = session.scalars(select(Bundle)).one()
        later = NOW + timedelta(days=1)
        add_past_grade(session, bundle, "person00", now=later, score=10, grade="D")

    found = _run(graded)

    assert (found.cases, found.outcomes) == (1, ("D",))
