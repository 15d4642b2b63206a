"""The subject of a case asks the application for everything, and learns of no reviewer."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.webapp.conftest import SETTINGS, Person
from tests.workflows.nomination_case import PANEL, REVIEWERS, Case, make_organisation
from webapp import create_app
from webapp.rate_limits import limiter
from workflows import accounts, figure_keeping, mail_texts, spreadsheets, working_time
from workflows.account_tables import Account, Notification
from workflows.appeal_tables import Appeal
from workflows.check_in_tables import CheckIn
from workflows.database import Database
from workflows.demo.logins import PASSWORD_HASH
from workflows.engine import archive_files
from workflows.engine.migration_tables import CaseMigration
from workflows.engine.tables import Instance, Outbox, UserTask
from workflows.exit_tables import ExitCase
from workflows.pool_tables import PoolMember
from workflows.question_tables import Question
from workflows.review_tables import ReviewCycle
from workflows.stand_in_tables import Absence, Delegation
from workflows.view_tables import SavedView, ViewAlert

CHOSEN = REVIEWERS[:3]
JUDGES = (*CHOSEN, *PANEL)
# Whoever looks for a colleague finds him; that tells nothing of any case.
DIRECTORY = {"people_suggestions.suggest", "people.show"}
PASSED_OVER = {"sign_in.leave", "sign_in.switch", "static", "account.change_password"}
# Pages about no person: help is the same for everybody, and of the processes, tables and
# forms those are asked for that have to do with the case.
IMPERSONAL = {"check_help.process_code", "check_help.table_code"}
_NOT_BY_LINK = {"where_used.show"} | {
    f"{each}.{page}"
    for each in ("definitions", "decision_files", "form_documents")
    for page in ("show", "source")
}
# What is kept about members and those who stand in, by its name in an address.
KEPT: dict[str, InstrumentedAttribute[int]] = {
    "absence_id": Absence.id,
    "appeal_id": Appeal.id,
    "check_in_id": CheckIn.id,
    "cycle_id": ReviewCycle.id,
    "delegation_id": Delegation.id,
    "exit_id": ExitCase.id,
    "migration_id": CaseMigration.id,
    "question_id": Question.id,
    "view_id": SavedView.id,
    "alert_id": ViewAlert.id,
}
_LINK = re.compile(r'(?:href|action|data-[a-z-]+)="(/[^"]*)"')
_MOST_PAGES = 1_000
_TOKEN = re.compile(r"[\w.-]{40,}")  # keys and hashes: chance may spell a name in one


@dataclass
class Secrets:
    """What the subject must not learn: who judges, and at which minutes they worked."""

    case: Case
    moments: dict[str, datetime] = field(default_factory=dict)

    def by(self, who: str, act: Callable[[], object]) -> None:
        """Let somebody act at a minute of their own."""
        self.case.clock.moment += timedelta(minutes=7, seconds=13)
        self.moments[who] = self.case.clock.now()
        act()
        self.case.clock.moment += timedelta(minutes=5)

    def found_in(self, text: str) -> list[str]:
        """Return every name and every moment that a text tells."""
        names = "|".join(JUDGES)
        text = _TOKEN.sub("", text)
        found = {each.group(0) for each in re.finditer(rf"\b(?:{names})\b", text, re.IGNORECASE)}
        for who, moment in self.moments.items():
            minute = f"{moment:%H:%M}"  # looked for as it is first, which is much quicker
            if minute in text and re.search(rf"(?<!\d){minute}(?!\d)", text):
                found.add(f"{minute}, when {who} worked")
        return sorted(found)


@pytest.fixture
def database(organisation: Database) -> Database:
    """A copy of the organisation."""
    return organisation


@pytest.fixture
def case(database: Database) -> Case:
    """A nomination before its vetting, among people who can all sign in."""
    make_organisation(database)
    with database.unit_of_work() as session:
        session.execute(update(Account).values(password_hash=PASSWORD_HASH))
    return Case(database)


@pytest.fixture
def app(case: Case) -> Flask:
    """The application at the moment of the case."""
    app = create_app(SETTINGS, database=case.database, clock=case.clock)
    limiter.reset()
    return app


def declared(secrets: Secrets, names: tuple[str, ...]) -> None:
    for name in names:
        secrets.by(name, lambda name=name: secrets.case.declare_free(name))


def assessed(secrets: Secrets, names: tuple[str, ...]) -> None:
    for name in names:
        secrets.by(name, lambda name=name: secrets.case.assess(name))


def stages(case: Case) -> Iterator[tuple[str, Secrets]]:
    """Play a nomination, and stop wherever something about its judges could be told."""
    secrets = Secrets(case)
    case.to_vetting()
    case.answer_checks()
    secrets.by("max", lambda: case.choose_reviewers(*CHOSEN))
    del secrets.moments["max"]  # his work is no secret
    declared(secrets, CHOSEN)
    assessed(secrets, CHOSEN[:1])
    yield "one has assessed", secrets
    assessed(secrets, CHOSEN[1:])
    yield "all have assessed", secrets
    if "comment_facts" in case.open:  # whoever sends every form may have done it already
        case.do("comment_facts", case.candidate)
    declared(secrets, PANEL)
    secrets.by(PANEL[0], lambda: case.do("vote", PANEL[0], vote="no"))
    yield "one has voted", secrets
    for name in PANEL[1:]:
        secrets.by(name, lambda name=name: case.do("vote", name, vote="yes"))
    case.close().wait("P7BD").take_in()
    yield "the candidate is a member", secrets


@pytest.mark.parametrize("roles", [["member"], ["hr", "manager", "auditor", "designer"]], ids=len)
def test_the_subject_never_learns_who_reviews(case: Case, app: Flask, roles: list[str]) -> None:
    with case.database.unit_of_work() as session:
        mine = Account.username == case.candidate
        session.execute(update(Account).where(mine).values(roles=roles))
    told: dict[str, list[str]] = {}

    for stage, secrets in stages(case):
        for what, text in everything(app, case, case.candidate):
            if found := secrets.found_in(text):
                told[f"{stage}: {what}"] = found

    assert told == {}


def test_whoever_is_in_charge_learns_it(case: Case, app: Flask) -> None:
    """The search would find a reviewer: otherwise it proves nothing."""
    case.to_panel()

    texts = [text for _, text in everything(app, case, "hana")]

    assert set(CHOSEN) <= {name.lower() for text in texts for name in Secrets(case).found_in(text)}


def everything(app: Flask, case: Case, who: str) -> Iterator[tuple[str, str]]:
    """Yield what somebody gets by every page, form, call, notice and mail: name and text."""
    values = all_values(case.database)
    with case.database.unit_of_work() as session:  # as the worker does every minute
        numbers = session.scalars(select(Instance.id)).all()
        figure_keeping.count(session, numbers, working_time.STANDARD)
    yield from pages(app, who, values)
    yield from calls(app, case, who, values)
    yield from letters(case.database, who)


def all_values(database: Database) -> dict[str, list[Any]]:
    """Return everything that may stand in an address."""
    with database.reading() as session:
        cases = list(session.scalars(select(Instance.id)))
        newest = select(func.max(UserTask.id)).group_by(UserTask.element_id, UserTask.state)
        tasks = list(session.scalars(newest))
        keys = sorted(set(session.scalars(select(Instance.definition_key))))
        numbers = list(session.scalars(select(PoolMember.number)))
        kept = {name: list(session.scalars(select(column))) for name, column in KEPT.items()}
    return {
        **{name: [*ids, 1][:3] for name, ids in kept.items()},
        "case_id": cases,
        "user_task_id": tasks,
        "incident_id": [1],
        "file_id": [1],
        "scenario_id": [1],
        "archive_id": [1],
        "process_key": [*keys, "vetting", "panel_vote", "assessment"],
        "key": [*keys, "grade", "assessment"],
        "code": ["leaders", "UNDEFINED"],
        "number": ["P000", *numbers],
        "username": ["cara"],
        "element_id": ["x"],
        "filename": ["mark.svg"],
        "item_id": sorted({*cases, *tasks}),
        "deed": ["remind"],
        "kind": ["process", "decision", "form"],
        "text_id": [1],
        "table": ["processes", "steps", "workload", "channels", "impact"],
        "suffix": ["csv"],
    }


def addresses(app: Flask, rule: Rule, values: dict[str, list[Any]]) -> Iterator[str]:
    """Yield every address of a route that the values give."""
    ways: list[dict[str, Any]] = [{}]
    for name in sorted(rule.arguments):
        ways = [{**way, name: value} for way in ways for value in values[name]]
    adapter = app.url_map.bind("localhost")
    for way in ways:
        yield adapter.build(rule.endpoint, way, method=None)


def routes(app: Flask, *, api: bool) -> Iterator[Rule]:
    """Yield the routes of the pages, or those of the API."""
    for rule in app.url_map.iter_rules():
        is_asked = rule.endpoint not in PASSED_OVER | DIRECTORY | IMPERSONAL
        if is_asked and rule.rule.startswith("/api/") is api:
            yield rule


def pages(app: Flask, who: str, values: dict[str, list[Any]]) -> Iterator[tuple[str, str]]:
    """Ask for every page by its address and by every link, then send every form empty."""
    reader = Person(app.test_client())
    reader.begin(who)
    ahead = ["/", *(one for rule in routes(app, api=False) for one in gets(app, rule, values))]
    seen: set[str] = set()
    while ahead:
        address = ahead.pop()
        if address in seen:
            continue
        seen.add(address)
        assert len(seen) < _MOST_PAGES, "There are more pages than are looked at."
        answer = reader.get(address)
        yield address, whole(answer)
        if answer.content_type.startswith("text/html"):
            ahead += [link for link in links(answer.text) if is_page(app, link)]
    for rule in routes(app, api=False):
        if "POST" in (rule.methods or ()):
            for address in addresses(app, rule, values):
                yield f"POST {address}", whole(reader.post(address))


def gets(app: Flask, rule: Rule, values: dict[str, list[Any]]) -> list[str]:
    """Return the addresses of a route that can be opened."""
    return list(addresses(app, rule, values)) if "GET" in (rule.methods or ()) else []


def links(html: str) -> set[str]:
    """Return where a page leads to."""
    return {unescape(found).partition("#")[0] for found in _LINK.findall(html)}


def is_page(app: Flask, link: str) -> bool:
    """Say whether a link leads to a page of ours that is worth looking at."""
    adapter = app.url_map.bind("localhost")
    parts = urlsplit(link)
    if not adapter.test(parts.path, method="GET"):
        return False
    endpoint, _ = adapter.match(parts.path, method="GET")
    return endpoint not in PASSED_OVER | DIRECTORY | IMPERSONAL | _NOT_BY_LINK


def calls(
    app: Flask, case: Case, who: str, values: dict[str, list[Any]]
) -> Iterator[tuple[str, str]]:
    """Ask the API for everything, and try to change everything."""
    with case.database.unit_of_work() as session:
        token = accounts.issue_token(session, who, case.clock.now())
    client = app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    bodies: list[dict[str, Any]] = [{}, {"reason": "I want to know"}]
    for rule in routes(app, api=True):
        for address in addresses(app, rule, values):
            if "GET" in (rule.methods or ()):
                for query in ("", "?limit=200", "?state=completed", "?state=cancelled"):
                    yield f"{address}{query}", whole(client.get(address + query, headers=headers))
            elif rule.endpoint != "api.clock_advance":
                for body in bodies:
                    yield (
                        f"POST {address} {body}",
                        whole(client.post(address, json=body, headers=headers)),
                    )


def letters(database: Database, who: str) -> Iterator[tuple[str, str]]:
    """Yield the notices to somebody, and the mails as they are sent."""
    with database.reading() as session:
        for notice in session.scalars(select(Notification).where(Notification.recipient == who)):
            yield f"notice {notice.id}", notice.text
        for letter in session.scalars(select(Outbox).where(Outbox.recipient == who)):
            name = str(letter.payload.get("name", ""))
            mail = mail_texts.new_work("en", name=name, link="/user-tasks/1")
            yield f"letter {letter.id}", f"{letter.payload} {mail}"


def whole(answer: TestResponse) -> str:
    """Return an answer with its headers, but for the one that says when it was given."""
    assert answer.status_code != 500, answer.text
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Date")
    if answer.mimetype == spreadsheets.MIMETYPE:
        return f"{headers}\n\n{_cells(answer.data)}"
    if answer.mimetype == "application/zip":
        files = archive_files.read(answer.data)
        return "\n\n".join([headers, *(each.content.decode() for each in files)])
    return f"{headers}\n\n{unescape(answer.text)}"


def _cells(content: bytes) -> str:
    """Return what stands in the cells of a workbook."""
    rows = load_workbook(io.BytesIO(content)).active.values
    return "\n".join(str(cell) for row in rows for cell in row)
