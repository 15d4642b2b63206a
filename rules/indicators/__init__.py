"""
Indicators: figures that are computed in code because FEEL would be the wrong tool.

A decision model names one on a business knowledge model, with the attribute
`understudy:indicator`. An indicator is a pure function of its arguments: it knows no
people, no database and no clock. What follows from the figure stays in the model.
"""

from rules.indicators.fisher import FISHER_EXACT_TEST
from rules.indicators.registry import Indicator

REGISTERED: dict[str, Indicator] = {indicator.name: indicator for indicator in (FISHER_EXACT_TEST,)}

__all__ = ["REGISTERED", "Indicator"]
