"""Models are read once: the same content is the same model."""

import pytest

from rules.dmn import DmnRefused, loading, read_model
from tests.rules.dmn_models import decision, input_data, literal, model

SOURCE = model(input_data("a", "number"), decision("d", literal("a + 1"), ("in_a",)))


def test_the_same_content_is_the_same_model():
    assert read_model(SOURCE) is read_model(bytes(SOURCE))
    assert read_model(SOURCE, file_name="other.dmn").file_name == "other.dmn"
    assert read_model(SOURCE + b"\n") is not read_model(SOURCE)


def test_a_tolerant_reading_is_no_strict_one():
    broken = model(decision("d", literal("1 +")))

    assert read_model(broken, tolerant=True).definitions.findings
    with pytest.raises(DmnRefused):
        read_model(broken)


def test_what_an_import_answers_is_never_kept():
    def imports(namespace: str) -> bytes | None:
        return None

    assert read_model(SOURCE, imports=imports) is not read_model(SOURCE, imports=imports)


def test_only_the_models_that_were_used_last_are_kept(monkeypatch):
    monkeypatch.setattr(loading, "_recent", loading._Recent(2))
    first = read_model(SOURCE)
    read_model(SOURCE + b"\n")
    assert read_model(SOURCE) is first
    read_model(SOURCE + b"\n\n")

    assert read_model(SOURCE) is first
    assert len(loading._recent._kept) == 2


def test_large_models_are_not_kept_in_any_number(monkeypatch):
    monkeypatch.setattr(loading, "_recent", loading._Recent(2, len(SOURCE) + 1))
    first = read_model(SOURCE)

    assert read_model(SOURCE) is first
    read_model(SOURCE + b"\n")
    assert read_model(SOURCE) is not first
