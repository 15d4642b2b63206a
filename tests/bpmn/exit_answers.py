"""Answers by chance for the services of exits and appeals."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.bpmn.sample_data import PEOPLE
from tests.bpmn.walker import Answer

Inputs = Mapping[str, Any]
_LAST_GRADES: tuple[list[str], ...] = (["B"], ["D"], ["C", "C"], [])


def _open(inputs: Inputs, chance: Random) -> Answer:
    refusals = ("exit_running", "no_member", "", "", "", "", "", "")
    return chance.choice(refusals) or {"exit_case_id": 3, "overtaken": False}


def _facts(inputs: Inputs, chance: Random) -> Answer:
    return {
        "appointed": chance.random() < 0.15,
        "left_organisation": chance.random() < 0.1,
        "serious_discipline": chance.random() < 0.1,
        "withdraws": chance.random() < 0.2,
        "grades": chance.choice(_LAST_GRADES),
        "correction_failed": False,
        "refused_posts": 0,
        "failed_plans": 0,
        "age": 40,
        "age_limit": None,
        "leave_months": chance.choice((0, 0, 7)),
        "months_in_pool": chance.choice((20, 36)),
        "term_months": 36,
        "renewals_left": 1,
    }


def _proposal(inputs: Inputs, chance: Random) -> Answer:
    proposal = inputs["proposal"]
    reasons = {"EXIT_WITHDRAWN": "voluntary", "EXIT_APPOINTED": "appointed"}
    return {
        "exit_reason": reasons.get(proposal, proposal.partition(":")[2] or "term_end"),
        "decider": chance.choice(("hedy", None)),
        "is_suspensive": not proposal.endswith("discipline"),
    }


def _votes(inputs: Inputs, chance: Random) -> Answer:
    present = chance.choice((4, 4, 1))
    return {"seats": 4, "recused": 0, "present": present, "yes": present, "no": 0, "defer": 0}


def _answered(inputs: Inputs, chance: Random) -> Answer:
    outcome = chance.choice(("upheld", "partly", "dismissed"))
    return {"appeal_result": outcome, "is_ours": chance.random() < 0.8}


def _opened(inputs: Inputs, chance: Random) -> Answer:
    if chance.random() < 0.05:
        return "appealed_already"
    return {
        "appeal_id": 5,
        "has_grounds": chance.random() < 0.6,
        "superior": chance.choice(("hedy", None)),
    }


def _admitted(inputs: Inputs, chance: Random) -> Answer:
    is_admissible = inputs["admissibility"]["is_admissible"]
    outcome = None if is_admissible else "dismissed"
    return {"is_admissible": is_admissible, "outcome": outcome, "letter": "It is not admissible."}


def _seated(inputs: Inputs, chance: Random) -> Answer:
    return "not_independent" if chance.random() < 0.15 else {"voters": chance.sample(PEOPLE, 3)}


def _extended(inputs: Inputs, chance: Random) -> Answer:
    return {"is_extended": True, "voters": chance.sample(PEOPLE, chance.choice((1, 3)))}


def _counted(inputs: Inputs, chance: Random) -> Answer:
    outcome = chance.choice(("upheld", "partly", "dismissed"))
    return {"is_complete": chance.random() < 0.85, "outcome": outcome, "panel_reasons": "Reasons."}


ANSWERS: dict[str, Callable[[Inputs, Random], Answer]] = {
    "pool_exit.request": lambda inputs, chance: {"member_id": 11, "proposed_by": "nora"},
    "pool_exit.open": _open,
    "pool_exit.hear": lambda inputs, chance: {"overtaken": chance.random() < 0.7},
    "pool_exit.look_again": lambda inputs, chance: {"overtaken": False},
    "pool_exit.facts": _facts,
    "pool_exit.note_proposal": _proposal,
    "pool_exit.take_effect": lambda inputs, chance: {
        "handover_items": chance.choice((0, 2)),
        "mentors": ["max"],
    },
    "exit_ways.propose_removal": lambda inputs, chance: {"grounds": "The facts."},
    "exit_ways.note_ruling": lambda inputs, chance: {"decision": inputs["ruling"]["decision"]},
    "exit_ways.write_letter": lambda inputs, chance: {"letter": "It was decided."},
    "exit_ways.note_appeal": _answered,
    "exit_ways.take_back": lambda inputs, chance: {
        "exit_result": chance.choice(("TAKEN_BACK", "AGAIN"))
    },
    "exit_ways.ask_renewal": lambda inputs, chance: {
        "ends_on": "2027-02-01",
        "is_later": chance.random() < 0.5,
    },
    "exit_ways.note_leave": lambda inputs, chance: {
        "is_back": inputs["leave_review"]["is_back"],
    },
    "exit_panel.convene": lambda inputs, chance: {
        "meeting_id": 3,
        "panel_seats": chance.sample(PEOPLE, 4),
    },
    "exit_panel.count": _votes,
    "exit_panel.conclude": lambda inputs, chance: {
        "panel_outcome": inputs["outcome"],
        "panel_rounds": chance.choice((1, 3)),
    },
    "exit_watch.due": lambda inputs, chance: {
        "due": [{"member_id": number, "cause": "term_end"} for number in (3, 4)]
    },
    "exit_watch.of_person": lambda inputs, chance: {"memberships": [3, 4], "mentored": [5]},
    "appeals.request": lambda inputs, chance: {"member_id": 11, "matter_id": 3},
    "appeals.open": _opened,
    "appeals.show": lambda inputs, chance: {"appeal_ground": "facts", "appeal_statement": "Wrong."},
    "appeals.note_admissibility": _admitted,
    "appeals.note_hearing": lambda inputs, chance: {"hearing_notes": None},
    "appeals.note_reasons": lambda inputs, chance: {"letter": "These are the reasons."},
    "appeals.decide": lambda inputs, chance: {"letter": "These are the reasons."},
    "appeals.go_on": lambda inputs, chance: {"appeal_id": 6},
    "appeals.decide_finally": lambda inputs, chance: {
        "outcome": inputs["superior_ruling"]["outcome"],
        "letter": "These are the last reasons.",
    },
    "appeals.conclude": lambda inputs, chance: {"reinstated_id": chance.choice((None, 12))},
    "appeal_panel.propose": lambda inputs, chance: {"proposed_panel": chance.sample(PEOPLE, 3)},
    "appeal_panel.seat": _seated,
    "appeal_panel.extend": _extended,
    "appeal_panel.count": _counted,
}
