"""Answers by chance for the services that every process about a member calls."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.bpmn.walker import Answer


def _facts(inputs: Mapping[str, Any], chance: Random) -> Answer:
    return {
        "member_id": 11,
        "member": "cara",
        "member_name": "Cara",
        "member_number": "LEADERS-2026-0001",
        "pool": "leaders",
        "pool_name": "Leaders",
        "head": "hedy",
        "head_name": "Hedy",
        "manager": "max",
        "manager_name": "Max",
        "mentor": "emre",
        "mentor_name": "Emre",
    }


ANSWERS: dict[str, Callable[[Mapping[str, Any], Random], Answer]] = {"member.facts": _facts}
