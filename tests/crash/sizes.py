"""How much is maltreated: little by day, and what the promises name under `make soak`."""

import os

IS_SOAK = bool(os.environ.get("UNDERSTUDY_SOAK"))


def _size(daily: int, soak: int, name: str) -> int:
    """Return the daily size, the size of a soak, or what the environment says."""
    return int(os.environ.get(f"UNDERSTUDY_CRASH_{name}", soak if IS_SOAK else daily))


# Boundaries of each deed; `None` stands for all of them.
CRASH_POINTS = None if IS_SOAK else _size(1, 0, "POINTS")
KILLS = _size(6, 2_000, "KILLS")
CUTS = _size(15, 2_000, "CUTS")
TORN_IMAGES = _size(40, 5_000, "TORN_IMAGES")
RACE_ROUNDS = _size(2, 500, "RACE_ROUNDS")
# Each of them migrates from the beginning, which takes some seconds.
MIGRATION_POINTS = _size(2, 200, "MIGRATION_POINTS")
SIEGE_SECONDS = _size(5, 600, "SIEGE_SECONDS")
