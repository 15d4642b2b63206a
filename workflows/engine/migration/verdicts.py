"""What is said about the migration of one case: what stands in its way, and what to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from workflows.engine.migrate_command import Migrate


class Hindrance(StrEnum):
    """What stands in the way of a migration."""

    GONE = "gone"
    OTHER_KIND = "other_kind"
    OTHER_PLACE = "other_place"
    OTHER_LOOP = "other_loop"
    OTHER_CALL = "other_call"
    CALLED_GONE = "called_gone"
    STILL_OPEN = "still_open"
    FLOW_GONE = "flow_gone"
    PASSED_BRANCH = "passed_branch"
    NOT_UNDONE = "not_undone"
    INCONSISTENT = "inconsistent"
    REFUSED = "refused"


class Remark(StrEnum):
    """What a migration does that not everybody expects."""

    KEEPS_TIMER = "keeps_timer"
    RESTARTS_TIMER = "restarts_timer"
    KEEPS_DUE = "keeps_due"
    KEEPS_HOLDER = "keeps_holder"
    OTHER_FORM = "other_form"
    NEW_WAIT = "new_wait"
    OTHER_WAIT = "other_wait"
    NO_WAIT = "no_wait"


@dataclass(frozen=True)
class Found:
    """
    One thing about one element of a case.

    Attributes:
        code: What it is.
        element_id: Where, in the version that the case runs on; of a wait that is new, in
            the new one.
        name: What people call the element.
        detail: What the words of the code need besides, such as the name of another element.

    """

    code: str
    element_id: str
    name: str = ""
    detail: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it as plain data."""
        parts = {"code": str(self.code), "element": self.element_id, "name": self.name}
        return {**parts, **({"detail": self.detail} if self.detail else {})}


def from_json(stored: Mapping[str, str]) -> Found:
    """Return what `Found.to_json` gave."""
    return Found(stored["code"], stored["element"], stored["name"], stored.get("detail", ""))


@dataclass(frozen=True)
class Wish:
    """
    What a designer wants of a migration besides the new version.

    Attributes:
        mapping: By the id of an element: the one that it is in the new version, or an empty
            text for a wait that is given up. What has kept its id is not named.
        restarts_timers: Whether timers whose time was changed begin to count anew; else they
            keep their due dates.

    """

    mapping: Mapping[str, str] = field(default_factory=dict)
    restarts_timers: bool = False


@dataclass(frozen=True)
class Plan:
    """What becomes of one case: the command, or what stands in its way; and what to know."""

    command: Migrate | None
    hindrances: tuple[Found, ...] = ()
    remarks: tuple[Found, ...] = ()
