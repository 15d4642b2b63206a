"""What can stand in the way of a transition, named by what the reader can do about it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from rules.sentences import Sentence, Term
from workflows.database import FailureWithRecord
from workflows.engine import incident_opening
from workflows.engine.incident_opening import Trouble
from workflows.errors import Conflict, Invalid, NotAllowed, NotFound, UnderstudyError


class CaseNotFound(NotFound):
    """No case has this number."""

    def __init__(self, instance_id: int) -> None:
        super().__init__(f"There is no case {instance_id}.")


class UserTaskNotFound(NotFound):
    """No user task has this number."""

    def __init__(self, user_task_id: int) -> None:
        super().__init__(f"There is no user task {user_task_id}.")


class CaseEnded(Conflict):
    """The case has ended; nothing can be done to it any more."""

    def __init__(self, instance_id: int, status: str) -> None:
        super().__init__(
            Sentence(
                "Case %(number)s is “%(status)s”; nothing was changed.",
                number=str(instance_id),
                status=Term("case", status),
            )
        )


class CaseChanged(Conflict):
    """Another transaction changed the case at the same time."""

    def __init__(self, instance_id: int) -> None:
        super().__init__(
            Sentence(
                "Case %(number)s was changed by somebody else; look again.",
                number=str(instance_id),
            )
        )


class RefusalByName(UnderstudyError):
    """A refusal that names somebody, whom not every reader may know."""

    by: str | None

    def unnamed(self) -> "UnderstudyError":
        """Return the same refusal without the name."""
        raise NotImplementedError


def _completed(name: str, by: str | None, at: datetime | None) -> Sentence:
    """Say who has completed a user task, and when, as far as that is told."""
    if by and at:
        return Sentence(
            "“%(name)s” was already completed by %(by)s on %(when)s; nothing was changed.",
            name=name,
            by=by,
            when=at,
        )
    if at:
        return Sentence(
            "“%(name)s” was already completed on %(when)s; nothing was changed.", name=name, when=at
        )
    return Sentence("“%(name)s” was already completed; nothing was changed.", name=name)


class AlreadyCompleted(Conflict, RefusalByName):
    """Somebody else was faster, or the same person clicked twice."""

    def __init__(self, name: str, *, by: str | None, at: datetime | None) -> None:
        self.name, self.by, self.at = name, by, at
        super().__init__(_completed(name, by, at))

    def unnamed(self) -> UnderstudyError:
        """Say that it is done, and not by whom nor when."""
        return AlreadyCompleted(self.name, by=None, at=None)


class NoLongerOpen(Conflict):
    """The case went another way, and the user task is not needed any more."""

    def __init__(self, name: str, *, at: datetime | None) -> None:
        self.at = at
        super().__init__(
            Sentence(
                "“%(name)s” was withdrawn on %(when)s, because the case went on without it.",
                name=name,
                when=at,
            )
            if at
            else Sentence(
                "“%(name)s” was withdrawn, because the case went on without it.", name=name
            )
        )


class AlreadyClaimed(Conflict, RefusalByName):
    """Somebody else took the user task from the group."""

    def __init__(self, name: str, by: str | None) -> None:
        self.name, self.by = name, by
        super().__init__(
            Sentence("“%(name)s” is already taken by %(by)s.", name=name, by=by)
            if by
            else Sentence("“%(name)s” is already taken by somebody else.", name=name)
        )

    def unnamed(self) -> UnderstudyError:
        """Say that it is taken, and not by whom."""
        return AlreadyClaimed(self.name, None)


def one_of(groups: Iterable[str]) -> Sentence:
    """Return the names of groups as a part of a sentence."""
    return Sentence.together((Term("group", each) for each in groups), between=", ")


class NotForYou(NotAllowed, RefusalByName):
    """The user task belongs to somebody else, or to groups that the actor is not in."""

    def __init__(self, name: str, whose: str) -> None:
        self.name, self.by = name, whose
        super().__init__(Sentence("“%(name)s” is for %(whose)s.", name=name, whose=whose))

    def unnamed(self) -> UnderstudyError:
        """Say that it is for somebody else, and not for whom."""
        return NotForYou(self.name, Sentence("somebody else"))


class DutyConflict(NotAllowed):
    """Separation of duties: the actor holds a duty in this case that excludes this one."""

    def __init__(self, name: str, duty: str, username: str | None = None) -> None:
        self.duty = duty
        super().__init__(
            Sentence(
                "“%(name)s” must be done by another: %(username)s has a part in this case that"
                " excludes it.",
                name=name,
                username=username,
            )
            if username
            else Sentence(
                "“%(name)s” must be done by another, because in this case %(duty)s.",
                name=name,
                duty=Term("duty", duty, f"you are the {duty}"),
            )
        )


class IncidentNotFound(NotFound):
    """No incident has this number."""

    def __init__(self, incident_id: int) -> None:
        super().__init__(f"There is no incident {incident_id}.")


class IncidentResolved(Conflict):
    """Somebody has dealt with the incident already."""

    def __init__(self, incident_id: int, by: str | None) -> None:
        number = str(incident_id)
        super().__init__(
            Sentence("Incident %(number)s was already resolved by %(by)s.", number=number, by=by)
            if by
            else Sentence("Incident %(number)s was already resolved.", number=number)
        )


class StartRefused(Invalid):
    """A case could not start; there is nothing to keep, so no incident is opened."""


class TransitionFailed(Conflict, FailureWithRecord):
    """
    A step of a case failed for a reason that no input can mend; the case is unchanged.

    When the unit of work has rolled back, an incident is opened that people
    in charge can retry, skip or cancel.
    """

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(
            Sentence(
                "The case could not go on: %(why)s. Nothing was changed, and the people in"
                " charge of the process were told.",
                why=Term("incident", trouble.kind, trouble.message.rstrip(".")),
            )
        )

    def record(self, session: Session) -> None:
        """Open the incident."""
        incident_opening.open_incident(session, self.trouble)


class TryAgainLater(Exception):
    """Background work failed and will be tried again; no incident yet."""
