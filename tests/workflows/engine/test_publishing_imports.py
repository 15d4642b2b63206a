"""Decision models that import others are published together with them."""

import pytest

from tests.rules.test_dmn_imports import BASE, LEFT, part, using
from tests.workflows.engine.shop import publish
from workflows.engine import compiled, definitions
from workflows.engine.definitions import PublishRefused, SourceFile

TOP = SourceFile(
    "top.dmn",
    part("top", using("d", "left.told", "left#told"), imports=(("left", "left"),)),
)


def test_a_published_model_carries_what_it_imports(database):
    publish(database, TOP, SourceFile("left.dmn", LEFT), SourceFile("base.DMN", BASE))

    with database.reading() as session:
        version = definitions.latest(session, "decision", "d")
        model = compiled.decision_model(version.content_hash, version.source, version.file_name)

    assert model.evaluate("d", {"first name": "Ada"}).output == "L: Hello, Ada"


def test_a_model_is_refused_without_the_ones_that_it_imports(database):
    with pytest.raises(PublishRefused) as caught:
        publish(database, TOP, SourceFile("base.dmn", BASE))

    (finding, *_) = caught.value.findings
    assert (finding.code, finding.file_name) == ("dmn-import", "top.dmn")
    assert "Hand in the imported model too" in finding.remedy
