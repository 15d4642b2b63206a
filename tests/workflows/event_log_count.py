"""
The figures of the desk counted once more, from the raw event log alone.

Nothing here shares code with the figures: events and duties are read as plain
rows, user tasks and stages are looked up in the BPMN files, and working days are
counted day by day, Monday to Friday in UTC.
"""

import json
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from xml.etree import ElementTree

from sqlalchemy import text

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
STAGES = ("userTask", "callActivity", "receiveTask")


@dataclass
class Story:
    """One case, as its events tell it."""

    process: str
    version: int
    begun: datetime
    ended: datetime | None = None
    outcome: str = "open"
    done: list = field(default_factory=list)  # element, begin, end, by whom
    waiting: list = field(default_factory=list)  # element, begin
    people: list = field(default_factory=list)  # times in which somebody had something to do
    stopped: list = field(default_factory=list)
    passed: dict = field(default_factory=dict)
    here: set = field(default_factory=set)
    unit: int | None = None
    pool: str = ""


def stories(database):
    """Tell every case from its events."""
    found = {}
    with database.reading() as session:
        models = _models(session)
        versions = session.execute(
            text("SELECT id, definition_key, definition_version, data FROM instance")
        )
        about = {row.id: row for row in versions}
        events = defaultdict(list)
        for row in session.execute(text("SELECT * FROM history_event ORDER BY instance_id, seq")):
            events[row.instance_id].append(row)
        units = dict(
            session.execute(
                text(
                    "SELECT d.instance_id, p.unit_id FROM duty d JOIN person p"
                    " ON p.username = d.username WHERE d.duty = 'subject'"
                )
            ).all()
        )
    for number, rows in events.items():
        case = about[number]
        story = _told(rows, case.definition_key, case.definition_version, models)
        story.unit = units.get(number)
        story.pool = _json(case.data).get("pool") or ""
        found[number] = story
    return found


def _models(session):
    """Return of each process which of its elements are of which kind."""
    kinds = {}
    for row in session.execute(
        text("SELECT key, source FROM definition_version WHERE kind = 'process'")
    ):
        for process in ElementTree.fromstring(row.source).iter(f"{BPMN}process"):
            found = {kind: {e.get("id") for e in process.iter(f"{BPMN}{kind}")} for kind in STAGES}
            found["repeated"] = {
                each.get("id")
                for kind in STAGES
                for each in process.iter(f"{BPMN}{kind}")
                if each.find(f"{BPMN}multiInstanceLoopCharacteristics") is not None
            }
            kinds[process.get("id")] = found
    return kinds


def _told(rows, process, version, models):  # noqa: C901 (one event after the other)
    """Put the events of a case together."""
    own_stages = set().union(*(models[process][kind] for kind in STAGES))
    begun_at, stage_at, live = {}, {}, {}
    trouble = []
    story = None
    for row in rows:
        at, data = _moment(row.at), _json(row.data)
        if story is None:
            story = Story(process, version, at)
        within = data.get("process", process)
        model = models[within.split("@")[0]]
        is_task = row.element_id in model["userTask"]
        if row.element_id in model["repeated"] and "instance" not in data:
            is_task = False  # what counts the instances is no work of a person
        token = data.get("token")
        if row.type == "activity_started":
            if is_task:
                begun_at[token] = (row.element_id, at)
            if within == process and row.element_id in own_stages:
                live[token] = row.element_id
                counts = row.element_id not in model["repeated"] or "instance" in data
                if counts and row.element_id not in model["userTask"]:
                    stage_at[token] = (row.element_id, at)
        elif row.type in ("activity_completed", "activity_cancelled"):
            live.pop(token, None)
            if token in stage_at:
                element, since = stage_at.pop(token)
                if row.type == "activity_completed":
                    story.done.append((element, since, at, None))
            if token in begun_at:
                element, since = begun_at.pop(token)
                story.people.append((since, at))
                if row.type == "activity_completed":
                    story.done.append((element, since, at, row.actor))
            is_stage = within == process and row.element_id in own_stages
            if row.type == "activity_completed" and is_stage:
                story.passed.setdefault(row.element_id, at)
        elif row.type == "incident_opened":
            trouble.append(at)
        elif row.type == "incident_resolved":
            story.stopped.append((trouble.pop(), at))
        elif row.type in ("instance_completed", "instance_cancelled"):
            story.ended, story.outcome = at, row.type.removeprefix("instance_")
    end = story.ended
    if end is None:
        story.waiting = list(begun_at.values())
        story.here = set(live.values())
    story.people += [(since, end) for _, since in begun_at.values() if end]
    story.stopped += [(since, end) for since in trouble if end]
    return story


