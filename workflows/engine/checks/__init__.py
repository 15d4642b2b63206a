"""Checks at publish: what in a process that can be read would still go wrong when it runs."""

from workflows.engine.checks.check import check
from workflows.engine.checks.known import Known

__all__ = ["Known", "check"]
