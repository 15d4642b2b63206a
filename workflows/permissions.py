"""
Who may see and do what: the one policy of the product.

Pages, calls and services ask here and nowhere else. What an actor may not
know of answers exactly like what does not exist; what he may know of but not
do is refused by name. Rights follow from roles, from groups and from what a
person has to do with a case, and are read anew for each request.
"""

from collections.abc import Callable, Mapping
from typing import Any

from workflows.actors import SYSTEM, Actor
from workflows.case_access import (
    CaseAccess,
    View,
    case_access,
    is_blind,
    is_own_trial,
    only_watches,
    scope_instances,
    sees_every_case,
    view_of,
)
from workflows.case_facts import CaseFacts, UnknownCase
from workflows.correction_access import CorrectionFacts, reads_correction
from workflows.errors import NotAllowed, NotFound
from workflows.exit_access import is_office
from workflows.groups import POOL_MANAGER
from workflows.member_rules import (
    MEMBER_RULES,
    Facts,
    OfMember,
    Rule,
    any_of,
    is_own,
    reads_person,
    sees_people,
)
from workflows.mentoring_access import CheckInFacts, knows_of_check_in
from workflows.permission_facts import (
    ExitFacts,
    NominationFacts,
    PersonFacts,
    PoolFacts,
    ReviewFacts,
    UserTaskFacts,
)
from workflows.permission_refusals import ANY_REFUSAL, REFUSALS
from workflows.permitted_actions import Action
from workflows.review_access import knows_of_review
from workflows.studio_access import STUDIO_RULES, DraftFacts
from workflows.vocabulary import Role, Visibility

__all__ = [
    "Action",
    "CaseAccess",
    "CaseFacts",
    "CorrectionFacts",
    "DraftFacts",
    "ExitFacts",
    "NominationFacts",
    "PersonFacts",
    "PoolFacts",
    "ReviewFacts",
    "UserTaskFacts",
    "View",
    "allows",
    "case_access",
    "check",
    "scope_instances",
]

# Who may know that something about a member exists; of what is not named here, everybody may.
_KNOWN_TO: Mapping[type, Callable[[Actor, Any], bool]] = {
    CheckInFacts: knows_of_check_in,
    ReviewFacts: knows_of_review,
    CorrectionFacts: reads_correction,
}
_MISSING: Mapping[type, str] = {
    CheckInFacts: "There is no such check-in.",
    ReviewFacts: "There is no such review.",
    CorrectionFacts: "There is no such case of care or correction.",
    ExitFacts: "There is no such exit.",
}


def check(actor: Actor, action: Action, facts: Facts = None) -> None:
    """
    Pass when the actor may do this.

    Raises:
        NotFound: The actor may not even know of the object.
        NotAllowed: The actor may know of it, but not do this.

    """
    if allows(actor, action, facts):
        return
    if not _knows_of(actor, facts):
        raise _missing(facts)
    raise NotAllowed(REFUSALS.get(action, ANY_REFUSAL))


def allows(actor: Actor, action: Action, facts: Facts = None) -> bool:
    """Say whether the actor may do this."""
    if actor == SYSTEM:
        return True
    return _knows_of(actor, facts) and _RULES[action](actor, facts)


def _case_of(facts: Facts) -> CaseFacts | None:
    """Return the case that the facts are about, if any."""
    if isinstance(facts, UserTaskFacts):
        return facts.case
    return facts if isinstance(facts, CaseFacts) else None


def _knows_of(actor: Actor, facts: Facts) -> bool:
    """Say whether an actor may know that the object exists."""
    case = _case_of(facts)
    if case is not None:
        view = view_of(actor, case)
        if isinstance(facts, UserTaskFacts) and view is View.STATUS:
            return facts.assignee == actor.username  # how many others there are tells of reviewers
        return view is not View.NOTHING
    if isinstance(facts, PersonFacts | NominationFacts | OfMember) and is_blind(actor):
        return is_own(actor, facts)
    if isinstance(facts, PoolFacts):
        return facts.visibility is Visibility.OPEN or _sees_confidential(actor, facts)
    is_known = _KNOWN_TO.get(type(facts))
    return is_known is None or is_known(actor, facts)


def _missing(facts: Facts) -> NotFound:
    """Return the answer that does not tell a hidden object from a missing one."""
    case = _case_of(facts)
    if case is not None:
        return UnknownCase(case.instance_id)
    if isinstance(facts, PoolFacts):
        return NotFound(f'There is no pool "{facts.code}".')
    if type(facts) in _MISSING:
        return NotFound(_MISSING[type(facts)])
    name = facts.username if isinstance(facts, PersonFacts) else ""
    return NotFound(f'There is no person "{name}".')


def _anybody(_actor: Actor, _facts: Facts) -> bool:
    """Let everybody who knows of the object."""
    return True


def _in_charge(actor: Actor, facts: Facts) -> bool:
    """
    Let HR, pool managers and the heads of the subject; nobody in his own case.

    A case about nobody is also in the hands of whoever started it.
    """
    case = _case_of(facts)
    if case is None or actor.username in case.subjects:
        return False
    if is_own_trial(actor, case):
        return True
    if only_watches(actor):
        return False
    return is_office(actor) or actor.username in case.heads


