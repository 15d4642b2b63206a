"""The diagrams of a case, one for each process that it runs or calls, and their marks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from webapp.case_steps import Step, steps
from workflows.case_access import View
from workflows.case_reading import CaseReading
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.nodes import CallActivity, UserTask
from workflows.engine.progress import Progress, Trace, progress


@dataclass(frozen=True)
class Tab:
    """One process of a case that can be looked at."""

    key: str
    name: str
    is_shown: bool
    is_live: bool
    is_visited: bool


@dataclass(frozen=True)
class Diagram:
    """One process of a case as picture and as list."""

    process: ProcessModel
    progress: Progress
    steps: list[Step]
    tabs: list[Tab]
    incidents: frozenset[str]

    @property
    def marks(self) -> str:
        """Return what the picture marks, for the script that draws it."""
        return json.dumps(
            {
                "done": sorted(self.progress.done),
                "active": self._active(),
                "counts": dict(self.progress.active),
                "taken": sorted(self.progress.flows),
                "incident": sorted(self.incidents),
            }
        )

    def _active(self) -> list[str]:
        """Return what is live, what waits for people first: that is where readers look."""
        nodes = self.process.nodes
        return sorted(
            self.progress.active,
            key=lambda each: (not isinstance(nodes.get(each), UserTask | CallActivity), each),
        )


def diagram(
    reading: CaseReading,
    executable: ExecutableProcess,
    traces: Mapping[str, Trace],
    *,
    wanted: str | None,
) -> Diagram:
    """Return the process that a reader wants to look at; the outermost one by default."""
    keys = visible_keys(reading, executable)
    key = wanted if wanted in keys else executable.process.key
    process = executable.model(key)
    found = progress(process, traces.get(key), is_over=reading.is_over)
    incidents = frozenset(each.element_id for each in reading.incidents if each.element_id)
    incidents &= process.nodes.keys()
    live = _live_keys(executable, traces, is_over=reading.is_over)
    return Diagram(
        process=process,
        progress=found,
        steps=steps(process, found, incidents=incidents, is_over=reading.is_over),
        tabs=[
            Tab(
                each,
                executable.model(each).name or each,
                is_shown=each == key,
                is_live=each in live,
                is_visited=each in traces,
            )
            for each in keys
        ],
        incidents=incidents,
    )


def visible_keys(reading: CaseReading, executable: ExecutableProcess) -> list[str]:
    """
    Return the processes of a case that a reader may look into, callers first.

    The subject of a case sees its stages, not what happens within them.
    """
    keys = [executable.process.key]
    if reading.access.view is View.STATUS:
        return keys
    for key in keys:
        for node in executable.model(key).nodes.values():
            if isinstance(node, CallActivity) and node.called not in keys:
                keys.append(node.called)
    return keys


def _live_keys(
    executable: ExecutableProcess, traces: Mapping[str, Trace], *, is_over: bool
) -> set[str]:
    """Return the processes in which something is live."""
    return {
        key
        for key, trace in traces.items()
        if key == executable.process.key or key in executable.called
        if progress(executable.model(key), trace, is_over=is_over).active
    }
