"""The tree of units and the chain of superiors."""

import pytest

from tests.statements import counted
from tests.workflows.staff import add_person, add_units
from workflows import units
from workflows.database import Database
from workflows.units import UnitCycle, UnknownUnit


def test_superiors_are_the_heads_above_nearest_first(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        amara = add_person(session, "amara", tree["T"])
        theo = add_person(session, "theo", tree["T"])
        boss = add_person(session, "boss", tree["C"])
        loner = add_person(session, "loner", tree["O"])

        assert units.superiors(session, amara) == ["theo", "dina", "boss"]
        assert units.superiors(session, theo) == ["dina", "boss"]
        assert units.superiors(session, boss) == []
        assert units.head_of(session, loner) == "boss"


def test_who_leads_two_units_of_the_chain_is_named_once(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        tree["T"].head_username = "dina"
        amara = add_person(session, "amara", tree["T"])

        assert units.superiors(session, amara) == ["dina", "boss"]


def test_the_tree_lists_children_under_their_parent_with_people(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        add_person(session, "amara", tree["T"])
        add_person(session, "gone", tree["T"], employment_status="left")

        nodes = units.tree(session)

    assert [(node.unit.code, node.depth, node.people) for node in nodes] == [
        ("C", 0, 0),
        ("D", 1, 0),
        ("T", 2, 1),
        ("O", 1, 0),
    ]


def test_a_unit_cannot_be_moved_below_itself(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)

        with pytest.raises(UnitCycle, match='"C" would stand below itself'):
            units.move(session, tree["C"], tree["T"])
        units.move(session, tree["T"], tree["O"])

        assert [unit.code for unit in units.above(session, tree["T"].id)] == ["T", "O", "C"]
        assert units.below(session, tree["D"]) == {tree["D"].id}


def test_an_unknown_unit_is_named(database: Database):
    with database.reading() as session, pytest.raises(UnknownUnit, match='no unit "X"'):
        units.by_code(session, "X")


def test_the_chain_takes_the_same_number_of_statements_at_any_depth(database: Database):
    with database.unit_of_work() as session:
        parent = add_units(session)["T"]
        shallow = add_person(session, "shallow", parent)
        for number in range(30):
            parent = units.create(session, f"X{number}", name="X", parent=parent)
        deep = add_person(session, "deep", parent)

        with counted(database) as few:
            units.superiors(session, shallow)
        with counted(database) as many:
            units.superiors(session, deep)

    assert len(many) == len(few) == 1
