"""
Every place of a model where an expression stands, played with what only FEEL can say.

As a program it plays them, and the scenarios of the packaged processes, in a Python in
which SpiffWorkflow's engines, and any compilation of a model's text, are poisoned:

    python -m tests.workflows.engine.expression_places
"""

import inspect
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any, Never

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from rules.dmn import read_model
from tests.bpmn import packaged_models
from tests.rules import dmn_models
from tests.workflows.engine.build import Process, loop, many, timer
from tests.workflows.engine.play import Play
from workflows.engine.scenarios import play

# A word that stands in every expression here, and nowhere else.
MARK = "zebra crossing"
POISONED = (
    "SpiffWorkflow.bpmn.script_engine",
    "SpiffWorkflow.bpmn.workflow",
    "SpiffWorkflow.bpmn.serializer",
    "SpiffWorkflow.dmn",
    "SpiffWorkflow.operators",
    "SpiffWorkflow.serializer",
    "SpiffWorkflow.spiff",
    "SpiffWorkflow.task",
    "SpiffWorkflow.workflow",
)


def marked() -> Process:
    return Process("marked")


def condition() -> None:
    process = marked().start().exclusive("which", default="no").user("yes").user("other").end()
    process.chain("start", "which").flow("which", "yes", f"count({MARK}[item > 1]) = 2")
    process.flow("which", "other", id="no").flow("yes", "end").flow("other", "end")

    assert Play(process).start(**{MARK: [1, 2, 3]}).open == ["yes"]
    assert Play(process).start(**{MARK: [1, 2]}).open == ["other"]
    assert Play(process).start().open == ["other"]


def duration() -> None:
    process = marked().start().catch("wait", timer(duration=f'"P" + string({MARK}) + "D"')).end()
    case = Play(process.chain("start", "wait", "end")).start(**{MARK: 3})

    [wait] = case.outcome.timers.values()
    assert wait.due_at - case.now == timedelta(days=3)


def date() -> None:
    text = f'date and time({MARK}) + duration("P1D")'
    process = marked().start().catch("wait", timer(date=text)).end()
    case = Play(process.chain("start", "wait", "end")).start(**{MARK: "2026-12-01T09:00:00Z"})

    assert [str(wait.due_at) for wait in case.outcome.timers.values()] == [
        "2026-12-02 09:00:00+00:00"
    ]


def cycle() -> None:
    process = marked().start().user("work").end().end("late")
    cycle = timer(cycle=f'"R2/P" + string({MARK}) + "D"')
    process.boundary("remind", "work", cycle, cancelActivity=False)
    process.chain("start", "work", "end").flow("remind", "late")
    case = Play(process).start(**{MARK: 2})

    case.fire("remind").fire("remind")
    assert case.outcome.timers == {}


def cardinality() -> None:
    process = marked().start().user("ask", many(cardinality=f"count({MARK}) - 1")).end()
    assert len(Play(process.chain("start", "ask", "end")).start(**{MARK: ["abc"]}).open) == 0
    assert len(Play(process).start(**{MARK: [1, 2, 3]}).open) == 2


def collection() -> None:
    body = many(collection=f'{MARK}[item != "ben"]', elementVariable="who")
    process = marked().start().user("ask", body, assignee="=who").end()
    case = Play(process.chain("start", "ask", "end")).start(**{MARK: ["ada", "ben", "cleo"]})

    assert [wait.assignee for wait in case.outcome.user_tasks.values()] == ["ada", "cleo"]


def completion() -> None:
    text = f"some vote in {MARK} satisfies vote = v"
    body = many(collection=MARK, elementVariable="v", until=text)
    process = marked().start().user("ask", body).end()
    case = Play(process.chain("start", "ask", "end")).start(**{MARK: ["x", "y"]})

    assert case.complete("ask").is_done


def repeat() -> None:
    process = marked().start().user("work", loop(9, f"not({MARK} in (5, 7))")).end()
    case = Play(process.chain("start", "work", "end")).start(**{MARK: 1})

    assert case.complete("work", **{MARK: 2}).open == ["work"]
    assert case.complete("work", **{MARK: 7}).is_done


def assignment() -> None:
    process = marked().start()
    process.user("work", assignee=f'=if {MARK} then "ben" else "ada"', candidateGroups='="h" + "r"')
    case = Play(process.end().chain("start", "work", "end")).start(**{MARK: True})

    [wait] = case.outcome.user_tasks.values()
    assert (wait.assignee, wait.candidate_groups) == ("ben", ("hr",))


