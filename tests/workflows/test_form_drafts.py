"""Drafts of forms: steps that can be taken back, lateness, and what a change touches."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import ADA, SCORE, open_tasks, publish, start
from workflows import (
    definition_versions,
    form_documents,
    form_drafts,
    form_editing,
    form_list,
    form_uses,
    models_in_force,
    scenario_runs,
    studio,
    studio_approval,
    studio_begin,
    where_used,
)
from workflows.actors import Actor
from workflows.engine import definitions, drafts
from workflows.engine.definitions import DefinitionNotFound, SourceFile
from workflows.errors import NotAllowed
from workflows.form_drafts import StepMovedOn
from workflows.scenario_tables import ProcessScenario
from workflows.studio_refusals import DraftRefused, StaleSave
from workflows.studio_states import DraftKind, Subject

SUBJECT = Subject(DraftKind.FORM, "score")
DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}_model"
  name="{id}" namespace="urn:{id}">{imports}<decision id="{id}" name="{id}">
  <variable name="{id}"/>{needs}<literalExpression><text>{text}</text></literalExpression>
  </decision></definitions>"""


def _actor(name, role):
    return Actor(name, name.title(), frozenset({role}), frozenset({role}))


DANA, DORA = _actor("dana", "designer"), _actor("dora", "designer")
HANA = _actor("hana", "hr")


def _rating(key="rate") -> SourceFile:
    """A process that asks the form, reads its score, and meets another by a message."""
    process = Process(key, subject="topic")
    process.start().user("score", form="score", candidateGroups="reviewer")
    process.rule("judge", "verdict", resultVariable="verdict")
    process.exclusive("good", default="no").throw("tell", message="judged").end("done").end("poor")
    process.chain("start", "score", "judge", "good").chain("tell", "done")
    process.flow("good", "tell", "score >= 50").flow("good", "poor", id="no")
    return SourceFile(f"{key}.bpmn", process.xml())


def _listening() -> SourceFile:
    process = Process("listen")
    process.message_start("start", "judged").call("again", "rate").end().chain(
        "start", "again", "end"
    )
    return SourceFile("listen.bpmn", process.xml())


def _tables() -> list[SourceFile]:
    verdict = DMN.format(id="verdict", imports="", needs="", text='"fine"')
    imports = (
        '<import name="v" namespace="urn:verdict" locationURI="verdict.dmn"'
        ' importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
    )
    needs = (
        '<informationRequirement id="r"><requiredDecision href="urn:verdict#verdict"/>'
        "</informationRequirement>"
    )
    louder = DMN.format(id="louder", imports=imports, needs=needs, text='"so " + v.verdict')
    return [SourceFile("verdict.dmn", verdict.encode()), SourceFile("louder.dmn", louder.encode())]


@pytest.fixture
def drawn(database):
    """A process with its form in force, and a draft of the form."""
    publish(database, _rating(), _listening(), SCORE, *_tables())
    _do(database, studio_begin.begin, SUBJECT, actor=DANA)
    return database


def _do(database, service, *arguments, **facts):
    with database.unit_of_work() as session:
        return service(session, *arguments, **{"now": NOW, **facts})


def _change(database, edit, revision, *, actor=DANA, now=NOW, touched=""):
    facts = {"revision": revision, "actor": actor, "now": now, "touched": touched}
    return _do(database, form_drafts.change, SUBJECT, edit, **facts)


def _add(what="text"):
    return lambda document: form_editing.add(document, what, 99)


def _labelled(text):
    def edit(document):
        document["schema"]["properties"]["score"]["title"] = text

    return edit


def _names(database) -> list[str]:
    with database.reading() as session:
        draft = studio.find(session, SUBJECT)
        return [each.id for each in form_documents.items(form_documents.read(draft.source))]


