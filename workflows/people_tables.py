"""The tables of the organisation and its people."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.database import Base
from workflows.vocabulary import EmploymentStatus, RelationKind, SpellKind, Temperature, stored


class OrgUnit(Base):
    """A part of the organisation; the units form one tree, or several."""

    __tablename__ = "org_unit"
    __table_args__ = (CheckConstraint("parent_id <> id", name="not_its_own_parent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40), default="unit")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    # A username, not a key of `person`: a unit may be there before its head is.
    head_username: Mapped[str | None] = mapped_column(String(120), index=True)


class Level(Base):
    """A rung of the career ladder; a higher rank is a higher level."""

    __tablename__ = "level"

    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120), unique=True)


class Post(Base):
    """A seat in a unit. Who holds it is said by `Person.post_id`, one person at most."""

    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    level_rank: Mapped[int] = mapped_column(ForeignKey("level.rank"))
    category: Mapped[str] = mapped_column(String(60), default="general")
    specialty: Mapped[str] = mapped_column(String(60), default="")
    is_key: Mapped[bool] = mapped_column(default=False)
    temperature: Mapped[Temperature] = mapped_column(
        stored(Temperature), default=Temperature.NORMAL
    )


class Person(Base):
    """
    Somebody who works or worked in the organisation.

    `search_text` and `sort_name` are derived from the names by
    `people.name_keys`; every writer of a name sets them too.
    """

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_sort_name_id", "sort_name", "id"),
        Index(
            "uq_person_post_id",
            "post_id",
            unique=True,
            sqlite_where=text("employment_status <> 'left'"),
            postgresql_where=text("employment_status <> 'left'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    username: Mapped[str] = mapped_column(String(120), unique=True)
    given_name: Mapped[str] = mapped_column(String(120))
    family_name: Mapped[str] = mapped_column(String(120))
    display_name: Mapped[str] = mapped_column(String(250))
    sort_name: Mapped[str] = mapped_column(String(250))
    search_text: Mapped[str] = mapped_column(String(700))
    email: Mapped[str] = mapped_column(String(250), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    level_rank: Mapped[int] = mapped_column(ForeignKey("level.rank"), index=True)
    level_since: Mapped[date]
    hire_date: Mapped[date]
    category: Mapped[str] = mapped_column(String(60), default="general")
    specialty: Mapped[str] = mapped_column(String(60), default="")
    education_rank: Mapped[int] = mapped_column(default=0)  # 3 = bachelor
    employment_status: Mapped[EmploymentStatus] = mapped_column(
        stored(EmploymentStatus), default=EmploymentStatus.ACTIVE
    )
    language: Mapped[str] = mapped_column(String(20), default="en")
    time_zone: Mapped[str] = mapped_column(String(60), default="")  # empty: the organisation's

    unit: Mapped[OrgUnit] = relationship(lazy="raise_on_sql")
    post: Mapped[Post | None] = relationship(lazy="raise_on_sql")
    level: Mapped[Level] = relationship(lazy="raise_on_sql")


class PersonDemographic(Base):
    """Facts about a person that few may read. Restricted: only decisions and HR use it."""

    __tablename__ = "person_demographic"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    birth_date: Mapped[date | None]
    purpose: Mapped[str] = mapped_column(String(200), default="")  # why it is kept at all


class GradeHistory(Base):
    """The grade of a person's review in one year."""

    __tablename__ = "grade_history"
    __table_args__ = (CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name="grade"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    grade: Mapped[str] = mapped_column(String(1))


class DisciplineRecord(Base):
    """
    An investigation and what came of it. Restricted: only decisions and the conduct office use it.

    While `closed_on` is empty the person is under investigation. A measure
    has effect from `effective_on` until `effect_until`.
    """

    __tablename__ = "discipline_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    measure: Mapped[str] = mapped_column(String(60), default="")
    effective_on: Mapped[date | None]
    effect_until: Mapped[date | None]


class ExperienceSpell(Base):
    """A time that a person spent in one kind of work; `until` is empty while it lasts."""

    __tablename__ = "experience_spell"
    __table_args__ = (CheckConstraint("until IS NULL OR until >= since", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SpellKind] = mapped_column(stored(SpellKind))
    temperature: Mapped[Temperature] = mapped_column(
        stored(Temperature), default=Temperature.NORMAL
    )
    place: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[date]
    until: Mapped[date | None]


class Relationship(Base):
    """A declared tie between two people. For `mentor`, the person mentors the other."""

    __tablename__ = "relationship"
    __table_args__ = (
        UniqueConstraint("person_id", "other_id", "kind"),
        CheckConstraint("person_id <> other_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[RelationKind] = mapped_column(stored(RelationKind))
    until: Mapped[date | None]  # empty while it lasts; matters for mentors only
    declared_by: Mapped[str] = mapped_column(String(120), default="")
    declared_at: Mapped[datetime]


class CalendarDay(Base):
    """A day on which the organisation differs from its public calendar."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(120), default="")
