"""Drafts of processes: held by one editor, and in force only when a second person agreed."""

import contextlib
import random
import threading
from datetime import timedelta

import pytest

from tests.conftest import NOW
from workflows import audit, studio, studio_approval, studio_begin
from workflows.actors import Actor
from workflows.engine import definitions
from workflows.engine.definitions import DefinitionNotFound, PublishRefused
from workflows.engine.tables import DefinitionVersion
from workflows.errors import NotAllowed, UnderstudyError
from workflows.studio_approval import BaseMovedOn, CommentMissing, DraftMovedOn
from workflows.studio_refusals import (
    DraftExists,
    DraftIsClosed,
    DraftRefused,
    KeyTaken,
    NoDraft,
    StaleSave,
)
from workflows.studio_states import DraftKind, DraftStatus, Subject
from workflows.studio_tables import DefinitionDraft, DraftText


def _actor(name, role):
    return Actor(name, name.title(), frozenset({role}), frozenset({role}))


DANA, DORA = _actor("dana", "designer"), _actor("dora", "designer")
HANA, RITA = _actor("hana", "hr"), _actor("rita", "reviewer")
KEY = "errand"
ERRAND = Subject(DraftKind.PROCESS, KEY)


@pytest.fixture
def draft(database):
    """A new process that Dana draws; its text as she would go on with it."""
    with database.unit_of_work() as session:
        return studio_begin.begin_new(session, ERRAND, "An errand", actor=DANA, now=NOW).source


def _do(database, service, *arguments, **facts):
    with database.unit_of_work() as session:
        return service(session, *arguments, **{"now": NOW, **facts})


def _save(database, source, revision, actor=DANA, now=NOW):
    return _do(database, studio.save, ERRAND, source, revision=revision, actor=actor, now=now)


def _named(source, name):
    return source.replace(b"First step", name.encode())


def _propose(database, revision, actor=DANA):
    facts = {"revision": revision, "comment": "Clearer", "actor": actor}
    return _do(database, studio_approval.propose, ERRAND, **facts)


def _approve(database, revision, actor, seen_id=None, four_eyes=True):
    facts = {"revision": revision, "seen_id": seen_id, "four_eyes": four_eyes, "actor": actor}
    return _do(database, studio_approval.approve, ERRAND, **facts)


def _publish(database, actor=DANA):
    return _do(database, studio_approval.put_into_force, ERRAND, actor=actor)


def _kept(database):
    with database.reading() as session:
        found = session.query(DraftText).order_by(DraftText.id)
        return [(each.saved_by, each.is_aside, each.source) for each in found]


def test_a_draft_comes_into_force_when_a_second_person_approved_it(database, draft):
    changed = _named(draft, "Ask")
    _save(database, changed, 0)
    _propose(database, 1)
    _approve(database, 1, HANA)
    published = _publish(database)

    with database.reading() as session:
        version = definitions.latest(session, "process", KEY)
        row = session.query(DefinitionDraft).one()
        actions = [
            each.action for each in audit.entries(session, object_type="definition_draft").items
        ]
    assert version.source == changed
    assert [each.version for each in published.new] == [1]
    assert (row.status, row.published_id, row.comment) == ("published", version.id, "Clearer")
    assert actions == ["draft.publish", "draft.approve", "draft.propose", "draft.begin"]


def test_nobody_who_saved_or_proposed_approves(database, draft):
    _save(database, _named(draft, "Ask"), 0)
    _do(database, studio.take_over, ERRAND, actor=DORA)
    _save(database, _named(draft, "Tell"), 1, DORA)
    _propose(database, 2, DANA)

    for actor in (DANA, DORA, RITA):
        with pytest.raises(NotAllowed):
            _approve(database, 2, actor)
        with pytest.raises(NotAllowed):
            _do(database, studio_approval.send_back, ERRAND, revision=2, reason="No", actor=actor)
    assert _approve(database, 2, HANA).decided_by == "hana"


def test_without_four_eyes_a_designer_approves_alone(database, draft):
    _propose(database, 0)

    assert _approve(database, 0, DANA, four_eyes=False).status is DraftStatus.APPROVED
    assert len(_publish(database).new) == 1


def test_what_is_sent_back_says_why_and_can_be_changed_again(database, draft):
    _propose(database, 0)
    with pytest.raises(CommentMissing):
        _do(database, studio_approval.send_back, ERRAND, revision=0, reason=" ", actor=HANA)
    sent = _do(database, studio_approval.send_back, ERRAND, revision=0, reason="Why?", actor=HANA)

    assert (sent.status, sent.reason) == (DraftStatus.DRAFT, "Why?")
    assert _save(database, _named(draft, "Ask"), 0).revision == 1


