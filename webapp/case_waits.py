"""Who has which open user task of a case, and how far it has escalated."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from webapp import escalation_words
from webapp.case_standing import who
from webapp.unit import current_actor
from workflows import handover
from workflows.case_access import View
from workflows.case_reading import CaseReading


def waits(session: Session, case: CaseReading, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return who has which open user task; the subject of a case sees only their own."""
    reader = current_actor()
    is_status = case.access.view is View.STATUS
    shown = [each for each in case.user_tasks if not is_status or each.assignee == reader.username]
    ids = set() if is_status else {each.id for each in shown}
    standings = escalation_words.standings(session, ids)
    told = escalation_words.names_in(session, standings)
    return [
        {
            "user_task": each,
            "who": who(each, names),
            "may_reassign": handover.may_hand_over(reader, case.facts, each),
            "on_behalf_of": [names.get(name, name) for name in each.on_behalf_of],
            "escalated": escalation_words.sentence(standings.get(each.id), told),
            "is_person": each.assignee is not None,
            "is_mine": each.assignee == reader.username
            or (each.assignee is None and not reader.groups.isdisjoint(each.candidate_groups)),
        }
        for each in shown
    ]