def due() -> None:
    process = marked().start().user("work", dueIn=f'if {MARK} then "P1D" else "P9D"')
    case = Play(process.end().chain("start", "work", "end")).start(**{MARK: True})

    [wait] = case.outcome.user_tasks.values()
    assert wait.due_at == case.now + timedelta(days=1)


def correlation() -> None:
    process = marked().start()
    process.receive("listen", "news", correlation=f'{MARK} + "-" + string(2 ** 3)')
    case = Play(process.end().chain("start", "listen", "end")).start(**{MARK: "a"})

    [wait] = case.outcome.messages.values()
    assert wait.correlation == "a-8"


def mappings() -> None:
    process = marked().start()
    process.service(
        "call", "look_up", inputs={"x": f"{MARK} ** 2"}, outputs={"y": "x between 1 and 3"}
    )
    case = Play(process.end().chain("start", "call", "end")).start(**{MARK: 2})

    assert case.outcome.service_calls[0].inputs == {"x": 4}
    assert case.serve("call", x=2).data["y"] is True


def decision() -> None:
    table = dmn_models.table(
        "FIRST", [f"count({MARK})"], [(["[2..3]"], ['"some"']), (["-"], ['"other"'])]
    )
    facts = f'<inputData id="in_m" name="{MARK}"><variable name="{MARK}"/></inputData>'
    source = dmn_models.model(facts, dmn_models.decision("d", table, ("in_m",)))
    process = marked().start().rule("rate", "d").end().chain("start", "rate", "end")
    decisions = {"d": read_model(source)}

    assert Play(process, decisions=decisions).start(**{MARK: [1, 2]}).data["d"] == "some"
    assert Play(process, decisions=decisions).start(**{MARK: []}).data["d"] == "other"


PLACES: tuple[Callable[[], None], ...] = (
    condition,
    duration,
    date,
    cycle,
    cardinality,
    collection,
    completion,
    repeat,
    assignment,
    due,
    correlation,
    mappings,
    decision,
)


def scenarios() -> int:
    """Play every scenario of the packaged processes; answer with how many there were."""
    for path in packaged_models.SCENARIOS:
        document = json.loads(path.read_text())
        model = packaged_models.executable(document["process"])
        play(document, model, packaged_models.form_documents())
    return len(packaged_models.SCENARIOS)


# -- poison ------------------------------------------------------------------------------


def poison() -> int:
    """Make SpiffWorkflow's engines unusable, and unreachable where they are not loaded yet."""
    for name in POISONED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]
    loaded = [
        module
        for name, module in list(sys.modules.items())
        if isinstance(module, ModuleType) and name.startswith(POISONED)
    ]
    poisoned = sum(_poison_module(module) for module in loaded)
    sys.addaudithook(_refuse_to_compile)
    return poisoned


def _poison_module(module: ModuleType) -> int:
    """Replace every function and method of a module; answer with how many."""
    count = 0
    for name, found in list(vars(module).items()):
        if getattr(found, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(found):
            setattr(module, name, _poisoned(f"{module.__name__}.{name}"))
            count += 1
        elif inspect.isclass(found):
            for method, function in list(vars(found).items()):
                if inspect.isfunction(function):
                    setattr(found, method, _poisoned(f"{module.__name__}.{name}.{method}"))
                    count += 1
    return count


def _poisoned(name: str) -> Callable[..., Never]:
    def refuse(*_arguments: Any, **_named: Any) -> Never:
        raise AssertionError(f"{name} was called")

    return refuse


def _refuse_to_compile(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse to compile what a model says; Python itself may compile what it imports."""
    if event == "compile" and MARK in str(arguments[0]):
        raise AssertionError(f"Python compiles {arguments[0]!r}")


def _taste() -> None:
    """Make sure that the poison works."""
    for forbidden in (BpmnWorkflow, PythonScriptEngine, lambda: compile(f"'{MARK}'", "", "eval")):
        try:
            forbidden()
        except AssertionError:
            continue
        raise SystemExit(f"{forbidden} is not poisoned")


def main() -> None:
    """Play everything without SpiffWorkflow's engines."""
    poisoned = poison()
    _taste()
    for place in PLACES:
        place()
    sys.stdout.write(
        json.dumps({"poisoned": poisoned, "places": len(PLACES), "scenarios": scenarios()})
    )


if __name__ == "__main__":
    main()
