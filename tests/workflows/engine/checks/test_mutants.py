"""Random sound processes have no finding of a defect; processes with a seeded one have."""

import os
import random
from collections import Counter
from collections.abc import Iterator

from tests.workflows.engine.checks import mutants
from tests.workflows.engine.drawing import drawn
from tests.workflows.engine.play import Play, models
from tests.workflows.engine.runtime.test_random_processes import Maker
from workflows.engine.checks import check
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.nodes import EndEvent, ExclusiveGateway, Node, ParallelGateway
from workflows.engine.transition import (
    BudgetExceeded,
    CompleteUserTask,
    DeliverMessage,
    FireTimer,
    StepRefused,
)

DEFECTS = frozenset(
    {
        "unreachable",
        "implicit-end",
        "no-way-out",
        "default-missing",
        "loop-without-wait",
        "call-without-wait",
        "join-cannot-fire",
        "join-may-wait-for-ever",
        "several-tokens",
        "budget-at-start",
        "border-never-heard",
        "name-never-written",
    }
)
JOINS = frozenset({"join-cannot-fire", "join-may-wait-for-ever"})
LOOPS = frozenset({"loop-without-wait"})
BRANCHES = JOINS | {"several-tokens"}
SEEDS = 2_000 if "UNDERSTUDY_SOAK" in os.environ else 60
MOST_STEPS = 30
RUNS = 3


def processes(seed: int) -> tuple[ProcessModel, ...]:
    """Return a random sound process, with those that it calls."""
    return models(*drawn(Maker(random.Random(seed)).block(1 + seed % 4)))


def found(model: ProcessModel) -> set[tuple[str, str | None]]:
    """Return code and element of every finding."""
    return {(one.code, one.element_id) for one in check(model)}


def many() -> Iterator[tuple[random.Random, ProcessModel, tuple[ProcessModel, ...]]]:
    """Yield random sound processes with a source of randomness, and those that they call."""
    for seed in range(SEEDS):
        model, *called = processes(seed)
        yield random.Random(seed), model, tuple(called)


def test_sound_processes_have_no_finding_of_a_defect():
    told = {
        (seed, one.code, one.element_id)
        for seed in range(SEEDS)
        for model in processes(seed)
        for one in check(model)
        if one.code in DEFECTS
    }

    assert told == set()


def test_a_flow_that_is_missing_is_found():
    missed = []
    for chance, model, _ in many():
        flow = chance.choice(list(model.flows.values()))
        if not found(mutants.without_flow(model, flow)) - found(model):
            missed.append((model.nodes, flow.id))

    assert missed == []


def test_a_default_flow_that_is_missing_is_found():
    for _, model, _ in many():
        for node in model.nodes.values():
            if isinstance(node, ExclusiveGateway) and any(f.is_default for f in node.outgoing):
                told = found(mutants.without_default(model, node))

                assert ("default-missing", node.id) in told


def test_a_gateway_of_another_kind_is_found():
    missed = []
    for seed, (_, model, _) in enumerate(many()):
        for node in model.nodes.values():
            if _is_fork_or_merge(model, node):
                told = found(mutants.swapped(model, node)) - found(model)
                if not any(code in BRANCHES for code, _ in told):
                    missed.append((seed, node.id))

    assert missed == []


def _is_fork_or_merge(model: ProcessModel, node: Node) -> bool:
    """Say whether the kind of a gateway matters: not where a branch stops the others."""
    if not isinstance(node, ExclusiveGateway | ParallelGateway):
        return False
    if any(isinstance(model.nodes[flow.target], EndEvent) for flow in node.outgoing):
        return False
    return len(node.incoming) > 1 or len(node.outgoing) > 1


def wander(case: Play, chance: random.Random) -> str:
    """Play a case at random; say whether it ends, goes on, hangs, runs for ever or is refused."""
    try:
        case.start(n=chance.randrange(12))
        for _ in range(MOST_STEPS):
            out = case.outcome
            if case.is_done:
                return "done"
            waits = [*out.user_tasks, *out.timers, *out.messages]
            if not waits:
                return "hangs"
            token = chance.choice(waits)
            if token in out.timers:
                case.now = max(case.now, out.timers[token].due_at)
                case.do(FireTimer(token))
            elif token in out.messages:
                case.do(DeliverMessage(token, {}))
            else:
                case.do(CompleteUserTask(token, {"n": chance.randrange(12)}))
    except BudgetExceeded:
        return "endless"
    except StepRefused as error:
        return "hangs" if "would be stuck" in str(error) else "refused"
    return "goes on"


def redirected(chance: random.Random, model: ProcessModel) -> ProcessModel:
    """Return a model in which one flow leads to another node of its level."""
    flow = chance.choice(list(model.flows.values()))
    level = model.nodes[flow.source].parent
    targets = [
        node.id
        for node in model.nodes.values()
        if node.parent == level and node.incoming and node.id != flow.target
    ]
    return mutants.redirected(model, flow, chance.choice(targets)) if targets else model


def test_what_hangs_when_it_is_played_was_found_and_what_cannot_fire_does_not():
    seen: Counter[str] = Counter()
    for chance, model, called in many():
        kinds = [node for node in model.nodes.values() if _is_fork_or_merge(model, node)]
        spoiled = [redirected(chance, model)]
        spoiled += [mutants.swapped(model, chance.choice(kinds))] if kinds else []
        for mutant in spoiled:
            told = check(mutant)
            never = {one.element_id for one in told if one.code == "join-cannot-fire"}
            for _ in range(RUNS):
                case = Play(ExecutableProcess(mutant, {each.key: each for each in called}))
                ended = wander(case, chance)
                fired = {element for kind, element in case.happened("gateway_taken")}

                assert never.isdisjoint(fired)
                seen[ended] += 1
                expected = {"hangs": BRANCHES, "endless": LOOPS}.get(ended)
                assert expected is None or any(one.code in expected for one in told)

    assert seen["hangs"] > RUNS
    assert seen["endless"]
