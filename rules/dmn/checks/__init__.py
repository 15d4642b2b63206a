"""
Checks of a decision model: what can be read and run, but would surprise its author.

Errors are certain to go wrong: they refuse a model at publish. Warnings inform.
"""

from rules.dmn.checks.check import check

__all__ = ["check"]
