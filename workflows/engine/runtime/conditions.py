"""Conditional events: conditions are looked at whenever data of the case have changed."""

from typing import Any

from workflows.engine.runtime.borders import hear
from workflows.engine.runtime.data import is_true
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import CONDITION, Token


def meet_conditions(run: Run) -> None:
    """
    Let every condition that has become true since it was looked at last be heard.

    One that holds when the case arrives counts as having become true. One that
    is heard again and again must have been false in between.
    """
    run.looks_for_conditions = False
    for token in [one for one in run.case.tokens.values() if one.kind == CONDITION]:
        # What was heard before may have ended this wait.
        if run.case.tokens.get(token.id) is token and _became_true(run, token):
            run.spend(token)
            hear(run, token, "condition_met", {})


def _became_true(run: Run, token: Token) -> bool:
    """Look at the condition of a token and remember what it was."""
    node: Any = run.node(token)
    before, token.extra = token.extra, is_true(run, node.condition, run.scope(token), node)
    return bool(token.extra and not before)
