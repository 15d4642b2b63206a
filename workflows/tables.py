"""Every table of the product, in one place for migrations and tests."""

from workflows import (
    account_tables,
    appeal_tables,
    check_in_tables,
    correction_tables,
    course_tables,
    exit_tables,
    figure_tables,
    mentoring_tables,
    nomination_tables,
    people_tables,
    pool_tables,
    posting_tables,
    question_tables,
    rating_tables,
    review_tables,
    stand_in_tables,
    studio_import_tables,
    studio_tables,
    training_tables,
)
from workflows.engine import kept_tables
from workflows.engine import tables as engine_tables

__all__ = [
    "account_tables",
    "appeal_tables",
    "check_in_tables",
    "correction_tables",
    "course_tables",
    "engine_tables",
    "exit_tables",
    "figure_tables",
    "kept_tables",
    "mentoring_tables",
    "nomination_tables",
    "people_tables",
    "pool_tables",
    "posting_tables",
    "question_tables",
    "rating_tables",
    "review_tables",
    "stand_in_tables",
    "studio_import_tables",
    "studio_tables",
    "training_tables",
]
