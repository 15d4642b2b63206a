"""Writes decision models as DMN 1.3, the version that the editor in the browser speaks."""

from rules.dmn.writing.model import Written, write_model

__all__ = ["Written", "write_model"]