def test_steps_are_walked_back_and_forth(drawn):
    _change(drawn, _add(), 0)
    _change(drawn, _add(), 1)
    facts = {"actor": DANA}
    for revision in (2, 3, 4):  # once more than there are steps
        _do(drawn, form_drafts.undo, SUBJECT, revision=revision, **facts)
    undone = _names(drawn)
    _do(drawn, form_drafts.redo, SUBJECT, revision=4, **facts)

    assert undone == ["score", "comment"]
    assert _names(drawn) == ["score", "comment", "field"]
    with drawn.reading() as session:
        steps = form_drafts.steps(session, studio.find(session, SUBJECT))
    assert (steps.has_undo, steps.has_redo) == (True, True)
    _change(drawn, _add("date"), 5)
    with drawn.reading() as session:
        assert not form_drafts.steps(session, studio.find(session, SUBJECT)).has_redo


def test_typing_on_is_one_step_for_a_while(drawn):
    soon, late = NOW + timedelta(seconds=9), NOW + timedelta(minutes=2)
    _change(drawn, _labelled("S"), 0, touched="0")
    _change(drawn, _labelled("Sc"), 1, now=soon, touched="0")
    _change(drawn, _labelled("Score"), 2, now=late, touched="0")

    _do(drawn, form_drafts.undo, SUBJECT, revision=3, actor=DANA, now=late)

    with drawn.reading() as session:
        assert b'"Sc"' in studio.find(session, SUBJECT).source


def test_a_step_that_comes_too_late_lies_aside(drawn):
    _change(drawn, _add(), 0)
    _do(drawn, studio.take_over, SUBJECT, actor=DORA)
    _change(drawn, _add("date"), 1, actor=DORA)

    with pytest.raises(StaleSave, match="took over"):
        _change(drawn, _labelled("Mine"), 1)

    with drawn.reading() as session:
        texts = studio.texts(session, studio.find(session, SUBJECT))
        (aside,) = [each for each in texts if each.is_aside]
    assert b'"Mine"' in aside.source
    assert b'"date"' not in aside.source
    assert _names(drawn) == ["score", "comment", "field", "field_2"]
    back = _do(drawn, form_drafts.bring_back, SUBJECT, aside.source, actor=DORA)
    assert b'"Mine"' in back.source
    with pytest.raises(StepMovedOn):
        _change(drawn, _add(), 77, actor=DORA)
    with pytest.raises(NotAllowed):
        _change(drawn, _add(), back.revision, actor=HANA)
    with pytest.raises(DraftRefused, match="no form"):
        _do(drawn, studio.save, SUBJECT, b"{}", revision=back.revision, actor=DORA)


def test_a_form_comes_into_force_for_new_cases_of_all_who_ask_it(drawn):
    old = start(drawn, "rate", {"topic": "Bridge"})
    _change(drawn, _add(), 0)
    facts = {"revision": 1, "actor": DANA, "comment": "Fairer"}
    _do(drawn, studio_approval.propose, SUBJECT, **facts)
    with drawn.reading() as session:
        seen = studio_approval.version_in_force(session, SUBJECT)
    facts = {"revision": 1, "seen_id": seen, "four_eyes": True, "actor": HANA}
    _do(drawn, studio_approval.approve, SUBJECT, **facts)
    _do(drawn, studio_approval.put_into_force, SUBJECT, actor=HANA)
    new = start(drawn, "rate", {"topic": "Tunnel"})

    with drawn.reading() as session:
        forms = [
            definitions.bundle(session, each.bundle_id).forms["score"].fields for each in (old, new)
        ]
        found = where_used.find(session, SUBJECT)
        versions = definition_versions.newest_first(session, SUBJECT)
        assert [each.version for each in versions] == [2, 1]
    assert [len(each) for each in forms] == [2, 3]
    assert [(each.version, each.number) for each in found.running] == [(2, 1), (1, 1)]


def test_a_scenario_that_gives_no_answer_to_a_new_question_fails(drawn):
    score = {"complete": "score", "data": {"score": 7}}
    document = {"process": "rate", "steps": [{"start": {"topic": "Bridge"}}, score]}
    with drawn.unit_of_work() as session:
        kept = {"process_key": "rate", "title": "Low", "document": document, "saved_by": "dana"}
        session.add(ProcessScenario(**kept, saved_at=NOW))
    with drawn.reading() as session:
        (before,) = scenario_runs.touched_by(session, studio.find(session, SUBJECT))

    def ask_more(document):
        document["schema"]["required"].append("comment")

    _change(drawn, ask_more, 0)

    with drawn.reading() as session:
        (after,) = scenario_runs.touched_by(session, studio.find(session, SUBJECT))
    assert [each.title for each in before.failing] == []
    assert [each.title for each in after.failing] == ["Low"]


