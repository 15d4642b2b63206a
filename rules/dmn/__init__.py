"""DMN decision models: read from XML, compiled once, evaluated with a trace."""

from rules.dmn.errors import DecisionFailed, DmnRefused
from rules.dmn.model import Decision, DecisionModel, InputData, read_model
from rules.dmn.trace import Evaluation

__all__ = [
    "Decision",
    "DecisionFailed",
    "DecisionModel",
    "DmnRefused",
    "Evaluation",
    "InputData",
    "read_model",
]
