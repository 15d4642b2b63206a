"""Who may ask what: every route, as every role, in every relation to its object."""

import csv
import re
import zlib
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import NOW
from tests.flushing import without_flushing
from tests.webapp import access_rows
from tests.webapp.access_rows import UNKNOWN, Row, is_about_case, is_about_member
from tests.webapp.access_world import ROLES, VISITOR, World
from tests.webapp.conftest import SETTINGS
from webapp import create_app
from workflows.clock import FixedClock
from workflows.database import Database

MATRIX = Path(__file__).with_name("access_matrix.csv")
DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"
COLUMNS = (*ROLES, VISITOR)
SIGNS = {"yes": "yes", "no": "no", "hidden": "·", "sign in": "sign in"}
FEWEST_CELLS = 1_500
# What an address names by number: "17", or the "OPEN-2026-0001" of a member.
_GIVEN = re.compile(r"(?<=/)(?:\d+|[A-Z]+-\d+-\d+)(?![^/])")
HOW = "Run `python -m tests.webapp.write_access_matrix`, and review each line that it changes."
INTRODUCTION = """# Who may do what

Every address of the pages and of the API, asked by somebody of each role, in each relation
to the case, person or pool that it is about. A test asks the application all of this and
compares; this page is written from the same table.

*yes*: allowed, if what is sent makes sense. *no*: refused by name. *·*: answered exactly
like something that does not exist. *sign in*: led to the sign-in first.

Rights add up: who has two roles may do what either may. Nothing outweighs being the subject
of a case, who reads how far it is and no more. Designers and administrators see no cases,
but for trials that they started themselves and that are about nobody.

A *helper* helps in a case of correction, a *rater* rated in a review, and *office* is
somebody of the role who is in the groups of the training officers, the conduct office and
the secretaries of appeals. A list that somebody may open holds nobody whom its reader may
not see.
"""


@pytest.fixture(scope="module")
def matrix() -> dict[str, dict[str, str]]:
    """The table that people reviewed, by line."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return {
        Row(line["method"], line["address"], line["relation"]).key: {
            name: line[name] for name in COLUMNS
        }
        for line in lines
    }


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """An organisation on a database of its own; one kind of database is enough for the policy."""
    path = tmp_path_factory.mktemp("access") / "understudy.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    database = without_flushing(f"sqlite:///{path}")
    app = create_app(SETTINGS, database=database, clock=FixedClock(NOW))
    return World(app, database, NOW)


def routes() -> list[Row]:
    """Every line that the application needs."""
    return access_rows.rows(create_app(SETTINGS, database=Database("sqlite://")))


@pytest.mark.parametrize("row", routes(), ids=lambda row: row.key)
def test_everybody_may_do_what_the_matrix_says(
    world: World, matrix: dict[str, dict[str, str]], row: Row
) -> None:
    assert row.key in matrix, f"{MATRIX.name} has no line “{row.key}”. {HOW}"

    assert access_rows.cells(world.app, world, row) == matrix[row.key]


def test_the_matrix_has_no_line_too_many(matrix: dict[str, dict[str, str]]) -> None:
    assert set(matrix) - {row.key for row in routes()} == set(), HOW
    assert len(matrix) * len(COLUMNS) > FEWEST_CELLS


def test_what_is_hidden_answers_like_what_is_not_there(
    world: World, matrix: dict[str, dict[str, str]]
) -> None:
    told = {}
    for row in routes():
        hidden = [role for role in ROLES if matrix[row.key][role] == "hidden"]
        if hidden and row.relation not in {"-", "open pool"}:
            asked = access_rows.addresses(world.app, world, row)
            for role in _some(hidden, row):
                told[f"{row.key} as {role}"] = _differs(world, row.method, *asked[role])

    assert [key for key, differs in told.items() if differs] == []
    assert len(told) > 200


def _some(roles: list[str], row: Row) -> list[str]:
    """Return three of the roles, other ones for other lines: all of them take a minute."""
    first = zlib.crc32(row.key.encode()) % len(roles)
    return [*roles[first:], *roles[:first]][:3]


def _differs(world: World, method: str, who: str, address: str) -> bool:
    """Say whether a hidden object answers in another way than one that does not exist."""
    unknown = address
    for number in _GIVEN.findall(address):
        unknown = unknown.replace(f"/{number}", f"/{UNKNOWN}", 1)
    if unknown == address:
        unknown = re.sub(r"[^/]+$", "no.body", address)
    world.ask(who, "GET", "/nowhere")  # what other deeds left to be told is told there
    hidden, missing = (world.ask(who, method, each) for each in (address, unknown))
    return _plain(hidden, address) != _plain(missing, unknown)


def _plain(answer: TestResponse, address: str) -> tuple[int, str]:
    """Return an answer without its address and its tokens."""
    text = answer.text.replace(address, "ADDRESS").replace(address.replace("/", "%2F"), "ADDRESS")
    for given in _GIVEN.findall(address):
        if answer.is_json:  # a call says which number there is none of: the one that it was given
            text = re.sub(rf"\b{given}\b(?=\.)", "IT", text)
        text = re.sub(rf"(?<=There is no member &#34;){given}\b", "IT", text)
    return answer.status_code, re.sub(r"[\w.-]{40,}", "", text)


def test_the_page_for_people_is_written_from_the_matrix(matrix: dict[str, dict[str, str]]) -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(matrix), HOW


def document(matrix: dict[str, dict[str, str]]) -> str:
    """Write the matrix as a page."""
    head = ["request", "relation", *COLUMNS]
    parts = {"case": [head], "member": [head], "other": [head]}
    rules = list(create_app(SETTINGS, database=Database("sqlite://")).url_map.iter_rules())
    part_of = {
        rule.rule: "case" if is_about_case(rule) else "member"
        for rule in rules
        if is_about_case(rule) or is_about_member(rule)
    }
    for row in routes():
        if row.key in matrix:
            cells = [SIGNS[matrix[row.key][name]] for name in COLUMNS]
            part = part_of.get(row.rule, "other")
            parts[part].append([f"{row.method} `{row.rule}`", row.relation, *cells])
    return "\n".join(
        [
            INTRODUCTION,
            "## Cases and user tasks\n",
            _table(parts["case"]),
            "\n## Members of pools\n",
            _table(parts["member"]),
            "\n## Everything else\n",
            _table(parts["other"]),
            "",
        ]
    )


def _table(lines: list[list[str]]) -> str:
    """Write lines as a table of Markdown."""
    head, *rest = lines
    rows = [head, ["---"] * len(head), *rest]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def write(app: Flask, world: World) -> None:
    """Ask the application, and write what it answers; a person has to review that."""
    found = {row.key: access_rows.cells(app, world, row) for row in routes()}
    with MATRIX.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["method", "address", "relation", *COLUMNS])
        for row in routes():
            cells = [found[row.key][name] for name in COLUMNS]
            writer.writerow([row.method, row.rule, row.relation, *cells])
    DOCUMENT.write_text(document(found), encoding="utf-8")
