"""How many statements the pages and forms that people use most ask of the database."""

from tests.statements import counted
from tests.webapp.test_user_task_page import GOOD, PAGE
from workflows.database import Database


def asked(statements: list[str]) -> list[str]:
    """Leave out what begins a transaction."""
    return [one for one in statements if not one.startswith("BEGIN")]


def test_a_form_is_sent_with_few_statements(person, cases, database: Database) -> None:
    kenji = person("kenji.nakamura")
    kenji.get("/user-tasks/2")
    kenji.post("/user-tasks/2", GOOD)
    kenji.get(PAGE)

    with counted(database) as statements:
        answer = kenji.post(PAGE, GOOD)

    assert answer.location == "/"
    # Who asks, what it is about, and the step that takes the user task from its group.
    assert len(asked(statements)) <= (21 if database.is_sqlite else 15), statements
