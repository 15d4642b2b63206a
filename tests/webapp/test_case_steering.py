"""What those in charge of a case do on its page: hand over user tasks and skip what failed."""

import pytest
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.webapp.conftest import Person
from tests.webapp.reserve import Make, make_reserve
from workflows.database import Database
from workflows.engine.tables import AuditEvent, Duty, Incident, Instance, UserTask

HR = "helena.carvalho"
STARTER = "nora.lindqvist"
CANDIDATE = "amara.okafor"
RECEIVER = "omar.darwish"
GIVEN: dict[str, object] = {"person": RECEIVER, "reason": "Away until May"}


@pytest.fixture
def case_id(cases: list[int], database: Database) -> int:
    """A case about somebody, in an organisation whose people can be found by name."""
    with database.unit_of_work() as session:
        make_reserve(session, now=NOW)
        session.add(Duty(instance_id=cases[0], duty="subject", username=CANDIDATE))
    return cases[0]


@pytest.fixture
def user_task_id(case_id: int, database: Database) -> int:
    """The open user task of that case."""
    with database.reading() as session:
        found = session.scalar(select(UserTask.id).where(UserTask.instance_id == case_id))
    assert found is not None
    return found


@pytest.fixture
def incident_id(case_id: int, database: Database) -> int:
    """A problem at the open step of that case."""
    with database.unit_of_work() as session:
        token_id = session.scalar(select(UserTask.token_id).where(UserTask.instance_id == case_id))
        incident = Incident(
            instance_id=case_id,
            element_id="review",
            token_id=token_id,
            kind="service_failed",
            message="The mail server does not answer.",
            command={"kind": "service"},
            opened_at=NOW,
        )
        session.add(incident)
        session.execute(update(Instance).where(Instance.id == case_id).values(status="incident"))
        session.flush()
        return incident.id


def _assignee(database: Database, user_task_id: int) -> str | None:
    """Who holds a user task."""
    with database.reading() as session:
        return session.scalar(select(UserTask.assignee).where(UserTask.id == user_task_id))


def _hold(database: Database, user_task_id: int, username: str) -> None:
    """Let somebody hold a user task."""
    with database.unit_of_work() as session:
        named = UserTask.id == user_task_id
        session.execute(update(UserTask).where(named).values(assignee=username))


def test_whoever_is_in_charge_hands_a_user_task_over(
    person: Make, case_id: int, user_task_id: int, database: Database
) -> None:
    helena: Person = person(HR)
    page = helena.get(f"/cases/{case_id}").text
    address = f"/cases/{case_id}/user-tasks/{user_task_id}/reassign"

    done = helena.post(address, GIVEN, follow_redirects=True)

    assert address in page
    assert "“Review the nomination” is now with Omar Darwish." in done.text
    assert "Waits for Omar Darwish" in done.text
    assert _assignee(database, user_task_id) == RECEIVER
    with database.reading() as session:
        facts = session.scalars(
            select(AuditEvent.data).where(AuditEvent.action == "user_task.reassign")
        ).one()
    assert facts["reason"] == "Away until May"


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ({"reason": " "}, "Enter the reason."),
        ({"person": "Nobody Known"}, "Nobody is called “Nobody Known”"),
        ({"person": CANDIDATE}, "The case is about"),
        ({"person": "member00"}, "member00 has no account"),
    ],
)
def test_an_unfit_handover_changes_nothing(
    person: Make,
    case_id: int,
    user_task_id: int,
    database: Database,
    given: dict[str, object],
    answer: str,
) -> None:
    helena: Person = person(HR)
    address = f"/cases/{case_id}/user-tasks/{user_task_id}/reassign"

    refused = helena.post(address, {**GIVEN, **given})

    assert refused.status_code == 422
    assert answer in refused.text
    assert _assignee(database, user_task_id) is None


