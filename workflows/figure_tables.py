"""
The figures of the desk: what each case tells, and the sums over all of them.

Both follow from the cases and their histories; a worker brings them up to date
every minute, case by case. They can be thrown away and counted again. No step
of a case writes here.
"""

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base

IS_OPEN = "outcome = 'open'"


class CaseFigure(Base):
    """
    What one case adds to the figures.

    Quarters are numbers, four a year. Working days are in tenths. The lists are
    JSON as `figure_reckoning` writes it. What the case is told apart by, from the
    pool to the cohort, is as it was when the case went on last.
    """

    __tablename__ = "case_figure"
    __table_args__ = (
        Index("ix_case_figure_definition", "definition_key", "instance_id"),
        Index(
            "ix_case_figure_open",
            "instance_id",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
    )

    instance_id: Mapped[int] = mapped_column(
        ForeignKey("instance.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    last_seq: Mapped[int]  # how much of its history is counted
    definition_key: Mapped[str] = mapped_column(String(120))
    definition_version: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(10))  # open, completed, cancelled
    begun: Mapped[int]  # quarter
    ended: Mapped[int | None]  # quarter
    days: Mapped[int | None]
    with_people: Mapped[int | None]
    stopped: Mapped[int | None]
    waiting: Mapped[int | None]
    pool: Mapped[str] = mapped_column(String(40))  # code; empty without one
    unit: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(60))
    specialty: Mapped[str] = mapped_column(String(60))
    horizon: Mapped[str] = mapped_column(String(20))
    cohort: Mapped[str] = mapped_column(String(10))
    steps: Mapped[str] = mapped_column(Text)  # done: element, quarter, days, by whom
    passed: Mapped[str] = mapped_column(Text)  # stages: element, days since the case began
    here: Mapped[str] = mapped_column(Text)  # stages at which it is
    waits: Mapped[str] = mapped_column(Text)  # open user tasks: element, day
    channel: Mapped[str] = mapped_column(String(20))  # of a nomination; empty of anything else
    milestones: Mapped[str] = mapped_column(Text)  # of it: milestone, days since the one before


class FigureSlice(Base):
    """
    The cases that are counted together: of one version, in one pool, with one value of one facet.

    With an empty facet these are all cases of the version in the pool.
    """

    __tablename__ = "figure_slice"
    __table_args__ = (
        UniqueConstraint(
            "definition_key",
            "definition_version",
            "pool",
            "facet",
            "value",
            name="uq_figure_slice",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    definition_key: Mapped[str] = mapped_column(String(120))
    definition_version: Mapped[int]
    pool: Mapped[str] = mapped_column(String(40))
    facet: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(60))


class FigureCell(Base):
    """How often something stands in a slice: `measure` says what `item` and `amount` mean."""

    __tablename__ = "figure_cell"
    __table_args__ = (
        Index(
            "ix_figure_cell_empty",
            "slice_id",
            sqlite_where=text("number = 0"),
            postgresql_where=text("number = 0"),
        ),
        {"sqlite_with_rowid": False},
    )

    slice_id: Mapped[int] = mapped_column(
        ForeignKey("figure_slice.id", ondelete="CASCADE"), primary_key=True
    )
    measure: Mapped[str] = mapped_column(String(8), primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    item: Mapped[str] = mapped_column(String(120), primary_key=True)
    amount: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
