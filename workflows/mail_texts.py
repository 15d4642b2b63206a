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


def new_work(language: str, *, name: str, link: str) -> tuple[str, str]:
    """Return subject and text of the mail about a new user task; English where there is none."""
    subject, text, where = _NEW_WORK.get(language.partition("-")[0], _NEW_WORK["en"])
    parts = [text.format(name=name)]
    if link:
        parts.append(where.format(link=link))
    return subject.format(name=name), "\n".join(parts)
