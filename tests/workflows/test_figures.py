"""The figures of the desk agree with the raw event log, whatever they are narrowed to."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text

from tests.bench.many_cases import multiply
from tests.conftest import NOW
from tests.flushing import without_flushing
from tests.statements import counted as asked
from tests.workflows import event_log_count as log
from tests.workflows.engine.build import Process, many
from tests.workflows.engine.callers import callee
from tests.workflows.engine.migration.moving import file, migrate
from tests.workflows.engine.shop import (
    ADA,
    BEN,
    SCORE,
    complete,
    open_tasks,
    publish,
    start,
    two_steps,
)
from workflows import (
    channel_funnel,
    demo,
    event_log_cases,
    figure_cases,
    figure_keeping,
    figure_reckoning,
    figure_workload,
    figures,
    packaged,
    plan_structure,
    quarters,
    service_catalogue,
)
from workflows.actors import SYSTEM, Actor
from workflows.calendar import OrganisationCalendar
from workflows.engine import instances
from workflows.engine.migration.cases import Verdict
from workflows.engine.migration.verdicts import Wish
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance, UserTask
from workflows.errors import NotAllowed
from workflows.event_log_cases import Pseudonyms
from workflows.figure_cases import Behind, Counted
from workflows.figure_reckoning import Lived, Span, Work
from workflows.figure_tables import CaseFigure, FigureCell
from workflows.figures import FigureFilter, Reach
from workflows.nomination_tables import Nomination
from workflows.people_tables import OrgUnit, Person
from workflows.quarters import Quarter
from workflows.vocabulary import AgeBand
from workflows.working_time import STANDARD

CALENDAR = OrganisationCalendar()
TODAY = NOW.date()
HR = Actor("helena.carvalho", "Helena", frozenset({"hr"}), frozenset({"hr"}))
ALL = Reach(None)
YEAR = FigureFilter(Quarter(2026, 1), Quarter(2026, 4))

assert service_catalogue  # registers the services that the processes call


@pytest.fixture(scope="module")
def loaded(sqlite_template, tmp_path_factory):
    """The demonstration, with every case counted."""
    path = tmp_path_factory.mktemp("figures") / "demo.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    database = without_flushing(f"sqlite:///{path}")
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)
        demo.load(session, now=NOW, calendar=CALENDAR, people=200)
    with database.unit_of_work() as session:  # so few people use one channel only
        for one in session.scalars(select(Nomination).where(Nomination.id % 2 == 0)):
            case = session.get_one(Instance, one.instance_id)
            one.channel, case.data = "self", case.data | {"channel": "self"}
    bring_up(database)
    yield database
    database.close()


@pytest.fixture(scope="module")
def stories(loaded):
    return log.stories(loaded)


def bring_up(database, at=NOW):
    """Count everything that changed."""
    while figure_keeping.bring_up(database, Occasion(SYSTEM, at, CALENDAR)):
        pass


def shown(database, wanted, reach=ALL, actor=HR, today=TODAY):
    """Return the figures as plain numbers, as the count by the log has them."""
    with database.reading() as session:
        found = figures.of_cases(
            session, figures.settled(wanted, reach), reach, today=today, calendar=CALENDAR
        )

        funnels = channel_funnel.by_channel(session, figures.settled(wanted, reach), reach)

    def plain(took):
        return (took.number, took.median, took.three_quarters, took.nine_of_ten)

    return {
        "open": found.open,
        "ended": dict(found.ended),
        "took": plain(found.took),
        "time": {name: round(days, 1) for name, days in found.time.items() if days},
        "ages": {band.value: number for band, number in found.ages.items() if number},
        "steps": {one.element_id: (one.open, *plain(one.took)) for one in found.steps},
        "stages": {one.element_id: (one.here, *plain(one.since_begin)) for one in found.stages},
        "cohorts": {
            ((each.quarter.year, each.quarter.number), outcome): number
            for each in found.cohorts
            for outcome, number in (
                ("open", each.open),
                ("completed", each.completed),
                ("cancelled", each.cancelled),
            )
            if number
        },
        "done_by": dict(found.done_by),
        "channels": {
            (each.channel, step.milestone.value): (step.number, step.took.median)
            for each in funnels[1:]
            for step in each.steps
            if step.number
        },
    }


def test_the_figures_of_everything_agree_with_the_event_log(loaded, stories):
    expected = log.counted(list(stories.values()), (2026, 1), (2026, 4), TODAY)

    assert shown(loaded, YEAR) == expected
    assert expected["took"][0] >= 20
    assert len(expected["steps"]) > 30


def test_the_figures_of_each_process_agree_with_the_event_log(loaded, stories):
    processes = {one.process for one in stories.values()}

    for process in processes:
        chosen = [one for one in stories.values() if one.process == process]
        wanted = FigureFilter(YEAR.since, YEAR.until, process)
        assert shown(loaded, wanted) == log.counted(chosen, (2026, 1), (2026, 4), TODAY), process
    assert len(processes) > 8


def units_below(database):
    """Return by unit the numbers of it and of the units below it."""
    with database.reading() as session:
        units = session.scalars(select(OrgUnit)).all()
    below = {unit.id: {unit.id} for unit in units}
    for _ in range(10):
        for unit in units:
            if unit.parent_id:
                below[unit.parent_id] |= below[unit.id]
    return below


def slices(database, stories):
    """Yield everything by which the desk offers to slice, and the cases that the log puts there."""
    with database.reading() as session:
        offered = figures.choices(session, ALL, None)
    below = units_below(database)
    for pool in offered["pool"]:
        yield {"pool": pool}, lambda one, pool=pool: one.pool == pool
    for facet in figure_reckoning.FACETS:
        there = {str(one.facets[facet]) for one in stories.values() if facet in one.facets}
        assert set(offered[facet]) == there - {""}, facet
        for value in offered[facet]:
            within = {str(unit) for unit in below[int(value)]} if facet == "unit" else {value}

            def fits(one, facet=facet, within=within):
                return str(one.facets.get(facet)) in within

            yield {"facet": facet, "value": value}, fits
            pool = offered["pool"][0]
            wanted = {"facet": facet, "value": value, "pool": pool, "process": "nomination"}
            yield (
                wanted,
                lambda one, fits=fits, pool=pool: (
                    fits(one) and one.pool == pool and one.process == "nomination"
                ),
            )


def raw_loads(database, ids):
    """Return what is open with each person in some cases, from plain rows."""
    found: dict[str, list[bool]] = {}
    with database.reading() as session:
        for one in session.scalars(select(UserTask).where(UserTask.state == "open")):
            if one.assignee and one.instance_id in ids:
                is_late = one.due_at is not None and one.due_at < NOW
                found.setdefault(one.assignee, []).append(is_late)
    return {name: (len(each), sum(each)) for name, each in found.items()}


def test_every_slice_that_is_offered_agrees_with_the_event_log(loaded, stories):
    kinds = set()
    for narrowed, fits in slices(loaded, stories):
        wanted = FigureFilter(YEAR.since, YEAR.until, **narrowed)
        chosen = {key: one for key, one in stories.items() if fits(one)}
        expected = log.counted(list(chosen.values()), (2026, 1), (2026, 4), TODAY)

        assert shown(loaded, wanted) == expected, narrowed
        with loaded.reading() as session:
            loads = figure_workload.loads(
                session, SYSTEM, wanted, ALL, done_by=expected["done_by"], now=NOW, shown=None
            )
            by_process = figures.by_process(session, wanted, ALL)
            behind = figure_cases.find(
                session,
                SYSTEM,
                wanted,
                Behind(Counted.OPEN),
                ALL,
                today=TODAY,
                calendar=CALENDAR,
                limit=200,
            )
        assert {one.username: (one.open, one.overdue) for one in loads} == raw_loads(
            loaded, chosen.keys()
        )
        assert {one.done for one in loads} <= {*expected["done_by"].values(), 0}
        assert {one.id for one in behind.items} == {
            key for key, one in chosen.items() if one.ended is None
        }
        assert sum(one.open for one in by_process.values()) == expected["open"]
        assert sum(one.begun for one in by_process.values()) == sum(expected["cohorts"].values())
        kinds.add((narrowed.get("facet", "pool"), bool(expected["steps"])))
    assert {(facet, True) for facet in ("pool", *figure_reckoning.FACETS)} <= kinds


def test_every_period_and_version_agrees_with_the_event_log(loaded, stories):
    every = list(stories.values())
    first = min(log.quarter(one.begun) for one in every)
    periods = quarters.until(TODAY, 4 * (2026 - first[0]) + 4)

    for number, since in enumerate(periods):
        for until in {since, periods[min(number + 1, len(periods) - 1)], periods[-1]}:
            for version in (None, 1):
                chosen = [one for one in every if version in (None, one.version)]
                wanted = FigureFilter(since, until, version=version)
                span = ((since.year, since.number), (until.year, until.number))
                assert shown(loaded, wanted) == log.counted(chosen, *span, TODAY), (since, until)


def test_a_head_gets_the_figures_of_the_own_units_and_no_others(loaded, stories):
    with loaded.reading() as session:
        head = session.scalars(
            select(OrgUnit.head_username).where(OrgUnit.head_username != "")
        ).first()
        actor = Actor(head, head, frozenset({"manager"}), frozenset({"manager"}))
        reach = figures.reach(session, actor)
        foreign = next(
            unit for unit in session.scalars(select(OrgUnit)) if unit.id not in reach.unit_ids
        )
        choices = figures.choices(session, reach, None)
    own = [one for one in stories.values() if one.facets.get("unit") in reach.unit_ids]

    mine = shown(loaded, YEAR, reach)

    assert mine == log.counted(own, (2026, 1), (2026, 4), TODAY)
    for wanted in (
        FigureFilter(YEAR.since, YEAR.until, facet="unit", value=str(foreign.id)),
        FigureFilter(YEAR.since, YEAR.until, facet="level", value="1"),
        FigureFilter(YEAR.since, YEAR.until, facet="unit", value="²"),
    ):
        assert shown(loaded, wanted, reach) == mine
    assert set(choices) <= {"pool", "version", "unit"}
    assert {int(each) for each in choices.get("unit", ())} <= reach.unit_ids


def test_every_milestone_of_a_channel_leads_to_its_nominations(loaded, stories):
    with loaded.reading() as session:
        found = channel_funnel.by_channel(session, YEAR, ALL)
        for funnel in found:
            for step in funnel.steps:
                behind = Behind(Counted.CHANNEL, f"{funnel.channel}/{step.milestone}")
                page = figure_cases.find(
                    session, SYSTEM, YEAR, behind, ALL, today=TODAY, calendar=CALENDAR, limit=200
                )
                assert {one.id for one in page.items} == {
                    key
                    for key, one in stories.items()
                    if step.milestone in one.milestones
                    and one.channel
                    and funnel.channel in ("", one.channel)
                }
    everything, *channels = found
    assert len(channels) >= 2
    assert [step.number for step in everything.steps] == [
        sum(funnel.steps[place].number for funnel in channels)
        for place in range(len(everything.steps))
    ]
    assert everything.steps[-1].number > 0


def test_every_figure_leads_to_its_cases(loaded, stories):
    with loaded.reading() as session:

        def numbers(wanted, behind):
            page = figure_cases.find(
                session, SYSTEM, wanted, behind, ALL, today=TODAY, calendar=CALENDAR, limit=200
            )
            assert page.next is None
            return {one.id for one in page.items}

        for process in ("nomination", "short_assignment", "training"):
            wanted = FigureFilter(YEAR.since, YEAR.until, process)
            mine = {key: one for key, one in stories.items() if one.process == process}
            assert numbers(wanted, Behind(Counted.OPEN)) == {
                key for key, one in mine.items() if one.ended is None
            }
            assert numbers(wanted, Behind(Counted.ENDED, "completed")) == {
                key for key, one in mine.items() if one.outcome == "completed"
            }
            assert numbers(wanted, Behind(Counted.BEGUN)) == set(mine)
            for element in {element for one in mine.values() for element, *_ in one.done}:
                assert numbers(wanted, Behind(Counted.STEP, element)) == {
                    key for key, one in mine.items() if element in {each[0] for each in one.done}
                }
            for element in {element for one in mine.values() for element in one.passed}:
                assert numbers(wanted, Behind(Counted.PASSED, element)) == {
                    key for key, one in mine.items() if element in one.passed
                }
            for element in {element for one in mine.values() for element in one.here}:
                assert numbers(wanted, Behind(Counted.HERE, element)) == {
                    key for key, one in mine.items() if element in one.here
                }
            for age in AgeBand:
                assert numbers(wanted, Behind(Counted.WAITING, age=age)) == {
                    key
                    for key, one in mine.items()
                    if age.value in {log._band(begin, TODAY) for _, begin in one.waiting}
                }


def test_figures_brought_up_step_by_step_are_those_counted_at_once(database):
    publish(database, two_steps(), SCORE)
    for day in range(6):
        at = NOW + timedelta(days=day, hours=5 * day)
        case = start(database, "two_steps", {"topic": "Bridge"}, now=at)
        bring_up(database, at)
        for step in (["prepare", "score"], ["prepare"], [])[day % 3]:
            at += timedelta(days=2, hours=7)
            by, answer = (BEN, {"score": 80}) if step == "score" else (ADA, None)
            complete(database, open_tasks(database, case)[step].id, answer, actor=by, now=at)
            bring_up(database, at)
        if day == 5:
            with database.unit_of_work() as session:
                instances.cancel(session, case.id, reason="No need", actor=SYSTEM, now=at)
            bring_up(database, at)
    today = date(2026, 12, 9)
    gradually = shown(database, YEAR, today=today)

    with database.unit_of_work() as session:
        session.execute(delete(FigureCell))
        session.execute(delete(CaseFigure))
    bring_up(database)

    assert shown(database, YEAR, today=today) == gradually
    assert gradually == log.counted(
        list(log.stories(database).values()), (2026, 1), (2026, 4), today
    )
    assert gradually["ended"] == {"completed": 2, "cancelled": 1}
    with database.reading() as session:
        assert session.scalars(select(FigureCell.number).where(FigureCell.number <= 0)).all() == []


def test_a_case_lies_with_people_stands_still_or_waits():
    monday = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)

    def span(first, last):
        return Span(monday + timedelta(days=first), monday + timedelta(days=last))

    task = Work("do", "completed", *span(1, 3), "ada")
    other = Work("also", "cancelled", *span(2, 4), None)
    lived = Lived(
        *(1, 9, "process", 1, "completed", monday, monday + timedelta(days=11)),
        work=[task, other],
        incidents=[span(3.5, 4.5)],
        stages=[],
        passed={},
        here=[],
    )

    row = figure_reckoning.row(lived, STANDARD)

    # Nine working days: three with people, half of one more with a problem, the others waiting.
    assert (row["days"], row["with_people"], row["stopped"], row["waiting"]) == (90, 30, 5, 55)


def test_what_was_counted_is_not_counted_again(database):
    publish(database, two_steps(), SCORE)
    start(database, "two_steps", {"topic": "Bridge"})

    assert figure_keeping.bring_up(database, Occasion(SYSTEM, NOW, CALENDAR)) == 1
    assert figure_keeping.bring_up(database, Occasion(SYSTEM, NOW, CALENDAR)) == 0


def test_figures_are_not_for_everybody(database):
    nobody = Actor("amara", "Amara", frozenset({"reviewer"}), frozenset({"reviewer"}))

    with database.reading() as session, pytest.raises(NotAllowed, match="Figures are for HR"):
        figures.reach(session, nobody)


def test_a_period_is_put_right():
    turned = FigureFilter(Quarter(2026, 4), Quarter(2026, 1))
    long = FigureFilter(Quarter(1999, 1), Quarter(2026, 4))

    assert figures.settled(turned, ALL) == YEAR
    assert figures.settled(long, ALL).quarters == quarters.until(date(2026, 12, 31), 20)


def test_the_desk_asks_as_much_for_many_cases_as_for_few(database):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "Bridge"})
    complete(database, open_tasks(database, case)["prepare"].id)
    bring_up(database)

    def look():
        with asked(database) as statements, database.reading() as session:
            reach = figures.reach(session, HR)
            found = figures.of_cases(session, YEAR, reach, today=TODAY, calendar=CALENDAR)
            figures.by_process(session, YEAR, reach)
            figure_workload.loads(session, HR, YEAR, reach, done_by={}, now=NOW)
            figure_cases.find(session, HR, YEAR, Behind(), reach, today=TODAY, calendar=CALENDAR)
        return found.open, len(statements)

    few = look()
    multiply(database, 300, open_share=1)
    bring_up(database)
    many = look()

    assert (few[0], many[0]) == (1, 300)
    assert many[1] == few[1]


def moving(*steps, key="line"):
    """Draw a process with a called one, something done for each of two, and then some steps."""
    process = Process(key).start().user("before").call("inner", "callee", binding="latest")
    process.user("each", many(cardinality="2")).end()
    for step in steps:
        process.user(step, name=f"{step} it")
    return file(process.chain("start", "before", "inner", "each", *steps, "end"))


def migrated_cases(database):
    """Let cases go on in two newer versions, in which steps have other and each other's names."""
    publish(database, callee("inside"))
    publish(database, moving("write", "check", "sign"))
    early, late, old = (start(database, "line") for _ in range(3))
    at = NOW
    for element in ("before", "inside", "each", "each", "write"):
        at += timedelta(days=1, hours=5)
        for case in (early, late, old):
            complete(database, open_tasks(database, case)[element].id, now=at)
    renamed = moving("check", "draft", "sign")
    publish(database, renamed)
    wish = Wish({"write": "check", "check": "draft"})
    assert migrate(database, early, wish, at).verdict is Verdict.MIGRATED
    bring_up(database, at)
    complete(database, open_tasks(database, early)["draft"].id, now=at + timedelta(days=2))
    publish(database, moving("text", "draft", "approve"))
    again = Wish({"check": "text", "sign": "approve"})
    at += timedelta(days=4)
    assert migrate(database, early, again, at).verdict is Verdict.MIGRATED
    both = Wish({"write": "text", "check": "draft", "sign": "approve"})
    assert migrate(database, late, both, at).verdict is Verdict.MIGRATED
    complete(database, open_tasks(database, early)["approve"].id, now=at + timedelta(days=1))
    return early, late, old


