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
SERVICE = "{urn:understudy:bpmn:1}service"
# By the service that says so in a nomination, how far it has come at least.
GOT_TO = {
    "nomination.register": "nominated",
    "vetting.prepare": "eligible",
    "panel.convene": "vetted",
    "nomination.reject": "panel",
    "admission.waitlist": "panel",
    "admission.approve": "approved",
    "notice.take_down": "noticed",
    "nomination.confirm": "confirmed",
}
MILESTONES = ("nominated", "eligible", "vetted", "panel", "approved", "noticed", "confirmed")
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
    facets: dict = field(default_factory=dict)
    channel: str = ""
    milestones: dict = field(default_factory=dict)
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
        people = _people(session)
        codes = dict(session.execute(text("SELECT id, code FROM pool")).all())
    for number, rows in events.items():
        case = about[number]
        story = _told(rows, case.definition_key, case.definition_version, models)
        wanted = _json(case.data).get("pool")
        if case.definition_key == "nomination":
            story.channel = _json(case.data)["channel"]
        story.pool = wanted if isinstance(wanted, str) and wanted in codes.values() else ""
        if number in people:
            _tell_apart(story, *people[number], codes)
        found[number] = story
    return found


def _people(session):
    """Return whom each case is about, the first by name, with all memberships of that person."""
    seats = defaultdict(list)
    for row in session.execute(text("SELECT * FROM pool_member ORDER BY joined_on, id")):
        seats[row.person_id].append(row)
    found = {}
    for row in session.execute(
        text(
            "SELECT d.instance_id, p.id, p.unit_id, p.level_rank, p.category, p.specialty"
            " FROM duty d JOIN person p ON p.username = d.username WHERE d.duty = 'subject'"
            " ORDER BY d.instance_id, d.username"
        )
    ):
        found.setdefault(row.instance_id, (row, seats[row.id]))
    return found


def _tell_apart(story, person, seats, codes):
    """Note what a case is told apart by: facts of the person, and of the seat in its pool."""
    if not story.pool:
        mine = {codes[seat.pool_id] for seat in seats}
        story.pool = mine.pop() if len(mine) == 1 else ""
    story.facets = {
        "unit": person.unit_id,
        "level": person.level_rank,
        "category": person.category,
        "specialty": person.specialty,
    }
    seats = [seat for seat in seats if codes[seat.pool_id] == story.pool]
    if seats:
        seat = seats[-1]
        year, month = (int(part) for part in str(seat.joined_on).split("-")[:2])
        story.facets |= {
            "level": seat.level_rank,
            "category": seat.category,
            "horizon": seat.horizon,
            "cohort": f"{year}-Q{(month + 2) // 3}",
        }


def _models(session):
    """
    Return of each version of a process which of its elements are of which kind.

    Under the key alone stands what is of a kind in any version.
    """
    kinds = {}
    for row in session.execute(
        text("SELECT key, version, source FROM definition_version WHERE kind = 'process'")
    ):
        for process in ElementTree.fromstring(row.source).iter(f"{BPMN}process"):
            found = {kind: {e.get("id") for e in process.iter(f"{BPMN}{kind}")} for kind in STAGES}
            found["repeated"] = {
                each.get("id")
                for kind in STAGES
                for each in process.iter(f"{BPMN}{kind}")
                if each.find(f"{BPMN}multiInstanceLoopCharacteristics") is not None
            }
            found["milestone"] = {
                (each.get("id"), GOT_TO[each.get(SERVICE)])
                for each in process.iter(f"{BPMN}serviceTask")
                if each.get(SERVICE) in GOT_TO
            }
            kinds[process.get("id"), row.version] = found
            of_any = kinds.setdefault(process.get("id"), {kind: set() for kind in found})
            for kind, elements in found.items():
                of_any[kind] |= elements
    return kinds


def _called_now(rows, process):
    """Return events with the ids that elements have since the case migrated last."""
    names, found = defaultdict(dict), []
    for row in reversed(rows):
        data = _json(row.data)
        own = names[data.get("process", process).split("@")[0]]
        found.insert(0, (row, own.get(row.element_id, row.element_id), data))
        for key, ids in (data.get("renamed") or {}).items():
            later = names[key]
            names[key] = later | {old: later.get(new, new) for old, new in ids.items()}
    return found


def _told(rows, process, version, models):  # noqa: C901 (one event after the other)
    """Put the events of a case together."""
    own_stages = set().union(*(models[process, version][kind] for kind in STAGES))
    begun_at, stage_at, live = {}, {}, {}
    trouble = []
    story = None
    for row, element_id, data in _called_now(rows, process):
        at = _moment(row.at)
        if story is None:
            story = Story(process, version, at)
        within = data.get("process", process)
        model = models[within.split("@")[0]]
        is_task = element_id in model["userTask"]
        if element_id in model["repeated"] and "instance" not in data:
            is_task = False  # what counts the instances is no work of a person
        if row.type == "activity_completed":
            for reached in (to for element, to in model["milestone"] if element == element_id):
                for each in MILESTONES[: MILESTONES.index(reached) + 1]:
                    story.milestones.setdefault(each, at)
        token = data.get("token")
        if row.type == "activity_started":
            if is_task:
                begun_at[token] = (element_id, at)
            if within == process and element_id in own_stages:
                live[token] = element_id
                counts = element_id not in model["repeated"] or "instance" in data
                if counts and element_id not in model["userTask"]:
                    stage_at[token] = (element_id, at)
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
            is_stage = within == process and element_id in own_stages
            if row.type == "activity_completed" and is_stage:
                story.passed.setdefault(element_id, at)
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
        "channels": {which: summary(each)[:2] for which, each in _channels(begun).items()},
    }


def _channels(begun):
    """Return how long each milestone of nominations took since the one before, by channel."""
    found = defaultdict(list)
    for one in begun:
        since = one.begun
        for milestone, at in one.milestones.items() if one.channel else ():
            found[one.channel, milestone].append(days(seconds(since, at)))
            since = at
    return found


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