def test_a_proposal_is_frozen_until_it_is_withdrawn(database, draft):
    _propose(database, 0)

    with pytest.raises(StaleSave, match="dana proposed"):
        _save(database, _named(draft, "Ask"), 0)
    with pytest.raises(DraftIsClosed):
        _do(database, studio.take_over, ERRAND, actor=DORA)
    with pytest.raises(DraftIsClosed):
        _do(database, studio.discard, ERRAND, actor=DANA)
    _do(database, studio_approval.withdraw, ERRAND, actor=DANA)
    assert _save(database, _named(draft, "Ask"), 0).status is DraftStatus.DRAFT


def test_an_error_keeps_a_draft_from_being_proposed(database, draft):
    broken = draft.replace(b'targetRef="done"', b'targetRef="nowhere"')
    _save(database, broken, 0)

    with pytest.raises(PublishRefused):
        _propose(database, 1)
    with database.reading() as session:
        assert studio.find(session, ERRAND).status is DraftStatus.DRAFT


def test_a_draft_publishes_its_own_process_alone(database, draft):
    _save(database, draft.replace(b'"errand"', b'"other"'), 0)

    with pytest.raises(PublishRefused, match="holds something else"):
        _propose(database, 1)


def test_a_check_counts_for_the_text_that_was_checked(database, draft):
    _save(database, _named(draft, "Ask"), 0)

    facts = {"is_clean": True, "actor": DANA}
    old = _do(database, studio_approval.note_checked, ERRAND, revision=0, **facts).status
    new = _do(database, studio_approval.note_checked, ERRAND, revision=1, **facts).status

    assert (old, new) == (DraftStatus.DRAFT, DraftStatus.CHECKED)


def test_a_save_after_a_take_over_is_refused_and_kept_aside(database, draft):
    hers, late, his = (_named(draft, name) for name in ("Ask", "Ask more", "Tell"))
    _save(database, hers, 0)
    before = _do(database, studio.take_over, ERRAND, actor=DORA)
    _save(database, his, 1, DORA)

    for text in (_named(draft, "Ask m"), late):
        with pytest.raises(StaleSave, match="took over"):
            _save(database, text, 1)

    assert before == "dana"
    assert _kept(database) == [
        ("dana", False, hers),
        ("dora", False, his),
        ("dana", True, late),
    ]


def test_a_second_window_of_the_same_person_does_not_overwrite_the_first(database, draft):
    first, second = _named(draft, "One"), _named(draft, "Two")
    _save(database, first, 0)

    with pytest.raises(StaleSave, match="saved it"):
        _save(database, second, 0)
    assert _save(database, first, 0).revision == 1  # the answer to the first was lost
    _do(database, studio.take_over, ERRAND, actor=DANA, now=NOW + timedelta(minutes=1))
    _save(database, second, 1, now=NOW + timedelta(minutes=2))

    assert ("dana", False, first) in _kept(database)


def test_saves_of_one_sitting_are_one_entry_of_the_history(database, draft):
    for number in range(5):
        moment = NOW + timedelta(minutes=4 * number)
        _save(database, _named(draft, f"Ask {number}"), number, now=moment)

    assert [text for _, _, text in _kept(database)] == [
        _named(draft, "Ask 3"),
        _named(draft, "Ask 4"),
    ]


def test_a_draft_without_an_editor_is_held_by_whoever_saves_first(database, draft):
    _propose(database, 0)
    _do(database, studio_approval.withdraw, ERRAND, actor=DANA)

    assert _save(database, _named(draft, "Ask"), 0, DORA).editor == "dora"


@pytest.mark.parametrize("text", [b"", b"<a", b"<!DOCTYPE a><a/>"])
def test_what_is_no_xml_is_not_kept(database, draft, text):
    with pytest.raises(DraftRefused):
        _save(database, text, 0)


def test_a_process_has_one_draft_and_an_id_of_its_own(database, draft):
    with pytest.raises(DraftExists):
        _do(database, studio_begin.begin_new, ERRAND, "Again", actor=DORA)
    with pytest.raises(DraftRefused):
        _do(
            database,
            studio_begin.begin_new,
            Subject(DraftKind.PROCESS, "9 lives"),
            "Cat",
            actor=DORA,
        )
    with pytest.raises(DraftRefused):
        _do(database, studio_begin.begin_new, Subject(DraftKind.PROCESS, "cat"), " ", actor=DORA)
    with pytest.raises(NotAllowed):
        _do(database, studio_begin.begin_new, Subject(DraftKind.PROCESS, "cat"), "Cat", actor=HANA)
    with pytest.raises(DefinitionNotFound):
        _do(database, studio_begin.begin, Subject(DraftKind.PROCESS, "nothing"), actor=DANA)
    _propose(database, 0)
    _approve(database, 0, HANA)
    _publish(database)
    with pytest.raises(KeyTaken):
        _do(database, studio_begin.begin_new, ERRAND, "Again", actor=DORA)


def test_a_discarded_draft_makes_room_for_another(database, draft):
    _do(database, studio.discard, ERRAND, actor=DORA)

    with pytest.raises(NoDraft):
        _save(database, draft, 0)
    assert _do(database, studio_begin.begin_new, ERRAND, "Again", actor=DORA).revision == 0


