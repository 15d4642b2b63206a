"""Who may see and do what about members, and the rules that all of the policy shares."""

from collections.abc import Callable, Mapping

from workflows.actors import Actor
from workflows.case_access import is_blind, only_watches, sees_every_case
from workflows.case_facts import CaseFacts
from workflows.correction_access import (
    CorrectionFacts,
    reads_correction,
    reads_correction_file,
)
from workflows.exit_access import appeals, proposes_exit, reads_appeal, reads_exit
from workflows.groups import APPEALS_SECRETARY, CONDUCT_OFFICE, POOL_MANAGER, TRAINING_OFFICER
from workflows.mentoring_access import (
    CheckInFacts,
    PairingFacts,
    is_mentor_of,
    is_party,
    reads_check_in,
    reads_wellbeing,
)
from workflows.permission_facts import (
    ExitFacts,
    NominationFacts,
    PersonFacts,
    PoolFacts,
    ReviewFacts,
    UserTaskFacts,
)
from workflows.permitted_actions import Action
from workflows.review_access import reads_review, sees_raters
from workflows.studio_access import DraftFacts
from workflows.vocabulary import Role

OfMember = CheckInFacts | PairingFacts | ReviewFacts | CorrectionFacts | ExitFacts
Facts = (
    CaseFacts
    | UserTaskFacts
    | NominationFacts
    | PersonFacts
    | PoolFacts
    | DraftFacts
    | OfMember
    | None
)
Rule = Callable[[Actor, Facts], bool]


def any_of(*groups: str) -> Rule:
    """
    Let the holders of a role or the members of a group.

    A named group gives no sight of people to whoever has no role that sees them.
    """
    return lambda actor, _facts: not _sighted_groups(actor).isdisjoint(groups)


def acts(rule: Rule) -> Rule:
    """Let whom a rule lets, but for those whose roles only watch: they act for themselves alone."""
    return lambda actor, facts: (
        (is_own(actor, facts) or not only_watches(actor)) and rule(actor, facts)
    )


def _sighted_groups(actor: Actor) -> frozenset[str]:
    """Return the groups of an actor that count."""
    return actor.roles if is_blind(actor) else actor.groups


def is_own(actor: Actor, facts: Facts) -> bool:
    """Say whether something is about the actor."""
    if isinstance(facts, PersonFacts):
        return facts.username == actor.username
    return isinstance(facts, OfMember) and facts.member == actor.username


def sees_people(actor: Actor, _facts: Facts) -> bool:
    """Let everybody but those whose roles see no people."""
    return not is_blind(actor)


def reads_person(actor: Actor, facts: Facts) -> bool:
    """Let the person, his superiors, HR, pool managers and auditors."""
    if not isinstance(facts, PersonFacts):
        return False
    return (
        sees_every_case(actor) or facts.username == actor.username or actor.username in facts.heads
    )


def _enters_absence(actor: Actor, facts: Facts) -> bool:
    """Let the person, his superiors and HR."""
    if not isinstance(facts, PersonFacts):
        return False
    is_own = actor.username == facts.username
    return is_own or actor.username in facts.heads or actor.has_role(Role.HR)


def _sees_training(actor: Actor, facts: Facts) -> bool:
    """Let whoever reads the person, the mentor, and the training officers."""
    is_concerned = reads_person(actor, facts) or _sees_mentee(actor, facts)
    return is_concerned or TRAINING_OFFICER in actor.groups


def _sees_mentee(actor: Actor, facts: Facts) -> bool:
    """Let the mentor follow the training of the member, and know the grades; no more."""
    return isinstance(facts, PersonFacts) and actor.username == facts.mentor


def _begins_training(actor: Actor, facts: Facts) -> bool:
    """Let the offices begin the training of others."""
    if not isinstance(facts, PersonFacts) or facts.username == actor.username:
        return False
    return not actor.groups.isdisjoint({TRAINING_OFFICER, POOL_MANAGER, Role.HR})


MEMBER_RULES: Mapping[Action, Rule] = {
    Action.SEE_ANSWERED_FOR: sees_people,
    Action.ENTER_ABSENCE: acts(_enters_absence),
    Action.SEE_LEAVERS: any_of(Role.HR, Role.AUDITOR, POOL_MANAGER),
    Action.SETTLE_LEAVERS: any_of(Role.HR),
    Action.SEE_TRAINING_BOARD: sees_people,
    Action.SEE_TRAINING: _sees_training,
    Action.BEGIN_TRAINING: acts(_begins_training),
    Action.SEE_MENTORING: sees_people,
    Action.SEE_MENTEE: _sees_mentee,
    Action.ASK_MENTOR_CHANGE: acts(is_party),
    Action.NOTE_MENTOR_CONTACT: acts(is_mentor_of),
    Action.READ_CHECK_IN: reads_check_in,
    Action.READ_WELLBEING: reads_wellbeing,
    Action.RUN_REVIEWS: acts(any_of(Role.HR, POOL_MANAGER)),
    Action.SEE_REVIEWS: any_of(Role.HR, Role.MANAGER, Role.AUDITOR, POOL_MANAGER),
    Action.READ_REVIEW: reads_review,
    Action.SEE_RATERS: sees_raters,
    Action.SEE_CORRECTIONS: sees_people,
    Action.READ_CORRECTION: reads_correction,
    Action.READ_CORRECTION_FILE: reads_correction_file,
    Action.EXPORT_CORRECTIONS: any_of(Role.HR, Role.MANAGER, POOL_MANAGER, CONDUCT_OFFICE),
    Action.SEE_EXITS: any_of(Role.HR, Role.MANAGER, Role.AUDITOR, POOL_MANAGER),
    Action.READ_EXIT: reads_exit,
    Action.PROPOSE_EXIT: acts(proposes_exit),
    Action.SEE_APPEALS: any_of(
        Role.HR, Role.MANAGER, Role.AUDITOR, POOL_MANAGER, APPEALS_SECRETARY
    ),
    Action.READ_APPEAL: reads_appeal,
    Action.APPEAL: appeals,
}
