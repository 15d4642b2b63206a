"""The well-known people of the demonstration: one for each part in a nomination."""

from dataclasses import dataclass

PASSWORD = "understudy"  # noqa: S105  (demonstrations only; printed on the sign-in page)
# Argon2id of the password above, worked out once: two thousand accounts share it.
PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$"  # noqa: S105
    "WcOtaMku/HCvSHf/rl6FDg$yoRmx9UoGEEeqVmpQoydzAl1Be4ZiLPz70NawY7elu4"
)


@dataclass(frozen=True)
class Login:
    """
    Somebody to sign in as, and what he can show.

    Attributes:
        part: Short code of the part that the person plays.
        title: The part, for a reader.
        description: What to see and do as this person.
        unit: Code of the unit that the person works in.
        level: Rank of the person's level.
        is_head: Whether the person leads the unit.

    """

    username: str
    name: str
    part: str
    title: str
    description: str
    unit: str
    level: int
    is_woman: bool
    is_head: bool = False
    roles: tuple[str, ...] = ("member",)
    groups: tuple[str, ...] = ()


def _leader(username: str, name: str, unit: str, *, level: int, is_woman: bool) -> Login:
    """Describe a head who sits on the panel of the pool for leaders."""
    return Login(
        username,
        name,
        "panel",
        "Panel member",
        "Votes on nominations for the leaders' pool.",
        unit,
        level,
        is_woman,
        is_head=True,
        roles=("manager", "member", "mentor"),
        groups=("panel:leaders",),
    )


def _assessor(username: str, name: str, unit: str, *, is_woman: bool) -> Login:
    """Describe a head who assesses candidates."""
    return Login(
        username,
        name,
        "assessor",
        "Assessor",
        "Assesses candidates, without seeing what the others wrote.",
        unit,
        3,
        is_woman,
        is_head=True,
        roles=("manager", "member", "mentor", "reviewer"),
    )


LOGINS: tuple[Login, ...] = (
    Login(
        "nora.lindqvist",
        "Nora Lindqvist",
        "nominator",
        "Nominator",
        "Leads Generation and nominates people for a pool.",
        "ENE-1",
        3,
        is_woman=True,
        is_head=True,
        roles=("manager", "member", "mentor"),
    ),
    Login(
        "amara.okafor",
        "Amara Okafor",
        "candidate",
        "Candidate",
        "Agrees to a nomination, sees how far it is, and signs at the intake.",
        "ENE-2",
        2,
        is_woman=True,
    ),
    Login(
        "helena.carvalho",
        "Helena Carvalho",
        "hr",
        "HR partner",
        "Checks that nominations are complete and sees every case.",
        "COR-2",
        2,
        is_woman=True,
        roles=("hr", "member"),
    ),
    _assessor("kenji.nakamura", "Kenji Nakamura", "WAT-1", is_woman=False),
    _assessor("fatima.haddad", "Fatima Haddad", "TRA-1", is_woman=True),
    _assessor("tomasz.nowak", "Tomasz Nowak", "CUS-1", is_woman=False),
    _leader("ingrid.holm", "Ingrid Holm", "WAT", level=4, is_woman=True),
    _leader("david.whitfield", "David Whitfield", "TRA", level=4, is_woman=False),
    _leader("lihua.zhang", "Lihua Zhang", "CUS", level=4, is_woman=True),
    _leader("luis.herrera", "Luis Herrera", "DIG", level=4, is_woman=False),
    _leader("meera.joshi", "Meera Joshi", "COR", level=4, is_woman=True),
    _leader("oksana.petrenko", "Oksana Petrenko", "WAT-2", level=3, is_woman=True),
    _leader("juma.kariuki", "Juma Kariuki", "TRA-2", level=3, is_woman=False),
    _leader("julien.moreau", "Julien Moreau", "CUS-2", level=3, is_woman=False),
    _leader("giulia.ferrara", "Giulia Ferrara", "COR-1", level=3, is_woman=True),
    Login(
        "omar.darwish",
        "Omar Darwish",
        "head",
        "Head of the candidate's unit",
        "Leads Power Grid: signs exceptions and welcomes new members.",
        "ENE-2",
        3,
        is_woman=False,
        is_head=True,
        roles=("manager", "member", "mentor"),
    ),
    Login(
        "katrin.vogel",
        "Katrin Vogel",
        "director",
        "Director",
        "Leads the division Energy; escalations of its departments come here.",
        "ENE",
        4,
        is_woman=True,
        is_head=True,
        roles=("manager", "member"),
    ),
    Login(
        "priya.sharma",
        "Priya Sharma",
        "pool-manager",
        "Pool manager",
        "Keeps the pools and their plans, and unblocks stalled cases.",
        "COR-2-1",
        2,
        is_woman=True,
        is_head=True,
        groups=("pool-manager",),
        roles=("manager", "member"),
    ),
    Login(
        "ebele.nwosu",
        "Ebele Nwosu",
        "conduct-office",
        "Conduct office",
        "Answers vetting requests and inquires into objections.",
        "COR-3-1",
        2,
        is_woman=True,
        is_head=True,
        groups=("conduct-office",),
        roles=("manager", "member"),
    ),
    Login(
        "mateo.navarro",
        "Mateo Navarro",
        "designer",
        "Process designer",
        "Draws processes, decisions and forms; sees no case.",
        "DIG-1-1",
        2,
        is_woman=False,
        roles=("designer",),
    ),
    Login(
        "soo-jin.kwon",
        "Soo-jin Kwon",
        "administrator",
        "Administrator",
        "Manages accounts; sees no case.",
        "DIG-2",
        2,
        is_woman=True,
        roles=("administrator",),
    ),
    Login(
        "grace.thornton",
        "Grace Thornton",
        "auditor",
        "Auditor",
        "Reads every case and the audit trail, changes nothing.",
        "LU",
        3,
        is_woman=True,
        roles=("auditor",),
    ),
)