def test_what_was_done_before_a_migration_counts_under_the_ids_of_today(database):
    early, late, old = migrated_cases(database)
    bring_up(database)

    stories = list(log.stories(database).values())
    found = shown(database, YEAR, today=date(2026, 12, 9))
    with database.reading() as session:
        told = event_log_cases.read(
            session, {case.id: 10_000 for case in (early, late, old)}, Pseudonyms()
        )

    assert found == log.counted(stories, (2026, 1), (2026, 4), date(2026, 12, 9))
    assert {element: row[1] for element, row in found["steps"].items()} == {
        **{"before": 3, "inner": 3, "inside": 3, "each": 6, "text": 2, "write": 1},
        **{"draft": 1, "check": 0, "approve": 1},
    }
    assert {element: row[1] for element, row in found["stages"].items()} == {
        **{"before": 3, "inner": 3, "each": 3, "text": 2, "write": 1},
        **{"draft": 1, "check": 0, "approve": 1},
    }
    assert {one.element_id for one in told[0].events} & {"write", "check", "sign"} == set()
    assert {one.name for one in told[0].tasks} >= {"text it", "draft it", "approve it"}
    assert {one.element_id for one in told[1].tasks} >= {"text", "draft"}
    assert {one.element_id for one in told[2].tasks} >= {"write", "check"}
    assert "text it" in {one.name for one in told[1].events}


