"""One step in progress: the case, what moves, what happened, and what may still be spent."""

from collections import deque
from time import thread_time
from typing import Any

from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import Flow, Node
from workflows.engine.runtime.state import INSTANCE, NOBODY, ROUND, Case, Scope, Token
from workflows.engine.transition import BudgetExceeded, Event, StepContext, ThrownMessage

_STEPS_BETWEEN_CLOCKS = 128


class Run:
    """
    The workplace of one step.

    Tokens that move stand in `queue`, with the flow they move along; nothing
    here calls itself, so that neither loops nor depth can exhaust the stack.
    """

    def __init__(self, executable: ExecutableProcess, case: Case, context: StepContext) -> None:
        self.executable = executable
        self.case = case
        self.context = context
        self.queue: deque[tuple[Token, Flow | None]] = deque()
        self.events: list[Event] = []
        self.thrown: list[ThrownMessage] = []
        self.duties: list[tuple[str, str]] = []
        # Conditions are looked at when data changed, and when a token begins to wait for one.
        self.looks_for_conditions = False
        # Where the case moves at the moment, so that a refusal can say in which scope it was.
        self.here: Scope | None = None
        self._root: Scope | None = next(iter(case.scopes.values()), None)
        self._steps = 0
        self._started: float | None = None  # to ask the clock costs; most steps are over before

    @property
    def root(self) -> Scope:
        """The outermost scope; it stays readable when the case has ended."""
        if self._root is None:
            self._root = next(iter(self.case.scopes.values()))
        return self._root

    def node(self, token: Token) -> Node:
        """Return the node at which a token stands."""
        return self.case.scopes[token.scope].process.nodes[token.node]

    def scope(self, token: Token) -> Scope:
        """Return the scope in which a token lives."""
        return self.case.scopes[token.scope]

    def is_repeated(self, token: Token) -> bool:
        """Say whether a token does one instance or round of a repeated activity."""
        return self.case.scopes[token.scope].kind in (INSTANCE, ROUND)

    def new_token(self, node: str, scope: Scope, host: int = NOBODY) -> Token:
        """
        Make a token.

        Raises:
            BudgetExceeded: The case would have too many.

        """
        self.expect_tokens(1, node)
        return self.case.keep(Token(self.case.new_id(), node, scope.id, host=host))

    def expect_tokens(self, count: int, element_id: str) -> None:
        """
        Check that so many more tokens may be made, before any is.

        Raises:
            BudgetExceeded: They would be too many.

        """
        most = self.context.limits.live_tokens
        if len(self.case.tokens) + count > most:
            raise BudgetExceeded(
                f"'{element_id}' would give this case more than {most:,} live tokens.", element_id
            )

    def move(self, token: Token, flow: Flow) -> None:
        """Let a token move along a flow."""
        token.node = flow.target
        token.kind = ""
        token.due = token.extra = None
        self.queue.append((token, flow))

    def spend(self, token: Token) -> None:
        """
        Count a step.

        Raises:
            BudgetExceeded: There were too many, or they took too long.

        """
        self._steps += 1
        self.here = self.case.scopes[token.scope]
        limits = self.context.limits
        if self._steps > limits.steps:
            raise BudgetExceeded(
                f"The case made {limits.steps:,} automatic steps without a wait, the last at"
                f" '{token.node}'. A loop needs a user task, timer or message.",
                token.node,
            )
        if self._steps % _STEPS_BETWEEN_CLOCKS == 0:
            self._look_at_clock(token)

    def _look_at_clock(self, token: Token) -> None:
        """Stop a step that takes too long, by the processor time of this thread."""
        seconds, now = self.context.limits.seconds, thread_time()
        if self._started is None:
            self._started = now
        if now - self._started > seconds:
            raise BudgetExceeded(f"One step took more than {seconds:g} seconds.", token.node)

    def record(self, kind: str, scope: Scope, node: Node | None, **data: Any) -> None:
        """Note that something happened, for the history."""
        if kind == "data_changed" and self.executable.has_conditions:
            self.looks_for_conditions = True
        if scope.process is not self.executable.process:
            data["process"] = scope.process.key
        if scope.kind == INSTANCE:
            data["instance"] = scope.index
        element_id, name = (node.id, node.name or None) if node else (None, None)
        self.events.append(Event(kind, element_id, name, data, scope.process.link))
