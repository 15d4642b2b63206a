"""Wake a worker for rows that this transaction writes; a transaction that rolls back wakes none."""

from collections.abc import Sequence

from sqlalchemy import Column, Integer, MetaData, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from workflows.engine import writes
from workflows.engine.jobs import schema as _schema  # noqa: F401  (makes the tables it needs)

TASK = "understudy.work"
Alarm = tuple[str, str, str]
"""Lane, kind and key of a row."""

# What Procrastinate's own function inserts. As a row of ours it travels with the other
# writes of a step, in one statement; the release of the tables is pinned with the library.
_job = Table(
    "procrastinate_jobs",
    MetaData(),
    Column("queue_name", String(128)),
    Column("task_name", String(128)),
    Column("queueing_lock", Text),
    Column("args", JSONB),
    Column("priority", Integer),
)


def ring(session: Session, alarms: Sequence[Alarm], *, are_new: bool = True) -> None:
    """
    Wake a worker for rows that are due now, in the transaction of the caller.

    The embedded worker looks at the rows themselves and needs no alarm. For rows
    that are not new an alarm may be on its way already; one is enough.
    """
    if not alarms or session.get_bind().dialect.name != "postgresql":
        return
    jobs = [
        {
            "queue_name": lane,
            "task_name": TASK,
            "queueing_lock": f"{kind}:{key}",  # one alarm at a time for a row
            "args": {"kind": kind, "key": key},
            "priority": 0,
        }
        for lane, kind, key in alarms
    ]
    writes.insert(session, _job, jobs, is_new=are_new)
