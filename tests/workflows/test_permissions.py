"""The policy as a matrix: every actor, every action, seen and done."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.statements import asked_with, counted
from tests.workflows.staff import add_person, add_units
from workflows import case_facts, case_list, permissions
from workflows.actors import SYSTEM, Actor
from workflows.case_access import scope_answered_for
from workflows.case_facts import CaseFacts
from workflows.case_list import CaseFilter
from workflows.database import Database
from workflows.engine.tables import (
    Bundle,
    DefinitionVersion,
    Duty,
    Instance,
    UserTask,
    UserTaskCandidate,
)
from workflows.errors import NotAllowed, NotFound
from workflows.mentoring_access import CheckInFacts, PairingFacts
from workflows.permissions import (
    Action,
    CorrectionFacts,
    ExitFacts,
    NominationFacts,
    PersonFacts,
    PoolFacts,
    ReviewFacts,
    UserTaskFacts,
    View,
)
from workflows.vocabulary import Visibility


def actor(username: str, *roles: str, groups: tuple[str, ...] = ()) -> Actor:
    return Actor(username, username.title(), frozenset({*roles, *groups}), frozenset(roles))


CANDIDATE = actor("amara", "member")
NOMINATOR = actor("nora", "member", "manager")
REVIEWER = actor("rene", "member", "reviewer")
PAST_REVIEWER = actor("past", "member", "reviewer")
PANELIST = actor("pan", "member", groups=("panel:leaders",))
HEAD = actor("dina", "member", "manager")
OTHER_HEAD = actor("olga", "member", "manager")
MENTOR = actor("milo", "member", "mentor")
STRANGER = actor("zoe", "member")
HR = actor("helena", "hr")
POOL_MANAGER = actor("priya", "member", groups=("pool-manager",))
DESIGNER = actor("dan", "designer")
ADMINISTRATOR = actor("sam", "administrator")
AUDITOR = actor("aud", "auditor")
HR_AS_CANDIDATE = actor("amara", "hr", "auditor", groups=("pool-manager", "panel:leaders"))

CASE = CaseFacts(
    instance_id=7,
    started_by="nora",
    duties={
        "subject": frozenset({"amara"}),
        "nominator": frozenset({"nora"}),
        "reviewer": frozenset({"past"}),
    },
    assignees=frozenset({"rene"}),
    candidate_groups=frozenset({"panel:leaders"}),
    recent_workers=frozenset({"past"}),
    heads=frozenset({"dina"}),
    judges=frozenset({"rene", "past"}),
)

VIEWS = [
    (CANDIDATE, View.STATUS),
    (HR_AS_CANDIDATE, View.STATUS),
    (NOMINATOR, View.PART),
    (REVIEWER, View.PART),
    (PAST_REVIEWER, View.PART),
    (PANELIST, View.PART),
    (HEAD, View.WHOLE),
    (HR, View.WHOLE),
    (POOL_MANAGER, View.WHOLE),
    (AUDITOR, View.WHOLE),
    (SYSTEM, View.WHOLE),
    (OTHER_HEAD, View.NOTHING),
    (MENTOR, View.NOTHING),
    (STRANGER, View.NOTHING),
    (DESIGNER, View.NOTHING),
    (ADMINISTRATOR, View.NOTHING),
]


@pytest.mark.parametrize(("who", "expected"), VIEWS)
def test_how_much_of_a_case_somebody_sees(who: Actor, expected: View):
    assert permissions.case_access(who, CASE).view is expected


CASE_ACTIONS = {
    Action.SEE_CASE: {View.STATUS, View.PART, View.WHOLE},
    Action.READ_CASE: {View.PART, View.WHOLE},
    Action.SEE_REVIEWERS: {View.WHOLE},
}
IN_CHARGE = {"dina", "helena", "priya", "system"}


@pytest.mark.parametrize(("who", "view"), VIEWS)
@pytest.mark.parametrize("action", CASE_ACTIONS)
def test_what_is_hidden_answers_like_what_does_not_exist(who: Actor, view: View, action: Action):
    if view in CASE_ACTIONS[action]:
        permissions.check(who, action, CASE)
    elif view is View.NOTHING:
        with pytest.raises(NotFound, match="There is no case 7"):
            permissions.check(who, action, CASE)
    else:
        with pytest.raises(NotAllowed):
            permissions.check(who, action, CASE)


@pytest.mark.parametrize(("who", "view"), VIEWS)
@pytest.mark.parametrize("action", [Action.CANCEL_CASE, Action.REASSIGN, Action.RESOLVE_INCIDENT])
def test_who_may_intervene_and_nobody_in_his_own_case(who: Actor, view: View, action: Action):
    assert permissions.allows(who, action, CASE) == (who.username in IN_CHARGE)
    if view not in {View.NOTHING} and who.username not in IN_CHARGE:
        with pytest.raises(NotAllowed, match="Only HR"):
            permissions.check(who, action, CASE)


DESK = actor("dot", "designer", groups=("panel:leaders", "hr-desk"))
HEAD_OF_ACCOUNTS = actor("dina", "administrator", groups=("panel:leaders",))
HEAD_OF_AUDIT = actor("dina", "auditor", groups=("panel:leaders",))


@pytest.mark.parametrize("who", [DESK, HEAD_OF_ACCOUNTS])
def test_no_group_and_no_unit_shows_a_case_to_designers_and_administrators(who: Actor):
    assert permissions.case_access(who, CASE).view is View.NOTHING


@pytest.mark.parametrize("who", [DESK, HEAD_OF_ACCOUNTS, HEAD_OF_AUDIT])
def test_whoever_only_watches_changes_nothing(who: Actor):
    offered = UserTaskFacts(CASE, None, frozenset({"panel:leaders"}))
    assigned = UserTaskFacts(CASE, who.username)

    assert not permissions.allows(who, Action.CANCEL_CASE, CASE)
    assert not permissions.allows(who, Action.WORK_ON, offered)
    assert not permissions.allows(who, Action.WORK_ON, assigned)


def test_the_subject_knows_of_no_user_task_but_the_own():
    with pytest.raises(NotFound):
        permissions.check(CANDIDATE, Action.WORK_ON, UserTaskFacts(CASE, "rene"))
    permissions.check(CANDIDATE, Action.WORK_ON, UserTaskFacts(CASE, "amara"))


def test_a_case_about_nobody_is_in_the_hands_of_its_starter():
    case = CaseFacts(8, started_by="dan")

    assert permissions.case_access(DESIGNER, case).view is View.PART
    assert permissions.allows(DESIGNER, Action.CANCEL_CASE, case)
    assert permissions.case_access(ADMINISTRATOR, case).view is View.NOTHING


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        (HR, set()),
        (NOMINATOR, {"rene", "past"}),
        (REVIEWER, {"past"}),
        (CANDIDATE, {"rene", "past"}),
    ],
)
def test_reviewers_stay_unnamed_for_most(who: Actor, hidden: set[str]):
    access = permissions.case_access(who, CASE)

    assert {name for name in ("rene", "past", "amara", "nora") if access.hides(name)} == hidden
    assert not access.hides(None)


@pytest.mark.parametrize(
    ("who", "assignee", "groups", "expected"),
    [
        (REVIEWER, "rene", (), True),
        (NOMINATOR, "rene", (), False),
        (CANDIDATE, "amara", (), True),  # the candidate's own consent
        (PANELIST, None, ("panel:leaders",), True),
        (PANELIST, "rene", ("panel:leaders",), False),
        (HR_AS_CANDIDATE, None, ("panel:leaders",), False),  # nobody acts on his own case
        (AUDITOR, None, ("panel:leaders",), False),
    ],
)
def test_who_may_work_on_a_user_task(who, assignee, groups, expected):
    facts = UserTaskFacts(CASE, assignee, frozenset(groups))

    assert permissions.allows(who, Action.WORK_ON, facts) is expected


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (NOMINATOR, True),
        (MENTOR, True),
        (HR, True),
        (POOL_MANAGER, True),
        (REVIEWER, False),
        (STRANGER, False),
        (AUDITOR, False),
        (DESIGNER, False),
        (ADMINISTRATOR, False),
    ],
)
def test_who_may_nominate_somebody_else(who: Actor, expected: bool):
    facts = NominationFacts("amara", frozenset({"unit", "self"}))

    assert permissions.allows(who, Action.NOMINATE, facts) is expected


@pytest.mark.parametrize("channels", [frozenset({"unit"}), frozenset({"unit", "self"})])
def test_proposing_oneself_is_up_to_the_pool(channels):
    allowed = permissions.allows(CANDIDATE, Action.NOMINATE, NominationFacts("amara", channels))

    assert allowed is ("self" in channels)


@pytest.mark.parametrize(
    ("who", "expected"),
    [(CANDIDATE, True), (HEAD, True), (HR, True), (POOL_MANAGER, True), (AUDITOR, True)]
    + [(who, False) for who in (NOMINATOR, MENTOR, STRANGER, DESIGNER, ADMINISTRATOR)],
)
def test_who_may_read_the_record_of_a_person(who: Actor, expected: bool):
    facts = PersonFacts("amara", frozenset({"dina"}))

    assert permissions.allows(who, Action.READ_PERSON, facts) is expected
    if who in (DESIGNER, ADMINISTRATOR):
        with pytest.raises(NotFound, match='no person "amara"'):
            permissions.check(who, Action.READ_PERSON, facts)


@pytest.mark.parametrize("who", [STRANGER, PANELIST, HR, DESIGNER, AUDITOR])
def test_a_confidential_pool_is_unknown_to_most(who: Actor):
    secret = PoolFacts("leaders", Visibility.CONFIDENTIAL)
    knows = who in (PANELIST, HR, AUDITOR)

    for action in (Action.SEE_POOL, Action.SEE_MEMBERS):
        assert permissions.allows(who, action, secret) is knows
    if not knows:
        with pytest.raises(NotFound, match='no pool "leaders"'):
            permissions.check(who, Action.SEE_POOL, secret)
    is_blind = who is DESIGNER
    open_pool = PoolFacts("leaders", Visibility.OPEN)
    assert permissions.allows(who, Action.SEE_POOL, open_pool)
    assert permissions.allows(who, Action.SEE_MEMBERS, open_pool) is not is_blind


OFFICES: dict[Action, set[str]] = {
    Action.START_PROCESS: {"amara", "nora", "rene", "dina", "zoe", "helena", "priya", "dan"},
    Action.SEND_MESSAGE: {"amara", "nora", "rene", "dina", "zoe", "helena", "priya", "dan"},
    Action.SEE_STALLED: {"nora", "dina", "helena", "priya", "aud"},
    Action.SEE_LETTERS: {"helena", "priya", "sam", "aud"},
    Action.STEER_LETTERS: {"helena", "priya", "sam"},
    Action.STEER_START_TIMERS: {"helena", "dan"},
    Action.FIND_PEOPLE: {"amara", "nora", "rene", "dina", "zoe", "helena", "priya", "aud"},
    Action.IMPORT_PEOPLE: {"helena"},
    Action.PUBLISH: {"dan"},
    Action.READ_ACCOUNTS: {"sam", "aud"},
    Action.MANAGE_ACCOUNTS: {"sam"},
    Action.READ_AUDIT: {"aud"},
}


@pytest.mark.parametrize("action", OFFICES)
@pytest.mark.parametrize(
    "who",
    [
        CANDIDATE,
        NOMINATOR,
        REVIEWER,
        HEAD,
        STRANGER,
        HR,
        POOL_MANAGER,
        DESIGNER,
        ADMINISTRATOR,
        AUDITOR,
    ],
)
def test_which_office_may_do_what(who: Actor, action: Action):
    assert permissions.allows(who, action) is (who.username in OFFICES[action])
    if who.username not in OFFICES[action]:
        with pytest.raises(NotAllowed):
            permissions.check(who, action)


@pytest.mark.parametrize("action", Action)
def test_every_action_has_a_rule(action: Action):
    assert permissions.allows(SYSTEM, action)
    permissions.allows(STRANGER, action)


@pytest.mark.parametrize(
    "action", [Action.READ_CASE, Action.NOMINATE, Action.READ_PERSON, Action.WORK_ON]
)
def test_a_rule_without_its_facts_refuses(action: Action):
    assert not permissions.allows(HR, action)


def add_case(session, number: int, *, started_by: str, subject: str | None = None) -> Instance:
    if number == 1:
        version = DefinitionVersion(
            kind="process",
            key="nomination",
            version=1,
            name="Nomination",
            file_name="nomination.bpmn",
            content_hash="0" * 64,
            source=b"",
            published_at=NOW,
            published_by="system",
        )
        session.add(version)
        session.flush()
        session.add(
            Bundle(
                process_key="nomination",
                definition_version_id=version.id,
                bundle_hash="1" * 64,
                manifest={},
            )
        )
        session.flush()
    bundle_id = session.scalar(select(Bundle.id))
    instance = Instance(
        definition_key="nomination",
        definition_version=1,
        bundle_id=bundle_id,
        status="running",
        data={},
        started_by=started_by,
        started_at=NOW,
        changed_at=NOW,
    )
    session.add(instance)
    session.flush()
    if subject:
        session.add(Duty(instance_id=instance.id, duty="subject", username=subject))
    session.flush()
    return instance


def add_user_task(session, instance: Instance, token: int, **facts: Any) -> UserTask:
    user_task = UserTask(
        **{
            "instance_id": instance.id,
            "token_id": token,
            "definition_key": "nomination",
            "element_id": "x",
            "name": "X",
            "created_at": NOW,
            **facts,
        }
    )
    session.add(user_task)
    session.flush()
    for group in facts.get("candidate_groups", []):
        session.add(UserTaskCandidate(group_name=group, user_task_id=user_task.id))
    session.flush()
    return user_task


@pytest.fixture
def cases(database: Database) -> Database:
    """Five cases: two about amara, one about zoe's unit mate, one about nobody, one finished."""
    with database.unit_of_work() as session:
        tree = add_units(session)
        add_person(session, "amara", tree["T"])
        add_person(session, "loner", tree["O"])
        one = add_case(session, 1, started_by="nora", subject="amara")
        add_user_task(session, one, 1, assignee="rene", duty="reviewer")
        add_user_task(session, one, 2, candidate_groups=["panel:leaders"])
        two = add_case(session, 2, started_by="helena", subject="amara")
        add_user_task(
            session,
            two,
            1,
            state="completed",
            assignee="past",
            duty="reviewer",
            completed_by="past",
            completed_at=NOW - timedelta(days=29),
        )
        add_user_task(
            session,
            two,
            2,
            state="completed",
            completed_by="rene",
            completed_at=NOW - timedelta(days=31),
        )
        add_user_task(session, two, 3, state="cancelled", assignee="zoe")
        add_case(session, 3, started_by="olga", subject="loner")
        add_case(session, 4, started_by="dan")
        add_case(session, 5, started_by="dan", subject="loner")
    return database