def _changes_data(actor: Actor, facts: Facts) -> bool:
    """
    Let HR and pool managers in charge, and whoever tries a process out alone.

    Whoever judges would see what the other judges wrote, and could change it.
    """
    case = _case_of(facts)
    if case is None or not _in_charge(actor, facts) or actor.username in case.judges:
        return False
    return is_office(actor) or is_own_trial(actor, case)


def _reads_case(actor: Actor, facts: Facts) -> bool:
    """Let whoever sees more of the case than its status."""
    case = _case_of(facts)
    return case is not None and case_access(actor, case).sees_data


def _sees_reviewers(actor: Actor, facts: Facts) -> bool:
    """Let whoever sees the whole case."""
    case = _case_of(facts)
    return case is not None and case_access(actor, case).sees_reviewers


def _works_on(actor: Actor, facts: Facts) -> bool:
    """Let the assignee, or a candidate who is not the subject of the case."""
    if not isinstance(facts, UserTaskFacts):
        return False
    if only_watches(actor) and not _is_own(actor, facts.case):
        return False
    if facts.assignee is not None:
        return facts.assignee == actor.username
    is_candidate = not actor.groups.isdisjoint(facts.candidate_groups)
    return is_candidate and actor.username not in facts.case.subjects


def _is_own(actor: Actor, case: CaseFacts) -> bool:
    """Say whether a case is about the actor, or a trial of the actor's own."""
    return actor.username in case.subjects or is_own_trial(actor, case)


def _starts(actor: Actor, _facts: Facts) -> bool:
    """Let everybody but those who only watch or only keep accounts."""
    return not actor.roles or not actor.groups <= {Role.AUDITOR, Role.ADMINISTRATOR}


def _nominates(actor: Actor, facts: Facts) -> bool:
    """Let mentors, managers, HR and pool managers; a person himself where the pool allows it."""
    if not isinstance(facts, NominationFacts):
        return False
    if facts.candidate == actor.username:
        return "self" in facts.channels
    return actor.has_role(Role.MENTOR, Role.MANAGER, Role.HR) or POOL_MANAGER in actor.groups


def _sees_members(actor: Actor, facts: Facts) -> bool:
    """Let everybody see an open pool, and few a confidential one."""
    if not isinstance(facts, PoolFacts) or is_blind(actor):
        return False
    return facts.visibility is Visibility.OPEN or _sees_confidential(actor, facts)


def _sees_confidential(actor: Actor, pool: PoolFacts) -> bool:
    """Say whether the actor's office is concerned with a confidential pool."""
    return sees_every_case(actor) or f"panel:{pool.code}" in actor.groups


_RULES: Mapping[Action, Rule] = {
    Action.SEE_CASE: _anybody,
    Action.READ_CASE: _reads_case,
    Action.SEE_REVIEWERS: _sees_reviewers,
    Action.CANCEL_CASE: _in_charge,
    Action.REASSIGN: _in_charge,
    Action.RESOLVE_INCIDENT: _in_charge,
    Action.CHANGE_DATA: _changes_data,
    Action.WORK_ON: _works_on,
    Action.START_PROCESS: _starts,
    Action.SEND_MESSAGE: _starts,
    Action.NOMINATE: _nominates,
    Action.SEE_STALLED: any_of(Role.HR, Role.MANAGER, Role.AUDITOR, POOL_MANAGER),
    Action.SEE_FIGURES: any_of(Role.HR, Role.MANAGER, Role.AUDITOR, POOL_MANAGER),
    Action.KEEP_VIEWS: any_of(Role.HR, Role.MANAGER, Role.AUDITOR, POOL_MANAGER),
    Action.SEE_IMPACT: any_of(Role.HR, Role.AUDITOR),
    Action.EXPORT_EVENTS: any_of(Role.HR, Role.MANAGER, Role.AUDITOR, POOL_MANAGER),
    Action.UNBLOCK: _in_charge,
    Action.UNBLOCK_MANY: any_of(Role.HR, Role.MANAGER, POOL_MANAGER),
    Action.SEE_LETTERS: any_of(Role.ADMINISTRATOR, Role.HR, Role.AUDITOR, POOL_MANAGER),
    Action.STEER_LETTERS: any_of(Role.ADMINISTRATOR, Role.HR, POOL_MANAGER),
    Action.STEER_START_TIMERS: any_of(Role.DESIGNER, Role.HR),
    Action.SEE_POOL: _anybody,
    Action.SEE_MEMBERS: _sees_members,
    Action.FIND_PEOPLE: sees_people,
    Action.READ_PERSON: reads_person,
    Action.IMPORT_PEOPLE: any_of(Role.HR),
    Action.READ_DEFINITIONS: _anybody,
    Action.PUBLISH: any_of(Role.DESIGNER),
    Action.READ_ACCOUNTS: any_of(Role.ADMINISTRATOR, Role.AUDITOR),
    Action.MANAGE_ACCOUNTS: any_of(Role.ADMINISTRATOR),
    Action.READ_AUDIT: any_of(Role.AUDITOR),
    **MEMBER_RULES,
    **STUDIO_RULES,
}
