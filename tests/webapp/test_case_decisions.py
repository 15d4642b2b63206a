"""The page of a case tells its decisions with their reasons."""

from rules import decisions
from tests.webapp.reserve import Make
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import publish, start
from workflows.database import Database
from workflows.engine.definitions import SourceFile

FACTS = {
    "severity": "ordinary",
    "points": 6,
    "repeat_in_12_months": False,
    "prior_level": 0,
}


def test_a_decision_is_told_with_its_inputs_outcome_and_reason(
    person: Make, database: Database
) -> None:
    process = Process("follow_up", name="Follow-up")
    process.start().rule("propose", "correction_level", name="Propose a level", trace=True)
    process.user("look").end().chain("start", "propose", "look", "end")
    table = SourceFile("correction_level.dmn", decisions.packaged()["correction_level.dmn"])
    publish(database, SourceFile("follow_up.bpmn", process.xml()), table)
    case = start(database, "follow_up", FACTS)

    html = person("helena.carvalho").get(f"/cases/{case.id}").text

    shown = html[html.index("decisions-title") : html.index("data-title")]
    assert "Propose a level" in shown
    assert "Inquiry and plan (level 2)" in shown
    assert "<li>The points reach level 2.</li>" in shown
    assert "<dd>6</dd>" in shown
    missed = shown[shown.index("Why the other rules did not match") :]
    assert '<th scope="row">3. The points reach level 3.</th><td>Points</td><td>6</td>' in missed
    assert missed.count('scope="row"') == 4


def test_what_other_rules_missed_is_told_only_where_the_process_keeps_it(
    person: Make, database: Database
) -> None:
    process = Process("follow_up")
    process.start().rule("propose", "correction_level").user("look").end()
    process.chain("start", "propose", "look", "end")
    table = SourceFile("correction_level.dmn", decisions.packaged()["correction_level.dmn"])
    publish(database, SourceFile("follow_up.bpmn", process.xml()), table)
    case = start(database, "follow_up", FACTS)

    html = person("helena.carvalho").get(f"/cases/{case.id}").text

    assert "Why the other rules did not match" not in html


def test_a_case_reads_the_reasons_of_the_table_that_it_started_with(
    person: Make, database: Database
) -> None:
    source = decisions.packaged()["correction_level.dmn"]
    process = Process("follow_up")
    process.start().rule("propose", "correction_level").user("look").end()
    process.chain("start", "propose", "look", "end")
    publish(
        database,
        SourceFile("follow_up.bpmn", process.xml()),
        SourceFile("correction_level.dmn", source),
    )
    case = start(database, "follow_up", FACTS)
    changed = source.replace(b"The points reach level 2.", b"Another reason.")
    publish(database, SourceFile("correction_level.dmn", changed))

    html = person("helena.carvalho").get(f"/cases/{case.id}").text

    assert "The points reach level 2." in html
    assert "Another reason." not in html
