"""Definitions by the API: published whole or not at all, with findings that name the place."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.webapp.api import samples
from tests.webapp.api.conftest import SETTINGS, Program
from webapp import create_app
from workflows.clock import FixedClock
from workflows.database import Database


def test_files_are_published_together_with_ids_and_versions(hr: Program) -> None:
    answer = hr.publish(samples.REVIEW_FILES)

    assert answer.status_code == 201, answer.text
    published = {each["key"]: each for each in answer.get_json()["items"]}
    assert set(published) == {"tiny_review", "tiny_score"}
    assert published["tiny_review"]["kind"] == "process"
    assert published["tiny_review"]["version"] == 1
    assert isinstance(published["tiny_review"]["id"], int)


def test_a_changed_file_becomes_the_next_version(hr: Program) -> None:
    hr.publish(samples.REVIEW_FILES)

    changed = samples.REVIEW.replace(b'name="Sign off"', b'name="Sign it"')
    answer = hr.publish({"tiny_review.bpmn": changed})

    assert [each["version"] for each in answer.get_json()["items"]] == [2]


@pytest.mark.parametrize(
    ("content", "code_words"),
    [
        (samples.SCRIPT_TASK, ("compute", "script")),
        (samples.BROKEN_CONDITION, ("f2",)),
        (samples.UNKNOWN_DECISION, ("no_such_table",)),
        (samples.DOCTYPE, ("DOCTYPE",)),
        (samples.NESTED, ("deep",)),
        (b"not XML at all", ("bad.bpmn",)),
    ],
    ids=["script", "condition", "decision", "doctype", "nested", "no-xml"],
)
def test_a_bad_file_is_refused_with_place_and_remedy(
    hr: Program, content: bytes, code_words: tuple[str, ...]
) -> None:
    answer = hr.publish({"bad.bpmn": content})

    assert answer.status_code == 422, answer.text
    assert answer.content_type == "application/problem+json"
    findings = answer.get_json()["findings"]
    assert findings
    assert all(each["message"] and each["remedy"] and each["file_name"] for each in findings)
    assert all(word in answer.text for word in code_words), answer.text
    assert hr.get("/definitions").get_json()["items"] == []


def test_one_bad_file_keeps_the_good_ones_out(hr: Program) -> None:
    files = {**samples.REVIEW_FILES, "bad.bpmn": samples.SCRIPT_TASK}

    answer = hr.publish(files)

    assert answer.status_code == 422
    assert hr.get("/definitions").get_json()["items"] == []


def test_definitions_are_listed_page_by_page(hr: Program) -> None:
    hr.publish({**samples.REVIEW_FILES, "wait.bpmn": samples.WAITING})

    seen: list[str] = []
    cursor = ""
    while True:
        page = hr.get("/definitions", limit=2, **({"cursor": cursor} if cursor else {})).get_json()
        seen += [each["key"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]

    assert sorted(seen) == ["tiny_review", "tiny_score", "tiny_wait"]
    assert len(seen) == len(set(seen))


def test_one_definition_is_shown_by_number_and_by_key(hr: Program) -> None:
    published = hr.publish({"wait.bpmn": samples.WAITING}).get_json()["items"][0]

    by_number = hr.get(f"/definitions/{published['id']}")
    by_key = hr.get("/definitions/tiny_wait")

    assert by_number.status_code == 200
    assert by_number.get_json() == by_key.get_json()
    assert by_number.get_json()["findings"] == published["findings"]


@pytest.mark.parametrize("unknown", ["4711", "nobody", "99999999999999999999", "-1", "1e3"])
def test_an_unknown_definition_is_not_found(hr: Program, unknown: str) -> None:
    answer = hr.get(f"/definitions/{unknown}")

    assert answer.status_code == 404
    assert answer.get_json()["status"] == 404


def test_with_four_eyes_nobody_publishes_alone(
    database: Database, clock: FixedClock, program: Callable[..., Program]
) -> None:
    designer = program("dana", "designer")
    careful: Flask = create_app(
        SETTINGS.model_copy(update={"four_eyes": True}), database=database, clock=clock
    )
    designer._client = careful.test_client()

    good = designer.publish(samples.REVIEW_FILES)
    bad = designer.publish({"bad.bpmn": samples.SCRIPT_TASK})

    assert good.status_code == 403
    assert "second person" in good.get_json()["detail"]
    assert bad.status_code == 422  # the author learns of the findings first
    assert designer.get("/definitions").get_json()["items"] == []


def test_a_reviewer_may_not_publish(program: Callable[..., Program]) -> None:
    answer = program("rita", "reviewer").publish(samples.REVIEW_FILES)

    assert answer.status_code == 403


def test_an_upload_without_files_says_what_to_send(hr: Program) -> None:
    answer = hr.send("/definitions", b"{}", "application/json")
    empty = hr.publish({})

    assert answer.status_code == 415
    assert empty.status_code in {415, 422}


def test_publishing_the_same_files_again_changes_nothing(hr: Program) -> None:
    first = hr.publish(samples.REVIEW_FILES, key="publish-1").get_json()
    again = hr.publish(samples.REVIEW_FILES, key="publish-1").get_json()
    other = hr.publish({"wait.bpmn": samples.WAITING}, key="publish-1")

    assert again == first
    assert other.status_code == 422
