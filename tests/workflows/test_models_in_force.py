"""Everything in force is read as its documents say, and no document twice."""

from tests.statements import counted
from workflows import models_in_force
from workflows.database import Database
from workflows.engine.recent import Recent


def test_what_was_read_before_is_read_without_its_document(
    published: Database, monkeypatch
) -> None:
    monkeypatch.setattr("workflows.engine.compiled._documents", Recent(1_000))
    with published.reading() as session:
        with counted(published) as first:
            new = models_in_force.read(session)
        with counted(published) as second:
            again = models_in_force.read(session)

    assert [each.name for each in new] == sorted(each.name for each in new)
    assert {each.kind for each in new} == {"process", "decision", "form"}
    for each in new:
        models = {"process": each.process, "decision": each.decisions, "form": each.form}
        assert models.pop(each.kind) is not None
        assert set(models.values()) == {None}
    assert again == new
    assert (len(first), len(second)) == (2, 1)
    assert "source" in first[-1]
    assert "source" not in second[0]
