"""The scenarios of a process: whether they pass, and what they visit together."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import play_words
from webapp.access import access
from webapp.case_steps import in_order
from webapp.play_view import Position
from webapp.texts import gettext as _
from webapp.texts import ngettext
from webapp.unit import current_actor, now, reading, unit_of_work
from workflows import naming, permissions, sandbox, scenario_runs, studio, studio_scenarios
from workflows.engine import definitions
from workflows.engine.definitions import DefinitionNotFound
from workflows.engine.model import ProcessModel
from workflows.permissions import Action
from workflows.sandbox import SandboxRefused
from workflows.scenario_coverage import Coverage
from workflows.scenario_runs import Tested
from workflows.scenario_tables import ProcessScenario, Source
from workflows.studio_states import DraftKind, Subject
from workflows.studio_tables import DefinitionDraft

bp = Blueprint("studio_scenarios", __name__, url_prefix="/studio/processes/<key>/scenarios")
bp.add_app_template_global(play_words.problem, "problem_in_words")


@dataclass(frozen=True)
class Subjects:
    """
    What scenarios are played with.

    Attributes:
        name: The name of the process.
        draft: Its draft, if there is one.
        refused: Why the draft cannot be played, if it cannot.
        of_draft, in_force: What becomes of the scenarios with each, where there is one.

    """

    name: str
    draft: DefinitionDraft | None
    refused: SandboxRefused | None
    of_draft: Tested | None
    in_force: Tested | None

    @property
    def first(self) -> Tested | None:
        """What coverage is told of: the draft, else what is in force."""
        return self.of_draft or self.in_force


@bp.get("")
@access(Action.READ_DRAFTS)
def index(key: str) -> ResponseReturnValue:
    """Show the scenarios of a process, pass or fail, and what they visit."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    with reading() as session:
        scenarios = studio_scenarios.of_process(session, key)
        found = _subjects(session, key, scenarios)
        offered = len(studio_scenarios.offered(session, key)) if found.in_force else 0
        playing = studio_scenarios.is_played(session, key, actor)
    visited = found.first.coverage if found.first else None
    return render_template(
        "studio/scenarios.html",
        key=key,
        scenarios=scenarios,
        found=found,
        offered=offered,
        playing=playing,
        visited=visited,
        missed=_missed(found.first.sandbox.process, visited) if found.first and visited else [],
        marks=_marks(visited) if visited else "",
        may_edit=permissions.allows(actor, Action.EDIT_DRAFTS),
    )


@bp.get("/<int:scenario_id>")
@access(Action.READ_DRAFTS)
def show(key: str, scenario_id: int) -> ResponseReturnValue:
    """Replay a scenario and show it step by step."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    with reading() as session:
        scenario = studio_scenarios.by_id(session, key, scenario_id)
        found = _subjects(session, key, [scenario])
        names = naming.names_of(session, [scenario.saved_by])
    box = found.first.sandbox if found.first else None
    return render_template(
        "studio/scenario.html",
        key=key,
        scenario=scenario,
        kept_by=names.get(scenario.saved_by, scenario.saved_by),
        found=found,
        position=Position(box, box.play(scenario.document)) if box else None,
        told=play_words.told,
        end=_end(scenario.document["steps"]),
        may_edit=permissions.allows(actor, Action.EDIT_DRAFTS),
    )


@bp.post("/<int:scenario_id>/open")
@access(Action.EDIT_DRAFTS)
def reopen(key: str, scenario_id: int) -> ResponseReturnValue:
    """Go on playing a scenario, as far as it goes."""
    actor = current_actor()
    permissions.check(actor, Action.EDIT_DRAFTS)
    try:
        with unit_of_work() as session:
            scenario = studio_scenarios.by_id(session, key, scenario_id)
            draft = studio.find(session, Subject(DraftKind.PROCESS, key))
            source = Source.DRAFT if draft else Source.IN_FORCE
            cut = studio_scenarios.reopen(session, scenario, source, actor=actor, now=now())
    except SandboxRefused:
        flash(_("The draft has errors. Mend them first; then it can be played."), "warning")
        return redirect(url_for(".show", key=key, scenario_id=scenario_id))
    if cut.refused:
        problem = play_words.problem(len(cut.steps), cut.refused, cut.scenario.model)
        flash(_("It goes no further than here. %(problem)s", problem=problem), "warning")
    return redirect(url_for("studio_play.show", key=key))


@bp.post("/<int:scenario_id>/delete")
@access(Action.EDIT_DRAFTS)
def remove(key: str, scenario_id: int) -> ResponseReturnValue:
    """Delete a scenario."""
    permissions.check(current_actor(), Action.EDIT_DRAFTS)
    with unit_of_work() as session:
        scenario = studio_scenarios.by_id(session, key, scenario_id)
        title = scenario.title
        studio_scenarios.remove(session, scenario, actor=current_actor(), now=now())
    flash(_("The scenario “%(title)s” is deleted.", title=title))
    return redirect(url_for(".index", key=key))


@bp.post("/packaged")
@access(Action.EDIT_DRAFTS)
def take_packaged(key: str) -> ResponseReturnValue:
    """Keep the scenarios that come with the product."""
    permissions.check(current_actor(), Action.EDIT_DRAFTS)
    with unit_of_work() as session:
        count = studio_scenarios.take_offered(session, key, actor=current_actor(), now=now())
    flash(ngettext("One scenario is added.", "%(num)d scenarios are added.", count))
    return redirect(url_for(".index", key=key))


def _subjects(session: Session, key: str, scenarios: Sequence[ProcessScenario]) -> Subjects:
    """Play scenarios with the draft and with what is in force."""
    draft = studio.find(session, Subject(DraftKind.PROCESS, key))
    refused = of_draft = in_force = None
    name = draft.name if draft else definitions.latest(session, "process", key).name
    with suppress(DefinitionNotFound):  # A new process has a draft only.
        in_force = scenario_runs.run_all(sandbox.in_force(session, key), scenarios)
    if draft is not None:
        others = sandbox.held_by(session, current_actor(), besides=draft.subject)
        try:
            box = sandbox.with_draft(session, key, draft, others)
            of_draft = scenario_runs.run_all(box, scenarios)
        except SandboxRefused as problem:
            refused = problem
    return Subjects(name, draft, refused, of_draft, in_force)


def _missed(process: ProcessModel, visited: Coverage) -> list[tuple[str, str]]:
    """Return what no scenario visits, in the order in which a case would: name, and kind or way."""
    elements = [
        (each.name or each.id, each.id) for each in in_order(process) if each.id in visited.missed
    ]
    flows = [process.flows[each] for each in visited.missed_flows]
    nodes = process.nodes
    # A flow from or to what was never visited says nothing new.
    told = [each for each in flows if not {each.source, each.target} & set(visited.missed)]
    ways = [
        (
            _(
                "From “%(one)s” to “%(other)s”",
                one=nodes[each.source].name or each.source,
                other=nodes[each.target].name or each.target,
            ),
            each.name or each.id,
        )
        for each in told
    ]
    return elements + ways


def _marks(visited: Coverage) -> str:
    """Return what the picture marks as visited."""
    return json.dumps({"done": sorted(visited.elements), "taken": sorted(visited.flows)})


def _end(steps: list[dict[str, object]]) -> object:
    """Return what is expected at the end of a scenario."""
    return steps[-1].get("expect", {}) if steps else {}
