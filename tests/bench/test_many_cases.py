"""The world of the soak is one that could have come about: copies belong together."""

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from tests.bench.many_cases import multiply
from tests.workflows.nomination_case import Case
from workflows.case_facts import SUBJECT
from workflows.database import Base, Database
from workflows.engine.tables import Duty, HistoryEvent, Instance
from workflows.nomination_tables import Nomination, VettingCheck
from workflows.people_tables import Person
from workflows.pool_tables import PoolMember

LIVES = 5


def test_copies_of_cases_are_about_copies_of_people(organisation: Database) -> None:
    entered = Case(organisation).to_intake().take_in().instance_id
    begun = Case(organisation).to_vetting(candidate="bob").instance_id
    before = _counts(organisation, entered)

    multiply(organisation, 100, lives=LIVES)

    with organisation.reading() as session:
        nominations = session.execute(
            select(Instance.id, Nomination.state, Person.username, Duty.username.label("subject"))
            .join(Nomination, Nomination.instance_id == Instance.id)
            .join(Person, Person.id == Nomination.candidate_id)
            .join(Duty, Duty.instance_id == Instance.id)
            .where(Duty.duty == SUBJECT)
        ).all()
        members = session.execute(
            select(PoolMember.number, Person.username).join(
                Person, Person.id == PoolMember.person_id
            )
        ).all()
        assert _orphans(session) == {}
        kept = session.scalar(select(func.count()).select_from(Nomination))
        of_process = Instance.definition_key == "nomination"
        assert kept == session.scalar(select(func.count(Instance.id)).where(of_process))
        days = {
            row.ended_at.date()
            for row in session.scalars(select(Instance).where(Instance.ended_at.is_not(None)))
        }
    assert len(nominations) == 2 * (1 + LIVES)
    assert all(row.username == row.subject for row in nominations)
    assert len({row.subject for row in nominations}) == 2 * (1 + LIVES)
    assert len({row.username for row in members}) == 1 + LIVES
    assert all(row.username.startswith("cara") for row in members)
    assert len({row.number for row in members}) == 1 + LIVES
    assert _counts(organisation, entered) == before  # what there was is as it was
    newest = max(row.id for row in nominations if row.subject.startswith("cara"))
    assert _counts(organisation, newest) == before
    assert len(days) == 1 + LIVES
    assert begun in {row.id for row in nominations if row.subject == "bob"}

    Case(organisation).submit(candidate="ben")  # rows are numbered on behind the copies


def _counts(database: Database, instance_id: int) -> tuple[int | None, int | None]:
    """Return how many events and checks one nomination has."""
    with database.reading() as session:
        events = select(func.count()).where(HistoryEvent.instance_id == instance_id)
        checks = (
            select(func.count())
            .select_from(VettingCheck)
            .join(Nomination, Nomination.id == VettingCheck.nomination_id)
            .where(Nomination.instance_id == instance_id)
        )
        return session.scalar(events), session.scalar(checks)


def _orphans(session: Session) -> dict[str, int]:
    """Return how many rows of each table refer to a row that is not there."""
    found = {}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            there = tuple_(*(each.column for each in key.elements))
            mine = tuple_(*(each.parent for each in key.elements))
            query = select(func.count()).select_from(table)
            query = query.where(*(each.parent.is_not(None) for each in key.elements))
            other = key.referred_table.alias() if key.referred_table is table else None
            if other is not None:
                there = tuple_(*(other.c[each.column.name] for each in key.elements))
            number = session.scalar(query.where(mine.not_in(select(*there.clauses))))
            if number:
                found[f"{table.name}: {', '.join(key.column_keys)}"] = number
    return found
