"""Changing the data of a running case: choose, see what follows, ask; a second one approves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import data_form
from webapp.access import access
from webapp.data_form import REASON, Change, DataForm
from webapp.forms.facts import usernames_in
from webapp.query_text import integer
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import calendar, current_actor, now, reading, settings, unit_of_work
from workflows import case_data_changes, case_facts, case_requests, naming, permissions
from workflows.case_data_changes import DataChange
from workflows.desk_tables import DataRequest
from workflows.engine import instances
from workflows.engine.data_changes import DataGone, Store
from workflows.engine.failures import CaseChanged
from workflows.engine.incident_data import Material
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance
from workflows.errors import Invalid
from workflows.permissions import Action

bp = Blueprint("case_data", __name__, url_prefix="/cases/<int:case_id>/data")

VERSION, STEP, PLACE = "_version", "_step", "place"
_MOST_HINTS = 3


@dataclass(frozen=True)
class Work:
    """
    A case whose data may be changed, with everything that its pages need.

    Attributes:
        store: The place whose data the form shows; nothing where there is none to choose,
            or none is chosen yet.
        hidden: People whom the reader must not know.
        names: What to call people, by username.

    """

    instance: Instance
    stores: tuple[Store, ...]
    store: Store | None
    asked: DataRequest | None
    hidden: frozenset[str]
    names: Mapping[str, str]
    sent: Mapping[str, str]

    def hints(self, store: Store) -> list[str]:
        """Return what tells a place from others: who has to do with it, and where it waits."""
        people = [self.names[each] for each in _people_in(store) if each in self.names]
        return [*(people if store.number else ()), *store.stops]

    @property
    def chosen(self) -> Store:
        """
        Return the place that was chosen.

        Raises:
            DataGone: None was, or nothing waits there any more.

        """
        if self.store is None:
            raise DataGone
        return self.store

    @property
    def form(self) -> DataForm:
        """Return the form for the data of the place that was chosen."""
        return DataForm(
            Material(self.chosen.values, {}),
            self.sent,
            _("Nothing is changed yet: correct a value"),
            is_kept=case_data_changes.is_fixed,
            hidden=self.hidden,
            names=self.names,
        )

    @property
    def place(self) -> Store | None:
        """Return the place that the page is about: that of the request, or the chosen one."""
        if self.asked is None:
            return self.store
        scope = self.asked.scope
        return next((one for one in self.stores if one.scope == scope), None)

    @property
    def typed_reason(self) -> str:
        """Return the reason as it was typed."""
        return self.sent.get(REASON, "")

    @property
    def is_own(self) -> bool:
        """Say whether the reader asked for what waits."""
        return self.asked is not None and self.asked.asked_by == current_actor().username

    @property
    def still_stands(self) -> bool:
        """Say whether what the request would replace is what it was."""
        if self.asked is None:
            return False
        return case_data_changes.still_stands(self.asked, self.place)

    @property
    def asked_changes(self) -> list[Change]:
        """Return in words what is asked for; what names a hidden person is not told."""
        if self.asked is None:
            return []
        before, after = dict(self.asked.before), dict(self.asked.after)
        for values in (before, after):
            for name, value in values.items():
                if not self.hidden.isdisjoint(usernames_in(value)):
                    values[name] = _("Confidential")
        return data_form.told(before, after)


@bp.get("/")
@access(Action.CHANGE_DATA)
def show(case_id: int) -> ResponseReturnValue:
    """Show the data that a case keeps in one place, or the change that is asked for."""
    return _page(_load(case_id, integer(PLACE), {}))


@bp.post("/")
@access(Action.CHANGE_DATA)
def ask(case_id: int) -> ResponseReturnValue:
    """Show what a change would bring, go back to the fields, or ask for it."""
    work = _load(case_id, request.form.get(PLACE, type=int), request.form.to_dict())
    form, step = work.form, request.form.get(STEP)
    if request.form.get(VERSION, "") != str(work.instance.version):
        raise CaseChanged(case_id)
    if step == "edit":
        return _page(work)
    if form.errors:
        return _page(work, errors=form.errors), 422
    version = work.instance.version
    change = DataChange(work.chosen.scope, form.changes, work.typed_reason, version)
    try:
        if step == "save":
            return _ask(work, change)
        with reading() as session:
            foreseen = case_data_changes.foresee(session, case_id, change, _occasion())
    except Invalid as refused:
        return _page(work, errors={REASON: said(refused).rstrip(".")}), 422
    return render_template(
        "cases/data_preview.html",
        work=work,
        form=form,
        foreseen=foreseen,
        takes_two=settings().four_eyes,
    )


@bp.post("/approve")
@access(Action.CHANGE_DATA)
def approve(case_id: int) -> ResponseReturnValue:
    """Approve the change that somebody else asked for."""
    try:
        with unit_of_work() as session:
            case_data_changes.approve(
                session, case_id, actor=current_actor(), now=now(), calendar=calendar()
            )
    except Invalid as refused:
        return _page(_load(case_id, None, {}), errors={"asked-title": said(refused)}), 422
    flash(_("The data are changed."))
    return redirect(url_for("cases.show", case_id=case_id))


@bp.post("/decline")
@access(Action.CHANGE_DATA)
def decline(case_id: int) -> ResponseReturnValue:
    """Decline the change that is asked for, or take the own request back."""
    with unit_of_work() as session:
        case_data_changes.decline(session, case_id, actor=current_actor(), now=now())
    flash(_("The data stay as they are."))
    return redirect(url_for("cases.show", case_id=case_id))


def _ask(work: Work, change: DataChange) -> ResponseReturnValue:
    """Ask for a change, or make it where one person is enough."""
    case_id = work.instance.id
    with unit_of_work() as session:
        asked = case_data_changes.ask(
            session, case_id, change, four_eyes=settings().four_eyes, occasion=_occasion()
        )
    if asked is None:
        flash(_("The data are changed."))
    else:
        flash(_("You have asked to change the data. Somebody else must approve."))
    return redirect(url_for("cases.show", case_id=case_id))


def _page(work: Work, *, errors: Mapping[str, str] | None = None) -> str:
    """Return the page on which the data of a case are changed."""
    return render_template("cases/data.html", work=work, errors=errors or {})


def _load(case_id: int, place: int | None, sent: Mapping[str, str]) -> Work:
    """Return a case that the person who is signed in is in charge of, with its data."""
    with reading() as session:
        who, at = current_actor(), now()
        stores = case_data_changes.look(session, case_id, actor=who, now=at)
        asked = case_requests.request_for(session, DataRequest, case_id)
        instance = instances.get(session, case_id)
        facts = case_facts.load(session, case_id, now=at)
        hidden = permissions.case_access(who, facts).hidden
        names = _names(session, instance, stores, asked, hidden)
    return Work(instance, stores, _chosen(stores, place), asked, hidden, names, sent)


def _chosen(stores: tuple[Store, ...], place: int | None) -> Store | None:
    """
    Return the place that was chosen, or the only one.

    Raises:
        DataGone: Nothing waits there any more.

    """
    if place is None:
        return stores[0] if len(stores) == 1 else None
    found = next((one for one in stores if one.scope == place), None)
    if found is None:
        raise DataGone
    return found


def _names(
    session: Session,
    instance: Instance,
    stores: tuple[Store, ...],
    asked: DataRequest | None,
    hidden: frozenset[str],
) -> Mapping[str, str]:
    """Return what to call everybody whom the page may name."""
    values: list[Any] = [value for store in stores for value in store.values.values()]
    wanted = {instance.name, *(set(usernames_in(values)) - hidden)}
    return naming.names_of(session, wanted | ({asked.asked_by} if asked else set()))


def _people_in(store: Store) -> Iterator[str]:
    """Yield the first values of a place that may name a person."""
    return islice((each for each in store.values.values() if isinstance(each, str)), _MOST_HINTS)


def _occasion() -> Occasion:
    """Return who acts, and when."""
    return Occasion(current_actor(), now(), calendar())