def raw_structure(database, fits=lambda _row: True):
    """Count members by cell from their changes of state, and what is planned, in plain SQL."""
    with database.reading() as session:
        rows = session.execute(
            text(
                "SELECT m.id, p.code, m.level_rank, m.category, m.horizon, m.joined_on, q.unit_id,"
                " q.specialty, (SELECT c.to_state FROM state_change c WHERE c.member_id = m.id"
                " ORDER BY c.id DESC LIMIT 1) AS state FROM pool_member m"
                " JOIN pool p ON p.id = m.pool_id JOIN person q ON q.id = m.person_id"
            )
        ).all()
        plans = session.execute(
            text(
                "SELECT p.code, c.level_rank, c.category, c.horizon, c.target FROM plan_quota c"
                " JOIN pool_plan n ON n.id = c.plan_id JOIN pool p ON p.id = n.pool_id"
                " WHERE n.year = 2026 AND n.state = 'approved'"
            )
        ).all()
    found = {tuple(row[:4]): [0, 0, 0, row.target] for row in plans}
    for row in rows:
        if row.state != "EXITED":
            cell = found.setdefault(tuple(row[1:5]), [0, 0, 0, 0])
            cell[0] += 1
            cell[1] += row.state == "EXIT_PROPOSED"
            cell[2] += bool(fits(row))
    return {key: tuple(cell) for key, cell in found.items()}