def test_who_reads_what_a_form_asks_is_known(drawn):
    case = start(drawn, "rate", {"topic": "Bridge"})
    task = open_tasks(drawn, case.id)["score"]
    _do(drawn, drafts.save_draft, task.id, {"score": 7}, actor=ADA)

    with drawn.reading() as session:
        uses = form_uses.find(models_in_force.read(session), "score")
        answers = form_uses.answers_under_way(session, "score")

    assert [place.element_id for place in uses.places] == ["score"]
    assert uses.processes == {"rate": uses.places[0].process_name}
    assert [place.element_id for place in uses.readers["score"]] == ["good"]
    assert "comment" not in uses.readers
    assert {"score", "comment", "verdict"} <= uses.written
    assert answers == 1


def test_a_condition_may_read_what_the_process_writes_and_nothing_else(drawn):
    def edit(document):
        document["ui"] = [{"field": "score"}, {"field": "comment", "showWhen": "verdict = scor"}]

    _change(drawn, edit, 0)

    with drawn.reading() as session:
        found = studio_approval.findings(session, studio.find(session, SUBJECT))
    (unknown,) = [each for each in found if each.code == "form-name-unknown"]
    assert (unknown.element_id, unknown.severity) == ("comment", "warning")
    assert "“scor”" in unknown.message
    assert unknown.remedy == "Did you mean “score”?"


def test_where_something_is_used_is_told_for_each_kind(drawn):
    start(drawn, "rate", {"topic": "Bridge"})

    with drawn.reading() as session:
        rate = where_used.find(session, Subject(DraftKind.PROCESS, "rate"))
        listen = where_used.find(session, Subject(DraftKind.PROCESS, "listen"))
        verdict = where_used.find(session, Subject(DraftKind.DECISION, "verdict"))
        score = where_used.find(session, SUBJECT)
        with pytest.raises(DefinitionNotFound):
            where_used.find(session, Subject(DraftKind.FORM, "rate"))

    assert [(one.process_key, one.element_id) for one in rate.places] == [("listen", "again")]
    assert {(one.kind, one.key) for one in rate.uses} == {
        ("form", "score"),
        ("decision", "verdict"),
    }
    assert [(one.message, one.is_sent, one.other.key) for one in rate.messages] == [
        ("judged", True, "listen")
    ]
    assert [(one.message, one.is_sent, one.other.key) for one in listen.messages] == [
        ("judged", False, "rate")
    ]
    assert [one.element_id for one in verdict.places] == ["judge"]
    assert [one.key for one in verdict.importing] == ["louder"]
    assert [one.element_id for one in score.places] == ["score"]
    for found in (rate, verdict, score):
        assert [(one.process.key, one.version, one.number) for one in found.running] == [
            ("rate", 1, 1)
        ]


def test_the_number_of_statements_does_not_grow(drawn):
    def asked() -> int:
        with counted(drawn) as statements, drawn.reading() as session:
            where_used.find(session, SUBJECT)
            form_list.in_force(session)
        return len(statements)

    before = asked()
    publish(drawn, *(_rating(f"rate_{number}") for number in range(4)))
    for number in range(4):
        start(drawn, f"rate_{number}", {"topic": "Bridge"})

    assert asked() == before
    with drawn.reading() as session:
        assert len(where_used.find(session, SUBJECT).places) == 5


def test_a_new_form_is_begun_and_discarded(database):
    subject = Subject(DraftKind.FORM, "talk")
    begun = _do(database, studio_begin.begin_new, subject, "Talk", actor=DANA)
    saved = _do(database, form_drafts.change, subject, _add(), revision=0, actor=DANA)

    assert (begun.file_name, begun.name) == ("talk.form.json", "Talk")
    assert saved.revision == 1
    _do(database, studio.discard, subject, actor=DANA)
    with database.reading() as session:
        assert studio.find(session, subject) is None
