"""Answers by chance are answers that the packaged forms accept."""

from random import Random

import pytest

from tests.bpmn import packaged_models
from tests.conftest import NOW
from workflows.demo.choices import Choices
from workflows.demo.form_filling import FormFilling

PEOPLE = ["amara", "bo", "chen", "dalia"]


@pytest.mark.parametrize("key", sorted(packaged_models.form_documents()))
def test_every_packaged_form_accepts_what_is_filled_in(key: str) -> None:
    form = packaged_models.form_documents()[key]

    for seed in range(30):
        answers = FormFilling(Random(seed)).answers(form, {}, choices=Choices(PEOPLE, {}), now=NOW)

        form.validate(answers, {})


def test_the_same_seed_fills_in_the_same() -> None:
    form = packaged_models.form_documents()["assessment"]

    first, second = (
        FormFilling(Random(7)).answers(form, {}, choices=Choices(PEOPLE, {}), now=NOW)
        for _ in range(2)
    )

    assert first == second
    assert first["comment"]


def test_whom_the_case_proposes_is_named_and_whom_it_is_about_is_not() -> None:
    forms = packaged_models.form_documents()

    for seed in range(20):
        filling = FormFilling(Random(seed))
        wishes = filling.answers(
            forms["mentor_wishes"],
            {"eligible": ["bo", "chen"]},
            choices=Choices(PEOPLE, {}),
            now=NOW,
        )
        named = filling.answers(
            forms["mentor_named"],
            {"member": "amara", "person": {}},
            choices=Choices(PEOPLE[:2], {}),
            now=NOW,
        )
        assert set(wishes.values()) <= {"bo", "chen"}
        assert named["person"] == "bo"


def test_what_is_known_of_a_field_stands_in_it() -> None:
    form = packaged_models.form_documents()["course_choice"]

    answers = FormFilling(Random(3)).answers(
        form, {}, choices=Choices(PEOPLE, {"course_code": ["LAW-1"]}), now=NOW
    )

    assert answers["course_code"] == "LAW-1"
    assert answers["starts_on"] < answers["ends_on"]