ACTORS = [
    CANDIDATE,
    NOMINATOR,
    REVIEWER,
    PAST_REVIEWER,
    PANELIST,
    HEAD,
    OTHER_HEAD,
    MENTOR,
    STRANGER,
    HR,
    POOL_MANAGER,
    DESIGNER,
    ADMINISTRATOR,
    AUDITOR,
    actor("boss", "manager"),
]
SEEN = {
    "amara": {1, 2},
    "nora": {1},
    "rene": {1},
    "past": {2},
    "pan": {1},
    "dina": {1, 2},
    "boss": {1, 2, 3, 5},
    "olga": {3},
    "milo": set(),
    "zoe": set(),
    "helena": {1, 2, 3, 4, 5},
    "priya": {1, 2, 3, 4, 5},
    "aud": {1, 2, 3, 4, 5},
    "dan": {4},
    "sam": set(),
}


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize("query", [select(Instance.id), select(Instance.id).join(UserTask)])
def test_a_list_has_exactly_the_cases_that_may_be_seen(cases: Database, query, counts):
    with cases.reading() as session:
        has_tasks = set(session.scalars(query))
        for who in ACTORS:
            scoped = permissions.scope_instances(query, who, now=NOW, counts=counts)
            found = set(session.scalars(scoped))
            assert found == SEEN[who.username] & has_tasks, who.username


