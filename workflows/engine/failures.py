"""What can stand in the way of a transition, named by what the reader can do about it."""

from datetime import datetime

from sqlalchemy.orm import Session

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
        super().__init__(f"Case {instance_id} is {status}; nothing was changed.")


class CaseChanged(Conflict):
    """Another transaction changed the case at the same time."""

    def __init__(self, instance_id: int) -> None:
        super().__init__(f"Case {instance_id} was changed by somebody else; look again.")


class RefusalByName(UnderstudyError):
    """A refusal that names somebody, whom not every reader may know."""

    by: str | None

    def unnamed(self) -> "UnderstudyError":
        """Return the same refusal without the name."""
        raise NotImplementedError


class AlreadyCompleted(Conflict, RefusalByName):
    """Somebody else was faster, or the same person clicked twice."""

    def __init__(self, name: str, *, by: str | None, at: datetime | None) -> None:
        self.name, self.by, self.at = name, by, at
        when = f" on {at:%Y-%m-%d at %H:%M} UTC" if at else ""
        who = f" by {by}" if by else ""
        super().__init__(f"“{name}” was already completed{who}{when}; nothing was changed.")

    def unnamed(self) -> UnderstudyError:
        """Say that it is done, and not by whom nor when."""
        return AlreadyCompleted(self.name, by=None, at=None)


class NoLongerOpen(Conflict):
    """The case went another way, and the user task is not needed any more."""

    def __init__(self, name: str, *, at: datetime | None) -> None:
        self.at = at
        when = f" on {at:%Y-%m-%d at %H:%M} UTC" if at else ""
        super().__init__(f"“{name}” was withdrawn{when}, because the case went on without it.")


class AlreadyClaimed(Conflict, RefusalByName):
    """Somebody else took the user task from the group."""

    def __init__(self, name: str, by: str | None) -> None:
        self.name, self.by = name, by
        super().__init__(f"“{name}” is already taken by {by or 'somebody else'}.")

    def unnamed(self) -> UnderstudyError:
        """Say that it is taken, and not by whom."""
        return AlreadyClaimed(self.name, None)


class NotForYou(NotAllowed, RefusalByName):
    """The user task belongs to somebody else, or to groups that the actor is not in."""

    def __init__(self, name: str, whose: str) -> None:
        self.name, self.by = name, whose
        super().__init__(f"“{name}” is for {whose}.")

    def unnamed(self) -> UnderstudyError:
        """Say that it is for somebody else, and not for whom."""
        return NotForYou(self.name, "somebody else")


class DutyConflict(NotAllowed):
    """Separation of duties: the actor holds a duty in this case that excludes this one."""

    def __init__(self, name: str, duty: str, username: str | None = None) -> None:
        self.duty = duty
        who = f"{username} is" if username else "You are"
        super().__init__(f"{who} the {duty} in this case, so “{name}” must be done by another.")


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
            f"The case could not go on: {trouble.message.rstrip('.')}. Nothing was changed, "
            "and the people in charge of the process were told."
        )

    def record(self, session: Session) -> None:
        """Open the incident."""
        incident_opening.open_incident(session, self.trouble)


class TryAgainLater(Exception):
    """Background work failed and will be tried again; no incident yet."""
