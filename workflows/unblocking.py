"""Setting a stalled case moving: remind, hand to a substitute, send what does not come, undo."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import absences, audit, case_facts, groups, permissions, stand_ins, working_time
from workflows.actors import Actor
from workflows.deeds import Deed
from workflows.engine import holding, messages, outbox, transitions, user_tasks
from workflows.engine.failures import UserTaskNotFound
from workflows.engine.instances import ReasonMissing
from workflows.engine.tables import Instance, Outbox, Subscription, UserTask
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Conflict, Invalid, NotFound
from workflows.permissions import Action
from workflows.stand_ins import Handover

NUDGED = "nudge"  # the event of the notice, and the beginning of its number


class ToldToday(Conflict):
    """Nobody is reminded of the same user task twice on a working day."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence("Everybody who can do “%(name)s” was reminded today already.", name=name)
        )


class NobodyToTell(Conflict):
    """There is nobody who could be reminded."""

    def __init__(self, name: str) -> None:
        super().__init__(Sentence("Nobody can do “%(name)s”; give it to somebody.", name=name))


class NotAway(Conflict):
    """A substitute is for somebody who is away."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence(
                "Whoever has “%(name)s” is not away; give it to somebody else instead.", name=name
            )
        )


class OnlyThey(Invalid):
    """What only its assignee may do waits until they are back."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence("Only its assignee may do “%(name)s”; nobody can stand in.", name=name)
        )


class NothingToUndo(Conflict):
    """The user task has gone on since, or somebody else gave it away."""

    def __init__(self) -> None:
        super().__init__(Sentence("This cannot be undone any more."))


class NotWaited(NotFound):
    """The case does not wait for this message."""

    def __init__(self) -> None:
        super().__init__("The case does not wait for this any more.")


