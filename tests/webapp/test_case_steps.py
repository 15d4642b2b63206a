"""The list of steps of a process, as a reader sees it."""

from tests.workflows.engine.build import Process
from tests.workflows.engine.play import executable
from webapp.case_steps import steps
from workflows.engine.progress import Trace, progress


def test_what_an_event_begins_or_undoing_needs_is_listed_when_it_happens() -> None:
    process = Process("p")
    aside = process.event_sub("aside").event_start("s", message="stop").user("why")
    aside.chain("s", "why")
    process.user("una", isForCompensation=True).start().user("a").undone_by("a", "una").end()
    model = executable(process.chain("start", "a", "end")).process
    trace = Trace()
    trace.started["a"] += 1

    assert [step.element_id for step in steps(model, progress(model, trace))] == ["a"]

    trace.started.update(["aside", "why", "una"])
    listed = [step.element_id for step in steps(model, progress(model, trace))]
    assert listed == ["a", "aside", "why", "una"]
