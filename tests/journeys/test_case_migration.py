"""A changed nomination comes into force, and the nominations that run migrate to it."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journeys import migrating
from tests.journeys.conftest import Site, serve
from workflows import accounts, studio, studio_approval, studio_begin
from workflows.engine import verification
from workflows.engine.tables import Timer, UserTask
from workflows.studio_states import DraftKind, Subject

pytestmark = pytest.mark.browser
DESIGNER, HR = "mateo.navarro", "helena.carvalho"
CASES = 6
_SECOND_LOOK = """
    <bpmn:boundaryEvent id="consent_escalate_due" name="1 wd" attachedToRef="consent"
        cancelActivity="false">
      <bpmn:timerEventDefinition id="consent_escalate_due_timer">
        <bpmn:timeDuration xsi:type="bpmn:tFormalExpression">P1BD</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:serviceTask id="consent_escalate" name="Escalate" understudy:service="case.escalate">
      <bpmn:extensionElements>
        <understudy:input name="element">"consent"</understudy:input>
        <understudy:input name="group">"pool-manager"</understudy:input>
      </bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:endEvent id="consent_escalated" />
    <bpmn:userTask id="second_look" name="Look at it a second time"
        understudy:candidateGroups="hr" understudy:dueIn="P3BD" />
    <bpmn:sequenceFlow id="to_escalate" sourceRef="consent_escalate_due"
        targetRef="consent_escalate" />
    <bpmn:sequenceFlow id="to_escalated" sourceRef="consent_escalate"
        targetRef="consent_escalated" />
    <bpmn:sequenceFlow id="second_look_to_panel" sourceRef="second_look" targetRef="panel" />
