"""Trees of blocks as BPMN."""

from itertools import pairwise

from tests.workflows.engine.blocks import (
    INSTANCES,
    MOST_ROUNDS,
    Activity,
    Block,
    Choice,
    Link,
    Loop,
    On,
    Send,
    Several,
    Throw,
    User,
    Wait,
)
from tests.workflows.engine.build import Level, Process, loop, many, timer

_GATEWAYS = {"par": "parallelGateway", "xor": "exclusiveGateway", "inc": "inclusiveGateway"}
_AGAIN = "modulo(n, 3) = 0"


def drawn(block: Block) -> list[Process]:
    """Write a tree of blocks as BPMN; the first process is the outermost."""
    others: list[Process] = []
    process = Process("outer")
    _content(process, "outer", block, others)
    return [process, *others]


def _content(level: Level, name: str, block: Block, others: list[Process]) -> None:
    first, last = _draw(level, block, others)
    level.start(f"{name}_start").end(f"{name}_end")
    level.chain(f"{name}_start", first).chain(last, f"{name}_end")


def _draw(level: Level, block: Block, others: list[Process]) -> tuple[str, str]:
    """Draw a block; answer with its first and last node."""
    if isinstance(block, User):
        level.user(block.id)
        return block.id, block.id
    if isinstance(block, Wait):
        _wait(level, block)
        return block.id, block.id
    return _DRAW[type(block)](level, block, others)


def _wait(level: Level, block: Wait) -> None:
    if block.kind == "receive":
        level.receive(block.id, "word")
    else:
        level.catch(block.id, _definition(level, block))


def _definition(level: Level, event: Wait | On) -> str:
    """Return what an event waits for."""
    if event.kind == "timer":
        times = event.times if isinstance(event, On) else 1
        if times > 1:
            return timer(cycle=f"R{times}/PT{event.hours}H")
        return timer(duration=f"PT{event.hours}H")
    if event.kind == "signal":
        level.root.messages["signal"] = '<bpmn:signal id="signal_call" name="call"/>'
        return '<bpmn:signalEventDefinition signalRef="signal_call"/>'
    return level._caught(
        "word" if event.kind == "message" else "",
        event.code if event.kind == "error" else None,  # type: ignore[union-attr]
        event.code if event.kind == "escalation" else None,  # type: ignore[union-attr]
    )


def _several(level: Level, block: Several, others: list[Process]) -> tuple[str, str]:
    ends = [_draw(level, part, others) for part in block.parts]
    if block.kind == "seq":
        for (_, last), (first, _) in pairwise(ends):
            level.flow(last, first)
        return ends[0][0], ends[-1][1]
    split, join = f"{block.id}_split", f"{block.id}_join"
    count = len(ends)
    default = {"xor": f"{block.id}_to{count - 1}", "inc": f"{block.id}_none"}.get(block.kind)
    level.add(_GATEWAYS[block.kind], split, default=default).add(_GATEWAYS[block.kind], join)
    for index, (first, last) in enumerate(ends):
        name = f"{block.id}_to{index}"
        condition = {
            "par": "",
            "xor": f"modulo(n, {count}) = {index}",
            "inc": f"modulo(n + {index}, 4) < 2",
        }[block.kind]
        level.flow(split, first, "" if name == default else condition, id=name)
        level.flow(last, join, id=f"{name}_back")
    if block.kind == "inc":
        level.flow(split, join, id=default or "")
    return split, join


def _loop(level: Level, block: Loop, others: list[Process]) -> tuple[str, str]:
    first, last = _draw(level, block.body, others)
    merge, again, out = (f"{block.id}_{part}" for part in ("merge", "again", "out"))
    level.exclusive(merge).exclusive(again, default=f"{out}_flow").task(out)
    level.flow(merge, first).flow(last, again).flow(again, merge, _AGAIN)
    level.flow(again, out, id=f"{out}_flow")
    return merge, out


