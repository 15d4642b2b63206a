"""Models that come without a picture: they are laid out, and marked like any other."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.conftest import Site
from tests.webapp.samples import CALENDAR
from workflows import accounts
from workflows.actors import SYSTEM
from workflows.engine import definitions, instances, user_tasks
from workflows.engine.definitions import SourceFile

pytestmark = pytest.mark.browser

Check = Callable[[Page], None]
Picture = Callable[..., None]
SignIn = Callable[[Page, str], None]
SAMPLE_CASE = 1

# Lanes, a sub-process, data, a note and a second process; flows are named at their ends nowhere.
POOLS = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:understudy="urn:understudy:bpmn:1" id="pools_file" targetNamespace="urn:tests">
  <collaboration id="together">
    <participant id="office" name="Talent office" processRef="pools"/>
    <participant id="outside" name="Applicant"/>
  </collaboration>
  <process id="pools_other" name="The other process" isExecutable="true">
    <startEvent id="other_begin"/><endEvent id="other_end"/>
    <sequenceFlow id="other_flow" sourceRef="other_begin" targetRef="other_end"/>
  </process>
  <process id="pools" name="Process with pools" isExecutable="true">
    <laneSet id="lanes">
      <lane id="lane_hr" name="HR"><flowNodeRef>begin</flowNodeRef><flowNodeRef>file</flowNodeRef>
        <flowNodeRef>which</flowNodeRef></lane>
      <lane id="lane_panel" name="Panel"><flowNodeRef>hearing</flowNodeRef>
        <flowNodeRef>end</flowNodeRef></lane>
    </laneSet>
    <startEvent id="begin" name="Received"/>
    <userTask id="file" name="Complete the file" understudy:candidateGroups="hr"/>
    <exclusiveGateway id="which" name="Is a hearing needed?" default="no"/>
    <subProcess id="hearing" name="Hearing">
      <startEvent id="hearing_begin"/>
      <userTask id="hear" name="Hear the person" understudy:candidateGroups="hr"/>
      <endEvent id="hearing_end"/>
      <sequenceFlow id="h1" sourceRef="hearing_begin" targetRef="hear"/>
      <sequenceFlow id="h2" sourceRef="hear" targetRef="hearing_end"/>
    </subProcess>
    <boundaryEvent id="late" name="Five days" attachedToRef="hearing">
      <timerEventDefinition id="late_timer"><timeDuration>P5D</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <endEvent id="end" name="Decided"/>
    <endEvent id="gone" name="Too late"/>
    <dataObject id="paper"/>
    <dataObjectReference id="paper_here" name="Paper" dataObjectRef="paper"/>
    <sequenceFlow id="a" sourceRef="begin" targetRef="file"/>
    <sequenceFlow id="b" sourceRef="file" targetRef="which"/>
    <sequenceFlow id="yes" name="yes" sourceRef="which" targetRef="hearing">
      <conditionExpression>needed = true</conditionExpression>
    </sequenceFlow>
    <sequenceFlow id="no" name="no" sourceRef="which" targetRef="end"/>
    <sequenceFlow id="d" sourceRef="hearing" targetRef="end"/>
    <sequenceFlow id="e" sourceRef="late" targetRef="gone"/>
    <textAnnotation id="note"><text>Nobody decides alone.</text></textAnnotation>
    <association id="note_line" sourceRef="note" targetRef="file"/>
  </process>
</definitions>
"""


@pytest.fixture
def pools_case(site: Site) -> int:
    """A case of the process with pools, waiting within its sub-process."""
    now = site.clock.now()
    with site.database.unit_of_work() as session:
        files = [SourceFile("pools.bpmn", POOLS)]
        definitions.publish(session, files, actor=SYSTEM, now=now)
        actor = accounts.actor_of(session, "helena.carvalho")
        case_id = instances.start(
            session, "pools", {"needed": True}, actor=actor, now=now, calendar=CALENDAR
        ).id
        (file,) = instances.view(session, case_id).user_tasks
        user_tasks.complete(session, file.id, {}, actor=actor, now=now, calendar=CALENDAR)
    return case_id


def test_a_model_without_picture_is_laid_out_and_marked(
    page: Page, sign_in: SignIn, accessible: Check, picture: Picture
) -> None:
    sign_in(page, "helena.carvalho")

    page.goto(f"/cases/{SAMPLE_CASE}")

    _is_drawn(page)
    expect(_shape(page, "review")).to_have_class(re.compile("is-active"))
    expect(_shape(page, "begin")).to_have_class(re.compile("is-done"))
    expect(_shape(page, "tell")).not_to_have_class(re.compile("is-active|is-done"))
    expect(_figure(page).get_by_text("Here now")).to_be_visible()
    expect(page.locator("#steps")).not_to_have_attribute("open", "")
    accessible(page)
    picture(page, "diagram-laid-out", full=True)


def test_pools_flows_and_open_sub_processes_are_laid_out(
    page: Page, sign_in: SignIn, pools_case: int, picture: Picture
) -> None:
    sign_in(page, "helena.carvalho")

    page.goto(f"/cases/{pools_case}")

    _is_drawn(page)
    expect(_shape(page, "hear")).to_have_class(re.compile("is-active"))
    expect(_shape(page, "hear")).to_be_visible()
    expect(_shape(page, "file")).to_have_class(re.compile("is-done"))
    expect(_figure(page).locator(".djs-connection")).to_have_count(8)
    expect(_figure(page).locator("[data-element-id=other_begin]")).to_have_count(0)
    picture(page, "diagram-laid-out-pools", full=True)


def test_a_process_without_picture_is_laid_out_on_its_own_page(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "helena.carvalho")

    page.goto("/processes/sample")

    _is_drawn(page)
    expect(_shape(page, "review")).to_be_visible()


def test_only_models_without_picture_load_the_code_for_it(
    page: Page, sign_in: SignIn, pools_case: int
) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    sign_in(page, "helena.carvalho")
    drawn = "<BPMNShape xmlns='http://www.omg.org/spec/BPMN/20100524/DI'/>"

    page.route("**/diagram/*", lambda route: _answer(route, drawn))
    page.goto(f"/cases/{SAMPLE_CASE}")
    expect(page.locator("[data-case-diagram][data-drawn]")).to_be_attached()

    assert any("case-diagram" in url for url in loaded)
    assert not any("diagram-layout" in url for url in loaded)


def test_what_cannot_be_laid_out_leaves_the_list_of_steps(page: Page, sign_in: SignIn) -> None:
    sign_in(page, "helena.carvalho")

    page.route("**/diagram/*", lambda route: _answer(route, ""))
    page.goto(f"/cases/{SAMPLE_CASE}")

    expect(page.locator("[data-case-diagram][data-drawn=false]")).to_be_hidden()
    expect(page.locator("#steps")).to_have_attribute("open", "")
    expect(page.locator("#steps").get_by_text("Review the nomination")).to_be_visible()


def _answer(route: Route, inside: str) -> None:
    """Answer with a file that has no process."""
    space = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    body = f'<definitions xmlns="{space}">{inside}</definitions>'
    route.fulfill(status=200, content_type="text/xml", body=body)


def _is_drawn(page: Page) -> None:
    """Wait for the picture."""
    expect(page.locator("[data-case-diagram][data-drawn=true]")).to_be_visible()


def _figure(page: Page) -> Locator:
    """Find the picture."""
    return page.locator("[data-case-diagram]")


def _shape(page: Page, element: str) -> Locator:
    """Find a shape of the picture."""
    return _figure(page).locator(f".djs-shape[data-element-id={element}]")
