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

SLA = "urn:understudy:decisions:sla_tier"


def test_a_published_model_carries_what_it_imports(database):
    publish(database, TOP, SourceFile("left.dmn", LEFT), SourceFile("base.DMN", BASE))

    with database.reading() as session:
        version = definitions.latest(session, "decision", "d")
        model = compiled.decision_model(version.content_hash, version.source, version.file_name)

    assert model.evaluate("d", {"first name": "Ada"}).output == "L: Hello, Ada"


def test_a_model_imports_what_is_in_force(database):
    publish(database, SourceFile("base.dmn", BASE))
    publish(database, SourceFile("left.dmn", LEFT))
    publish(database, TOP)

    with database.reading() as session:
        version = definitions.latest(session, "decision", "d")
        model = compiled.decision_model(version.content_hash, version.source, version.file_name)

    assert model.evaluate("d", {"first name": "Ada"}).output == "L: Hello, Ada"


def test_a_model_imports_what_comes_with_the_product(database):
    tier = part(
        "tier",
        using("late", "sla.sla_policy.warn", "sla#sla_policy").replace("urn:sla", SLA),
        imports=(("sla", "sla"),),
    ).replace(b"urn:sla", SLA.encode())
    publish(database, SourceFile("tier.dmn", tier))

    with database.reading() as session:
        version = definitions.latest(session, "decision", "late")
        model = compiled.decision_model(version.content_hash, version.source, version.file_name)

    assert model.evaluate("late", {}).output == 80


def test_an_import_that_could_be_two_models_is_refused(database):
    other = part("left", using("other_told", "1")).replace(b'id="m"', b'id="m2"')
    publish(database, SourceFile("base.dmn", BASE))
    publish(database, SourceFile("left.dmn", LEFT))
    publish(database, SourceFile("other.dmn", other))

    with pytest.raises(PublishRefused) as caught:
        publish(database, TOP)

    told = [finding.message for finding in caught.value.findings]
    assert any(message.endswith("several models: left.dmn, other.dmn.") for message in told)


def test_a_model_is_refused_without_the_ones_that_it_imports(database):
    with pytest.raises(PublishRefused) as caught:
        publish(database, TOP, SourceFile("base.dmn", BASE))

    (finding, *_) = caught.value.findings
    assert (finding.code, finding.file_name) == ("dmn-import", "top.dmn")
    assert "Hand in the imported model too" in finding.remedy
