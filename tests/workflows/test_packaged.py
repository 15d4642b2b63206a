"""What comes with the product is published once."""

from datetime import timedelta

from sqlalchemy import delete

from tests.conftest import NOW
from tests.statements import counted
from workflows import packaged
from workflows.database import Database
from workflows.engine.tables import Bundle, DefinitionVersion

LATER = NOW + timedelta(days=1)


def test_a_start_without_news_asks_once_and_examines_nothing(published: Database) -> None:
    with counted(published) as asked, published.unit_of_work() as session:
        assert packaged.publish(session, now=LATER) == []

    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_what_is_new_is_published_beside_what_is_there(published: Database) -> None:
    with published.unit_of_work() as session:
        session.execute(delete(Bundle).where(Bundle.process_key == "vetting"))
        session.execute(delete(DefinitionVersion).where(DefinitionVersion.key == "vetting"))

    with published.unit_of_work() as session:
        new = packaged.publish(session, now=LATER)

    assert [(one.kind, one.key) for one in new] == [("process", "vetting")]
