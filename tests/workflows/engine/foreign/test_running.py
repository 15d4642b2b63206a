"""The reference models that are marked as executable run, with the repairs a designer makes."""

from pathlib import Path

import pytest

from tests.conftest import NOW
from tests.workflows.engine.shop import (
    CALENDAR,
    complete,
    find,
    form,
    open_tasks,
    person,
    publish,
    start,
)
from workflows.engine import messages, services
from workflows.engine.foreign.importing import import_model
from workflows.engine.foreign.taking_out import take_out
from workflows.engine.source_files import SourceFile

FOLDER = Path(__file__).with_name("miwg")
DEMO = person("demo")
APPROVER = person("anna", "User")
ACCOUNTANT = person("otto", "accounting")


def draft(name: str, repairs: dict[str, str]) -> SourceFile:
    """Import a reference model, and replace what a designer would mend in the editor."""
    imported = import_model(SourceFile(name, (FOLDER / name).read_bytes()))
    text = imported.file.content.decode()
    for old, new in repairs.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return SourceFile(imported.file.name, text.encode())


@pytest.fixture
def archive(monkeypatch):
    """A service of the installation that archives an invoice."""
    monkeypatch.setitem(services._handlers, "tests.archive", lambda _call: {"archived": True})


INVOICE_FORMS = (
    form("startProcess", creditor={"type": "string"}),
    form("assignApprover", approver={"type": "string"}),
    form("approveInvoice", approved={"type": "boolean"}),
    form("reviewInvoice", clarified={"type": "string", "enum": ["yes", "no"]}),
    form("prepareBankTransfer"),
)
ARCHIVED = {'id="archiveInvoice"': 'id="archiveInvoice" understudy:service="tests.archive"'}


def do(database, case, element, actor, data=None):
    complete(database, open_tasks(database, case)[element].id, data, actor=actor)


def play_invoice(database, case):
    """Refuse the invoice once, clarify it, approve it, and pay it."""
    do(database, case, "assignApprover", DEMO, {"approver": "anna"})
    do(database, case, "approveInvoice", APPROVER, {"approved": False})
    do(database, case, "reviewInvoice", DEMO, {"clarified": "yes"})
    do(database, case, "approveInvoice", APPROVER, {"approved": True})
    do(database, case, "prepareBankTransfer", ACCOUNTANT)
    ended = find(database, case.id)
    assert ended.status == "completed"
    assert ended.data["archived"] is True


@pytest.mark.usefixtures("archive")
def test_the_invoice_collaboration_runs_from_its_message_to_its_end(database):
    publish(database, draft("C.1.0.bpmn", ARCHIVED), *INVOICE_FORMS)
    with database.unit_of_work() as session:
        (case,) = messages.send(
            session,
            "invoice-received-C.1.0",
            payload={"creditor": "Trees and Sons"},
            actor=DEMO,
            now=NOW,
            calendar=CALENDAR,
        )

    play_invoice(database, case)


@pytest.mark.usefixtures("archive")
def test_the_invoice_process_runs_from_its_form_to_its_end(database):
    publish(database, draft("C.1.1.bpmn", ARCHIVED), *INVOICE_FORMS)

    play_invoice(database, start(database, "handle-invoice", {"creditor": "Trees and Sons"}))


@pytest.mark.usefixtures("archive")
def test_an_invoice_that_is_not_clarified_is_not_processed(database):
    publish(database, draft("C.1.1.bpmn", ARCHIVED), *INVOICE_FORMS)
    case = start(database, "handle-invoice", {})
    do(database, case, "assignApprover", DEMO, {"approver": "anna"})
    do(database, case, "approveInvoice", APPROVER, {"approved": False})

    do(database, case, "reviewInvoice", DEMO, {"clarified": "no"})

    assert find(database, case.id).status == "completed"


FRIDGE = "_8170787a-3207-434d-9bea-4787059f444f"
ANALYSE = "_c73a5f4a-72f1-4e11-bb40-2f98da75fb9a"
REPLACE = "_a92069f7-377b-4dbd-a1fd-1da071aabf6d"
STANDARD = "_d034722f-751d-4f37-a3d7-47993822e979"
PREMIUM = "_6a34496f-8cf7-42e5-88a9-d1af98cc3cba"
REQUEST = form(
    "request",
    service={"type": "string", "enum": ["warranty", "emergency", "regular"]},
    level={"type": "string", "enum": ["standard", "premium"]},
)


def fridge() -> SourceFile:
    """The repair of fridges with three conditions and the defaults that its drawing lacks."""
    source = draft(
        "C.3.0.bpmn",
        {
            # The form asks for what the gateways decide by.
            f'id="{ANALYSE}"': f'id="{ANALYSE}" understudy:form="request"',
            'Service Level = "Premium"': 'level = "premium"',
            'id="_604be023-654c-44df-a64c-365254a100cd"': (
                'default="_ada039b6-94dd-4a15-a6b1-c7fe662c64ee"'
                ' id="_604be023-654c-44df-a64c-365254a100cd"'
            ),
            'id="_2b6bc88e-d3be-4704-87d1-c264bf704589"': (
                'default="_cddf9325-a85b-4347-8c57-8b909fa77ae9"'
                ' id="_2b6bc88e-d3be-4704-87d1-c264bf704589"'
            ),
            'id="_936c0bfa-5ebf-4546-8d1a-cce556148788"': (
                'default="_cf380e47-1401-4e7e-b710-193b626e49eb"'
                ' id="_936c0bfa-5ebf-4546-8d1a-cce556148788"'
            ),
        },
    )
    # One request is analysed once.
    content = source.content
    for quantity in ("startQuantity", "completionQuantity"):
        content = take_out(content, ANALYSE, quantity) or b""
    text = content.decode()
    for name, written in (
        ("_b99800c3-c340-460c-a43e-098014a365d0", 'service = "warranty"'),
        ("_437e5969-1e61-4cb9-aa76-4f8854f32eeb", 'service = "emergency"'),
        ("_3fb323d5-2c59-487a-af63-804208f6c5cb", "failed = true"),
    ):
        begin = text.index(f'<sequenceFlow id="{name}"')
        end = text.index("</sequenceFlow>", begin)
        text = f"{text[:end]}<conditionExpression>{written}</conditionExpression>{text[end:]}"
    return SourceFile(source.name, text.encode())


def repair_fridge(database, **answers):
    publish(database, fridge(), REQUEST)
    with database.unit_of_work() as session:
        (case,) = messages.send(
            session, "Service Level", actor=APPROVER, now=NOW, calendar=CALENDAR
        )
    do(database, case, ANALYSE, APPROVER, answers)
    return case


def test_a_fridge_under_warranty_is_replaced(database):
    case = repair_fridge(database, service="warranty")

    do(database, case, REPLACE, APPROVER)

    assert find(database, case.id).status == "completed"


@pytest.mark.parametrize(("level", "element"), [("standard", STANDARD), ("premium", PREMIUM)])
def test_a_fridge_is_repaired_on_the_level_that_was_agreed(database, level, element):
    case = repair_fridge(database, service="regular", level=level)
    assert list(open_tasks(database, case)) == [element]

    do(database, case, element, APPROVER)

    assert find(database, case.id).status == "completed"


def test_an_emergency_repair_runs_through_its_empty_sub_process(database):
    case = repair_fridge(database, service="emergency")

    assert find(database, case.id).status == "completed"
