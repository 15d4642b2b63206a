"""Cases that do not go on, and those at risk: why, since when, and the next safe step."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import escalation_words, stall_words, wording
from webapp.access import access
from webapp.languages import day
from webapp.query_text import choice, integer
from webapp.saved_views import opened_with
from webapp.texts import gettext as _
from webapp.unit import calendar, current_actor, now, reading, unit_of_work
from workflows import (
    case_requests,
    in_hand,
    naming,
    permissions,
    skip_approvals,
    start_timer_steering,
)
from workflows.csv_text import as_csv
from workflows.deeds import Deed, deeds
from workflows.desk_tables import CaseInHand
from workflows.engine import definitions
from workflows.engine.stall_reasons import Reason
from workflows.engine.stalled import StalledCase
from workflows.permissions import Action
from workflows.stalled_cases import StalledFilter
from workflows.stalled_desk import Desk, Look
from workflows.view_tables import ViewPage
from workflows.vocabulary import AgeBand

bp = Blueprint("stalled", __name__, url_prefix="/stalled")
bp.app_context_processor(stall_words.vocabulary)

ON_A_PAGE = 30


@bp.get("/")
@access(Action.SEE_STALLED)
def show() -> ResponseReturnValue:
    """Show the stalled cases that the reader answers for."""
    if (view := opened_with(ViewPage.STALLED)) is not None:
        return view
    actor, wanted = current_actor(), _filter()
    permissions.check(actor, Action.SEE_STALLED)
    with reading() as session:
        look = _desk(session).look(wanted, cursor=request.args.get("cursor"))
        names = naming.names_of(session, usernames(look.page.items))
        escalated = _escalated(session, look.page.items)
        asked = _asked(session, look.page.items)
        starts = [] if wanted != StalledFilter() else start_timer_steering.failed(session)
        processes = {each.key: each.name for each in definitions.processes(session)}
    return render_template(
        "stalled/show.html",
        page=look.page,
        lines=[line(each, names) for each in look.page.items],
        escalated=escalated,
        asked=asked,
        look=look,
        processes=processes,
        process_choices=_process_choices(look, processes),
        names=names,
        wanted=wanted,
        starts=starts,
        may_unblock=permissions.allows(actor, Action.UNBLOCK_MANY),
        may_see_leavers=permissions.allows(actor, Action.SEE_LEAVERS),
        may_steer_starts=permissions.allows(actor, Action.STEER_START_TIMERS),
    )


@bp.get("/at-risk")
@access(Action.SEE_STALLED)
def at_risk() -> ResponseReturnValue:
    """Show the steps that may stall next."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_STALLED)
    with reading() as session:
        page, number, as_of = _desk(session).at_risk(cursor=request.args.get("cursor"))
        people = {name for risk in page.items for name in (*risk.waits_for, risk.instance_name)}
        names = naming.names_of(session, people)
        processes = {each.key: each.name for each in definitions.processes(session)}
    return render_template(
        "stalled/at_risk.html",
        page=page,
        number=number,
        as_of=as_of,
        names=names,
        processes=processes,
        group_name=wording.group,
        working_days=stall_words.working_days,
    )


