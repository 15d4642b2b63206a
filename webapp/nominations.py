"""Nominate somebody: choose the pool and the person, see early what stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import wording
from webapp.access import access
from webapp.people_suggestions import PersonNotClear, username_of
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import calendar, current_actor, now, reading, signed_in, unit_of_work
from workflows import memberships, nomination, people, permissions, pools
from workflows.errors import Conflict, Invalid, NotFound, UnderstudyError
from workflows.nomination import SELF
from workflows.people_tables import Person
from workflows.permissions import Action, NominationFacts, PoolFacts
from workflows.pool_tables import Pool

bp = Blueprint("nominations", __name__, url_prefix="/nominations")

FEW = 8
SHORTEST_STATEMENT, LONGEST_STATEMENT = 20, 4_000


@dataclass
class NominationForm:
    """What somebody entered so far, and what is wrong with it."""

    pool: str = ""
    candidate: str = ""  # as typed: a username, a number or a name
    channel: str = ""
    statement: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "NominationForm":
        """Read the fields, chosen matches first."""
        return cls(
            pool=values.get("pool", "")[:40],
            candidate=(values.get("chosen") or values.get("candidate", "")).strip()[:120],
            channel=values.get("channel", "")[:20],
            statement=values.get("statement", "").replace("\r\n", "\n").strip(),
        )

    def check(self) -> None:
        """Note what is missing or too long."""
        if not self.pool:
            self.errors["pool"] = _("Choose the pool")
        if not self.candidate:
            self.errors["candidate"] = _("Enter whom you nominate")
        if not self.channel:
            self.errors["channel"] = _("Choose how the proposal came about")
        if len(self.statement) < SHORTEST_STATEMENT:
            self.errors["statement"] = _(
                "Say why, in at least %(least)d characters", least=SHORTEST_STATEMENT
            )
        elif len(self.statement) > LONGEST_STATEMENT:
            self.errors["statement"] = _(
                "Say it in at most %(most)d characters", most=LONGEST_STATEMENT
            )


@dataclass(frozen=True)
class Preview:
    """What is known of the person for the pool before anything is submitted."""

    person: Person
    obstacle: str | None


@bp.get("/new")
@access(Action.NOMINATE)
def new() -> ResponseReturnValue:
    """Show the form, filled as far as the address says."""
    return _page(NominationForm.read(request.args))


@bp.post("/new")
@access(Action.NOMINATE)
def submit() -> ResponseReturnValue:
    """Submit a nomination; or look first, with everything kept."""
    form = NominationForm.read(request.form)
    if "look" in request.form or "chosen" in request.form:
        return _page(form)
    form.check()
    if form.errors:
        return _page(form), 422
    try:
        case_id = _submit(form)
    except PersonNotClear:
        form.errors["candidate"] = _("Choose the person you mean")
        return _page(form), 422
    except Conflict as conflict:
        form.errors["candidate"] = said(conflict)
        return _page(form), 409
    except Invalid as refused:
        form.errors["channel"] = said(refused)
        return _page(form), 422
    flash(_("The nomination is submitted. The candidate is asked for consent next."))
    return redirect(url_for("cases.show", case_id=case_id))


@bp.app_template_global("may_nominate")
def may_nominate() -> bool:
    """Say whether the reader may nominate anybody, themselves included."""
    actor = signed_in()
    if actor is None:
        return False
    others = NominationFacts("", frozenset())
    themselves = NominationFacts(actor.username, frozenset({SELF}))
    return any(permissions.allows(actor, Action.NOMINATE, facts) for facts in (others, themselves))


def _submit(form: NominationForm) -> int:
    """Submit a nomination and return the id of its case."""
    actor = current_actor()
    with unit_of_work() as session:
        pool = pools.by_code(session, form.pool)
        permissions.check(actor, Action.SEE_POOL, PoolFacts(pool.code, pool.visibility))
        candidate = username_of(session, form.candidate)
        facts = NominationFacts(candidate, frozenset(pool.channels))
        permissions.check(actor, Action.NOMINATE, facts)
        nominated = nomination.submit(
            session,
            candidate=candidate,
            pool=pool.code,
            channel=form.channel,
            statement=form.statement,
            actor=actor,
            now=now(),
            calendar=calendar(),
        )
        if nominated.instance_id is None:
            raise NotFound("The nomination has no case.")
        return nominated.instance_id


def _page(form: NominationForm) -> str:
    """Show the form with what is known of the person and the pool."""
    actor = current_actor()
    with reading() as session:
        open_pools = [
            each.pool
            for each in pools.summaries(session, now=now())
            if each.pool.is_open
            and permissions.allows(
                actor, Action.SEE_POOL, PoolFacts(each.pool.code, each.pool.visibility)
            )
        ]
        pool = next((each for each in open_pools if each.code == form.pool), None)
        person, matches = _candidate(session, form)
        preview = None if person is None else _preview(session, person, pool)
    return render_template(
        "nominations/new.html",
        form=form,
        pools=open_pools,
        pool=pool,
        preview=preview,
        matches=matches,
        channels=_channels(pool, person),
    )


def _candidate(session: Session, form: NominationForm) -> tuple[Person | None, list[Person]]:
    """Return the person that was typed, or everybody whom it may mean."""
    if not form.candidate:
        return None, []
    try:
        username = username_of(session, form.candidate)
    except PersonNotClear as unclear:
        found = people.search(session, form.candidate, limit=FEW).items
        if not found:
            form.errors["candidate"] = said(unclear)
        return None, found
    form.candidate = username
    return people.by_username(session, username), []


def _preview(session: Session, person: Person, pool: Pool | None) -> Preview:
    """Say what is known of a person for a pool."""
    actor = current_actor()
    if pool is None:
        return Preview(person, None)
    try:
        permissions.check(
            actor, Action.NOMINATE, NominationFacts(person.username, frozenset(pool.channels))
        )
        if memberships.current(session, person, pool) is not None:
            return Preview(
                person,
                _("%(name)s is already a member of this pool.", name=person.display_name),
            )
        if nomination.open_one(session, person, pool) is not None:
            return Preview(
                person, said(nomination.AlreadyNominated(person.display_name, pool.name))
            )
    except UnderstudyError as refusal:
        return Preview(person, said(refusal))
    return Preview(person, None)


def _channels(pool: Pool | None, person: Person | None) -> dict[str, str]:
    """Return the channels that fit the pool and the person, as far as both are chosen."""
    codes = list(wording.CHANNELS) if pool is None else pool.channels
    if person is not None:
        is_self = person.username == current_actor().username
        codes = [code for code in codes if (code == SELF) == is_self]
    return {code: wording.word(wording.CHANNELS, code) for code in codes}
