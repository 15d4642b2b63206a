"""Where in a case a user task waits: the data that its form sees, its node, and the versions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workflows.engine.compiled import CompiledBundle
from workflows.engine.forms import FormDocument
from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import Node
from workflows.engine.runtime import codec, data, paths
from workflows.engine.tables import Instance, UserTask


@dataclass(frozen=True)
class Place:
    """
    The place of a user task.

    Attributes:
        data: Process data that its scope sees, which may lie in a called
            process or in one of many instances of an activity.
        node: Its node, or nothing where the case has gone on.

    """

    data: Mapping[str, Any]
    node: Node | None


def seen_by(
    state: bytes | None, token_id: int, executable: ExecutableProcess
) -> Mapping[str, Any] | None:
    """Return the data that a waiting token sees, or nothing when it is gone."""
    if state is None:
        return None
    case = codec.decode(state, executable)
    token = case.tokens.get(token_id)
    return data.visible(case, case.scopes[token.scope]) if token is not None else None


def waits_at(state: bytes | None, token_id: int, executable: ExecutableProcess) -> str | None:
    """Return the place at which a token waits, or nothing when it is gone."""
    if state is None:
        return None
    case = codec.decode(state, executable)
    token = case.tokens.get(token_id)
    return paths.path_of_token(case, token) if token is not None else None


def place_of(user_task: UserTask, instance: Instance, executable: ExecutableProcess) -> Place:
    """Return where a user task of a case waits; a closed one sees the case as a whole."""
    if instance.state is not None and user_task.state == "open":
        case = codec.decode(instance.state, executable)
        token = case.tokens.get(user_task.token_id)
        if token is not None:
            scope = case.scopes[token.scope]
            return Place(data.visible(case, scope), scope.process.nodes.get(token.node))
    return Place(instance.data, executable.process.nodes.get(user_task.element_id))


def form_of(
    bundle: CompiledBundle, state: bytes | None, token_id: int, form_key: str
) -> FormDocument | None:
    """Return the form of a user task in the version that its process refers to, if there is one."""
    link = ""
    if bundle.executable.latest and state is not None:
        case = codec.decode(state, bundle.executable)
        token = case.tokens.get(token_id)
        link = case.scopes[token.scope].process.link if token is not None else ""
    return bundle.forms.get(form_key + link)


def shown(instance: Instance, executable: ExecutableProcess) -> ExecutableProcess:
    """Return a process as its case shows it: of called ones the version that runs, if one does."""
    if not executable.latest or instance.state is None:
        return executable
    scopes = codec.decode(instance.state, executable).scopes.values()
    running = {each.process.key: each.process for each in scopes if each.process.link}
    running.pop(executable.process.key, None)
    return replace(executable, called={**executable.called, **running})
