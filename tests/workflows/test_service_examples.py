"""Examples of what services give back: of services that are there, and values that FEEL can say."""

from importlib.resources import files

import orjson
import pytest

import workflows.service_catalogue  # noqa: F401 (registers the services)
from webapp import typed_values
from workflows import service_examples
from workflows.engine import services

EXAMPLES = orjson.loads(files("workflows").joinpath("service_examples.json").read_bytes())


def test_every_example_belongs_to_a_service() -> None:
    assert EXAMPLES.keys() <= services.names()
    assert len(EXAMPLES) > 0.8 * len(services.names())


@pytest.mark.parametrize("service", sorted(EXAMPLES))
def test_an_example_can_be_sent_as_it_stands(service: str) -> None:
    example = service_examples.of(service)

    assert typed_values.read(typed_values.as_lines(example)) == example


def test_a_service_without_an_example_gives_nothing() -> None:
    assert service_examples.of("nobody.knows") == {}