def seen_structure(database, wanted, reach=ALL, actor=HR):
    """Return the structure as plain numbers."""
    with database.reading() as session:
        settled = figures.settled(wanted, reach)
        pools = plan_structure.structure(session, actor, settled, reach, now=NOW)
    return pools, {
        (pool.code, cell.status.level_rank, cell.status.category, cell.status.horizon.value): (
            cell.status.members,
            cell.status.pending_exits,
            cell.here,
            cell.status.target,
        )
        for pool in pools
        for cell in pool.cells
    }


def test_the_structure_agrees_with_the_changes_of_state(loaded, stories):
    pools, cells = seen_structure(loaded, YEAR)

    assert cells == {key: (n, k, n, t) for key, (n, k, _h, t) in raw_structure(loaded).items()}
    assert sum(pool.members for pool in pools) > 50
    assert {pool.code: pool.under_way for pool in pools} == {
        pool.code: sum(
            one.process == "nomination" and one.pool == pool.code and one.ended is None
            for one in stories.values()
        )
        for pool in pools
    }
    colours = {0: "GREEN", 1: "BLUE", 2: "BLUE", 3: "YELLOW"}
    for pool in pools:
        unmet = sum(
            members - leaving < target
            for members, leaving, _h, target in (
                cell for key, cell in cells.items() if key[0] == pool.code
            )
        )
        assert (pool.unmet, pool.warning) == (unmet, colours.get(unmet, "RED"))