def test_an_approval_is_of_what_was_looked_at(database, draft):
    _save(database, _named(draft, "Ask"), 0)
    with pytest.raises(DraftMovedOn):
        _propose(database, 0)
    _propose(database, 1)

    with pytest.raises(DraftMovedOn):
        _approve(database, 0, HANA)
    with pytest.raises(BaseMovedOn):
        _approve(database, 1, HANA, seen_id=77)


def test_a_version_that_came_into_force_meanwhile_is_not_undone_unseen(database, draft):
    _propose(database, 0)
    _approve(database, 0, HANA)
    file = definitions.SourceFile("errand.bpmn", _named(draft, "Elsewhere"))
    _do(database, definitions.publish, [file], actor=DORA)

    with pytest.raises(BaseMovedOn):
        _publish(database)
    sent = _do(database, studio_approval.send_back, ERRAND, revision=0, reason="Old", actor=HANA)
    assert sent.status is DraftStatus.DRAFT


def test_a_draft_begins_with_the_version_in_force(database, draft):
    _propose(database, 0)
    _approve(database, 0, HANA)
    _publish(database, HANA)  # the approver may, too

    begun = _do(database, studio_begin.begin, ERRAND, actor=DORA)

    assert (begun.source, begun.editor, begun.base_id is None) == (draft, "dora", False)


def test_of_two_who_approve_at_once_one_does(database, draft):
    _propose(database, 0)

    results = _race(lambda actor: _approve(database, 0, actor), (HANA, DORA))

    assert sorted(results, key=str) == [DraftIsClosed, None]


def test_of_two_who_save_at_once_one_does_and_both_texts_are_kept(database, draft):
    texts = [_named(draft, "One"), _named(draft, "Two")]

    results = _race(lambda text: _save(database, text, 0), texts)

    assert sorted(results, key=str) == [StaleSave, None]
    assert sorted(text for _, _, text in _kept(database)) == sorted(texts)


def test_of_two_who_begin_at_once_one_does(database):
    results = _race(
        lambda actor: _do(
            database,
            studio_begin.begin_new,
            Subject(DraftKind.PROCESS, "fresh"),
            "Fresh",
            actor=actor,
        ),
        (DANA, DORA),
    )

    assert sorted(results, key=str) == [DraftExists, None]


def _race(act, whom):
    """Let several act at the same moment; answer with the refusals."""
    barrier, results = threading.Barrier(len(whom)), []

    def run(one):
        barrier.wait()
        try:
            act(one)
            results.append(None)
        except UnderstudyError as refused:
            results.append(type(refused))

    threads = [threading.Thread(target=run, args=(one,)) for one in whom]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_steps_comes_into_force_without_a_second_person(database, draft, seed):
    chance = random.Random(seed)
    people = (DANA, DORA, HANA, RITA)
    for number in range(60):
        actor = chance.choice(people)
        step = chance.choice((_any_save, _any_take_over, _any_propose, _any_decision, _any_end))
        with contextlib.suppress(UnderstudyError):
            step(database, draft, actor, chance, number)

        with database.reading() as session:
            drafts = session.query(DefinitionDraft).all()
            hands = {each.id: studio.authors(session, each) for each in drafts}
            published = {each.id: each.source for each in session.query(DefinitionVersion).all()}
        for each in drafts:
            if each.status in {DraftStatus.APPROVED, DraftStatus.PUBLISHED}:
                assert each.decided_by not in hands[each.id] | {each.proposed_by, "rita"}
        accounted = {each.published_id: each.source for each in drafts if each.published_id}
        assert published == accounted


def _any_save(database, draft, actor, chance, number):
    _save(database, _named(draft, f"Step {number}"), _revision(database), actor)


def _any_take_over(database, draft, actor, chance, number):
    _do(database, studio.take_over, ERRAND, actor=actor)


def _any_propose(database, draft, actor, chance, number):
    _propose(database, _revision(database), actor)


def _any_decision(database, draft, actor, chance, number):
    revision = _revision(database)
    with database.reading() as session:
        seen_id = studio_approval.version_in_force(session, ERRAND)
    if chance.random() < 0.7:
        _approve(database, revision, actor, seen_id)
    else:
        facts = {"revision": revision, "reason": "No", "actor": actor}
        _do(database, studio_approval.send_back, ERRAND, **facts)


def _any_end(database, draft, actor, chance, number):
    with database.reading() as session:
        is_open = studio.find(session, ERRAND) is not None
    if not is_open:
        _do(database, studio_begin.begin, ERRAND, actor=actor)
    elif chance.random() < 0.8:
        _publish(database, actor)
    else:
        _do(database, studio_approval.withdraw, ERRAND, actor=actor)


def _revision(database):
    with database.reading() as session:
        found = studio.find(session, ERRAND)
        return found.revision if found else 0
