"""Indicator schemes: what reviews rate, how much it weighs, and its versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, event, func, inspect, select
from sqlalchemy.orm import Mapper, Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from rules.sentences import Sentence
from workflows.actors import SYSTEM, Actor
from workflows.engine.entity_queries import EntityQuery
from workflows.errors import Conflict, Invalid
from workflows.pool_tables import Pool
from workflows.review_states import INDICATORS, RaterGroup
from workflows.review_tables import GroupWeight, Indicator, IndicatorScheme
from workflows.vocabulary import PoolKind

WHOLE = 100
GROUP_WEIGHTS: Mapping[RaterGroup, int] = {
    RaterGroup.SUPERIOR: 40,
    RaterGroup.PANEL: 20,
    RaterGroup.PEERS: 20,
    RaterGroup.SUBORDINATES: 10,
    RaterGroup.MENTOR: 10,
}
_WEIGHTS = {
    PoolKind.LEADERSHIP: (20, 15, 20, 25, 10, 10),
    PoolKind.SPECIALIST: (15, 35, 10, 25, 10, 5),
}

# With their indicators and weights; built once.
_SCHEMES = select(IndicatorScheme).options(
    joinedload(IndicatorScheme.indicators), joinedload(IndicatorScheme.group_weights)
)
_BY_ID = EntityQuery(select(IndicatorScheme).where(IndicatorScheme.id == bindparam("id")))
_INDICATORS = EntityQuery(
    select(Indicator).where(Indicator.scheme_id == bindparam("id")).order_by(Indicator.position)
)
_GROUPS = EntityQuery(select(GroupWeight).where(GroupWeight.scheme_id == bindparam("id")))


@dataclass(frozen=True)
class IndicatorFacts:
    """One indicator as somebody wants to have it."""

    code: str
    name: str
    weight: int
    low_anchor: str = ""
    high_anchor: str = ""
    evidence: str = ""


_TEXTS = (
    (
        "Values and conduct",
        "Breaks rules that others keep; people do not trust what is said.",
        "Does what is right when it costs something; others follow the example.",
        "An incident or a record when the mark is 1 or 5.",
    ),
    (
        "Professional capability",
        "Needs help with the ordinary work of the level.",
        "Is asked for advice by specialists of other units.",
        "A work product or a certificate.",
    ),
    (
        "Leadership and coordination",
        "Work of others stops or collides.",
        "Units that compete work together, and people grow.",
        "What colleagues say, or the report of a project.",
    ),
    (
        "Results",
        "Agreed objectives are mostly missed.",
        "Objectives are surpassed in quantity and quality.",
        "Agreed objectives and figures.",
    ),
    (
        "Diligence and learning",
        "Learns only when told to.",
        "Learns ahead of need and passes it on.",
        "The ledger of hours, or the report of a posting.",
    ),
    (
        "Integrity and compliance",
        "Conflicts of interest are hidden.",
        "Raises doubtful matters early, own ones too.",
        "A statement of the conduct office.",
    ),
)


class WeightsRefused(Invalid):
    """The weights of a scheme do not make a whole; the sentence says which ones."""


class SchemeChanged(Conflict):
    """Somebody else made a newer version in the meantime."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("Somebody has changed the scheme in the meantime. Look at it again.")
        )


class SchemeIsFrozen(Conflict):
    """A version of a scheme never changes."""

    def __init__(self) -> None:
        super().__init__(Sentence("A version of a scheme never changes. Make a new version."))


def newest(session: Session, pool: Pool) -> IndicatorScheme | None:
    """Return the newest version of a pool's scheme with its parts, or None."""
    last = (
        select(func.max(IndicatorScheme.version))
        .where(IndicatorScheme.pool_id == pool.id)
        .scalar_subquery()
    )
    query = _SCHEMES.where(IndicatorScheme.pool_id == pool.id)
    return session.scalars(query.where(IndicatorScheme.version == last)).unique().one_or_none()


def by_id(session: Session, scheme_id: int) -> IndicatorScheme:
    """Return one version of a scheme with its parts."""
    found = _BY_ID.one(session, id=scheme_id)
    if "indicators" in inspect(found).unloaded:
        set_committed_value(found, "indicators", _INDICATORS.all(session, id=scheme_id))
    if "group_weights" in inspect(found).unloaded:
        set_committed_value(found, "group_weights", _GROUPS.all(session, id=scheme_id))
    return found