def test_a_count_reads_neither_all_duties_nor_all_user_tasks(cases: Database):
    if not cases.is_sqlite:
        pytest.skip("PostgreSQL reads small tables whole.")
    with cases.reading() as session:
        with asked_with(cases) as asked:
            case_list.counts(session, HEAD, now=NOW)
        ((statement, values),) = asked
        steps = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = [step.detail for step in steps]

    indexes = {"ix_duty_subject", "ix_user_task_open", "ix_user_task_closed"}
    assert {index for index in indexes if any(index in step for step in plan)} == indexes
    assert [step for step in plan if step.startswith("SCAN") and " USING " not in step] == [
        step for step in plan if step.startswith("SCAN anon")
    ]


def test_the_list_and_the_single_case_agree(cases: Database):
    with cases.reading() as session:
        for instance_id in range(1, 6):
            facts = case_facts.load(session, instance_id, now=NOW)
            for who in ACTORS:
                sees = permissions.allows(who, Action.SEE_CASE, facts)
                assert sees is (instance_id in SEEN[who.username]), (who.username, instance_id)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (HR, {1, 2, 3, 4, 5}),
        (HEAD, {1, 2}),
        (NOMINATOR, set()),
        (REVIEWER, set()),
        (CANDIDATE, set()),
        (HR_AS_CANDIDATE, {3, 4, 5}),
        (DESIGNER, {4}),
        (DESK, set()),
    ],
)
def test_whoever_answers_for_a_case_sees_all_of_it(cases: Database, who: Actor, expected: set[int]):
    with cases.reading() as session:
        found = session.scalars(scope_answered_for(select(Instance.id), who))
        assert set(found) == expected