@pytest.mark.parametrize(
    ("username", "status"), [(STARTER, 403), (CANDIDATE, 403), ("katrin.vogel", 404)]
)
def test_others_neither_hand_over_nor_see_the_form(
    person: Make,
    case_id: int,
    user_task_id: int,
    database: Database,
    username: str,
    status: int,
) -> None:
    somebody: Person = person(username)
    page = somebody.get(f"/cases/{case_id}").text

    answer = somebody.post(f"/cases/{case_id}/user-tasks/{user_task_id}/reassign", GIVEN)

    assert answer.status_code == status
    assert "/reassign" not in page
    assert _assignee(database, user_task_id) is None


def test_what_only_the_subject_can_do_stays_with_the_subject(
    person: Make, case_id: int, user_task_id: int, database: Database
) -> None:
    _hold(database, user_task_id, CANDIDATE)
    helena: Person = person(HR)
    page = helena.get(f"/cases/{case_id}").text

    answer = helena.post(f"/cases/{case_id}/user-tasks/{user_task_id}/reassign", GIVEN)

    assert answer.status_code == 403
    assert "/reassign" not in page
    assert _assignee(database, user_task_id) == CANDIDATE


def test_nobody_exchanges_judges_whom_they_may_not_know(
    person: Make, case_id: int, user_task_id: int, database: Database
) -> None:
    _hold(database, user_task_id, "kenji.nakamura")
    with database.unit_of_work() as session:
        # The starter is in charge of a case about nobody, but still may not know who judges.
        subject = (Duty.instance_id == case_id, Duty.duty == "subject")
        session.execute(
            update(Duty).where(*subject).values(duty="reviewer", username="kenji.nakamura")
        )
    nora: Person = person(STARTER)
    page = nora.get(f"/cases/{case_id}")

    answer = nora.post(f"/cases/{case_id}/user-tasks/{user_task_id}/reassign", GIVEN)

    assert "Cancel this case" in page.text
    assert "/reassign" not in page.text
    assert answer.status_code == 403
    assert _assignee(database, user_task_id) == "kenji.nakamura"


def test_a_user_task_of_another_case_is_not_found(
    person: Make, cases: list[int], case_id: int, user_task_id: int, database: Database
) -> None:
    helena: Person = person(HR)

    answer = helena.post(f"/cases/{cases[1]}/user-tasks/{user_task_id}/reassign", GIVEN)

    assert answer.status_code == 404
    assert _assignee(database, user_task_id) is None


@pytest.mark.usefixtures("alone")
def test_a_step_that_failed_is_skipped_with_a_reason(
    person: Make, case_id: int, incident_id: int
) -> None:
    helena: Person = person(HR)
    page = helena.get(f"/cases/{case_id}").text
    address = f"/cases/{case_id}/incidents/{incident_id}/skip"

    without = helena.post(address, {"reason": " "})
    done = helena.post(address, {"reason": "Told by telephone"}, follow_redirects=True)
    again = helena.post(address, {"reason": "Told by telephone"})

    assert address in page
    assert without.status_code == 422
    assert "The step is skipped." in done.text
    assert "Waits for the reviewers: “Tell the candidate”" in done.text
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("username", "status"), [(STARTER, 403), (CANDIDATE, 403), ("katrin.vogel", 404)]
)
def test_others_do_not_skip(
    person: Make, case_id: int, incident_id: int, database: Database, username: str, status: int
) -> None:
    somebody: Person = person(username)
    page = somebody.get(f"/cases/{case_id}").text

    answer = somebody.post(f"/cases/{case_id}/incidents/{incident_id}/skip", {"reason": "Why not"})

    assert answer.status_code == status
    assert "/skip" not in page
    with database.reading() as session:
        assert session.get_one(Incident, incident_id).resolved_at is None


def test_an_incident_of_another_case_is_not_found(
    person: Make, cases: list[int], incident_id: int
) -> None:
    helena: Person = person(HR)

    answer = helena.post(f"/cases/{cases[1]}/incidents/{incident_id}/skip", {"reason": "Why not"})

    assert answer.status_code == 404


def test_a_problem_without_a_step_cannot_be_skipped(
    person: Make, case_id: int, incident_id: int, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.execute(update(Incident).values(token_id=None))

    page = person(HR).get(f"/cases/{case_id}").text

    assert "The mail server does not answer." in page
    assert "/skip" not in page
