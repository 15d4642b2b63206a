"""All that the engine does in the background; the domain adds kinds of its own."""

from workflows.engine import messages as _messages  # noqa: F401  (registers its deliverer)
from workflows.engine import outbox, start_timers, sweeps, timers
from workflows.engine.jobs.port import Kind
from workflows.engine.migration import work as migration

KINDS: tuple[Kind, ...] = (start_timers.WORK, timers.WORK, outbox.WORK, sweeps.WORK, migration.WORK)