def test_a_list_names_whoever_judges_only_to_those_who_see_the_whole_case(cases: Database):
    names = {}
    with cases.reading() as session:
        for who in (CANDIDATE, NOMINATOR, PANELIST, REVIEWER, HEAD, HR, AUDITOR):
            (line,) = (each for each in find_cases(session, who) if each.id == 1)
            names[who.username] = {wait.assignee for wait in line.waits} - {None}

    assert names == {
        **{name: set() for name in ("amara", "nora", "pan")},
        **{name: {"rene"} for name in ("rene", "dina", "helena", "aud")},
    }


def find_cases(session, who: Actor):
    return case_list.find(session, who, CaseFilter(), now=NOW).items


def test_whoever_is_asked_for_conflicts_of_interest_is_about_to_judge(cases: Database):
    with cases.unit_of_work() as session:
        one = session.get_one(Instance, 1)
        add_user_task(session, one, 50, assignee="asked", form_key="conflict_declaration")

        facts = case_facts.load(session, 1, now=NOW)

    assert "asked" in facts.judges


def test_the_facts_of_a_case_take_a_fixed_number_of_statements(cases: Database):
    with cases.unit_of_work() as session:
        one = session.get_one(Instance, 1)
        with counted(cases) as few:
            case_facts.load(session, 1, now=NOW)
        for token in range(10, 40):
            add_user_task(session, one, token, assignee=f"r{token}", duty="reviewer")
        with counted(cases) as many:
            facts = case_facts.load(session, 1, now=NOW)

    assert len(many) == len(few)
    assert {"rene", "r10", "r39"} <= facts.judges
    assert facts.heads == {"theo", "dina", "boss"}


