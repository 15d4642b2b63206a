"""Answers by chance are answers that the packaged forms accept."""

from random import Random

import pytest

from tests.bpmn import packaged_models
from tests.conftest import NOW
from workflows.demo.form_filling import FormFilling

PEOPLE = ["amara", "bo", "chen", "dalia"]


@pytest.mark.parametrize("key", sorted(packaged_models.form_documents()))
def test_every_packaged_form_accepts_what_is_filled_in(key: str) -> None:
    form = packaged_models.form_documents()[key]

    for seed in range(30):
        answers = FormFilling(Random(seed)).answers(form, {}, people=PEOPLE, now=NOW)

        form.validate(answers, {})


def test_the_same_seed_fills_in_the_same() -> None:
    form = packaged_models.form_documents()["assessment"]

    first, second = (
        FormFilling(Random(7)).answers(form, {}, people=PEOPLE, now=NOW) for _ in range(2)
    )

    assert first == second
    assert first["comment"]
