"""The page of a case shows called processes in the version that runs, under their plain names."""

from html import unescape

from rules import decisions
from tests.webapp.reserve import Make
from tests.workflows.engine.build import Process
from tests.workflows.engine.callers import callee, caller, file
from tests.workflows.engine.shop import SCORE, complete, form, open_tasks, publish, start
from workflows.database import Database
from workflows.engine import manifests
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import Bundle

FACTS = {
    "severity": "ordinary",
    "points": 6,
    "repeat_in_12_months": False,
    "prior_level": 0,
}


def links(database: Database) -> set[str]:
    """Return every link in any bundle: none of them may be seen anywhere."""
    with database.reading() as session:
        found = session.query(Bundle.manifest).all()
    return {each.link for row in found for each in manifests.entries(row.manifest) if each.link}


def test_the_diagram_is_that_of_the_version_that_runs(person: Make, database: Database) -> None:
    first, second = callee("first"), callee("second")
    publish(database, file(caller()), first)
    case = start(database, "caller")
    complete(database, open_tasks(database, case)["before"].id)
    publish(database, second)
    new = start(database, "caller")
    complete(database, open_tasks(database, new)["before"].id)
    helena = person("helena.carvalho")

    for number, source in ((case.id, first), (new.id, second)):
        assert helena.get(f"/cases/{number}/diagram/callee").data == source.content
        page = helena.get(f"/cases/{number}?diagram=callee&events=all")
        assert page.status_code == 200
        assert not [link for link in links(database) if link in unescape(page.text)]
    assert len(links(database)) == 2


def test_a_decision_is_told_with_the_reasons_of_the_version_that_made_it(
    person: Make, database: Database
) -> None:
    source = decisions.packaged()["correction_level.dmn"]
    changed = source.replace(b"The points reach level 2.", b"Another reason.")
    process = Process("callee").start().rule("propose", "correction_level").user("look").end()
    process.chain("start", "propose", "look", "end")
    outer = Process("caller").start().user("before").user("after").user("last").end()
    for call in ("one", "two"):
        outer.call(call, "callee", binding="latest")
    outer.chain("start", "before", "one", "after", "two", "last", "end")
    publish(database, file(outer), file(process), SourceFile("correction_level.dmn", source))
    case = start(database, "caller", FACTS)
    for element in ("before", "look"):
        complete(database, open_tasks(database, case)[element].id)
    publish(database, SourceFile("correction_level.dmn", changed))
    complete(database, open_tasks(database, case)["after"].id)

    html = unescape(person("helena.carvalho").get(f"/cases/{case.id}").text)

    shown = html[html.index("decisions-title") : html.index("data-title")]
    assert shown.count("<li>The points reach level 2.</li>") == 1
    assert shown.count("<li>Another reason.</li>") == 1


def test_what_ran_in_a_version_that_is_gone_stays_in_the_story(
    person: Make, database: Database
) -> None:
    publish(database, file(caller()), callee("first", name="The first work"))
    case = start(database, "caller")
    for element in ("before", "first"):
        complete(database, open_tasks(database, case)[element].id)
    publish(database, callee("second"))
    complete(database, open_tasks(database, case)["after"].id)

    page = person("helena.carvalho").get(f"/cases/{case.id}")

    assert "The first work" in page.text


def test_a_user_task_shows_the_form_of_the_version_that_opened_it(
    person: Make, database: Database
) -> None:
    def asking(title: str) -> SourceFile:
        return form("score", score={"type": "integer", "title": title})

    first = callee("first", form="score", assignee="helena.carvalho")
    publish(database, file(caller()), first, asking("Marks of old"))
    case = start(database, "caller")
    complete(database, open_tasks(database, case)["before"].id)
    task = open_tasks(database, case)["first"]
    publish(database, asking("Marks of today"))
    new = start(database, "caller")
    complete(database, open_tasks(database, new)["before"].id)
    newer = open_tasks(database, new)["first"]
    helena = person("helena.carvalho")

    assert "Marks of old" in helena.get(f"/user-tasks/{task.id}").text
    assert "Marks of today" in helena.get(f"/user-tasks/{newer.id}").text


def test_the_page_of_a_process_lists_what_it_calls_by_plain_names(
    person: Make, database: Database
) -> None:
    publish(database, file(caller()), callee("first", form="score"), SCORE)

    page = person("helena.carvalho").get("/processes/caller")

    assert page.status_code == 200
    assert "callee" in page.text
    assert "score" in page.text
    assert not [link for link in links(database) if link in page.text]
