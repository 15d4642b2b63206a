"""Scenarios as tests: played with a draft or with what is in force, with what they visit."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import sandbox
from workflows.engine import manifests
from workflows.engine.progress import Progress
from workflows.engine.recent import Recent
from workflows.engine.tables import Bundle, DefinitionVersion
from workflows.sandbox import Sandbox
from workflows.scenario_coverage import Coverage, coverage
from workflows.scenario_tables import ProcessScenario
from workflows.studio_states import DraftKind
from workflows.studio_tables import DefinitionDraft

_MOST_RESULTS = 2_048


@dataclass(frozen=True)
class Result:
    """
    What became of a scenario.

    Attributes:
        refused: Why a step did not go as written, or nothing.
        done: How many steps went as written.
        progress: What was visited until then.

    """

    refused: Exception | None
    done: int
    progress: Progress


@dataclass(frozen=True)
class Tested:
    """What became of all scenarios of a process, by their ids, and what they visited together."""

    sandbox: Sandbox
    results: dict[int, Result]
    coverage: Coverage

    @property
    def failed(self) -> int:
        """How many fail."""
        return sum(each.refused is not None for each in self.results.values())


@dataclass(frozen=True)
class ProcessTest:
    """The scenarios of a process that a draft touches, and what becomes of them with it."""

    name: str
    scenarios: Sequence[ProcessScenario]
    tested: Tested

    @property
    def key(self) -> str:
        """The key of the process."""
        return self.tested.sandbox.process.key

    @property
    def failing(self) -> list[ProcessScenario]:
        """The scenarios that fail."""
        results = self.tested.results
        return [each for each in self.scenarios if results[each.id].refused is not None]


# The same scenario with the same definitions always ends in the same way.
_results = Recent(_MOST_RESULTS)


def result(box: Sandbox, scenario: ProcessScenario) -> Result:
    """Return what becomes of a scenario; it is played at the first question only."""

    def play() -> Result:
        played = box.play(scenario.document)
        return Result(played.refused, len(played.steps), played.progress())

    found: Result = _results.get((box.bundle_hash, orjson.dumps(scenario.document)), play)
    return found


def run_all(box: Sandbox, scenarios: Sequence[ProcessScenario]) -> Tested:
    """Play scenarios of one process, and sum up what they visit."""
    results = {each.id: result(box, each) for each in scenarios}
    visited = coverage(box.process, (each.progress for each in results.values()))
    return Tested(box, results, visited)


def touched_by(session: Session, draft: DefinitionDraft) -> list[ProcessTest]:
    """
    Play every scenario of every process that would run with a draft, as if it were in force.

    Raises:
        SandboxRefused: The draft has errors.

    """
    query = select(ProcessScenario).where(ProcessScenario.process_key.in_(_users(session, draft)))
    found: dict[str, list[ProcessScenario]] = {}
    for scenario in session.scalars(query.order_by(ProcessScenario.title)):
        found.setdefault(scenario.process_key, []).append(scenario)
    if not found:
        return []
    boxes = sandbox.with_draft_each(session, list(found), draft)
    return [
        ProcessTest(boxes[key].process.name or key, scenarios, run_all(boxes[key], scenarios))
        for key, scenarios in found.items()
    ]


def _users(session: Session, draft: DefinitionDraft) -> set[str]:
    """Return the processes that run with what a draft changes: itself, its callers, and askers."""
    version = DefinitionVersion
    in_file = select(version.key).where(
        version.kind == draft.kind,
        version.content_hash.in_(select(version.content_hash).where(version.id == draft.base_id)),
    )
    changed = {draft.key, *session.scalars(in_file)}
    rows = session.execute(select(Bundle.process_key, Bundle.manifest).where(Bundle.is_active))
    users = {
        row.process_key
        for row in rows
        if any(
            each.kind == draft.kind and each.key in changed
            for each in manifests.entries(row.manifest)
        )
    }
    return users | ({draft.key} if draft.kind is DraftKind.PROCESS else set())
