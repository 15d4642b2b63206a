"""Files as Camunda Modeler 7 and 8, SpiffWorkflow and bpmn.io write them."""

from pathlib import Path

import pytest

from tests.workflows.engine.foreign.comparing import missing
from workflows.engine.foreign.importing import Imported, import_model
from workflows.engine.foreign.report import Severity
from workflows.engine.publishing import examine
from workflows.engine.source_files import SourceFile

FOLDER = Path(__file__).with_name("tools")


def imported(name: str) -> tuple[bytes, Imported]:
    content = (FOLDER / f"{name}.bpmn").read_bytes()
    return content, import_model(SourceFile(f"{name}.bpmn", content))


def rows(result: Imported, severity: Severity) -> set[tuple[str | None, str]]:
    return {
        (row.element_id, row.done or row.code) for row in result.rows if row.severity is severity
    }


def errors(result: Imported) -> set[tuple[str, str | None]]:
    _, findings = examine([result.file], frozenset())
    return {(each.code, each.element_id) for each in findings if each.is_error}


@pytest.mark.parametrize("name", ["camunda7", "camunda8", "spiffworkflow"])
def test_nothing_is_lost_but_what_the_report_says(name):
    content, result = imported(name)

    told = {row.element_id for row in result.rows if row.done}
    assert [each for each in missing(content, result.file.content) if each[0] not in told] == []


def test_camunda_7():
    _, result = imported("camunda7")

    assert str(result.tool) == "Camunda Modeler (7) 5.28.0"
    assert rows(result, Severity.TRANSLATED) == {
        ("loan", 'understudy:starterGroups="sales"'),
        ("asked", "started_by"),
        ("asked", 'understudy:form="ask"'),
        ("prepare", 'understudy:assignee="=started_by"'),
        ("prepare", 'understudy:form="prepare"'),
        ("prepare", 'understudy:dueIn="P3D"'),
        ("prepare", 'understudy:priority="70"'),
        ("prepare", 'understudy:output greeting = "Dear " + string(customer)'),
        ("rate", 'understudy:decision="risk"'),
        ("rate", 'understudy:resultVariable="risk"'),
        ("pay", 'understudy:service="bank.pay"'),
        ("pay", "understudy:input amount = amount"),
        ("pay", 'understudy:input currency = "EUR"'),
        ("tell", 'understudy:binding="start"'),
        ("tell", "understudy:input to = customer"),
        ("tell", "understudy:input twice = amount * 2"),
        ("tell", "understudy:output sent = sent"),
        ("tell", 'understudy:collection="customers"'),
        ("tell", 'understudy:elementVariable="customer"'),
        ("tell", "sent >= 2"),
        ("f4", '(risk = "low") and (amount < 1000)'),
    }
    assert rows(result, Severity.MEND) == {("prepare", "program-text"), ("book", "program-text")}
    assert errors(result) == {
        ("program-text", "prepare"),
        ("program-text", "book"),
        ("service-missing", "book"),
    }
    assert {"camunda:historyTimeToLive", "camunda:followUpDate", "camunda:mapDecisionResult"} <= {
        row.found.partition("=")[0] for row in result.rows if row.severity is Severity.KEPT
    }


def test_camunda_8():
    _, result = imported("camunda8")

    assert str(result.tool) == "Camunda Modeler (8) 5.28.0"
    assert rows(result, Severity.TRANSLATED) == {
        ("answer", 'understudy:correlation="=number"'),
        ("compute", "understudy:output twice = amount * 2"),
        ("compute", "bpmn:task"),
        ("prepare", 'understudy:form="prepare"'),
        ("prepare", 'understudy:assignee="=owner"'),
        ("prepare", 'understudy:candidateGroups="sales,bank"'),
        ("prepare", 'understudy:dueIn="P3D"'),
        ("prepare", 'understudy:priority="70"'),
        ("rate", 'understudy:decision="risk"'),
        ("rate", 'understudy:resultVariable="risk"'),
        ("pay", 'understudy:service="bank.pay"'),
        ("pay", "understudy:input amount = =amount"),
        ("pay", "understudy:output receipt = =receipt.number"),
        ("pay", 'understudy:collection="=parts"'),
        ("pay", 'understudy:elementVariable="part"'),
        ("pay", 'understudy:collect="receipts"'),
        ("pay", 'understudy:collectItem="=receipt"'),
        ("tell", 'understudy:binding="latest"'),
        ("tell", 'calledElement="letter"'),
    }
    assert rows(result, Severity.MEND) == set()
    assert errors(result) == {
        ("unknown-form", "prepare"),
        ("unknown-decision", "rate"),
        ("unknown-service", "pay"),
        ("unknown-process", "tell"),
    }


def test_spiffworkflow():
    _, result = imported("spiffworkflow")

    assert result.tool.name == "SpiffWorkflow"
    assert rows(result, Severity.TRANSLATED) == {
        ("read", "bpmn:documentation"),
        ("prepare", 'understudy:form="prepare"'),
        ("rate", 'understudy:decision="risk"'),
        ("pay", 'understudy:service="bank.pay"'),
        ("pay", 'understudy:resultVariable="receipt"'),
        ("pause", "P3D"),
        ("f7", '(risk = "low") and not(late)'),
    }
    assert rows(result, Severity.MEND) == {
        ("read", "program-text"),
        ("pay", "mapping-foreign"),
        ("script", "script-task"),
    }
    assert errors(result) == {
        ("program-text", "read"),
        ("program-text", "pay"),
        ("script-task", "script"),
    }


def test_plain_bpmn_of_bpmn_io_is_taken_over_as_it_is():
    content = (FOLDER / "bpmn_io.bpmn").read_bytes()

    result = import_model(SourceFile("bpmn_io.bpmn", content))

    assert str(result.tool) == "bpmn.io 18.3.1"
    assert [row.code for row in result.rows] == ["executable", "lane"]
    assert missing(content, result.file.content) == [("Process_1", "isExecutable=false")]
    assert errors(result) == set()
