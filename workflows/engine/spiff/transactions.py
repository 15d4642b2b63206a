"""Transactions: whether it is clear how they are cancelled and where a case goes on then."""

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import Compiler, id_of
from workflows.engine.spiff.notation import child, children, local, tag

_LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
_CANCEL = "cancelEventDefinition"


def survey_transactions(process: Element, compiler: Compiler) -> None:
    """Find cancel events outside of transactions, and transactions without a way out."""
    for event in process.iter(tag("endEvent"), tag("boundaryEvent")):
        if child(event, _CANCEL) is not None:
            _survey_cancel(event, compiler)
    for transaction in process.iter(tag("transaction")):
        _survey_transaction(transaction, compiler)


def _survey_cancel(event: Element, compiler: Compiler) -> None:
    """Find out whether a cancel event belongs to a transaction."""
    around = event.getparent()
    assert around is not None
    if local(event) == "endEvent":
        fits = local(around) == "transaction"
    else:
        host = event.get("attachedToRef")
        fits = any(node.get("id") == host for node in children(around, "transaction"))
    if not fits:
        compiler.find(
            "cancel-event",
            event,
            f"'{id_of(event)}' cancels, but belongs to no transaction.",
            "Use a cancel end event directly in a transaction, and a cancel boundary event at it.",
        )


def _survey_transaction(transaction: Element, compiler: Compiler) -> None:
    """Find out whether a transaction that is cancelled can be left, and is done once."""
    name = id_of(transaction)
    around = transaction.getparent()
    assert around is not None
    cancels = [e for e in children(transaction, "endEvent") if child(e, _CANCEL) is not None]
    borders = [
        event
        for event in children(around, "boundaryEvent")
        if event.get("attachedToRef") == name and child(event, _CANCEL) is not None
    ]
    if len(borders) > 1 or (cancels and not borders):
        compiler.find(
            "cancel-event",
            transaction,
            f"The transaction '{name}' has {len(borders)} cancel boundary events.",
            "Give it one: the case goes on there when the transaction is cancelled.",
        )
    if next(children(transaction, *_LOOPS), None) is not None:
        compiler.find(
            "transaction-repeated",
            transaction,
            f"The transaction '{name}' is repeated; cancelling one of many would end them all.",
            "Put the transaction into a sub-process and repeat that one.",
        )
