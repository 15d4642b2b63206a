"""
What elements are called now of which the history tells under older ids.

History is never changed: what a case did before it migrated stands there under the ids of
the version in which it was done.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.engine.progress import MIGRATED
from workflows.engine.tables import HistoryEvent


class Renaming(NamedTuple):
    """One migration of a case: its event, and by process the new id of each old one."""

    seq: int
    names: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Renamings:
    """
    The migrations of some cases that gave elements other ids.

    Attributes:
        of: By case, its migrations in order.
        keys: By case, the key of its outermost process.
        closed: Where each token of these cases ended: the event, and the process if it is
            one that is called.

    """

    of: Mapping[int, list[Renaming]] = field(default_factory=dict)
    keys: Mapping[int, str] = field(default_factory=dict)
    closed: Mapping[tuple[int, int], tuple[int, str | None]] = field(default_factory=dict)

    @property
    def older(self) -> frozenset[str]:
        """Return the ids that something had and has no more."""
        every = (names for each in self.of.values() for one in each for names in one.names.values())
        return frozenset(old for names in every for old in names)

    def now(self, instance_id: int, element_id: str, *, seq: int, process: str | None) -> str:
        """Return the id that an element has now, named by an event of that number."""
        for each in self.of.get(instance_id, ()):
            if each.seq > seq:
                names = each.names.get(process or self.keys[instance_id], {})
                element_id = names.get(element_id, element_id)
        return element_id

    def of_closed(self, instance_id: int, element_id: str, token: int) -> str:
        """Return the id that the element of a closed user task has now."""
        if instance_id not in self.of or (instance_id, token) not in self.closed:
            return element_id
        seq, process = self.closed[instance_id, token]
        return self.now(instance_id, element_id, seq=seq, process=process)


def read(session: Session, keys: Mapping[int, str]) -> Renamings:
    """
    Read the migrations of some cases, in one statement, and in a second if there are any.

    `keys` has the key of the outermost process of each.
    """
    found: defaultdict[int, list[Renaming]] = defaultdict(list)
    for row in session.execute(
        select(HistoryEvent.instance_id, HistoryEvent.seq, HistoryEvent.data)
        .where(HistoryEvent.instance_id.in_(keys), HistoryEvent.type == MIGRATED)
        .order_by(HistoryEvent.instance_id, HistoryEvent.seq)
    ):
        if row.data.get("renamed"):
            found[row.instance_id].append(Renaming(row.seq, row.data["renamed"]))
    if not found:
        return Renamings()
    return Renamings(dict(found), keys, dict(_closed(session, found)))


def _closed(
    session: Session, ids: Collection[int]
) -> Iterable[tuple[tuple[int, int], tuple[int, str | None]]]:
    """Yield where the tokens of cases ended."""
    rows: Iterable[Any] = session.execute(
        select(HistoryEvent.instance_id, HistoryEvent.seq, HistoryEvent.data).where(
            HistoryEvent.instance_id.in_(ids),
            HistoryEvent.type.in_(("activity_completed", "activity_cancelled")),
        )
    )
    for row in rows:
        if "token" in row.data:
            yield (row.instance_id, row.data["token"]), (row.seq, row.data.get("process"))