def test_the_structure_is_sliced_as_the_figures_are(loaded):
    below = units_below(loaded)
    every = raw_structure(loaded)
    place = {"pool": 0, "level": 1, "category": 2, "horizon": 3}
    for facet, at in place.items():
        for value in {str(key[at]) for key in every}:
            chosen = {"pool": value} if facet == "pool" else {"facet": facet, "value": value}
            _pools, cells = seen_structure(loaded, FigureFilter(YEAR.since, YEAR.until, **chosen))
            assert cells.keys() == {key for key in every if str(key[at]) == value}
    with loaded.reading() as session:
        specialties = set(session.scalars(select(Person.specialty))) - {""}
    sliced = [
        *(
            ("unit", str(unit), lambda row, w=within: row.unit_id in w)
            for unit, within in below.items()
        ),
        *(("specialty", each, lambda row, e=each: row.specialty == e) for each in specialties),
        ("cohort", "2026-Q1", lambda row: "2026-01" <= str(row.joined_on)[:7] <= "2026-03"),
    ]
    for facet, value, fits in sliced:
        wanted = FigureFilter(YEAR.since, YEAR.until, facet=facet, value=value)
        assert seen_structure(loaded, wanted)[1] == raw_structure(loaded, fits), (facet, value)
    assert any(cell[2] for cell in raw_structure(loaded, sliced[-1][2]).values())