def _link(level: Level, block: Link, others: list[Process]) -> tuple[str, str]:
    away, back = f"{block.id}_away", f"{block.id}_back"
    for tag, name in (("intermediateThrowEvent", away), ("intermediateCatchEvent", back)):
        definition = f'<bpmn:linkEventDefinition id="{name}_link" name="{block.id}"/>'
        level.add(tag, name, definition)
    first, last = _draw(level, block.body, others)
    level.flow(back, first)
    return away, last


def _choice(level: Level, block: Choice, others: list[Process]) -> tuple[str, str]:
    merge = f"{block.id}_merge"
    level.event_based(block.id).exclusive(merge)
    for event, part in block.options:
        _wait(level, event)
        first, last = _draw(level, part, others)
        level.flow(block.id, event.id).flow(event.id, first).flow(last, merge)
    return block.id, merge


def _throw(level: Level, block: Throw, others: list[Process]) -> tuple[str, str]:
    ask, thrown, out = f"{block.id}_ask", f"{block.id}_thrown", f"{block.id}_out"
    level.user(block.id).exclusive(ask, default=f"{out}_flow").exclusive(out)
    level.flow(block.id, ask).flow(ask, out, id=f"{out}_flow")
    level.flow(ask, thrown, "modulo(n, 2) = 1")
    if block.kind == "error":
        level.end_with(thrown, error=block.code)
    elif block.kind == "stop":
        level.end_with(thrown, terminate=True)
    else:
        level.throw(thrown, escalation=block.code).flow(thrown, out, id=f"{thrown}_on")
    return block.id, out


def _send(level: Level, block: Send, _: list[Process]) -> tuple[str, str]:
    sent = f"{block.id}_sent"
    level.user(block.id).throw(sent, message=block.id).flow(block.id, sent)
    return block.id, sent


def _activity(level: Level, block: Activity, others: list[Process]) -> tuple[str, str]:
    host = _host(level, block, others)
    border = [on for on in block.events if on.place == "border"]
    if not border:
        return host, host
    merge = f"{block.id}_merge"
    level.exclusive(merge).flow(host, merge)
    for on in border:
        level.boundary(on.id, host, _definition(level, on), interrupting=on.interrupting)
        first, last = _draw(level, on.handler, others)
        level.flow(on.id, first)
        if on.interrupting:
            level.flow(last, merge)
        else:
            end = f"{on.id}_end"
            level.end(end).flow(last, end)
    return host, merge


def _host(level: Level, block: Activity, others: list[Process]) -> str:
    """Draw what the border is around, and answer with its id."""
    if isinstance(block.body, User) and block.kind != "sub" and block.kind != "call":
        level.user(block.body.id, _repeated(block))
        return block.body.id
    if block.kind == "call":
        called = Process(f"{block.id}_called")
        others.append(called)
        inside: Level = called
        level.call(block.id, called.key)
    else:
        inside = level.sub(block.id, _repeated(block))
    _content(inside, f"{block.id}_body", block.body, others)
    for on in block.events:
        if on.place == "inside":
            handling = inside.event_sub(f"{on.id}_sub")
            first, last = _draw(handling, on.handler, others)
            handling.event_start(on.id, _definition(level, on), interrupting=on.interrupting)
            handling.end(f"{on.id}_end").flow(on.id, first).flow(last, f"{on.id}_end")
    return block.id


def _repeated(block: Activity) -> str:
    """Return how often the activity is done."""
    if block.kind == "rounds":
        return loop(MOST_ROUNDS, _AGAIN)
    if block.kind in ("each", "row"):
        return many(
            cardinality=str(INSTANCES),
            sequential=block.kind == "row",
            until="numberOfCompletedInstances >= 1" if block.first else "",
            collect=f"{block.id}_all",
            collectItem="n",
        )
    return ""


_DRAW = {
    Several: _several,
    Loop: _loop,
    Link: _link,
    Choice: _choice,
    Throw: _throw,
    Send: _send,
    Activity: _activity,
}
