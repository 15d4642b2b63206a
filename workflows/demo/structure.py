"""The organisation of the demonstration: a regional utility of sixty units."""

from collections.abc import Iterator
from dataclasses import dataclass

ORGANISATION = "Lakeland Utilities"

LEVELS = {
    1: "Professional",
    2: "Senior",
    3: "Head",
    4: "Director",
}

# Division, its code, the category of its people, and departments with their teams.
_DIVISIONS: tuple[tuple[str, str, str, dict[str, tuple[str, ...]]], ...] = (
    (
        "Energy",
        "ENE",
        "engineering",
        {
            "Generation": ("Hydro Stations", "Wind and Solar", "Plant Safety"),
            "Power Grid": ("Grid Control", "High Voltage Lines", "Substations"),
            "Energy Trading": ("Forecasting", "Contracts"),
        },
    ),
    (
        "Water",
        "WAT",
        "operations",
        {
            "Drinking Water": ("Waterworks North", "Waterworks South", "Water Quality"),
            "Sewerage": ("Treatment Plants", "Sewer Network"),
            "Rivers and Lakes": ("Flood Protection", "Lake Monitoring"),
        },
    ),
    (
        "Public Transport",
        "TRA",
        "operations",
        {
            "Tram and Bus": ("Line Operations East", "Line Operations West", "Driver Training"),
            "Vehicles": ("Tram Workshop", "Bus Workshop"),
            "Network Planning": ("Timetables", "Stops and Stations"),
        },
    ),
    (
        "Customers",
        "CUS",
        "customer",
        {
            "Customer Service": ("Service Centre", "Complaints", "Key Accounts"),
            "Metering": ("Smart Meters", "Field Service"),
            "Marketing": (),
        },
    ),
    (
        "Digital and Technology",
        "DIG",
        "engineering",
        {
            "Information Systems": ("Applications", "Data Platform"),
            "Infrastructure": ("Data Centres", "Telecommunications"),
            "Cyber Security": (),
        },
    ),
    (
        "Corporate Services",
        "COR",
        "corporate",
        {
            "Finance": ("Accounting", "Controlling"),
            "People and Culture": ("Talent Development",),
            "Legal and Compliance": ("Conduct Office",),
        },
    ),
)

SPECIALTIES = {
    "engineering": (
        "electrical engineering",
        "mechanical engineering",
        "computer science",
        "data science",
    ),
    "operations": ("hydrology", "logistics", "environmental engineering", "plant operation"),
    "customer": ("communication", "sales", "social science", "business administration"),
    "corporate": ("economics", "law", "psychology", "business administration"),
}


@dataclass(frozen=True)
class UnitPlan:
    """One unit to be made; parents come before their children."""

    code: str
    name: str
    parent: str | None
    depth: int
    category: str
    share: int  # how many people, relative to other units


def units() -> Iterator[UnitPlan]:
    """Yield every unit, each after its parent."""
    yield UnitPlan("LU", ORGANISATION, None, 0, "corporate", 4)
    for division, code, category, departments in _DIVISIONS:
        yield UnitPlan(code, division, "LU", 1, category, 5)
        for number, (department, teams) in enumerate(departments.items(), start=1):
            own = f"{code}-{number}"
            yield UnitPlan(own, department, code, 2, category, 14 if teams else 40)
            for team_number, team in enumerate(teams, start=1):
                yield UnitPlan(f"{own}-{team_number}", team, own, 3, category, 38)


KINDS = ("organisation", "division", "department", "team")
HEAD_TITLES = ("Chief Executive", "Director", "Head", "Team Leader")