def test_a_case_that_does_not_exist_is_not_found(cases: Database):
    with cases.reading() as session, pytest.raises(NotFound, match="There is no case 99"):
        case_facts.load(session, 99, now=NOW)


OF_SOMEBODY = (
    (Action.READ_CHECK_IN, CheckInFacts("amara", frozenset({"dan"}), frozenset({"dan"}), "sign")),
    (Action.ASK_MENTOR_CHANGE, PairingFacts("amara", "dan")),
    (Action.READ_REVIEW, ReviewFacts("amara", frozenset({"dan"}), frozenset({"dan"}))),
    (Action.READ_CORRECTION, CorrectionFacts("amara", frozenset({"dan"}), "dan")),
    (Action.READ_EXIT, ExitFacts("amara", frozenset({"dan"}))),
    (Action.READ_APPEAL, ExitFacts("amara", frozenset({"dan"}))),
)
NAMED_GROUPS = ("pool-manager", "conduct-office", "appeals-secretary", "training-officer")


@pytest.mark.parametrize(("action", "facts"), OF_SOMEBODY, ids=lambda value: str(value)[:20])
@pytest.mark.parametrize("role", ["designer", "administrator"])
def test_neither_duty_nor_office_shows_members_to_who_sees_no_people(
    role: str, action: Action, facts: Any
):
    colleague = actor("dan", "member", groups=NAMED_GROUPS)
    blind = actor("dan", role, groups=NAMED_GROUPS)

    assert permissions.allows(colleague, action, facts)
    with pytest.raises(NotFound):
        permissions.check(blind, action, facts)
    assert permissions.allows(blind, action, replace(facts, member="dan"))


@pytest.mark.parametrize(
    "action", [Action.SEE_EXITS, Action.SEE_APPEALS, Action.EXPORT_CORRECTIONS, Action.SEE_LEAVERS]
)
def test_a_named_group_opens_no_list_of_people_to_a_designer(action: Action):
    assert permissions.allows(actor("dan", "member", groups=NAMED_GROUPS), action)
    assert not permissions.allows(actor("dan", "designer", groups=NAMED_GROUPS), action)


@pytest.mark.parametrize(
    ("action", "facts"),
    [
        (Action.BEGIN_TRAINING, PersonFacts("amara")),
        (Action.ENTER_ABSENCE, PersonFacts("amara", frozenset({"aud"}))),
        (Action.ASK_MENTOR_CHANGE, PairingFacts("amara", "aud")),
        (Action.NOTE_MENTOR_CONTACT, PairingFacts("amara", "aud")),
        (Action.PROPOSE_EXIT, ExitFacts("amara", frozenset({"aud"}))),
        (Action.RUN_REVIEWS, None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_auditor_does_nothing_about_members(action: Action, facts: Any):
    assert permissions.allows(actor("aud", "manager", groups=NAMED_GROUPS), action, facts)
    assert not permissions.allows(actor("aud", "auditor", groups=NAMED_GROUPS), action, facts)


def test_an_auditor_acts_for_himself():
    assert permissions.allows(AUDITOR, Action.ENTER_ABSENCE, PersonFacts("aud"))
    assert permissions.allows(AUDITOR, Action.ASK_MENTOR_CHANGE, PairingFacts("aud", "milo"))
