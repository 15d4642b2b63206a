"""What mails say, in every language that people can choose."""

from collections.abc import Mapping

_NEW_WORK: Mapping[str, tuple[str, str, str]] = {
    "en": (
        "New for you: {name}",
        "There is something new for you in Understudy:\n\n    {name}\n",
        "Open it here:\n{link}\n",
    ),
    "de": (
        "Neu für Sie: {name}",
        "In Understudy gibt es etwas Neues für Sie:\n\n    {name}\n",
        "Hier öffnen:\n{link}\n",
    ),
}


# What happened, by the event that a letter names: subject, and the sentence above the name.
_HAPPENED: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "en": {
        "user_task_handed_over": ("Handed over to you: {name}", "This was handed over to you:"),
        "question_asked": ("A question to you: {name}", "You were asked something about:"),
        "question_answered": ("Answered: {name}", "Your question was answered, about:"),
        "question_recalled": ("No longer open: {name}", "A question is no longer open, about:"),
        "sla_remind": ("Half of the time is over: {name}", "Half of the time is over for:"),
        "sla_warn": ("Most of the time is over: {name}", "Most of the time is over for:"),
        "sla_escalate": ("Overdue: {name}", "This is overdue:"),
        "approve_skip": ("Approve a skip: {name}", "Waits for your approval to skip the step:"),
        "approve_move": ("Approve a move: {name}", "Waits for your approval to go on at:"),
        "approve_data": (
            "Approve a change of data: {name}",
            "Waits for your approval to change the data of a case:",
        ),
        "approve_migration": (
            "Confirm a migration: {name}",
            "Waits for your confirmation to migrate running cases of:",
        ),
        "escalated": ("Escalated to you: {name}", "This was escalated to you:"),
        "nudge": ("Please go on with: {name}", "Somebody waits for you. Please go on with:"),
    },
    "de": {
        "user_task_handed_over": ("Ihnen übergeben: {name}", "Dies wurde Ihnen übergeben:"),
        "question_asked": ("Eine Frage an Sie: {name}", "Sie wurden etwas gefragt zu:"),
        "question_answered": ("Beantwortet: {name}", "Ihre Frage wurde beantwortet, zu:"),
        "question_recalled": ("Nicht mehr offen: {name}", "Eine Frage ist nicht mehr offen, zu:"),
        "sla_remind": ("Die halbe Zeit ist um: {name}", "Die halbe Zeit ist um für:"),
        "sla_warn": ("Die meiste Zeit ist um: {name}", "Die meiste Zeit ist um für:"),
        "sla_escalate": ("Überfällig: {name}", "Dies ist überfällig:"),
        "approve_skip": (
            "Überspringen genehmigen: {name}",
            "Wartet auf Ihre Genehmigung, den Schritt zu überspringen:",
        ),
        "approve_move": (
            "Versetzen genehmigen: {name}",
            "Wartet auf Ihre Genehmigung, hier weiterzumachen:",
        ),
        "approve_data": (
            "Änderung von Daten genehmigen: {name}",
            "Wartet auf Ihre Genehmigung, die Daten eines Falls zu ändern:",
        ),
        "approve_migration": (
            "Umstellung bestätigen: {name}",
            "Wartet auf Ihre Bestätigung, laufende Fälle umzustellen:",
        ),
        "escalated": ("An Sie eskaliert: {name}", "Dies wurde an Sie eskaliert:"),
        "nudge": ("Bitte weitermachen: {name}", "Jemand wartet auf Sie. Bitte erledigen Sie:"),
    },
}


def new_work(language: str, *, name: str, link: str, event: str = "") -> tuple[str, str]:
    """
    Return subject and text of the mail about a user task; English where there is none.

    `event` says what happened to it; without a text of its own it is new.
    """
    known = language.partition("-")[0]
    subject, text, where = _NEW_WORK.get(known, _NEW_WORK["en"])
    happened = _HAPPENED.get(known, _HAPPENED["en"]).get(event)
    if happened is not None:
        subject, text = happened[0], f"{happened[1]}\n\n    {{name}}\n"
    parts = [text.format(name=name)]
    if link:
        parts.append(where.format(link=link))
    return subject.format(name=name), "\n".join(parts)
