"""A user task as its page needs it: case, form, data, and the names that may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from webapp import unit
from webapp.forms import FormPage, read_page
from webapp.forms.facts import usernames_in
from webapp.texts import gettext as _
from webapp.wording import DUTIES, group, word
from workflows import case_facts, people, permissions
from workflows.actors import Actor
from workflows.case_access import only_watches
from workflows.case_facts import CaseFacts
from workflows.engine import compiled, user_tasks
from workflows.engine.compiled import CompiledBundle
from workflows.engine.forms import FormDocument
from workflows.engine.holding import HeldUserTask
from workflows.engine.places import Place, form_of, place_of
from workflows.engine.tables import Instance, UserTask
from workflows.permissions import Action, CaseAccess, UserTaskFacts


@dataclass(frozen=True)
class Work:
    """A user task with everything that its page needs; what a form does not ask is not made."""

    user_task: UserTask
    instance: Instance
    bundle: CompiledBundle
    case: CaseFacts
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def document(self) -> FormDocument | None:
        """Return the form, in the version that the case uses."""
        key, token = self.user_task.form_key, self.user_task.token_id
        return form_of(self.bundle, self.instance.state, token, key) if key else None

    @cached_property
    def place(self) -> Place:
        """Return where in its case it waits."""
        return place_of(self.user_task, self.instance, self.bundle.executable)

    @property
    def data(self) -> Mapping[str, Any]:
        """Return the data that it sees."""
        return self.place.data

    @property
    def help_text(self) -> str:
        """Return what the model says about it."""
        return str(getattr(self.place.node, "documentation", "") or "")

    @property
    def process_name(self) -> str:
        """Return the name of the process that it belongs to."""
        return self.bundle.executable.process.name

    @cached_property
    def access(self) -> CaseAccess:
        """Return what the reader may see of the case."""
        return permissions.case_access(unit.current_actor(), self.case)

    def name_of(self, username: str | None) -> str | None:
        """Return the name of a person, or none of a judge who must stay unnamed."""
        if username is None:
            return None
        if self.access.hides(username):
            return _("Somebody")
        return self.names.get(username, username)

    @property
    def groups(self) -> list[str]:
        """Return what people call the groups that it is open for."""
        return [group(name) for name in self.user_task.candidate_groups]

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for somebody."""
        return self.user_task.state == "open"

    @property
    def is_mine_to_do(self) -> bool:
        """Say whether the person who is signed in can work on it now."""
        mine = self.user_task.assignee in {None, unit.current_actor().username}
        return self.is_open and mine

    @property
    def barred(self) -> str | None:
        """Return the words for what keeps the reader from doing it, or None: duties that part."""
        reader, duties = unit.current_actor().username, self.case.duties
        for duty in self.user_task.excludes:
            if reader in duties.get(duty, ()):
                return word(DUTIES, duty)
            if not duties.get(duty, frozenset()).isdisjoint(self.user_task.on_behalf_of):
                return _("whom you would do it for already has another part in it")
        return None

    def page(self, **facts: Any) -> FormPage | None:
        """Return the form as a page shows it."""
        if self.document is None:
            return None
        return read_page(self.document, data=self.data, names=self.names, **facts)


def load(session: Session, user_task_id: int) -> Work:
    """
    Return a user task that the person who is signed in may know of.

    Raises:
        NotFound: There is none, or it is not meant for this person.

    """
    user_task = user_tasks.get(session, user_task_id)
    case = case_facts.load(session, user_task.instance_id, now=unit.now())
    _check(unit.current_actor(), user_task, case)
    instance, bundle = compiled.of_case(session, user_task.instance_id)
    return _named(session, Work(user_task, instance, bundle, case))


def held_work(session: Session, held: HeldUserTask) -> Work:
    """Return the work of a user task that this transaction holds, for whom it is meant."""
    user_task, instance = held.user_task, held.instance
    (rows,) = held.answers
    case = case_facts.told(session, rows, instance.id, now=unit.now())
    if not _may_work(unit.current_actor(), user_task, case):
        # Who took part before is refused by name; the whole history tells.
        case = case_facts.load(session, instance.id, now=unit.now())
        _check(unit.current_actor(), user_task, case)
    return Work(user_task, instance, held.case.bundle, case)


def _named(session: Session, work: Work) -> Work:
    """Return work with the names of everybody whom its page shows."""
    usernames = _usernames(work.user_task, work.document, work.data)
    return replace(work, names=people.names_of(session, usernames))


def _check(actor: Actor, user_task: UserTask, case: CaseFacts) -> None:
    """
    Pass when the actor may work on a user task, or could have until somebody was faster.

    Raises:
        NotFound: The actor may not know of it.
        NotAllowed: The actor may know of it, but it is not his to do.

    """
    if not _may_work(actor, user_task, case):
        facts = UserTaskFacts(case, user_task.assignee, frozenset(user_task.candidate_groups))
        permissions.check(actor, Action.WORK_ON, facts)


def _may_work(actor: Actor, user_task: UserTask, case: CaseFacts) -> bool:
    """
    Say whether an actor may work on a user task, or could have until somebody was faster.

    The latter see who has it and what they wrote themselves, nothing of the case.
    """
    was_offered = user_task.assignee == actor.username or not actor.groups.isdisjoint(
        user_task.candidate_groups
    )
    is_taken = user_task.state != "open" or user_task.assignee not in {None, actor.username}
    is_outsider = actor.username in case.subjects or only_watches(actor)
    if was_offered and is_taken and not is_outsider:
        return True
    facts = UserTaskFacts(case, user_task.assignee, frozenset(user_task.candidate_groups))
    return permissions.allows(actor, Action.WORK_ON, facts)


def _usernames(
    user_task: UserTask, document: FormDocument | None, data: Mapping[str, Any]
) -> list[str]:
    """Return everybody whom the page may have to name."""
    shown = list(data.values()) if document else []
    found = {*usernames_in(shown), user_task.assignee, user_task.completed_by}
    found.update(user_task.on_behalf_of)
    return sorted(name for name in found if name)