def nudge(
    session: Session,
    case_id: int,
    user_task_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> list[str]:
    """
    Remind whoever can do a user task, by notice and mail; return who was told now.

    Raises:
        NotFound: The case has no such user task, or the actor may not know of it.
        NotAllowed: The actor is not in charge.
        Conflict: It is done, nobody can do it, or everybody was reminded today.
        ReasonMissing: The reason is empty.

    """
    user_task = _open_in(session, case_id, user_task_id, reason=reason, actor=actor, now=now)
    workers = workers_of(session, user_task)
    if not workers:
        raise NobodyToTell(user_task.name)
    day = _working_day(calendar, now)
    wanted = {_letter(user_task_id, name, day): name for name in workers}
    told = set(session.scalars(select(Outbox.id).where(Outbox.id.in_(wanted))))
    fresh = {letter: name for letter, name in wanted.items() if letter not in told}
    if not fresh:
        raise ToldToday(user_task.name)
    facts = {"instance_id": case_id, "name": user_task.name, "user_task_id": user_task_id}
    for letter, name in fresh.items():
        outbox.notify(session, letter, name, {"event": NUDGED, **facts}, now=now)
    people = sorted(fresh.values())
    _record(session, NUDGED, user_task_id, actor, now, reason=reason, to=people)
    return people


def substitute(
    session: Session,
    case_id: int,
    user_task_id: int,
    *,
    to: str,
    reason: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> UserTask:
    """
    Let somebody stand in at a user task until its assignee, who is away, is back.

    Raises:
        NotFound: The case has no such user task, or the actor may not know of it.
        NotAllowed: The actor is not in charge.
        Conflict: It is done, nobody is away, or a duty in the case excludes the person.
        Invalid: The person may not take it on, only the assignee may, or there is no reason.

    """
    user_task = _open_in(session, case_id, user_task_id, reason=reason, actor=actor, now=now)
    giver = user_task.assignee
    absence = giver and absences.under_way(session, giver, working_time.today(calendar, now))
    if not giver or not absence:
        raise NotAway(user_task.name)
    handover = Handover(user_task_id, giver, to, reason.strip()[:400], absence_id=absence.id)
    handed = stand_ins.hand_over(session, handover, actor=actor, now=now)
    if handed is None:
        raise OnlyThey(user_task.name)
    _record(session, Deed.SUBSTITUTE, user_task_id, actor, now, reason=reason, to=[to])
    return handed


def send(
    session: Session,
    case_id: int,
    subscription_id: int,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> Instance:
    """
    Send a case the message that it waits for.

    Raises:
        NotFound: The case does not wait for it, or the actor may not know of the case.
        NotAllowed: The actor is not in charge.
        ReasonMissing: The reason is empty.
        TransitionFailed: The case cannot go on with it.

    """
    permissions.check(actor, Action.UNBLOCK, case_facts.load(session, case_id, now=now))
    if not reason.strip():
        raise ReasonMissing
    waits_for = session.get(Subscription, subscription_id)
    if waits_for is None or waits_for.instance_id != case_id:
        raise NotWaited
    facts = {"reason": reason, "message": waits_for.message_name}
    audit.record(session, "stalled.send", "instance", case_id, actor=actor, now=now, **facts)
    return messages.send_to(session, subscription_id, actor=actor, now=now, calendar=calendar)


def give_back(
    session: Session, case_id: int, user_task_id: int, *, reason: str, actor: Actor, now: datetime
) -> UserTask:
    """
    Take back that the actor gave a user task to somebody, while it is still with that person.

    Raises:
        NotFound: The case has no such user task, or the actor may not know of it.
        NotAllowed: The actor is not in charge.
        Conflict: It is done, or was not given by the actor.
        Invalid: Whoever had it cannot have it any more.

    """
    user_task = _open_in(session, case_id, user_task_id, reason=reason, actor=actor, now=now)
    last = audit.entries(session, object_type="user_task", object_id=user_task_id, limit=1).items
    if not last or (last[0].action, last[0].actor) != ("user_task.reassign", actor.username):
        raise NothingToUndo
    giver, receiver = last[0].data.get("from"), last[0].data.get("to")
    if user_task.assignee != receiver:
        raise NothingToUndo
    if giver is not None:
        case = case_facts.load(session, case_id, now=now)
        stand_ins.must_suit(session, case, giver, now=now)
    return user_tasks.reassign(
        session, user_task_id, assignee=giver, actor=actor, now=now, reason=reason
    )


def workers_of(session: Session, user_task: UserTask) -> list[str]:
    """Return who can do a user task: its assignee, else the members of its groups."""
    if user_task.assignee is not None:
        return [user_task.assignee]
    offered: Iterable[str] = user_task.candidate_groups
    return sorted({name for group in offered for name in groups.members_of(session, group)})


def _open_in(
    session: Session, case_id: int, user_task_id: int, *, reason: str, actor: Actor, now: datetime
) -> UserTask:
    """Lock and return an open user task of a case that the actor is in charge of."""
    permissions.check(actor, Action.UNBLOCK, case_facts.load(session, case_id, now=now))
    user_task = user_tasks.get(session, user_task_id)
    if user_task.instance_id != case_id:
        raise UserTaskNotFound(user_task_id)
    if not reason.strip():
        raise ReasonMissing
    transitions.lock_by_user_task(session, user_task_id)
    holding.open_row(session, user_task_id)
    return user_task


def _working_day(calendar: WorkingCalendar, now: datetime) -> date:
    """Return the working day that counts now: on a day off, the last one before."""
    known = working_time.of(calendar).calendar
    day = working_time.today(calendar, now)
    return day if known.is_working_day(day) else known.add_working_days(now, -1).date()


def _letter(user_task_id: int, username: str, day: date) -> str:
    """Return the number of a reminder: one for each person, user task and working day."""
    return f"{NUDGED}:{day}:{user_task_id}:{sha256(username.encode()).hexdigest()[:16]}"


def _record(
    session: Session,
    deed: str,
    user_task_id: int,
    actor: Actor,
    now: datetime,
    *,
    reason: str,
    to: list[str],
) -> None:
    """Write down who did what, why, and for whom."""
    audit.record(
        session,
        f"stalled.{deed}",
        "user_task",
        user_task_id,
        actor=actor,
        now=now,
        reason=reason.strip()[:400],
        to=to,
    )
