"""A case of care or correction about one member, played by name with a moved clock."""

from sqlalchemy import select

from tests.workflows.member_case import MemberCase
from tests.workflows.staff import declare_mentor
from workflows.correction_states import CaseState, Level, Outcome
from workflows.correction_tables import Checkpoint, CorrectionCase, CorrectionDecision, RiskSign
from workflows.engine import compiled
from workflows.engine.places import place_of
from workflows.engine.tables import DecisionRecord, HistoryEvent

REASON = "Because the verified facts of the case say so."
FACTS = "The records of two days show it."


class CorrectionPlay(MemberCase):
    """What happens to Cara, whose head is Nora; Hana reports, Max and Mia manage the pool."""

    def report(self, code: str, who: str = "hana") -> "CorrectionPlay":
        """Report a sign by the form."""
        self.begin("correction", who, code=code, source="hr", evidence="Seen twice, on two days.")
        return self

    def signal(self, code: str) -> int:
        """Let another process raise a sign; answer how many cases heard it."""
        return self.tell(
            "sign.raised",
            str(self.member_id),
            member_id=self.member_id,
            code=code,
            source="review",
            evidence_id=None,
        )

    def triage(self, outcome: str = "verify", who: str = "max") -> "CorrectionPlay":
        """Look at the oldest sign first."""
        office = {"office": "hr"} if outcome == "verify" else {}
        self.do("triage", who, outcome=outcome, reason="The first look says so.", **office)
        return self

    def verify(self, severity: str = "ordinary", who: str = "hugo") -> "CorrectionPlay":
        """Confirm the facts of a sign."""
        self.do("answer", who, result="confirmed", severity=severity, statement=FACTS)
        return self

    def found(self, *codes: str, severity: str = "ordinary") -> "CorrectionPlay":
        """Report the first sign by form, the others by message, and verify all of them."""
        self.report(codes[0])
        for code in codes[1:]:
            assert self.signal(code) == 1
        for _ in codes:
            self.triage().verify(severity)
        return self

    def hear(self) -> "CorrectionPlay":
        """Let the member say how she sees it."""
        self.do("hear_member", "cara", statement="I see it in another way.")
        return self

    def decide(self, level: str, who: str = "max") -> "CorrectionPlay":
        """Decide on the level: Max on low ones, Nora on high ones."""
        element = "head_decides_level" if "head_decides_level" in self.open else "decide_level"
        who = "nora" if element == "head_decides_level" else who
        self.do(element, who, level=level, reason=REASON)
        return self

    def sign_for(self) -> "CorrectionPlay":
        """Let the member acknowledge the level."""
        self.do("read_level", "cara", signature="signed")
        return self

    def agree(self, **more: object) -> "CorrectionPlay":
        """Draft the plan and agree on it."""
        draft = {"actions": ["Hand in on time", "Talk weekly"], "measures": "Nothing is late."}
        self.do("draft_plan", "nora", **draft, **more)
        self.do("agree_plan", "cara", agrees=True)
        return self

    def to_plan(self, level: str) -> "CorrectionPlay":
        """Go straight to the plan of a level."""
        codes = {
            "L1": ("grade_drop", "training_pace_lt_70"),
            "L2": ("grade_drop", "training_pace_lt_40", "missed_checkins_ge_2"),
            "L3": ("complaint_serious_upheld", "audit_integrity_flag"),
        }[level]
        self.found(*codes).hear().decide(level)
        return self.speak(level).sign_for().agree()

    def speak(self, level: str) -> "CorrectionPlay":
        """Do what a level begins with."""
        if level == "L1":
            self.do("reminder_talk", "nora", held_on="2026-12-20", notes="We talked.")
        elif level == "L2":
            self.do("reply", "cara", reply="I was ill, and nobody knew.")
        else:
            text = "This happened, and it must not happen again."
            self.do("admonish", "nora", text=text, approves=True)
        return self

    def hold(
        self, progress: int, outcome: str, *, evidence: bool = True, who: str = "nora"
    ) -> "CorrectionPlay":
        """Hold the checkpoint that is due and decide about it."""
        self.do(
            "hold_checkpoint",
            who,
            progress=progress,
            evidence_complete=evidence,
            findings="We looked at the actions.",
        )
        return self.settle(outcome)

    def settle(self, outcome: str) -> "CorrectionPlay":
        """Decide about the checkpoint that is open."""
        who = "max" if self.case.level == "L1" else "nora"
        self.do("decide_checkpoint", who, outcome=outcome, reason=REASON)
        return self

    def give_mentor(self, username: str = "bob") -> "CorrectionPlay":
        """Declare that somebody mentors the member."""
        with self.database.unit_of_work() as session:
            declare_mentor(session, username, "cara", now=self.clock.now())
        return self

    def past(self, level: Level, *, months: int = 1) -> "CorrectionPlay":
        """Let a case of a level have been closed some months ago."""
        self.report("overdue_tasks_ge_3").triage("duplicate")
        with self.database.unit_of_work() as session:
            case = session.scalars(select(CorrectionCase)).one()
            case.level, case.outcome = level, Outcome.CORRECTED
            assert case.state is CaseState.CLOSED
        self.wait(f"P{months}M")
        return self

    def last_decision(self, key: str) -> DecisionRecord:
        """Return the newest evaluation of a decision."""
        found = [each for each in self.rows(DecisionRecord) if each.decision_key == key]
        return found[-1]

    def sent(self, message: str) -> list[HistoryEvent]:
        """Return what the history says about a message that was sent."""
        return [
            each
            for each in self.rows(HistoryEvent)
            if message in each.data.values() and "receivers" in each.data
        ]

    @property
    def case(self) -> CorrectionCase:
        """The newest case of correction."""
        with self.database.reading() as session:
            found = select(CorrectionCase).order_by(CorrectionCase.id.desc())
            return session.scalars(found).first() or CorrectionCase()

    def shown(self, element: str, name: str) -> object:
        """Return a value that the form of an open user task can show."""
        with self.database.reading() as session:
            instance, bundle = compiled.of_case(session, self.instance_id)
            user_task = self.find(session, element)
            return place_of(user_task, instance, bundle.executable).data.get(name)

    @property
    def data(self) -> dict[str, object]:
        """The data of the process."""
        return dict(self.instance.data)

    @property
    def signs(self) -> list[RiskSign]:
        """All signs, in order."""
        return list(self.rows(RiskSign))

    @property
    def decisions(self) -> list[CorrectionDecision]:
        """All decisions, in order."""
        return list(self.rows(CorrectionDecision))

    @property
    def checkpoint(self) -> Checkpoint:
        """The newest checkpoint."""
        return list(self.rows(Checkpoint))[-1]