@bp.get("/in-hand")
@access(Action.SEE_STALLED)
def taken() -> ResponseReturnValue:
    """Show the stalled cases for which somebody has just done something."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_STALLED)
    with reading() as session:
        page = in_hand.page(
            session,
            actor,
            now=now(),
            calendar=calendar(),
            limit=ON_A_PAGE,
            cursor=request.args.get("cursor"),
        )
        hands = [one.hand for one in page.items]
        people = usernames(one.case for one in page.items)
        names = naming.names_of(session, people.union(*({one.by, *one.people} for one in hands)))
        processes = {each.key: each.name for each in definitions.processes(session)}
    return render_template(
        "stalled/in_hand.html",
        page=page,
        lines=[line(one.case, names) for one in page.items],
        told=[told(one, names) for one in hands],
        names=names,
        processes=processes,
        may_unblock=permissions.allows(actor, Action.UNBLOCK_MANY),
    )


@bp.post("/<int:case_id>/back")
@access(Action.UNBLOCK)
def put_back(case_id: int) -> ResponseReturnValue:
    """Put a case back on the list before its time."""
    permissions.check(current_actor(), Action.SEE_STALLED)
    with unit_of_work() as session:
        in_hand.put_back(session, case_id, actor=current_actor(), now=now())
    flash(_("The case is on the list again."))
    return redirect(url_for(".show"))


@bp.get("/stalled.csv")
@access(Action.SEE_STALLED)
def export() -> ResponseReturnValue:
    """Download the list as it is narrowed."""
    actor, wanted = current_actor(), _filter()
    permissions.check(actor, Action.SEE_STALLED)
    with reading() as session:
        cases = _desk(session).cases(wanted)
        names = naming.names_of(session, usernames(cases))
        processes = {each.key: each.name for each in definitions.processes(session)}
    columns = (
        _("Case"),
        _("About"),
        _("Process"),
        _("Reason"),
        _("Why"),
        _("Since"),
        _("Working days"),
        _("Waits for"),
        _("What to do next"),
    )
    content = as_csv(columns, (_row(case, names, processes) for case in cases))
    headers = {"Content-Disposition": "attachment; filename=stalled.csv"}
    return Response(content, mimetype="text/csv", headers=headers)


def line(case: StalledCase, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a stalled case in words, with what can be done about it."""
    return {
        "case": case,
        "cause": stall_words.sentence(case.cause, names),
        "next_step": stall_words.next_step(case.cause, names),
        "who": stall_words.who(case.cause, names),
        "deed": deeds(case.cause)[0],
        "age": stall_words.working_days(case.days),
    }


def told(hand: CaseInHand, names: Mapping[str, str]) -> str:
    """Say what somebody has done about a case that is in hand."""
    return stall_words.done(Deed(hand.deed), (names.get(each, each) for each in hand.people))


def usernames(cases: Iterable[StalledCase]) -> set[str]:
    """Return everybody whom a list of cases may name."""
    found: set[str] = set()
    for case in cases:
        found.add(case.instance.name)
        for cause in (case.cause, *case.others):
            found.update(cause.waits_for)
    return found


def _escalated(session: Session, cases: Iterable[StalledCase]) -> Mapping[int, str]:
    """Say how far the user tasks have escalated at which cases stand still."""
    found = escalation_words.standings(
        session, {one.cause.user_task_id for one in cases if one.cause.user_task_id}
    )
    names = escalation_words.names_in(session, found)
    return {number: escalation_words.sentence(one, names) for number, one in found.items()}


def _asked(session: Session, cases: Sequence[StalledCase]) -> frozenset[int]:
    """Return the cases in which a move, a change or a skip waits for a second person."""
    asked = case_requests.asked_for(session, [one.instance.id for one in cases])
    found = {
        one.cause.object_id: one.instance.id
        for one in cases
        if one.reason is Reason.INCIDENT and one.cause.object_id
    }
    skips = skip_approvals.requests(session, found)
    return asked.union(found[number] for number in skips)


def _filter() -> StalledFilter:
    """Read the filter from the address; what is unknown is left out."""
    process = request.args.get("process", "")[:120]
    return StalledFilter(
        reason=choice(Reason, "reason"),
        process=process or None,
        band=choice(AgeBand, "age"),
        unit=integer("unit"),
    )


def _process_choices(look: Look, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the processes of which cases have stalled, by name."""
    found = ((key, names.get(key, key)) for key in look.process_keys)
    return sorted(found, key=lambda one: one[1])


def _desk(session: Session) -> Desk:
    """Return what looks for cases that the reader answers for."""
    return Desk(session, current_actor(), now(), calendar(), ON_A_PAGE)


def _row(case: StalledCase, names: Mapping[str, str], processes: Mapping[str, str]) -> list[object]:
    """Return a line of the file."""
    instance, words = case.instance, line(case, names)
    return [
        instance.id,
        names.get(instance.name, instance.name),
        processes.get(instance.definition_key, instance.definition_key),
        stall_words.REASONS[case.reason],
        words["cause"],
        day(case.since),
        case.days,
        ", ".join(words["who"]),
        words["next_step"],
    ]
