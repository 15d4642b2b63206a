"""What auditors read is written down: whoever watches is watched."""

from webapp import unit
from workflows import audit
from workflows.actors import Actor
from workflows.case_access import reads_as_auditor
from workflows.case_facts import CaseFacts

READ = "case.read"


def note_reading(facts: CaseFacts, actor: Actor | None = None) -> None:
    """Write that an auditor has read a case; others read what they need for their work."""
    reader = actor or unit.current_actor()
    if not reads_as_auditor(reader, facts):
        return
    with unit.unit_of_work() as session:
        audit.record(session, READ, "instance", facts.instance_id, actor=reader, now=unit.now())
