"""How many tokens an activity takes and gives: here always one."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import Compiler, id_of

NAMES = ("startQuantity", "completionQuantity")


def quantities(element: Element) -> Iterator[str]:
    """Yield the attributes that ask for another number of tokens than one."""
    for name in NAMES:
        if element.get(name, "1").strip() != "1":
            yield name


def survey_quantities(element: Element, compiler: Compiler) -> None:
    """Find an activity that would wait for several tokens, or send several on."""
    for name in quantities(element):
        compiler.find(
            "token-quantity",
            element,
            f"'{id_of(element)}' asks for {element.get(name)} tokens by {name}; here one comes in"
            " and one goes out.",
            f"Remove {name}, and draw a parallel gateway or a repeated activity.",
        )
