"""The indicator scheme of a pool: what reviews rate, and how much it weighs."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import access
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, reading, unit_of_work
from workflows import permissions, pools, review_schemes
from workflows.errors import Conflict, Invalid
from workflows.permissions import Action
from workflows.pool_tables import Pool
from workflows.review_schemes import IndicatorFacts
from workflows.review_states import INDICATORS, RaterGroup
from workflows.review_tables import IndicatorScheme

bp = Blueprint("review_schemes", __name__, url_prefix="/reviews/schemes")

_LONGEST_NAME, _LONGEST = 120, 400


@dataclass(frozen=True)
class SchemeForm:
    """A scheme as somebody has entered it; `version` is the one that it was made from."""

    version: int
    indicators: list[IndicatorFacts]
    groups: dict[RaterGroup, int]

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "SchemeForm":
        """Read the fields; what is no number counts as none."""

        def text(name: str, most: int) -> str:
            return values.get(name, "").replace("\r\n", "\n").strip()[:most]

        return cls(
            version=_number(values.get("version", "")),
            indicators=[
                IndicatorFacts(
                    code,
                    text(f"name-{code}", _LONGEST_NAME),
                    _number(values.get(f"weight-{code}", "")),
                    text(f"low-{code}", _LONGEST),
                    text(f"high-{code}", _LONGEST),
                    text(f"evidence-{code}", _LONGEST),
                )
                for code in INDICATORS
            ],
            groups={group: _number(values.get(f"group-{group}", "")) for group in RaterGroup},
        )

    @classmethod
    def of(cls, pool: Pool, scheme: IndicatorScheme | None) -> "SchemeForm":
        """Show the newest version, or the defaults of the pool's kind."""
        if scheme is None:
            groups = dict(review_schemes.GROUP_WEIGHTS)
            return cls(0, review_schemes.defaults(pool.kind), groups)
        return cls(
            scheme.version,
            [
                IndicatorFacts(
                    one.code,
                    one.name,
                    one.weight,
                    one.low_anchor,
                    one.high_anchor,
                    one.evidence,
                )
                for one in scheme.indicators
            ],
            {one.rater_group: one.weight for one in scheme.group_weights},
        )


@bp.get("/<code>")
@access(Action.RUN_REVIEWS)
def edit(code: str) -> ResponseReturnValue:
    """Show the newest version of a pool's scheme."""
    permissions.check(current_actor(), Action.RUN_REVIEWS)
    with reading() as session:
        pool = pools.by_code(session, code)
        form = SchemeForm.of(pool, review_schemes.newest(session, pool))
    return _page(pool, form)


@bp.post("/<code>")
@access(Action.RUN_REVIEWS)
def save(code: str) -> ResponseReturnValue:
    """Make the next version of a scheme, or say what is wrong with it."""
    actor = current_actor()
    permissions.check(actor, Action.RUN_REVIEWS)
    form = SchemeForm.read(request.form)
    try:
        with unit_of_work() as session:
            pool = pools.by_code(session, code)
            made = review_schemes.save(
                session,
                pool,
                indicators=form.indicators,
                groups=form.groups,
                based_on=form.version,
                actor=actor,
                now=now(),
            )
            version = made.version
    except (Conflict, Invalid) as refused:
        return _page(pool, form, said(refused)), 409 if isinstance(refused, Conflict) else 422
    flash(_("Version %(version)d is saved. It acts on the next cycle.", version=version))
    return redirect(url_for("review_schemes.edit", code=code))


def _page(pool: Pool, form: SchemeForm, problem: str = "") -> str:
    """Show the form."""
    return render_template("reviews/scheme.html", pool=pool, form=form, problem=problem)


def _number(text: str) -> int:
    """Return a weight; what is no whole number becomes one that no sum allows."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else -1
