"""Data that are drawn: kept in the picture, and moved by nobody."""

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import Compiler, id_of
from workflows.engine.spiff.notation import children, local

_ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")


def survey_data_store(element: Element, compiler: Compiler) -> None:
    """Say of a data store that it is a picture."""
    compiler.find(
        "data-store",
        element,
        f"The data store '{id_of(element)}' is drawn only: no process reads or writes it.",
        "Keep it as a picture, and read and write by a service task.",
        severity="warning",
    )


def survey_associations(element: Element, compiler: Compiler) -> None:
    """Find data associations: what they compute would be lost, the rest is only drawn."""
    found = [inner for inner in element.iterchildren() if local(inner) in _ASSOCIATIONS]
    for inner in found:
        if next(children(inner, "assignment", "transformation"), None) is not None:
            compiler.find(
                "data-association",
                inner,
                f"What the data association of '{id_of(element)}' computes would be lost.",
                "Use understudy:input and understudy:output mappings.",
                owner=element,
            )
            return
    if found:
        compiler.find(
            "data-drawn",
            found[0],
            f"The data that are drawn at '{id_of(element)}' are not moved by the drawing; every"
            " step sees all data of the case.",
            "Keep it as a picture, and say what is passed on by mappings where it matters.",
            owner=element,
            severity="warning",
        )
