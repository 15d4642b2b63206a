"""The background work that seals the audit trail every minute, and anchors it every hour."""

from workflows import audit_chain
from workflows.audit_anchors import AnchorFile
from workflows.audit_chain import BATCH
from workflows.database import Database
from workflows.engine.jobs.port import Claim
from workflows.engine.occasion import Occasion
from workflows.engine.rounds import EVERY, RoundWork

_BATCHES_AT_ONCE = 50  # what one minute's loan of the row is long enough for


class SealWork(RoundWork):
    """Seals what was written since the last minute; short transactions let others in between."""

    name = "audit"
    row = "audit"

    def __init__(self, key: bytes, anchors: AnchorFile) -> None:
        self._key = key
        self._anchors = anchors

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Seal what waits, then note the end of the chain when an hour has passed."""
        now = occasion.now
        is_hour_over = self._anchors.is_due(now)
        is_done = self._seal(database, everywhere=is_hour_over)
        with database.reading() as session:
            end = audit_chain.end(session)
        if is_done and is_hour_over and end.number:
            self._anchors.append(end, now=now)
        with database.unit_of_work() as session:
            self.settle(session, claim, due_at=now + EVERY if is_done else now)
        return not is_done

    def _seal(self, database: Database, *, everywhere: bool) -> bool:
        """Seal some batches; say whether nothing is left."""
        for _ in range(_BATCHES_AT_ONCE):
            # Looking may take long and needs no lock: entries never change.
            with database.reading() as session:
                waiting = audit_chain.unsealed(session, BATCH, everywhere=everywhere)
            if waiting:
                with database.unit_of_work() as session:
                    audit_chain.seal(session, waiting, key=self._key)
            if len(waiting) < BATCH:
                return True
        return False
