"""Reads DMN files of all versions into the parts of a model."""

from rules.dmn.reading.definitions import read_definitions

__all__ = ["read_definitions"]
