"""The lines of the access matrix: every route, and the relations that matter to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.webapp import (
    access_members,
    access_migrations,
    access_stand_ins,
    access_studio,
    access_views,
)
from tests.webapp.access_world import (
    RELATIONS,
    ROLES,
    STRANGER,
    VISITOR,
    World,
    username,
)
from workflows.engine.checks import explanations

CASE_ARGUMENTS = {"case_id", "user_task_id", "incident_id"}
UNKNOWN = "99999"


@dataclass(frozen=True)
class Row:
    """One line of the matrix: a request, and in which relation who asks stands to its object."""

    method: str
    rule: str
    relation: str

    @property
    def key(self) -> str:
        """Return the line's name."""
        return f"{self.method} {self.rule} [{self.relation}]"


PEOPLE = ("themselves", "head", "other head", "unrelated")
POOLS = {"open pool": "open", "confidential pool": "secret"}
PASSED_OVER = {
    "static",  # files for everybody
    "sign_in.leave",  # would sign out whom the next line needs
    "account.end_session",
    "account.end_other_sessions",
}


def is_about_case(rule: Rule) -> bool:
    """Say whether a route has a case or a user task in its address."""
    path = rule.rule
    has_item = path.startswith(("/api/v1/instances/", "/api/v1/user-tasks/"))
    return has_item or (bool(rule.arguments & CASE_ARGUMENTS) and not is_about_member(rule))


def is_about_member(rule: Rule) -> bool:
    """Say whether a route is about a member of a pool, or lists what is kept about members."""
    return bool(access_members.relations(rule))


def relations(rule: Rule) -> tuple[str, ...]:
    """Return the relations that matter to a route."""
    if is_about_case(rule):
        return RELATIONS
    if found := access_members.relations(rule) or access_stand_ins.relations(rule):
        return found
    if found := access_studio.relations(rule) or access_migrations.relations(rule):
        return found
    if found := access_views.relations(rule):
        return found
    if rule.endpoint == "people.show":
        return PEOPLE
    if rule.endpoint == "pools.show" or "cycle_id" in rule.arguments:
        return tuple(POOLS)
    return ("-",)


def rows(app: Flask) -> list[Row]:
    """Return every line that the routes of the application need."""
    found = [
        Row(method, rule.rule, relation)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PASSED_OVER
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        for relation in relations(rule)
    ]
    return sorted(found, key=lambda row: (row.rule, row.method))


def addresses(app: Flask, world: World, row: Row) -> dict[str, tuple[str, str]]:
    """Return who asks for a line, and at which address, for each role."""
    (rule,) = (each for each in app.url_map.iter_rules() if _is(each, row))
    adapter = app.url_map.bind("localhost")
    found = {}
    for role in ROLES:
        values = {**_usual(world, rule, row), **_values(world, rule, row, role)}
        given = {name: values[name] for name in rule.arguments}
        found[role] = username(role, row.relation), adapter.build(rule.endpoint, given)
    return found


_KEYS = {"decisions": "grade", "forms": "sample_review"}


def _usual(world: World, rule: Rule, row: Row) -> Mapping[str, Any]:
    """Return what stands in the addresses of a line, whoever asks."""
    return {
        "process_key": "sample",
        "key": _KEYS.get(rule.rule.split("/")[1], "sample"),
        "kind": "process",
        "code": CHECKS.get(rule.endpoint) or POOLS.get(row.relation, "open"),
        "element_id": "begin",
        "item_id": "grade" if "decisions" in rule.rule else "sample",
        "deed": "cancel",
        "table": "channels" if "nominations" in rule.rule else "processes",
        "suffix": "csv",
        "number": world.member_number,
        "text_id": 1,
    }


def _values(world: World, rule: Rule, row: Row, role: str) -> Mapping[str, Any]:
    """Make what a line is about for somebody of a role; return what names it in the address."""
    if is_about_member(rule):
        return access_members.values(world, rule, role, row.relation)
    if access_studio.is_of_studio(rule):
        return access_studio.values(world, rule, role, row.relation)
    if access_studio.is_of_file(rule):
        return access_studio.file_values(world, rule, role)
    for made in (access_stand_ins, access_migrations, access_views):
        if made.relations(rule):
            return made.values(world, rule, role, row.relation)
    if is_about_case(rule):
        target = vars(world.target_for(role, row.relation))
        item = "user_task_id" if "user-tasks" in rule.rule else "case_id"
        return {**target, "item_id": target[item]}
    if "cycle_id" in rule.arguments:
        return {"cycle_id": access_members.cycle(world, POOLS[row.relation])}
    if rule.endpoint == "people.show":
        return {"username": {"head": f"p.{role}", "themselves": role}.get(row.relation, STRANGER)}
    return {}


CHECKS = {
    "check_help.process_code": min(explanations.of_processes()),
    "check_help.table_code": min(explanations.of_tables()),
}


def _is(rule: Rule, row: Row) -> bool:
    """Say whether a route is the one of a line."""
    return rule.rule == row.rule and row.method in (rule.methods or set())


def outcome(answer: TestResponse) -> str:
    """Return what an answer means: may, may not, hidden, or sign in first."""
    if answer.status_code == 401 or "/sign-in" in answer.headers.get("Location", ""):
        return "sign in"
    if answer.status_code == 500:
        raise AssertionError(answer.text)
    return {403: "no", 404: "hidden"}.get(answer.status_code, "yes")


def cells(app: Flask, world: World, row: Row) -> dict[str, str]:
    """Ask for one line as every role, and as a visitor."""
    asked = addresses(app, world, row)
    found = {
        role: outcome(world.ask(who, row.method, where)) for role, (who, where) in asked.items()
    }
    return found | {VISITOR: outcome(world.ask(VISITOR, row.method, asked["member"][1]))}
