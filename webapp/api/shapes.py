"""The shapes of the API's requests and answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workflows.engine.tables import DefinitionVersion, HistoryEvent, Incident, Instance, UserTask

LONGEST_KEY = 200


class Answer(BaseModel):
    """Anything the API answers with."""

    model_config = ConfigDict(from_attributes=True)


class UserTaskAnswer(Answer):
    """Work that waits, or waited, for a person; `assignee` says who claimed it."""

    id: int
    name: str
    element_id: str
    definition: str
    instance_id: int
    state: Literal["open", "completed", "cancelled"]
    assignee: str | None
    candidate_groups: list[str]
    due_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, user_task: UserTask) -> "UserTaskAnswer":
        """Show a user task."""
        return cls.model_validate({**_columns(user_task), "definition": user_task.definition_key})


class IncidentAnswer(Answer):
    """What failed in a case, and must be dealt with by people."""

    id: int
    element_id: str | None
    kind: str
    message: str
    opened_at: datetime
    attempts: int = Field(description="How often it was tried, by workers and by people.")

    @classmethod
    def of(cls, incident: Incident) -> "IncidentAnswer":
        """Show an incident."""
        return cls.model_validate(_columns(incident))


class InstanceAnswer(Answer):
    """A case: how it stands, its data and what is open in it."""

    id: int
    definition: str
    version: int = Field(description="Version of the definition that the case keeps for life.")
    business_key: str | None
    name: str
    status: Literal["running", "completed", "cancelled", "incident"]
    started_by: str
    started_at: datetime
    ended_at: datetime | None
    data: dict[str, Any]
    user_tasks: list[UserTaskAnswer] = Field(description="The open ones.")
    incidents: list[IncidentAnswer] = Field(
        description="The open ones; a case that has ended can have some, too."
    )

    @classmethod
    def of(
        cls, instance: Instance, user_tasks: Sequence[UserTask], incidents: Sequence[Incident]
    ) -> "InstanceAnswer":
        """Show a case with what is open in it."""
        return cls.model_validate(
            {
                **_columns(instance),
                "definition": instance.definition_key,
                "version": instance.definition_version,
                "user_tasks": [UserTaskAnswer.of(user_task) for user_task in user_tasks],
                "incidents": [IncidentAnswer.of(incident) for incident in incidents],
            }
        )


class EventAnswer(Answer):
    """One thing that happened in a case."""

    seq: int
    at: datetime
    type: str
    element_id: str | None
    name: str | None
    actor: str | None
    data: dict[str, Any]

    @classmethod
    def of(cls, event: HistoryEvent) -> "EventAnswer":
        """Show an event."""
        return cls.model_validate(_columns(event))


class DefinitionAnswer(Answer):
    """One version of a process, decision model or form."""

    id: int
    kind: Literal["process", "decision", "form"]
    key: str
    version: int
    name: str
    file_name: str
    content_hash: str
    is_latest: bool
    published_at: datetime
    published_by: str
    findings: list[dict[str, Any]]

    @classmethod
    def of(cls, version: DefinitionVersion) -> "DefinitionAnswer":
        """Show a version of a definition."""
        return cls.model_validate(_columns(version))


class UserTaskPage(Answer):
    """A page of user tasks; `next` is the cursor of the page after it."""

    items: list[UserTaskAnswer]
    next: str | None


class EventPage(Answer):
    """A page of history; `next` is the cursor of the page after it."""

    items: list[EventAnswer]
    next: str | None


class DefinitionPage(Answer):
    """A page of definitions; `next` is the cursor of the page after it."""

    items: list[DefinitionAnswer]
    next: str | None


class InstancePage(Answer):
    """A page of cases; `next` is the cursor of the page after it."""

    items: list[InstanceAnswer]
    next: str | None


class EvaluationAnswer(Answer):
    """What a decision suggests, which rules matched and how it came to that."""

    output: Any
    matched_rules: list[Any]
    trace: Any


class ClockAnswer(Answer):
    """Where the movable clock stands and how much became due on the way."""

    now: datetime
    fired: int


class Input(BaseModel):
    """Anything the API takes; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid", str_max_length=10_000)


class PageQuery(Input):
    """Which page of a list."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=500)


class DefinitionQuery(PageQuery):
    """Which definitions."""

    kind: Literal["process", "decision", "form"] | None = None


class UserTaskQuery(PageQuery):
    """Which user tasks: `mine` leaves out those that are only offered to a group."""

    mine: bool = False
    state: Literal["open", "completed", "cancelled"] = "open"
    definition: str | None = Field(default=None, max_length=120)
    search: str | None = Field(default=None, max_length=100)
    overdue: bool = False


class StartInput(Input):
    """A case to start."""

    definition: str = Field(min_length=1, max_length=120, description="Key of a process.")
    business_key: str | None = Field(default=None, max_length=LONGEST_KEY)
    data: dict[str, Any] = Field(default_factory=dict)


class CompleteInput(Input):
    """The fields of the user task's form."""

    data: dict[str, Any] = Field(default_factory=dict)


class ReasonInput(Input):
    """Why somebody intervenes."""

    reason: str = Field(min_length=1, max_length=2_000, pattern=r"\S")


class RetryInput(ReasonInput):
    """Why somebody tries again, and with which data where those were wrong."""

    data: dict[str, Any] | None = Field(
        default=None,
        description="Process data to replace first; kept only if the case goes on.",
    )


class MoveInput(ReasonInput):
    """Where a case goes on."""

    from_element: str = Field(min_length=1, max_length=80)
    to_element: str = Field(min_length=1, max_length=80)


class MessageInput(Input):
    """A message to the cases that wait for it, or to the process that it starts."""

    name: str = Field(min_length=1, max_length=120)
    correlation: str = Field(default="", max_length=LONGEST_KEY)
    payload: dict[str, Any] = Field(default_factory=dict)


class EvaluateInput(Input):
    """The inputs of a decision."""

    inputs: dict[str, Any] = Field(default_factory=dict)


class AdvanceInput(Input):
    """How far to move the clock: ISO 8601 (`P3D`, `PT4H`) or working days (`P5BD`)."""

    advance: str = Field(min_length=2, max_length=40, examples=["P3D", "P5BD"])


def _columns(row: Any) -> dict[str, Any]:
    """Return the columns of a row that was read as an entity or as a plain row."""
    if hasattr(row, "_mapping"):
        return dict(row._mapping)
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}