"""

_SHAPES = {
    "second_look": (1182, 519, 100, 80),
    "consent_escalate_due": (622, 166, 36, 36),
    "consent_escalate": (660, 248, 80, 44),
    "consent_escalated": (760, 258, 24, 24),
}
_EDGES = {
    "to_escalate": ((640, 202), (640, 270), (660, 270)),
    "to_escalated": ((740, 270), (760, 270)),
    "second_look_to_panel": ((1272, 519), (1272, 459)),
}


def _changed() -> bytes:
    """Return the nomination with a second reviewer, an escalation, and a watch drawn anew."""
    text = resources.files("bpmn").joinpath("nomination.bpmn").read_text(encoding="utf-8")
    text = text.replace("hard_stop", "overdue_watch").replace("90 working days", "60 working days")
    text = text.replace("P90BD", "P60BD")
    text = re.sub(r'(id="vetting_to_panel" .*targetRef=)"panel"', r'\1"second_look"', text)
    text = text.replace("<bpmn:incoming>vetting_to_panel</bpmn:incoming>", "")
    first = text.index("    <bpmn:sequenceFlow")
    text = text[:first] + _SECOND_LOOK + text[first:]
    plane = "</bpmndi:BPMNPlane>"
    return text.replace(plane, "".join(_drawn()) + plane).encode()


def _drawn() -> Iterator[str]:
    """Yield the picture of what is new."""
    for element, (x, y, width, height) in _SHAPES.items():
        bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" />'
        head = f'<bpmndi:BPMNShape id="{element}_di" bpmnElement="{element}">'
        yield f"{head}{bounds}</bpmndi:BPMNShape>"
    for flow, points in _EDGES.items():
        way = "".join(f'<di:waypoint x="{x}" y="{y}" />' for x, y in points)
        head = f'<bpmndi:BPMNEdge id="{flow}_di" bpmnElement="{flow}">'
        yield f"{head}{way}</bpmndi:BPMNEdge>"


def _fill(session: Session, now: datetime) -> None:
    """Let nominations run, and a changed one be approved."""
    migrating.nominate(session, CASES, now=now)
    designer, hr = accounts.actor_of(session, DESIGNER), accounts.actor_of(session, HR)
    subject = Subject(DraftKind.PROCESS, "nomination")
    studio_begin.begin(session, subject, actor=designer, now=now)
    draft = studio.save(session, subject, _changed(), revision=0, actor=designer, now=now)
    shown = {"revision": draft.revision, "now": now}
    comment = "A second person looks at it before the panel."
    studio_approval.propose(session, subject, comment=comment, actor=designer, **shown)
    seen_id = studio_approval.version_in_force(session, subject)
    studio_approval.approve(session, subject, seen_id=seen_id, four_eyes=True, actor=hr, **shown)


@pytest.fixture
def site(demonstration: Path, tmp_path: Path) -> Iterator[Site]:
    """The packaged processes, nominations under way, and a changed nomination that is approved."""
    with serve(demonstration, tmp_path, _fill) as site:
        yield site


def test_running_nominations_migrate_to_a_changed_one(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    page = new_page()
    sign_in(page, DESIGNER)
    page.goto("/studio/processes/nomination/proposal")
    page.get_by_role("button", name="Put into force").click()
    expect(page.get_by_text("Version 2 is in force")).to_be_visible()
    expect(page.get_by_text(f"{CASES} open cases run on older versions")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="Migrate running cases").click()
    expect(page).to_have_url(re.compile(r"/migration$"))
    accessible(page)
    picture(page, "migration-begin", full=True)
    page.get_by_role("button", name=f"Look at {CASES} cases").click()
    expect(page.get_by_role("status")).to_contain_text(f"0 of {CASES} cases")
    accessible(page)

    # The page follows the work by itself.
    migrating.do_what_waits(site)
    expect(page.get_by_text("Looked at, nothing changed yet")).to_be_visible()
    reason = page.locator(".findings")
    expect(reason).to_contain_text(f"{CASES} cases")
    expect(reason).to_contain_text("“90 working days”, which the new version does not have")
    expect(page.get_by_text("No case can migrate yet")).to_be_visible()
    accessible(page)
    picture(page, "migration-blocked", full=True)

    # What was drawn anew is the same watch.
    page.get_by_label("90 working days").select_option(label="60 working days (overdue_watch)")
    page.get_by_role("button", name="Look again").click()
    migrating.do_what_waits(site)
    expect(page.get_by_role("link", name=f"{CASES} Can migrate")).to_be_visible()
    first = page.locator("#case-verdicts tbody tr").first
    expect(first).to_contain_text("The timer “90 working days” keeps its due date")
    expect(first).to_contain_text("“1 wd, at Agree to be considered” is waited for besides")
    accessible(page)
    picture(page, "migration-ready", full=True)
    assert migrating.versions(site) == {1}

    page.get_by_role("button", name=f"Let {CASES} cases migrate").click()
    expect(page.get_by_text("Say why the cases migrate")).to_be_visible()
    expect(page.get_by_label("Why do the cases migrate?")).to_be_focused()
    accessible(page)
    page.get_by_label("Why do the cases migrate?").fill("Nobody is to wait for the second look.")
    page.get_by_role("button", name=f"Let {CASES} cases migrate").click()
    expect(page.get_by_text("Proposed. Somebody else looks at it now")).to_be_visible()
    expect(page.get_by_role("button", name="Confirm")).to_have_count(0)
    migrating.do_what_waits(site)
    assert migrating.versions(site) == {1}

    other = new_page()
    sign_in(other, HR)
    other.goto("/processes/nomination/migration")
    other.get_by_role("link", name="Look at it").click()
    expect(other.get_by_role("button", name=f"Confirm: let {CASES} cases migrate")).to_be_visible()
    accessible(other)
    picture(other, "migration-confirm", full=True)
    other.get_by_role("button", name=f"Confirm: let {CASES} cases migrate").click()
    expect(other.get_by_role("status")).to_contain_text(f"0 of {CASES} cases")
    picture(other, "migration-progress")
    migrating.do_what_waits(site)
    expect(other.get_by_role("link", name=f"{CASES} Migrated")).to_be_visible()
    accessible(other)
    picture(other, "migration-done", full=True)
    assert migrating.versions(site) == {2}

    # Each case tells who let it migrate and why, and goes on as the new version says.
    other.locator("#case-verdicts tbody a").first.click()
    story = other.get_by_text("The case goes on in version 2 instead of version 1")
    expect(story).to_be_visible()
    expect(other.get_by_text("Nobody is to wait for the second look.")).to_be_visible()
    accessible(other)
    picture(other, "migration-story", full=True)
    with site.database.reading() as session:
        assert list(verification.differences(session)) == []
        for kind, element in ((Timer, "consent_escalate_due"), (UserTask, "consent")):
            found = session.scalars(select(kind).where(kind.element_id == element)).all()
            assert len(found) == CASES
    page.goto("/processes/nomination/migration")
    expect(page.get_by_text("Every open case runs on the version in force")).to_be_visible()
    accessible(page)
    picture(page, "migration-nothing", full=True)
