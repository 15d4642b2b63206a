"""The script of two corrections: one that helps, and one that ends before a panel and an appeal."""

from collections.abc import Mapping
from typing import Any

HR, CHECKER, POOL_MANAGER = "helena.carvalho", "rocio.herrera", "priya.sharma"
SECRETARY = "thanh.ho"

# Who improves, and who leads her.
IMPROVING, IMPROVING_NAME, HER_HEAD = "rachel.dawson", "Rachel Dawson", "omar.darwish"
# Who is proposed for removal, and who leads him.
CONTESTING, CONTESTING_NAME, HIS_HEAD = "dawei.zhu", "Dawei Zhu", "nora.lindqvist"

COLLEAGUE = "youssef.almasri"
SEEN = "The grade fell from B to C within a year."
FACTS = "The records of two quarters show it."
REPLY = "I took over two shifts of a colleague who was ill, and told nobody."
REASON = "The verified facts of the case say so, and the reply explains a part of them."
CLOSED = "The plan is reached a fortnight early, and the team confirms it."
REMOVAL = "The plan of ninety days had no result, and the panel agreed to the removal."
LETTER = "The report lay in the file from the tenth day. The decision rested on a wrong fact."
UPHELD = {"vote": "upheld", "reason": "The report of the plan is in the file, with its date."}
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "triage": {"outcome": "verify", "office": "hr", "reason": "The figures come from two systems."},
    "answer": {"result": "confirmed", "severity": "ordinary", "statement": FACTS},
    "hear_member": {"statement": "The grade fell in the quarter of the two shifts."},
    "head_decides_level": {"level": "L2", "reason": REASON},
    "reply": {"reply": REPLY},
    "read_level": {"signature": "signed"},
    "draft_plan": {
        "actions": ["Hand in the plan of the shifts on Fridays", "Talk every second week"],
        "measures": "No plan of the shifts is late for two months.",
    },
    "agree_plan": {"agrees": True},
    "hold_checkpoint": {
        "progress": 40,
        "evidence_complete": True,
        "findings": "Both plans came in time, and the talks were held.",
    },
    "decide_checkpoint": {"outcome": "CONTINUE", "reason": "She is ahead of what was agreed."},
    "admonish": {
        "text": "The safety log was signed without a look at the plant. It must not happen again.",
        "approves": True,
    },
    "statement": {"statement": "I was ill for half of the time, and my report lies in the file."},
    "vote": {"vote": "yes"},
    "decide": {"decision": "exit", "reason": REMOVAL},
    "receipt": {"signature": "signed"},
    "file_appeal": {
        "ground": "facts",
        "statement": "The report of the plan was handed in on the tenth day. Nobody opened it.",
    },
    "admit": {"is_admissible": True, "reason": "It came in time and names a fact."},
    "confirm_panel": {},
    "hearing": {
        "was_heard": True,
        "heard_on": "2026-12-14",
        "notes": "He showed the receipt of his report.",
    },
    "reasons": {"reasons": LETTER},
}
