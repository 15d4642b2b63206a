"""What auditors read is written down: whoever watches is watched."""

from flask import Flask, Response, current_app, request

from webapp import unit
from webapp.access import action_of
from workflows import audit
from workflows.actors import Actor
from workflows.case_access import reads_as_auditor
from workflows.case_facts import CaseFacts
from workflows.permitted_actions import Action
from workflows.vocabulary import Role

READ = "case.read"
# Pages about one person or one matter of a person, and lists that are downloaded.
_WATCHED = frozenset(
    {
        Action.EXPORT_CORRECTIONS,
        Action.READ_APPEAL,
        Action.READ_CHECK_IN,
        Action.READ_CORRECTION,
        Action.READ_EXIT,
        Action.READ_PERSON,
        Action.READ_REVIEW,
        Action.SEE_APPEALS,
        Action.SEE_EXITS,
        Action.SEE_MEMBERS,
        Action.SEE_MENTORING,
        Action.SEE_REVIEWS,
        Action.SEE_TRAINING,
        Action.SEE_TRAINING_BOARD,
    }
)


def watch_auditors(app: Flask) -> None:
    """Write down which pages about people auditors read, from now on."""
    app.after_request(_note_page)


def note_reading(facts: CaseFacts, actor: Actor | None = None) -> None:
    """Write that an auditor has read a case; others read what they need for their work."""
    reader = actor or unit.current_actor()
    if not reads_as_auditor(reader, facts):
        return
    with unit.unit_of_work() as session:
        audit.record(session, READ, "instance", facts.instance_id, actor=reader, now=unit.now())


def _note_page(response: Response) -> Response:
    """
    Write that an auditor has read a page about somebody.

    The lists on the screen only lead there and are not noted; what is
    downloaded is, because nobody sees where it goes.
    """
    endpoint, named = request.endpoint, request.view_args or {}
    if endpoint is None or request.method != "GET" or response.status_code != 200:
        return response
    action = action_of(current_app.view_functions[endpoint])
    if action not in _WATCHED or not (named or response.mimetype != "text/html"):
        return response
    reader = unit.signed_in()
    if reader is not None and reader.has_role(Role.AUDITOR):
        what = "/".join(str(value) for value in named.values()) or "list"
        kind = request.blueprint or endpoint
        with unit.unit_of_work() as session:
            audit.record(session, action, kind, what, actor=reader, now=unit.now())
    return response
