"""Reads DMN files of all versions into the parts of a model."""

from rules.dmn.reading.definitions import no_imports, read_definitions
from rules.dmn.reading.documents import Resolver

__all__ = ["Resolver", "no_imports", "read_definitions"]
