"""What somebody may be allowed to do, and how it is refused; `permissions` says to whom."""

from collections.abc import Mapping
from enum import StrEnum


class Action(StrEnum):
    """Everything that somebody may be allowed to do."""

    SEE_CASE = "case.see"
    READ_CASE = "case.read"
    SEE_REVIEWERS = "case.see_reviewers"
    CANCEL_CASE = "case.cancel"
    REASSIGN = "case.reassign"
    RESOLVE_INCIDENT = "case.resolve_incident"
    WORK_ON = "user_task.work_on"
    START_PROCESS = "process.start"
    SEND_MESSAGE = "message.send"
    NOMINATE = "nomination.submit"
    SEE_STALLED = "stalled.see"
    SEE_LETTERS = "letter.see"
    STEER_LETTERS = "letter.steer"
    STEER_START_TIMERS = "start_timer.steer"
    SEE_POOL = "pool.see"
    SEE_MEMBERS = "pool.see_members"
    FIND_PEOPLE = "person.find"
    READ_PERSON = "person.read"
    IMPORT_PEOPLE = "people.import"
    READ_DEFINITIONS = "definition.read"
    PUBLISH = "definition.publish"
    READ_ACCOUNTS = "account.read"
    MANAGE_ACCOUNTS = "account.manage"
    READ_AUDIT = "audit.read"


REFUSALS: Mapping[Action, str] = {
    Action.READ_CASE: "You may see how far this case is, but not read it.",
    Action.SEE_REVIEWERS: "Who reviews in this case is confidential.",
    Action.CANCEL_CASE: "Only HR, pool managers and heads of the unit may cancel a case.",
    Action.REASSIGN: "Only HR, pool managers and heads of the unit may reassign a user task.",
    Action.RESOLVE_INCIDENT: "Only HR, pool managers and heads of the unit may mend a case.",
    Action.WORK_ON: "This user task is not yours to do.",
    Action.START_PROCESS: "Your roles do not let you start a case.",
    Action.SEND_MESSAGE: "Your roles do not let you send messages.",
    Action.NOMINATE: "You may not nominate this person for this pool.",
    Action.SEE_STALLED: "Stalled cases are for HR, managers and auditors.",
    Action.SEE_LETTERS: "Outgoing letters are for administrators, HR, pool managers and auditors.",
    Action.STEER_LETTERS: "Only administrators, HR and pool managers may deal with letters.",
    Action.STEER_START_TIMERS: "Only designers and HR may try again what begins by itself.",
    Action.SEE_MEMBERS: "You may not see the members of this pool.",
    Action.FIND_PEOPLE: "Your roles do not let you look for people.",
    Action.READ_PERSON: "You may not read the record of this person.",
    Action.IMPORT_PEOPLE: "Only HR may import people.",
    Action.PUBLISH: "Only designers may publish definitions.",
    Action.READ_ACCOUNTS: "Accounts are for administrators.",
    Action.MANAGE_ACCOUNTS: "Only administrators may change accounts.",
    Action.READ_AUDIT: "Only auditors may read the audit trail.",
}
