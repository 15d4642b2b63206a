"""The languages of the pages, and dates and durations as people say them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, has_request_context
from flask_babel import Babel, Domain, force_locale, format_date, get_locale

from webapp import unit
from webapp.catalogues import LANGUAGES, catalogue, chosen_language
from webapp.texts import gettext as _
from webapp.texts import ngettext, said_from, translated, translated_number

DOTTED_DAYS = {"de"}
# Whoever hands over a text lets it be parsed for each request.
_LOCALES = {language: Locale(language) for language in LANGUAGES}


class CatalogueDomain(Domain):  # type: ignore[misc]
    """Takes texts that are looked up late from the same catalogues as all others."""

    def get_translations(self) -> NullTranslations:
        """Return the translations for the language of this request."""
        if not has_request_context():
            return NullTranslations()
        return catalogue(get_locale().language)


class CatalogueBabel(Babel):  # type: ignore[misc]
    """Takes every text from the catalogues above."""

    def __init__(self, app: Flask, **choices: Callable[[], Any]) -> None:
        self._domain = CatalogueDomain()
        super().__init__(app, **choices)

    @property
    def domain_instance(self) -> CatalogueDomain:
        """Return where texts come from."""
        return self._domain


def speak_languages(app: Flask) -> None:
    """Choose the language of each request and give templates the words for time."""
    CatalogueBabel(app, locale_selector=_choose_language, timezone_selector=_choose_time_zone)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=translated, ngettext=translated_number, newstyle=True
    )
    filters = app.jinja_env.filters
    filters.update(day=day, moment=moment, due=due, since=since, initials=initials)
    filters["local_day"] = local_day
    app.jinja_env.globals.update(LANGUAGES=LANGUAGES, current_language=current_language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything in a language for a while, whatever the reader chose."""
    with force_locale(language), said_from(catalogue(language)):
        yield


def current_language() -> str:
    """Return the language of the page, e.g. `de`."""
    return str(get_locale().language)


def day(value: datetime | date | None, length: str = "d MMM yyyy") -> str:
    """Write a day in the reader's language and time zone."""
    if value is None:
        return ""
    return str(format_date(local_day(value), _ordinal(length)))


def moment(value: datetime | None) -> str:
    """Write a day and time of day."""
    if value is None:
        return ""
    local = value.astimezone(_time_zone())
    return f"{day(local)}, {local:%H:%M}"


def due(value: datetime | None) -> str:
    """Say how a due moment lies to now: overdue, today or in some days."""
    if value is None:
        return _("No date")
    now = unit.now()
    days = (local_day(value) - local_day(now)).days
    if value < now:
        late = max(-days, 0)
        if late == 0:
            return _("Overdue since today")
        return ngettext("%(num)d day overdue", "%(num)d days overdue", late)
    if days == 0:
        return _("Due today")
    if days == 1:
        return _("Due tomorrow")
    return ngettext("in %(num)d day", "in %(num)d days", days)


def since(value: datetime | None) -> str:
    """Say how long ago something happened, in days."""
    if value is None:
        return ""
    days = (local_day(unit.now()) - local_day(value)).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    return ngettext("%(num)d day ago", "%(num)d days ago", days)


def initials(name: str) -> str:
    """Return up to two letters that stand for a name."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper() or "?"


def local_day(value: datetime | date) -> date:
    """Return the calendar day of a moment where the reader is."""
    if isinstance(value, datetime):
        return value.astimezone(_time_zone()).date()
    return value


def _ordinal(pattern: str) -> str:
    """Write the day of the month as the language does: `1 May`, but `1. Mai`."""
    return pattern.replace("d M", "d. M") if current_language() in DOTTED_DAYS else pattern


def _time_zone() -> ZoneInfo:
    """Return the time zone in which working days begin and end."""
    return ZoneInfo(unit.settings().time_zone)


def _choose_time_zone() -> str:
    """Return the name of the reader's time zone."""
    return unit.settings().time_zone


def _choose_language() -> Locale:
    """Return the locale of the language that the request is in."""
    return _LOCALES[chosen_language()]