def in_force(session: Session, pool: Pool, *, now: datetime) -> IndicatorScheme:
    """Return the newest version; the first one is made from the defaults of the pool's kind."""
    return newest(session, pool) or save(
        session, pool, indicators=defaults(pool.kind), groups=GROUP_WEIGHTS, actor=SYSTEM, now=now
    )


def defaults(kind: PoolKind) -> list[IndicatorFacts]:
    """Return the indicators that come with the product."""
    return [
        IndicatorFacts(code, name, weight, low, high, evidence)
        for code, weight, (name, low, high, evidence) in zip(
            INDICATORS, _WEIGHTS[kind], _TEXTS, strict=True
        )
    ]


def save(
    session: Session,
    pool: Pool,
    *,
    indicators: Sequence[IndicatorFacts],
    groups: Mapping[RaterGroup, int],
    based_on: int | None = None,
    actor: Actor,
    now: datetime,
) -> IndicatorScheme:
    """
    Make the next version of a pool's scheme; cycles that run keep theirs.

    Raises:
        SchemeChanged: `based_on` is no longer the newest version.
        WeightsRefused: Weights do not sum to 100, or an indicator is missing.

    """
    _check(indicators, groups)
    session.execute(select(Pool.id).where(Pool.id == pool.id).with_for_update())
    last = session.scalar(
        select(func.max(IndicatorScheme.version)).where(IndicatorScheme.pool_id == pool.id)
    )
    if based_on is not None and based_on != (last or 0):
        raise SchemeChanged
    scheme = IndicatorScheme(
        pool_id=pool.id,
        version=(last or 0) + 1,
        name=f"{pool.name}, version {(last or 0) + 1}",
        made_by=actor.username,
        made_at=now,
    )
    scheme.indicators = [_row(position, one) for position, one in enumerate(indicators)]
    scheme.group_weights = [GroupWeight(rater_group=g, weight=w) for g, w in groups.items()]
    session.add(scheme)
    session.flush()
    return scheme


def weights(scheme: IndicatorScheme) -> dict[str, dict[str, int]]:
    """Return the weights as the decision `composite_score` takes them."""
    return {
        "indicators": {one.code: one.weight for one in scheme.indicators},
        "groups": {one.rater_group.value: one.weight for one in scheme.group_weights},
    }


def guide(scheme: IndicatorScheme) -> list[str]:
    """Return what the marks mean, one line for each indicator that counts."""
    return [
        f"{one.name} ({one.weight} %): 1 = {one.low_anchor} 5 = {one.high_anchor} "
        f"Evidence: {one.evidence}"
        for one in scheme.indicators
        if one.weight
    ]


def _check(indicators: Sequence[IndicatorFacts], groups: Mapping[RaterGroup, int]) -> None:
    """Refuse a scheme whose parts do not make a whole."""
    if tuple(one.code for one in indicators) != INDICATORS:
        raise WeightsRefused(
            Sentence("Each indicator is needed once. Give those not wanted the weight 0.")
        )
    if any(not one.name.strip() for one in indicators):
        raise WeightsRefused(Sentence("Each indicator needs a name."))
    if set(groups) != set(RaterGroup):
        raise WeightsRefused(Sentence("Each group of raters needs a weight."))
    for what, given in (
        (Sentence("indicators"), [one.weight for one in indicators]),
        (Sentence("groups of raters"), list(groups.values())),
    ):
        if any(weight < 0 for weight in given):
            raise WeightsRefused(
                Sentence("Each weight of the %(what)s is a whole number from 0 to 100.", what=what)
            )
        if sum(given) != WHOLE:
            raise WeightsRefused(
                Sentence(
                    "The weights of the %(what)s sum to %(sum)s, not to 100.",
                    what=what,
                    sum=sum(given),
                )
            )
    if not groups[RaterGroup.SUPERIOR]:
        raise WeightsRefused(
            Sentence("The superior must have a weight: without one there is no score.")
        )


def _row(position: int, facts: IndicatorFacts) -> Indicator:
    """Return the row of an indicator."""
    return Indicator(
        code=facts.code,
        position=position,
        name=facts.name.strip(),
        weight=facts.weight,
        low_anchor=facts.low_anchor.strip(),
        high_anchor=facts.high_anchor.strip(),
        evidence=facts.evidence.strip(),
    )


@event.listens_for(Indicator, "before_update")
@event.listens_for(GroupWeight, "before_update")
@event.listens_for(Indicator, "before_delete")
@event.listens_for(GroupWeight, "before_delete")
def _keep_frozen(_mapper: Mapper[Any], _connection: Any, _target: Any) -> None:
    """Refuse to change a version that is there."""
    raise SchemeIsFrozen
