"""The pools of the demonstration and their policies."""

from dataclasses import dataclass, field
from typing import Any

from workflows.vocabulary import PoolKind, Visibility

CATEGORIES = ("engineering", "operations", "customer", "corporate")


@dataclass(frozen=True)
class PoolSketch:
    """A pool to be made, and how many people it has now and had before."""

    code: str
    name: str
    description: str
    owner_unit: str
    target_level: int
    from_levels: tuple[int, ...]
    categories: tuple[str, ...]
    members: int
    former: int
    settings: dict[str, Any] = field(default_factory=dict)
    kind: PoolKind = PoolKind.LEADERSHIP


POOLS: tuple[PoolSketch, ...] = (
    PoolSketch(
        "leaders",
        "Future Leaders",
        "People who could lead a department within the next years.",
        "COR-2",
        target_level=3,
        from_levels=(2,),
        categories=CATEGORIES,
        members=64,
        former=42,
        settings={"notice_required": True, "notice_days": 7, "panel_seats": 9},
    ),
    PoolSketch(
        "directors",
        "Directors' Reserve",
        "Heads who could lead a division. Who is a member is confidential.",
        "LU",
        target_level=4,
        from_levels=(3,),
        categories=CATEGORIES,
        members=14,
        former=11,
        settings={
            "notice_required": False,
            "panel_seats": 9,
            "visibility": Visibility.CONFIDENTIAL,
            "channels": ["unit"],
            "policy": {"min_service_years": 5, "min_months_in_level": 36},
        },
    ),
    PoolSketch(
        "specialists",
        "Key Specialists",
        "Experts whose knowledge must not leave with one person.",
        "DIG",
        target_level=3,
        from_levels=(1, 2),
        categories=("engineering", "operations"),
        members=48,
        former=30,
        settings={"notice_required": True, "notice_days": 5, "panel_seats": 5},
        kind=PoolKind.SPECIALIST,
    ),
)
