"""Back-test of a draft: who would be treated differently by the changed rules."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp import impact_words
from webapp.access import access
from webapp.unit import current_actor, now, reading
from workflows import decision_backtest, decision_files, permissions, studio, studio_approval
from workflows.decision_backtest import GroupBy, Question
from workflows.permissions import Action
from workflows.studio_refusals import NoDraft
from workflows.studio_states import DraftKind, Subject

bp = Blueprint("studio_backtests", __name__, url_prefix="/studio/decisions/<key>/back-test")

GROUPS: dict[GroupBy, LazyString] = {
    GroupBy.UNIT: _l("Unit"),
    GroupBy.LEVEL: _l("Level"),
    GroupBy.CATEGORY: _l("Category"),
}


@bp.get("")
@access(Action.READ_DRAFTS)
def show(key: str) -> ResponseReturnValue:
    """Show what the draft of a table would have decided in past cases."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    subject = Subject(DraftKind.DECISION, key)
    with reading() as session:
        draft = studio.find(session, subject)
        if draft is None:
            raise NoDraft(subject)
        content = studio_approval.complete(session, draft)
        model = decision_files.read(content, draft.file_name)
        decisions = list(model.decisions.values()) if model else []
        question = _question(key, [each.id for each in decisions])
        found = (
            decision_backtest.run(session, model, question, actor=actor, now=now())
            if model and decisions
            else None
        )
    return render_template(
        "studio/backtest.html",
        draft=draft,
        decisions=decisions,
        asked=question,
        found=found,
        groups=GROUPS,
        verdicts=impact_words.VERDICTS,
        tones=impact_words.TONES,
    )


def _question(key: str, decisions: list[str]) -> Question:
    """Read what is asked; what is not known falls back to the usual."""
    wanted, group = request.args.get("decision", ""), request.args.get("group", "")
    leading = key if key in decisions else next(iter(decisions), key)
    return Question(
        wanted if wanted in decisions else leading,
        GroupBy(group) if group in set(GroupBy) else GroupBy.UNIT,
        request.args.get("member", ""),
        frozenset(request.args.getlist("favourable")),
        request.args.get("cursor", ""),
    )
