"""The ties between somebody who judges and whom it is about, from the strongest to the weakest."""

RECUSE = "RECUSE"  # what the decision says of a tie that is too close
_STRENGTH = (
    "self",
    "spouse",
    "direct_kin",
    "collateral_3gen",
    "close_in_law",
    "direct_superior",
    "mentor_24m",
    "same_team_12m",
    "none",
)


def stronger(one: str, other: str) -> str:
    """Return the stronger of two ties, as the decision orders them."""
    return min(one, other, key=_STRENGTH.index)
