"""
What notices and mails say about figures, in every language that people can choose.

A mail holds numbers and a link only: neither whom a case is about nor how somebody named
a view.
"""

from collections.abc import Mapping
from typing import Any

ALERT = "view_alert"
DIGEST = "stalled_digest"
EVENTS = frozenset({ALERT, DIGEST})

# By what is watched: what has more than it should, with the limit and the number now.
_CROSSED: Mapping[str, Mapping[str, str]] = {
    "en": {
        "stalled": "More than {most} stalled cases: now {value}",
        "open": "More than {most} open cases: now {value}",
        "step": "Half of a step takes more than {most} working days: now {value}",
    },
    "de": {
        "stalled": "Mehr als {most} stehende Fälle: jetzt {value}",
        "open": "Mehr als {most} offene Fälle: jetzt {value}",
        "step": "Die Hälfte eines Schritts braucht mehr als {most} Arbeitstage: jetzt {value}",
    },
}
_IN_VIEW: Mapping[str, str] = {"en": "{told} in “{name}”.", "de": "{told} in „{name}“."}
_ALERT_MAIL: Mapping[str, str] = {
    "en": "{told}.\n\nYou asked to be told. You will hear of it again only after it fell back.\n",
    "de": "{told}.\n\nDas wollten Sie erfahren. Sie hören davon erst wieder, nachdem es"
    " zurückgegangen ist.\n",
}
_OPEN_IT: Mapping[str, str] = {"en": "Open it here:\n{link}\n", "de": "Hier öffnen:\n{link}\n"}
_COUNTED: Mapping[str, str] = {
    "en": "Stalled: {stalled} · at risk: {at_risk} · unblocked since the last week: {unblocked}",
    "de": "Stehen: {stalled} · gefährdet: {at_risk} · seit der letzten Woche gelöst: {unblocked}",
}
_DIGEST: Mapping[str, tuple[str, str]] = {
    "en": (
        "Your week: stalled cases",
        "The cases that you answer for.\n\n    {told}\n\nYou can switch this mail off on the page"
        " of your account.\n",
    ),
    "de": (
        "Ihre Woche: stehende Fälle",
        "Die Fälle, für die Sie einstehen.\n\n    {told}\n\nSie können diese Mail auf der Seite"
        " Ihres Kontos abbestellen.\n",
    ),
}


def of_alert(language: str, facts: Mapping[str, Any], *, name: str) -> str:
    """Return the notice about a limit that was crossed, with the name of the view."""
    known = _known(language)
    return _IN_VIEW[known].format(told=_crossed(known, facts), name=name)


def of_digest(language: str, facts: Mapping[str, Any]) -> str:
    """Return the notice of the week."""
    known = _known(language)
    return f"{_DIGEST[known][0]}. {_COUNTED[known].format(**facts)}"


def mail(language: str, facts: Mapping[str, Any], *, link: str) -> tuple[str, str]:
    """Return subject and text of the mail about an alert or the week; English where none is."""
    known = _known(language)
    if facts.get("event") == DIGEST:
        subject, text = _DIGEST[known]
        body = text.format(told=_COUNTED[known].format(**facts))
    else:
        subject = _crossed(known, facts)
        body = _ALERT_MAIL[known].format(told=subject)
    return subject, f"{body}\n{_OPEN_IT[known].format(link=link)}" if link else body


def _crossed(language: str, facts: Mapping[str, Any]) -> str:
    """Say which limit was crossed."""
    watched = str(facts["watched"])
    numbers = {key: facts[key] for key in ("most", "value")}
    if watched == "step":
        numbers = {key: _days(language, number) for key, number in numbers.items()}
    return _CROSSED[language][watched].format(**numbers)


def _days(language: str, tenths: int) -> str:
    """Write tenths of a day as the language does."""
    text = f"{tenths / 10:g}"
    return text.replace(".", ",") if language == "de" else text


def _known(language: str) -> str:
    """Return a language that there are texts in."""
    known = language.partition("-")[0]
    return known if known in _CROSSED else "en"
