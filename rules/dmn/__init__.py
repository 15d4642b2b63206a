"""DMN decision models: read from XML, compiled once, evaluated with a trace."""

from rules.dmn.backtest import BacktestReport, RecordedCase, backtest
from rules.dmn.checks import check as check_model
from rules.dmn.differences import Change, differences
from rules.dmn.errors import DecisionFailed, DmnRefused
from rules.dmn.loading import read_model
from rules.dmn.model import Decision, DecisionModel, InputData
from rules.dmn.trace import Evaluation

__all__ = [
    "BacktestReport",
    "Change",
    "Decision",
    "DecisionFailed",
    "DecisionModel",
    "DmnRefused",
    "Evaluation",
    "InputData",
    "RecordedCase",
    "backtest",
    "check_model",
    "differences",
    "read_model",
]
