"""Scenarios guard drafts: of the process itself, of what it calls, and of what it asks."""

import pytest

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.played import KEY, packing, publish_trip, trip
from tests.workflows.engine.build import Process
from workflows import (
    scenario_runs,
    studio,
    studio_approval,
    studio_begin,
    studio_play,
    studio_scenarios,
)
from workflows.actors import Actor
from workflows.errors import NotAllowed
from workflows.play_refusals import NoScenario, PlayMovedOn, ScenariosFail, TitleTaken
from workflows.sandbox import SandboxRefused
from workflows.scenario_tables import ProcessScenario, Source
from workflows.studio_states import DraftKind, DraftStatus, Subject


def _actor(name, role):
    return Actor(name, name.title(), frozenset({role}), frozenset({role}))


DANA, DORA, HANA = _actor("dana", "designer"), _actor("dora", "designer"), _actor("hana", "hr")
TRIP, PACKING = Subject(DraftKind.PROCESS, KEY), Subject(DraftKind.PROCESS, "packing")
GRANT = {"outcome": "grant", "question": "Fine with me"}
STEPS = (
    {"start": {"days": 3}},
    {"answer": "nomination.register", "result": {}},
    {"complete": "decide", "data": GRANT},
    {"complete": "pack"},
)


@pytest.fixture
def trips(database):
    """The process of a trip in force, with one scenario that passes."""
    with database.unit_of_work() as session:
        publish_trip(session, now=NOW)
        _keep(session, "Granted")
    return database


def _keep(session, title, actor=DANA):
    play = studio_play.begin(session, KEY, Source.IN_FORCE, actor=actor, now=NOW)
    box = studio_play.sandbox_of(session, KEY, Source.IN_FORCE, actor)
    for step in STEPS:
        studio_play.take(session, play, box, step, actor=actor, now=NOW)
    return studio_scenarios.store(
        session, play, title, ["outcome"], is_new=True, actor=actor, now=NOW
    )


def _proposed(session, subject, source):
    """Propose a draft with some text; return the facts of its approval."""
    studio_begin.begin(session, subject, actor=DANA, now=NOW)
    draft = studio.save(session, subject, source, revision=0, actor=DANA, now=NOW)
    facts = {"revision": draft.revision, "actor": DANA, "now": NOW}
    studio_approval.propose(session, subject, comment="Better", **facts)
    seen_id = studio_approval.version_in_force(session, subject)
    return {**facts, "seen_id": seen_id, "four_eyes": True, "actor": HANA}


def _shorter():
    """Return packing without anybody who packs."""
    process = Process("packing", name="Packing")
    return process.start("go").end("packed").chain("go", "packed").xml()


def test_a_draft_that_keeps_what_holds_needs_no_reason(trips):
    with trips.unit_of_work() as session:
        facts = _proposed(session, TRIP, trip(days=4))

        draft = studio_approval.approve(session, TRIP, **facts)

        assert (draft.status, draft.failing, draft.failing_reason) == (
            DraftStatus.APPROVED,
            [],
            "",
        )


def test_a_called_process_must_not_break_the_scenarios_of_its_callers(trips):
    with trips.unit_of_work() as session:
        facts = _proposed(session, PACKING, _shorter())
        with pytest.raises(ScenariosFail, match="“Granted”"):
            studio_approval.approve(session, PACKING, **facts)

        draft = studio_approval.approve(session, PACKING, **facts, failing_reason=" We know ")

        assert draft.failing_reason == "We know"
        assert len(draft.failing) == 1
        studio_approval.put_into_force(session, PACKING, actor=HANA, now=NOW)


def test_what_fails_only_since_the_approval_stops_the_publication(trips):
    with trips.unit_of_work() as session:
        facts = _proposed(session, PACKING, _shorter())
        studio_approval.approve(session, PACKING, **facts, failing_reason="We know")
        _keep(session, "Granted again", actor=DORA)

        with pytest.raises(ScenariosFail, match="“Granted again”"):
            studio_approval.put_into_force(session, PACKING, actor=HANA, now=NOW)


def test_a_draft_is_played_with_the_other_drafts_of_its_player(trips):
    with trips.unit_of_work() as session:
        for subject, source in ((TRIP, trip(days=4)), (PACKING, _shorter())):
            studio_begin.begin(session, subject, actor=DANA, now=NOW)
            studio.save(session, subject, source, revision=0, actor=DANA, now=NOW)
        own = studio_play.sandbox_of(session, KEY, Source.DRAFT, DANA)
        hers = studio_play.sandbox_of(session, KEY, Source.DRAFT, DORA)

        played = [box.play({"asks": True, "steps": STEPS[:3]}) for box in (own, hers)]

        assert [each.scenario.has_ended for each in played] == [True, False]
        assert own.source(session, "packing") == _shorter()
        assert hers.source(session, "packing") == packing()


def test_scenarios_are_only_for_those_who_draw_and_have_titles_of_their_own(trips):
    with trips.unit_of_work() as session:
        with pytest.raises(NotAllowed):
            studio_play.begin(session, KEY, Source.IN_FORCE, actor=HANA, now=NOW)
        with pytest.raises(TitleTaken):
            _keep(session, "Granted")
        with pytest.raises(NoScenario):
            studio_scenarios.by_id(session, KEY, 4_711)
        with pytest.raises(NoScenario):
            studio_scenarios.by_id(session, "packing", session.query(ProcessScenario.id).scalar())
        studio_play.begin(session, KEY, Source.IN_FORCE, actor=DANA, now=NOW)
        with pytest.raises(PlayMovedOn):
            studio_play.held(session, KEY, DANA, at=1)


def test_many_scenarios_ask_the_database_no_more_than_one(trips):
    with trips.unit_of_work() as session:
        _proposed(session, TRIP, trip(days=4))

    def asked():
        with counted(trips) as statements, trips.reading() as session:
            draft = studio.find(session, TRIP)
            scenario_runs.touched_by(session, draft)
        return len(statements)

    asked()
    few = asked()
    with trips.unit_of_work() as session:
        for number in range(5):
            _keep(session, f"Granted {number}")

    assert asked() == few


def test_a_draft_in_which_something_else_stands_cannot_be_played(trips):
    with trips.unit_of_work() as session:
        studio_begin.begin(session, TRIP, actor=DANA, now=NOW)
        other = packing().replace(b'"packing"', b'"stuffing"')
        studio.save(session, TRIP, other, revision=0, actor=DANA, now=NOW)

        with pytest.raises(SandboxRefused) as refused:
            studio_play.begin(session, KEY, Source.DRAFT, actor=DANA, now=NOW)

    assert "holds something else" in refused.value.findings[0].message
