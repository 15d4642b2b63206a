"""
The live state of a case: tokens and scopes, flat, with ids counted per case.

A *token* marks where the case is. A token that waits beside an activity, for a
boundary event or behind an event-based gateway, is a *listener*: it has a
`host` and lives no longer than that. The listener of an event sub-process waits
for a whole scope: its host is the id of the scope, below zero.

A *scope* is a place in which tokens live and whose end lets its owner go on:
the case itself, a sub-process, a called process, or one instance of a repeated
activity. Data belong to scopes, never to tokens, so that a join has nothing to
merge and nothing to lose.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from workflows.engine.model import ProcessModel

# What a resting token waits for.
USER = "u"
TIMER = "t"
MESSAGE = "m"  # or a signal: something that is delivered
SERVICE = "s"
CONDITION = "k"
CHILDREN = "c"  # the end of the scopes it owns
CHOICE = "g"  # the first of the listeners it hosts

# What kind of place a scope is.
ROOT = "r"
BODY = "b"  # a sub-process; shares the data around it
CALLED = "p"  # a called process; data of its own, sees nothing else
INSTANCE = "i"  # one of many; data of its own, sees the data around it
ROUND = "l"  # one round of a standard loop; shares the data around it
UNDO = "x"  # the undoing of what was completed; data as they were then, or the data around it

NOBODY = 0


@dataclass(slots=True)
class Token:
    """A mark at a node. `kind` is empty while it moves; `host` is 0 unless it listens."""

    id: int
    node: str
    scope: int
    kind: str = ""
    host: int = NOBODY
    due: int | None = None  # microseconds since 1970, UTC
    extra: Any = None


@dataclass(slots=True)
class Scope:
    """A place for tokens; `owner` is the token in the scope `parent` that waits for its end."""

    id: int
    kind: str
    parent: int
    owner: int
    process: ProcessModel
    node: str | None  # the sub-process whose content this is; None for a whole process
    data: dict[str, Any] | None  # None where it shares the data of its parent
    index: int = 0
    joins: dict[str, dict[str, int]] = field(default_factory=dict)
    undo: list[Any] = field(default_factory=list)  # see `compensation`: what can be undone here
    live: int = 0


class Case:
    """Everything that lives in one case, indexed for one step."""

    def __init__(self, started_by: str) -> None:
        self.started_by = started_by
        self.next_id = 1
        self.tokens: dict[int, Token] = {}
        self.scopes: dict[int, Scope] = {}
        self.listeners: dict[int, list[int]] = {}
        self.emptied: deque[int] = deque()

    def new_id(self) -> int:
        """Count on; ids are never used twice in a case."""
        self.next_id += 1
        return self.next_id - 1

    def keep(self, token: Token) -> Token:
        """Add a token and index it."""
        self.tokens[token.id] = token
        if token.host:
            self.listeners.setdefault(token.host, []).append(token.id)
        else:
            self.scopes[token.scope].live += 1
        return token

    def renew(self, token: Token) -> None:
        """
        Give a token a new id, where it begins to wait.

        What a person or a timer names by its id is then this wait and no later
        one: a stale click cannot complete the next user task.
        """
        del self.tokens[token.id]
        if token.host:
            siblings = self.listeners[token.host]
            siblings[siblings.index(token.id)] = self.next_id
        token.id = self.new_id()
        self.tokens[token.id] = token

    def keep_scope(self, scope: Scope) -> Scope:
        """Add a scope and index it."""
        self.scopes[scope.id] = scope
        for counts in scope.joins.values():
            scope.live += sum(counts.values())
        return scope

    def drop(self, token: Token) -> None:
        """Remove a token with its listeners; a scope that has become empty is noted."""
        if self.tokens.pop(token.id, None) is None:
            return
        self.drop_listeners(token)
        if token.host:
            siblings = self.listeners.get(token.host)
            if siblings:
                siblings.remove(token.id)
        else:
            self.lost_one(token.scope)

    def drop_listeners(self, host: Token) -> None:
        """Remove everything that waits beside a token."""
        self._drop_listening(host.id)

    def drop_event_listeners(self, scope: Scope) -> None:
        """Remove what waits to begin an event sub-process of a scope."""
        self._drop_listening(-scope.id)

    def _drop_listening(self, host: int) -> None:
        """Remove all listeners of a host."""
        for listener in self.listeners.pop(host, ()):
            self.tokens.pop(listener, None)

    def drop_scope(self, scope: Scope) -> None:
        """Remove a scope in which nothing lives any more."""
        self.drop_event_listeners(scope)
        del self.scopes[scope.id]

    def lost_one(self, scope_id: int) -> None:
        """Count one token less in a scope."""
        scope = self.scopes.get(scope_id)
        if scope is not None:
            scope.live -= 1
            if scope.live == 0:
                self.emptied.append(scope_id)

    def drop_content(self, owner: Token) -> list[tuple[Token, Scope]]:
        """Remove every scope that a token owns, however deep; answer with what was in them."""
        doomed: dict[int, Scope] = {}
        for scope in self.scopes.values():  # parents come before what lies in them
            if scope.owner == owner.id or scope.parent in doomed:
                doomed[scope.id] = scope
        content = [token for token in self.tokens.values() if token.scope in doomed]
        for token in content:
            del self.tokens[token.id]
            self.listeners.pop(token.id, None)
        for scope_id in doomed:
            self.listeners.pop(-scope_id, None)
            del self.scopes[scope_id]
        return [(token, doomed[token.scope]) for token in content]

    def data_scope(self, scope: Scope) -> Scope:
        """Return the scope whose data a scope writes."""
        while scope.data is None:
            scope = self.scopes[scope.parent]
        return scope
