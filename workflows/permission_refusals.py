"""What the policy says to whoever may know of an object, but may not do this to it."""

from collections.abc import Mapping

from rules.sentences import Sentence
from workflows.permitted_actions import Action

REFUSALS: Mapping[Action, Sentence] = {
    Action.READ_CASE: Sentence("You may see how far this case is, but not read it."),
    Action.SEE_REVIEWERS: Sentence("Who reviews in this case is confidential."),
    Action.CANCEL_CASE: Sentence("Only HR, pool managers and heads of the unit may cancel a case."),
    Action.REASSIGN: Sentence(
        "Only HR, pool managers and heads of the unit may reassign a user task."
    ),
    Action.RESOLVE_INCIDENT: Sentence(
        "Only HR, pool managers and heads of the unit may mend a case."
    ),
    Action.WORK_ON: Sentence("This user task is not yours to do."),
    Action.START_PROCESS: Sentence("Your roles do not let you start a case."),
    Action.SEND_MESSAGE: Sentence("Your roles do not let you send messages."),
    Action.NOMINATE: Sentence("You may not nominate this person for this pool."),
    Action.SEE_STALLED: Sentence("Stalled cases are for HR, managers and auditors."),
    Action.SEE_FIGURES: Sentence("Figures are for HR, managers and auditors."),
    Action.KEEP_VIEWS: Sentence("Views are kept by HR, managers and auditors."),
    Action.SEE_IMPACT: Sentence("How evenly groups are treated is for HR and auditors."),
    Action.EXPORT_EVENTS: Sentence("Event logs are for HR, managers and auditors."),
    Action.UNBLOCK_MANY: Sentence("Only HR, pool managers and managers may unblock cases."),
    Action.CHANGE_DATA: Sentence(
        "Only HR and pool managers who do not judge in a case may change its data."
    ),
    Action.UNBLOCK: Sentence("Only HR, pool managers and heads of the unit may unblock a case."),
    Action.SEE_LETTERS: Sentence(
        "Outgoing letters are for administrators, HR, pool managers and auditors."
    ),
    Action.STEER_LETTERS: Sentence(
        "Only administrators, HR and pool managers may deal with letters."
    ),
    Action.STEER_START_TIMERS: Sentence(
        "Only designers and HR may try again what begins by itself."
    ),
    Action.SEE_MEMBERS: Sentence("You may not see the members of this pool."),
    Action.SEE_ANSWERED_FOR: Sentence("Your roles do not let you answer for members."),
    Action.FIND_PEOPLE: Sentence("Your roles do not let you look for people."),
    Action.READ_PERSON: Sentence("You may not read the record of this person."),
    Action.IMPORT_PEOPLE: Sentence("Only HR may import people."),
    Action.PUBLISH: Sentence("Only designers may publish definitions."),
    Action.READ_DRAFTS: Sentence(
        "Drafts of processes are for designers, HR, pool managers and auditors."
    ),
    Action.EDIT_DRAFTS: Sentence("Only designers may change processes."),
    Action.APPROVE_DRAFT: Sentence(
        "A second person approves: nobody who changed or proposed this."
    ),
    Action.SEE_MIGRATIONS: Sentence(
        "Migrations of cases are for designers, HR, pool managers and auditors."
    ),
    Action.MIGRATE_CASES: Sentence("Only designers may let running cases migrate."),
    Action.CONFIRM_MIGRATION: Sentence(
        "A second person confirms: nobody who began or proposed this."
    ),
    Action.READ_ACCOUNTS: Sentence("Accounts are for administrators."),
    Action.MANAGE_ACCOUNTS: Sentence("Only administrators may change accounts."),
    Action.READ_AUDIT: Sentence("Only auditors may read the audit trail."),
    Action.SEE_MENTORING: Sentence("Your roles do not let you see who mentors whom."),
    Action.SEE_MENTEE: Sentence("Only the mentor of today sees this of the member."),
    Action.READ_CHECK_IN: Sentence("What was said in a check-in stays between those who talked."),
    Action.READ_WELLBEING: Sentence("What is said about life is for the member and HR."),
    Action.ENTER_ABSENCE: Sentence("You may not enter absences of this person."),
    Action.SEE_LEAVERS: Sentence("What leavers left open is for HR, pool managers and auditors."),
    Action.SETTLE_LEAVERS: Sentence("Only HR may say that somebody has left."),
    Action.SEE_TRAINING_BOARD: Sentence("Your roles do not let you see training."),
    Action.SEE_TRAINING: Sentence("You may not see the training of this person."),
    Action.BEGIN_TRAINING: Sentence("Only HR, pool managers and training officers may begin it."),
    Action.SEE_REVIEWS: Sentence("Reviews are for HR, pool managers, managers and auditors."),
    Action.SEE_RATERS: Sentence("Who rated is confidential."),
    Action.RUN_REVIEWS: Sentence("Only HR and pool managers run reviews and change their schemes."),
    Action.SEE_CORRECTIONS: Sentence("Your roles do not let you see care and correction."),
    Action.READ_CORRECTION_FILE: Sentence("Who reported what is for HR, pool managers and heads."),
    Action.EXPORT_CORRECTIONS: Sentence(
        "Only HR, pool managers, the conduct office and heads may export."
    ),
    Action.SEE_EXITS: Sentence("Exits are for HR, managers, pool managers and auditors."),
    Action.READ_EXIT: Sentence("You may not read about this exit."),
    Action.PROPOSE_EXIT: Sentence("You may not propose this exit."),
    Action.SEE_APPEALS: Sentence(
        "Appeals are for HR, managers, pool managers, the secretary and auditors."
    ),
    Action.READ_APPEAL: Sentence("You may not read about this appeal."),
    Action.APPEAL: Sentence("Only the member may appeal."),
}
ANY_REFUSAL = Sentence("You may not do this.")
