"""How far a task has escalated, in the reader's language: to whom so far, and who is next."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import wording
from webapp.languages import day
from webapp.texts import gettext as _
from webapp.unit import calendar, now
from workflows import escalation_chain, naming
from workflows.engine.tables import UserTask
from workflows.escalation_chain import Standing, Step
from workflows.escalation_steps import BY_PROCESS

_PLACES: Mapping[str, LazyString] = {
    "substitute": _l("the substitute"),
    "superior": _l("the superior"),
    "second_superior": _l("the superior above that"),
    "head": _l("the accountable head"),
    "head_superior": _l("the superior of the accountable head"),
    BY_PROCESS: _l("whom the process itself names"),
}


def place(to: str) -> str:
    """Say who is meant by a word of the chain."""
    return str(_PLACES[to]) if to in _PLACES else wording.group(to)


def standings(session: Session, ids: set[int]) -> Mapping[int, Standing]:
    """Return how far user tasks have escalated, by their numbers, in a few statements."""
    if not ids:
        return {}
    rows = session.scalars(select(UserTask).where(UserTask.id.in_(ids))).all()
    return escalation_chain.standings(session, rows, calendar(), now())


def names_in(session: Session, found: Mapping[int, Standing]) -> Mapping[str, str]:
    """Return the names of everybody to whom something was escalated last."""
    lasts = (one.last for one in found.values() if one.last is not None)
    return naming.names_of(session, {name for last in lasts for name in last.people})


def sentence(standing: Standing | None, names: Mapping[str, str]) -> str:
    """Say to whom a task was escalated last, and to whom it goes next; empty before the first."""
    if standing is None or standing.last is None:
        return ""
    last = standing.last
    people = ", ".join(names.get(name, name) for name in last.people) or place(last.to)
    told = _("Escalated to %(who)s on %(when)s.", who=people, when=day(last.at))
    upcoming = _next(standing)
    return f"{told} {upcoming}" if upcoming else told


def preview(step: Step) -> list[str]:
    """Say what the next step of a chain brings."""
    who = place(step.to)
    gets = (
        _("They get the task, with a notice and a mail.")
        if step.gives
        else _("They get a notice and a mail; the task stays where it is.")
    )
    once = _("The step is taken now instead of later, and not a second time.")
    return [_("Next in the chain: %(who)s.", who=who), gets, once]


def _next(standing: Standing) -> str:
    """Say who hears next, and when."""
    step = standing.following
    if step is None:
        return _("The chain ends there.")
    if standing.at is None:
        return _("Next: %(who)s.", who=place(step.to))
    return _("Next: %(who)s on %(when)s.", who=place(step.to), when=day(standing.at))
