"""
The audit chain: seals over the entries of the audit trail, each with the one before it.

A worker seals in batches what transactions have written meanwhile, so that
none of them waits for another one. Decision 0014 says why, and what it costs.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine.bookkeeping_tables import AuditEvent, AuditSeal

BATCH = 200
# Entries take their numbers before their transactions commit: some arrive behind a sealed one.
LATECOMERS = 1_000
_NOTHING_BEFORE = b""
_PAGE = 1_000

_event = table_of(AuditEvent)
_seal = table_of(AuditSeal)


@dataclass(frozen=True)
class End:
    """Where the chain ends: how many seals there are, and the last one."""

    number: int
    mac: bytes


def key_of(secret: str) -> bytes:
    """Return the key of the chain that follows from a secret of the installation."""
    return hmac.digest(secret.encode(), b"understudy audit chain", "sha256")


def end(session: Session) -> End:
    """Return the end of the chain."""
    newest = select(_seal.c.number, _seal.c.mac).order_by(_seal.c.number.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    return End(0, _NOTHING_BEFORE) if row is None else End(row.number, row.mac)


def unsealed(session: Session, limit: int = BATCH, *, everywhere: bool = False) -> list[int]:
    """
    Return the next entries without a seal, by their numbers.

    Without `everywhere` only the newest are looked at: looking at all takes
    a second for a million.
    """
    newest = session.scalar(select(func.max(_seal.c.event_id))) or 0
    after = 0 if everywhere else newest - LATECOMERS
    query = _without_seal(select(_event.c.id)).where(_event.c.id > after)
    return list(session.scalars(query.order_by(_event.c.id).limit(limit)))


def count_unsealed(session: Session) -> int:
    """Return how many entries wait for their seals."""
    return session.scalar(_without_seal(select(func.count()).select_from(_event))) or 0


def seal(session: Session, numbers: Sequence[int], *, key: bytes) -> End:
    """
    Append a seal for each of some entries, in their order; return the new end of the chain.

    Two workers that seal at once want the same places: the database lets one.
    """
    last = end(session)
    entries = session.execute(select(_event).where(_event.c.id.in_(numbers)).order_by(_event.c.id))
    made = []
    for entry in entries:
        last = End(last.number + 1, _mac(key, last.mac, last.number + 1, entry))
        made.append({"number": last.number, "event_id": entry.id, "mac": last.mac})
    if made:
        session.execute(insert(_seal), made)
    return last


def breaks(session: Session, key: bytes, anchors: Mapping[int, bytes]) -> Iterator[str]:
    """
    Yield one sentence for each place where the chain does not hold.

    `anchors` are seals that were noted outside the database, by their numbers.
    """
    found: list[str] = []
    last, misfits, missing = End(0, _NOTHING_BEFORE), 0, dict(anchors)
    for row in _links(session):
        problem = _problem(key, last, row)
        misfits += problem == _altered(row)
        if problem is not None:
            found.append(problem)
        anchored = missing.pop(row.number, row.mac)
        if not hmac.compare_digest(anchored, row.mac):
            found.append(f"Seal {row.number} is not the one that was noted outside the database.")
        last = End(row.number, row.mac)
    if misfits and misfits == last.number:
        found = [
            f"None of the {last.number} seals fits: the key is not the one that sealed"
            " (UNDERSTUDY_AUDIT_KEY), or everything was changed."
        ]
    yield from found
    if missing and max(missing) > last.number:
        yield (
            f"The audit trail ends after {last.number} sealed entries, but {max(missing)}"
            " were noted outside the database: its end is cut off."
        )


def _problem(key: bytes, last: End, row: Row[Any]) -> str | None:
    """Return what is wrong with one link, if anything."""
    if row.number != last.number + 1:
        return f"Seals {last.number + 1} to {row.number - 1} are missing."
    if row.id is None:
        return f"Entry {row.event_id} of the audit trail is missing."
    if not hmac.compare_digest(row.mac, _mac(key, last.mac, row.number, row)):
        return _altered(row)
    return None


def _altered(row: Row[Any]) -> str:
    """Return the sentence about an entry that is not what was sealed."""
    return f"Entry {row.event_id} of the audit trail is not what was sealed in its place."


def _mac(key: bytes, before: bytes, number: int, entry: Row[Any]) -> bytes:
    """Return the seal of an entry at its place."""
    facts = [
        number,
        entry.id,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.data,
    ]
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.digest(key, hashlib.sha256(before).digest() + text.encode(), "sha256")


def _links(session: Session) -> Iterable[Row[Any]]:
    """Yield every seal with its entry, in the order of the chain."""
    after = 0
    both = _seal.outerjoin(_event, _event.c.id == _seal.c.event_id)
    query = select(_seal, _event).select_from(both).order_by(_seal.c.number).limit(_PAGE)
    while page := session.execute(query.where(_seal.c.number > after)).all():
        yield from page
        after = page[-1].number


def _without_seal(query: Any) -> Any:
    """Leave of a query on entries those without a seal."""
    is_sealed = select(_seal.c.number).where(_seal.c.event_id == _event.c.id).exists()
    return query.where(~is_sealed)
