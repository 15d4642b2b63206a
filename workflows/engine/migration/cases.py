"""Look at the migration of one case, or do it: one transaction, all or nothing."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.engine import manifests, stepping, sweeps, transitions, waits
from workflows.engine.compiled import CompiledBundle
from workflows.engine.failures import TransitionFailed
from workflows.engine.incident_opening import OPEN_STATUSES
from workflows.engine.migration import rows, targets
from workflows.engine.migration.comparison import Comparison
from workflows.engine.migration.targets import Target
from workflows.engine.migration.verdicts import Found, Hindrance, Plan, Wish
from workflows.engine.occasion import Occasion
from workflows.engine.runtime import step
from workflows.engine.stepping import Subject
from workflows.engine.tables import Incident
from workflows.engine.transition import StepRefused
from workflows.engine.transitions import LockedCase


class Verdict(StrEnum):
    """What becomes, or became, of a case."""

    READY = "ready"  # it can migrate
    BLOCKED = "blocked"  # it cannot, and says why
    MIGRATED = "migrated"
    CURRENT = "current"  # it runs on the new version already
    ENDED = "ended"
    FAILED = "failed"  # it could have, but it did not work; it is untouched


@dataclass(frozen=True)
class Answer:
    """The verdict on one case, with what stands in its way and what to know."""

    verdict: Verdict
    hindrances: tuple[Found, ...] = ()
    remarks: tuple[Found, ...] = ()


class Blocked(Exception):
    """A case cannot migrate; nothing was changed."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.verdict)
        self.answer = answer


class Examiner:
    """Looks at cases on their way to one version; what many of them share is compared once."""

    def __init__(self, to: Target, wish: Wish) -> None:
        self.to = to
        self.wish = wish
        self._comparisons: dict[int, Comparison] = {}

    def plan(self, values: dict[str, Any], old: CompiledBundle, reason: str) -> Plan:
        """Compare the versions at the places where a case is."""
        number = values["bundle_id"]
        if number not in self._comparisons:
            after = targets.with_calls(self.to.bundle.executable, old.executable)
            self._comparisons[number] = Comparison(old.executable, after, self.wish)
        return self._comparisons[number].plan(
            values["state"],
            before=values["definition_version"],
            after=self.to.version,
            reason=reason,
        )

    def look(
        self, session: Session, values: dict[str, Any], old: CompiledBundle, occasion: Occasion
    ) -> Answer:
        """Say what would become of a case; nothing is changed, the step is only tried."""
        early = self._early(session, values, old)
        if early is not None:
            return early
        return self._tried(values, old, "", occasion)[0]

    def migrate(
        self, session: Session, instance_id: int, reason: str, occasion: Occasion
    ) -> Answer:
        """
        Let a case go on in the new version.

        Raises:
            CaseNotFound: There is no such case.
            Blocked: It cannot migrate, or did not; nothing of it may be committed.

        """
        case = transitions.lock(session, instance_id)
        early = self._early(session, case.values, case.bundle)
        if early is not None:
            if early.verdict is Verdict.BLOCKED:
                raise Blocked(early)
            return early
        answer, plan = self._tried(case.values, case.bundle, reason, occasion)
        if plan is None:
            raise Blocked(answer)
        try:
            self._move(session, case, plan, occasion)
        except TransitionFailed as failure:
            # It is told with the migration: an incident would touch the case.
            refused = StepRefused(failure.trouble.message, failure.trouble.element_id)
            raise Blocked(Answer(Verdict.FAILED, (_refused(refused),))) from failure
        return Answer(Verdict.MIGRATED, (), plan.remarks)

    def _tried(
        self, values: dict[str, Any], old: CompiledBundle, reason: str, occasion: Occasion
    ) -> tuple[Answer, Plan | None]:
        """Return what would become of a case, and the plan by which the step can be taken."""
        try:
            plan = self.plan(values, old, reason)
            if plan.command is None:
                return Answer(Verdict.BLOCKED, plan.hindrances, plan.remarks), None
            after = targets.with_calls(self.to.bundle.executable, old.executable)
            step(after, values["state"], plan.command, occasion.context(occasion.calendar))
        except StepRefused as refused:
            return Answer(Verdict.BLOCKED, (_refused(refused),)), None
        return Answer(Verdict.READY, (), plan.remarks), plan

    def _early(
        self, session: Session, values: dict[str, Any], old: CompiledBundle
    ) -> Answer | None:
        """Return the answer for a case at which nothing has to be compared."""
        if values["status"] not in OPEN_STATUSES:
            return Answer(Verdict.ENDED)
        if manifests.is_same(old.manifest, self.to.manifest):
            return Answer(Verdict.CURRENT)
        if values["status"] == "incident" and _is_inconsistent(session, values["id"]):
            return Answer(Verdict.BLOCKED, (Found(Hindrance.INCONSISTENT, ""),))
        return None

    def _move(self, session: Session, case: LockedCase, plan: Plan, occasion: Occasion) -> None:
        """Take the step, save it, and bring the rows of what is open up to date."""
        assert plan.command is not None
        values = case.values
        values["bundle_id"], case.bundle = targets.kept(session, values, case.bundle, self.to)
        values["definition_version"] = self.to.version
        case.is_relinked = True
        live = waits.read(session, case.id, occasion.actor.username)
        progress = stepping.advance(
            session,
            case.bundle.executable,
            values["state"],
            plan.command,
            subject=Subject(case.id, values["business_key"], values["started_by"]),
            occasion=occasion,
        )
        transitions.save(session, case, plan.command, progress, live=live, occasion=occasion)
        rows.follow(session, live, progress.outcome)
        waits.record_duties(session, case.id, rows.duties_of_the_past(session, case, self.wish))


def _refused(refused: StepRefused) -> Found:
    """Return what is said of a step that cannot be done."""
    return Found(Hindrance.REFUSED, refused.element_id or "", "", str(refused))


def _is_inconsistent(session: Session, instance_id: int) -> bool:
    """Say whether the sweep has found a case that does not agree with itself."""
    found = session.scalar(
        select(Incident.id)
        .where(
            Incident.instance_id == instance_id,
            Incident.kind == sweeps.INCONSISTENT,
            Incident.resolved_at.is_(None),
        )
        .limit(1)
    )
    return found is not None
