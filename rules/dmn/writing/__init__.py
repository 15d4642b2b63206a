"""Writes decision models: as DMN 1.3 for the editor in the browser, and with what they import."""

from rules.dmn.writing.imports import carry_imports, models_by_namespace
from rules.dmn.writing.model import Written, write_model

__all__ = ["Written", "carry_imports", "models_by_namespace", "write_model"]
