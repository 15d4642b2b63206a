"""The pools: how full they are against their plans, and who is in them."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import figures, wording
from webapp.access import access
from webapp.charts import Chart
from webapp.query_text import choice, here_with, integer
from webapp.unit import current_actor, now, reading
from workflows import (
    exit_list,
    member_list,
    memberships,
    nomination_list,
    permissions,
    pool_flow,
    pools,
    quarters,
)
from workflows.member_list import MemberFilter
from workflows.permissions import Action, PoolFacts
from workflows.plan_cells import CellStatus
from workflows.pool_tables import Pool
from workflows.vocabulary import Horizon, Lifecycle, Readiness

bp = Blueprint("pools", __name__, url_prefix="/pools")
bp.add_app_template_filter(wording.humanise, "humanise")
bp.add_app_template_global(here_with, "here_with")
bp.add_app_template_global(figures.quarter_name, "quarter_name")
bp.app_context_processor(wording.vocabulary)

RECENT = timedelta(days=90)
ON_A_PAGE = 30


@dataclass(frozen=True)
class PlanTotal:
    """The plan of a pool in one line."""

    members: int
    minimum: int
    target: int
    maximum: int


@bp.get("/")
@access(Action.SEE_POOL)
def index() -> ResponseReturnValue:
    """Show every pool of which the reader may know."""
    actor = current_actor()
    with reading() as session:
        summaries = [
            summary
            for summary in pools.summaries(session, now=now())
            if permissions.allows(
                actor,
                Action.SEE_POOL,
                PoolFacts(summary.pool.code, summary.pool.visibility),
            )
        ]
    return render_template("pools/index.html", summaries=summaries)


@bp.get("/<code>")
@access(Action.SEE_POOL)
def show(code: str) -> ResponseReturnValue:
    """Show one pool: plan, members, waiting list, nominations under way."""
    actor = current_actor()
    wanted = read_member_filter()
    with reading() as session:
        pool = pools.by_code(session, code)
        facts = PoolFacts(pool.code, pool.visibility)
        permissions.check(actor, Action.SEE_POOL, facts)
        sees_members = permissions.allows(actor, Action.SEE_MEMBERS, facts)
        people = _people(session, pool, wanted) if sees_members else {}
        cells = pools.plan_status(session, pool, now=now())
        levels = member_list.levels(session)
        counts = memberships.counts_by_lifecycle(session, pool)
    return render_template(
        "pools/show.html",
        pool=pool,
        cells=cells,
        total=_total(cells),
        levels=levels,
        counts=counts,
        wanted=wanted,
        sees_members=sees_members,
        **people,
    )


def _people(session: Session, pool: Pool, wanted: MemberFilter) -> dict[str, object]:
    """Return who is in a pool, who came lately and who is on the way."""
    actor, cursor = current_actor(), request.args.get("cursor")
    return {
        "members": member_list.find(
            session, actor, wanted, pool=pool, limit=ON_A_PAGE, cursor=cursor
        ),
        "recent": member_list.recently_confirmed(session, actor, pool, since=now() - RECENT),
        "nominations": nomination_list.open_in_pool(session, actor, pool, now=now()),
        "flow": figures.flow(pool, pool_flow.flow(session, actor, pool, today=now().date())),
        "reasons": _reasons(session, pool),
    }


def _reasons(session: Session, pool: Pool) -> Chart | None:
    """Return why people left a pool, for whoever reads exits."""
    actor = current_actor()
    if not permissions.allows(actor, Action.SEE_EXITS):
        return None
    counts = exit_list.reasons(session, actor, pool=pool.code)
    return figures.reasons(counts, pool=pool.code) if counts else None


def read_member_filter() -> MemberFilter:
    """Read the filter of a list of members from the address; what is unknown is left out."""
    return MemberFilter(
        text=request.args.get("q", "").strip()[:100],
        lifecycle=choice(Lifecycle, "lifecycle"),
        readiness=choice(Readiness, "readiness"),
        level_rank=integer("level"),
        joined=quarters.named(request.args.get("joined", "")),
        left=quarters.named(request.args.get("left", "")),
        category=request.args.get("category", "")[:60],
        horizon=choice(Horizon, "horizon"),
        specialty=request.args.get("specialty", "")[:60],
        unit=integer("unit"),
    )


def _total(cells: list[CellStatus]) -> PlanTotal | None:
    """Add up the cells of a plan."""
    if not cells:
        return None
    return PlanTotal(
        members=sum(cell.members for cell in cells),
        minimum=sum(cell.minimum for cell in cells),
        target=sum(cell.target for cell in cells),
        maximum=sum(cell.maximum for cell in cells),
    )
