"""Anchors: how far the audit chain had come each hour, noted in a file outside the database."""

import hmac
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from workflows.audit_chain import End

FILE = "audit.anchors"
EVERY = timedelta(hours=1)
_FIELDS = 4


@dataclass(frozen=True)
class Anchors:
    """What the file holds: seals by their numbers, and sentences about lines that are wrong."""

    seals: dict[int, bytes]
    problems: list[str]


class AnchorFile:
    """The file of anchors, one line for each hour in which something was sealed."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key

    def is_due(self, now: datetime) -> bool:
        """Say whether the last anchor is an hour old, or there is none."""
        lines = self._lines()
        at = _moment(lines[-1]) if lines else None
        return at is None or not now - EVERY < at <= now

    def append(self, end: End, *, now: datetime) -> None:
        """Note the end of the chain, durably."""
        facts = f"{now.isoformat()} {end.number} {end.mac.hex()}"
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{facts} {self._mac(facts)}\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> Anchors:
        """Return every anchor; a line that was not written by us is a problem."""
        found = Anchors({}, [])
        for place, line in enumerate(self._lines(), start=1):
            facts, _, mac = line.rpartition(" ")
            if not hmac.compare_digest(mac.encode(), self._mac(facts).encode()):
                found.problems.append(f"Line {place} of {self.path} is not what was noted there.")
                continue
            _, number, seal = facts.split(" ")
            found.seals[int(number)] = bytes.fromhex(seal)
        return found

    def _lines(self) -> list[str]:
        """Return the lines; none when there is no file."""
        try:
            return self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []

    def _mac(self, facts: str) -> str:
        """Return what proves that we wrote a line."""
        return hmac.digest(self._key, f"anchor {facts}".encode(), "sha256").hex()


def _moment(line: str) -> datetime | None:
    """Return when an anchor was noted; none for a line that is cut short."""
    fields = line.split(" ")
    if len(fields) != _FIELDS:
        return None
    try:
        return datetime.fromisoformat(fields[0])
    except ValueError:
        return None
