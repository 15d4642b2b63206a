"""Absences and delegations: who does somebody's work for a time."""

from datetime import date, datetime, timedelta

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import unit
from webapp.access import access
from webapp.people_suggestions import username_of
from webapp.texts import gettext as _
from workflows import absences, delegations, stand_ins, user_task_access, working_time
from workflows.errors import Invalid
from workflows.permissions import Action
from workflows.vocabulary import AbsenceKind

bp = Blueprint("stand_ins", __name__)


class DayNotClear(Invalid):
    """A text that is no day."""


@bp.post("/account/absences")
@access(Action.ENTER_ABSENCE)
def enter_absence() -> ResponseReturnValue:
    """Enter when somebody is away: the reader, or a person whom he answers for."""
    actor, form = unit.current_actor(), request.form
    kind = form.get("kind", AbsenceKind.OTHER.value)
    with unit.unit_of_work() as session:
        absences.enter(
            session,
            _person(session, "person") or actor.username,
            _day("first_day"),
            _day("last_day"),
            substitute=_person(session, "substitute"),
            kind=AbsenceKind(kind) if kind in set(AbsenceKind) else AbsenceKind.OTHER,
            actor=actor,
            now=unit.now(),
        )
    flash(_("The absence is entered. Open tasks move when it begins."))
    return redirect(url_for("account.show"))


@bp.post("/account/absences/<int:absence_id>/end")
@access(Action.ENTER_ABSENCE)
def end_absence(absence_id: int) -> ResponseReturnValue:
    """End an absence; what nobody has begun comes back at once."""
    actor, now = unit.current_actor(), unit.now()
    with unit.unit_of_work() as session:
        absence = absences.get(session, absence_id, actor=actor)
        absences.end(session, absence, actor=actor, now=now)
        for number in stand_ins.of_absence(session, absence_id):
            stand_ins.give_back(session, number, actor=actor, now=now)
    flash(_("The absence is over. What nobody has begun is back."))
    return redirect(url_for("account.show"))


@bp.post("/account/delegations")
@access("delegation.begin")
def delegate_kind() -> ResponseReturnValue:
    """Let another person do all user tasks of a kind for a time."""
    definition, _slash, element = request.form.get("step", "").partition("/")
    with unit.unit_of_work() as session:
        delegations.delegate_kind(
            session,
            definition[:120],
            _receiver(session),
            element_id=element[:80] or None,
            since=unit.now(),
            until=_end_of("until"),
            reason=request.form.get("reason", ""),
            actor=unit.current_actor(),
            now=unit.now(),
        )
    flash(_("It is delegated. Open tasks move within a minute."))
    return redirect(url_for("account.show"))


@bp.post("/account/delegations/<int:delegation_id>/end")
@access("delegation.end")
def end_delegation(delegation_id: int) -> ResponseReturnValue:
    """End a delegation; what nobody has begun comes back at once."""
    actor, now = unit.current_actor(), unit.now()
    with unit.unit_of_work() as session:
        delegation = delegations.get(session, delegation_id, actor=actor)
        delegations.end(session, delegation, actor=actor, now=now)
        for number in stand_ins.of_delegation(session, delegation_id):
            stand_ins.give_back(session, number, actor=actor, now=now)
    flash(_("The delegation is over. What nobody has begun is back."))
    return redirect(url_for("account.show"))


@bp.post("/user-tasks/<int:user_task_id>/delegate")
@access(Action.WORK_ON)
def delegate(user_task_id: int) -> ResponseReturnValue:
    """Let another person do one user task."""
    actor, now = unit.current_actor(), unit.now()
    with (
        unit.unit_of_work() as session,
        user_task_access.touching(session, user_task_id, actor=actor, now=now),
    ):
        delegations.delegate(
            session,
            user_task_id,
            _receiver(session),
            until=_end_of("until"),
            reason=request.form.get("reason", ""),
            actor=actor,
            now=now,
        )
    flash(_("It is delegated. You see it on your account page, where you can take it back."))
    return redirect(url_for("inbox.show"))


def end_of(text: str) -> datetime:
    """
    Return the end of a day that was entered.

    Raises:
        DayNotClear: It is no day.

    """
    try:
        day = date.fromisoformat(text.strip())
        return working_time.begin_of(unit.calendar(), day + timedelta(days=1))
    except (ValueError, OverflowError) as error:
        raise DayNotClear(_("Enter a day.")) from error


def _end_of(field: str) -> datetime:
    """Return the end of the day in a field."""
    return end_of(request.form.get(field, ""))


def _day(field: str) -> date:
    """Return the day in a field."""
    try:
        return date.fromisoformat(request.form.get(field, "").strip())
    except ValueError as error:
        raise DayNotClear(_("Enter a day.")) from error


def _person(session: Session, field: str) -> str | None:
    """Return the username of whom a field names, if anybody."""
    text = request.form.get(field, "").strip()[:120]
    return username_of(session, text) if text else None


def _receiver(session: Session) -> str:
    """Return the username of whom something is delegated to."""
    return username_of(session, request.form.get("person", "")[:120])