def seconds(begin, end):
    """Return the working seconds between two moments, counted day by day."""
    total, day = 0.0, datetime.combine(begin.date(), time(), UTC)
    while day < end:
        following = day + timedelta(days=1)
        if day.weekday() < 5:
            total += max((min(end, following) - max(begin, day)).total_seconds(), 0)
        day = following
    return total


def days(number_of_seconds):
    """Return working days to a tenth; from ten on whole ones."""
    tenth = round(number_of_seconds / 8640)
    return tenth / 10 if tenth < 100 else float(round(number_of_seconds / 86400))


def covered(spans):
    """Return the working seconds that some times cover, found edge by edge."""
    edges = sorted([(a, 1) for a, b in spans if b > a] + [(b, -1) for a, b in spans if b > a])
    total, depth, since = 0.0, 0, None
    for at, change in edges:
        if depth > 0:
            total += seconds(since, at)
        depth += change
        since = at
    return total


def quarter(moment):
    """Return the quarter of a moment."""
    return (moment.year, (moment.month - 1) // 3 + 1)


def percentile(values, share):
    """Return the smallest value that so large a share of them does not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1] if len(values) >= 5 else None


def summary(values):
    """Return how many there are, the middle one, and what three in four and nine in ten kept to."""
    return (len(values), *(percentile(values, share) for share in (0.5, 0.75, 0.9)))


def counted(chosen, since, until, today):
    """Return every figure of some cases over a period, as plain numbers."""
    ended = [one for one in chosen if one.ended and since <= quarter(one.ended) <= until]
    begun = [one for one in chosen if since <= quarter(one.begun) <= until]
    steps, done_by = defaultdict(list), Counter()
    waiting, ages, here = Counter(), Counter(), Counter()
    for one in chosen:
        for element, begin, end, actor in one.done:
            if since <= quarter(end) <= until:
                steps[element].append(days(seconds(begin, end)))
                done_by.update([actor] if actor else [])
        for element, begin in one.waiting:
            waiting[element] += 1
            ages[_band(begin, today)] += 1
        here.update(one.here)
    passed = defaultdict(list)
    for one in begun:
        for element, at in one.passed.items():
            passed[element].append(days(seconds(one.begun, at)))
    parts = Counter()
    for one in ended:
        of_people = covered(one.people)
        of_both = covered(one.people + one.stopped)
        parts["with_people"] += days(of_people)
        parts["stopped"] += days(of_both - of_people)
        parts["waiting"] += days(seconds(one.begun, one.ended) - of_both)
    return {
        "open": sum(one.ended is None for one in chosen),
        "ended": Counter(one.outcome for one in ended),
        "took": summary(
            [days(seconds(o.begun, o.ended)) for o in ended if o.outcome == "completed"]
        ),
        "time": {name: round(number, 1) for name, number in parts.items() if round(number, 1)},
        "ages": dict(ages),
        "steps": {e: (waiting[e], *summary(steps[e])) for e in steps.keys() | waiting.keys()},
        "stages": {e: (here[e], *summary(passed[e])) for e in passed.keys() | here.keys()},
        "cohorts": Counter((quarter(one.begun), one.outcome) for one in begun),
        "done_by": done_by,
    }


def _band(begin, today):
    """Return the age of something that began on a day."""
    first = datetime.combine(begin.date(), time(), UTC)
    passed = int(seconds(first, datetime.combine(today, time(), UTC)) // 86400)
    bounds = ((5, "0-5"), (10, "6-10"), (20, "11-20"))
    return next((name for most, name in bounds if passed <= most), "over-20")


def _moment(value):
    """Return a moment as both kinds of database give it to whoever asks in plain SQL."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _json(value):
    """Return JSON as both kinds of database give it to whoever asks in plain SQL."""
    return json.loads(value) if isinstance(value, str) else value
