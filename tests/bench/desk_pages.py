"""Every page that managers, heads, HR and pool managers open: which are timed, and why not all."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows.appeal_tables import Appeal
from workflows.check_in_tables import CheckIn
from workflows.correction_tables import CorrectionCase
from workflows.engine.migration_tables import CaseMigration
from workflows.engine.tables import Incident, Instance, UserTask
from workflows.exit_tables import ExitCase
from workflows.people_tables import Person
from workflows.pool_tables import Pool, PoolMember
from workflows.review_tables import Review
from workflows.training_tables import TrainingItem
from workflows.view_tables import SavedView
from workflows.vocabulary import Lifecycle

# Names in braces are filled in by `examples`.
PAGES = (
    "/",
    "/?show=groups",
    "/account/",
    "/notices/",
    "/cases/",
    "/cases/?status=running",
    "/cases/?q=nobody",
    "/cases/{case_id}",
    "/cases/{over_id}",
    "/cases/{case_id}/data/",
    "/cases/{case_id}/move/",
    "/stalled/",
    "/stalled/?age=over-20",
    "/stalled/?reason=left",
    "/stalled/at-risk",
    "/stalled/in-hand",
    "/stalled/{case_id}/",
    "/problems/",
    "/problems/{incident_id}",
    "/leavers/",
    "/outbox/",
    "/outbox/?state=waiting",
    "/outbox/?state=dropped",
    "/desk/",
    "/desk/?since=2022-Q1",
    "/desk/?since=2022-Q1&facet=cohort&value=2026-Q1",
    "/desk/process/nomination",
    "/desk/process/short_assignment?since=2022-Q1",
    "/desk/process/nomination?since=2022-Q1&heat=time",
    "/desk/cases?process=nomination&of=step&item=consent",
    "/desk/cases?of=waiting&age=11-20",
    "/desk/cases?process=nomination&of=channel&item=/approved",
    "/desk/nominations/?since=2022-Q1",
    "/desk/nominations/?since=2022-Q1&compare=category",
    "/desk/structure/",
    "/desk/structure/?slice=cohort:2026-Q1",
    "/desk/event-log/",
    "/views/",
    "/views/{view_id}/alerts",
    "/views/{view_id}/change",
    "/head/",
    "/head/?figure=talks",
    "/pools/",
    "/pools/{code}",
    "/pools/{code}?q=an&lifecycle=active",
    "/members/",
    "/members/?q=nobody",
    "/members/?lifecycle=exited",
    "/members/{number}",
    "/people/{username}",
    "/people/suggestions?text=an",
    "/people/suggestions?text=nobody",
    "/nominations/new?candidate={username}&pool={code}",
    "/training/",
    "/training/?state=met",
    "/training/?q=nobody",
    "/training/{number}",
    "/mentoring/",
    "/mentoring/?state=missed",
    "/mentoring/?state=without",
    "/mentoring/{number}",
    "/check-ins/",
    "/check-ins/?kind=mentor&state=missed",
    "/check-ins/{check_in_id}",
    "/reviews/",
    "/reviews/{cycle_id}",
    "/reviews/{cycle_id}?grade=B",
    "/reviews/{cycle_id}/{reviewed}",
    "/reviews/schemes/{code}",
    "/corrections/",
    "/corrections/?state=closed",
    "/corrections/{correction_id}",
    "/exits/",
    "/exits/?q=nobody",
    "/exits/{exit_id}",
    "/appeals/",
    "/appeals/?state=closed",
    "/appeals/{appeal_id}",
    "/processes/",
    "/processes/nomination",
    "/processes/nomination/migration",
    "/processes/short_assignment/compare",
    "/processes/short_assignment/migration",
    "/processes/review_cycle/start",
    "/decisions/",
    "/decisions/eligibility",
    "/forms/",
    "/forms/consent",
    "/studio/",
    "/studio/processes/nomination/where-used",
    "/studio/decisions/eligibility/where-used",
    "/studio/forms/consent/where-used",
    "/studio/decisions/eligibility/back-test",
    "/studio/decisions/eligibility/proposal",
    "/studio/processes/nomination/scenarios",
    "/studio/archives/",
    "/studio/imports/",
    "/migrations/{migration_id}",
    "/migrations/{migration_id}?verdict=ready",
    "/user-tasks/{user_task_id}",
    "/health/background",
    "/metrics",
)
# Files have a line for everything that is listed: they may take longer, but ask as often.
FILES = (
    "/stalled/stalled.csv",
    "/desk/tables/processes.csv",
    "/desk/tables/workload.csv",
    "/desk/nominations/channels.csv?since=2022-Q1",
    "/desk/structure/structure.xlsx",
    "/training/board.csv",
    "/mentoring/export",
    "/check-ins/export",
    "/reviews/{cycle_id}/export.csv",
    "/corrections/export",
    "/exits/exits.csv",
    "/appeals/appeals.csv",
)
# A file that is read in parts asks once more for each part.
IN_PARTS = ("/stalled/stalled.csv", "/exits/exits.csv", "/appeals/appeals.csv")
# Addresses that are not timed, with the reason.
LEFT_OUT: dict[str, str] = {
    **dict.fromkeys(
        (
            "definitions.ask_publish",
            "sign_in.show",
            "check_help.index",
            "check_help.process_code",
            "check_help.table_code",
            "operations.live",
            "operations.ready",
            "static",
        ),
        "asks for no row of a case or a member",
    ),
    **dict.fromkeys(
        (
            "cases.source",
            "decision_files.source",
            "definitions.source",
            "form_documents.source",
            "studio.source",
            "studio_archives.export",
            "studio_imports.source",
            "studio_play.diagram",
        ),
        "hands over files of definitions, which are as large however many cases there are",
    ),
    **dict.fromkeys(
        (
            "studio.edit",
            "studio_archives.show",
            "studio_forms.preview",
            "studio_imports.show",
            "studio_play.show",
            "studio_scenarios.show",
        ),
        "shows one definition that somebody draws or tries, and no case",
    ),
    "incidents.ask": "shows one problem of one case",
    "questions.show": "shows one question about one step",
    "saved_views.show": "leads to the page that the view is of",
}


def examples(session: Session) -> dict[str, object]:
    """Return what addresses name: of each kind the one with most to show, or a late copy."""
    over, open_ = Instance.ended_at.is_not(None), Instance.ended_at.is_(None)
    newest = session.execute(
        select(Instance.id, Instance.definition_key).where(open_).order_by(Instance.id.desc())
    ).first()
    member = session.execute(
        select(PoolMember.number, Person.username, Pool.code)
        .join(Person, Person.id == PoolMember.person_id)
        .join(Pool, Pool.id == PoolMember.pool_id)
        .join(TrainingItem, TrainingItem.member_id == PoolMember.id)
        .where(PoolMember.lifecycle == Lifecycle.ACTIVE)
        .order_by(PoolMember.id.desc())
    ).first()
    number = func.count()
    cycle = session.execute(
        select(Review.cycle_id, func.max(Review.member_id).label("member_id"))
        .group_by(Review.cycle_id)
        .order_by(number.desc(), Review.cycle_id)
    ).first()
    pool = session.execute(
        select(Pool.code)
        .join(PoolMember, PoolMember.pool_id == Pool.id)
        .group_by(Pool.code)
        .order_by(number.desc(), Pool.code)
    ).first()
    found: dict[str, object] = {
        "over_id": session.scalar(select(func.max(Instance.id)).where(over)),
        "incident_id": session.scalar(
            select(func.max(Incident.id)).where(Incident.resolved_at.is_(None))
        ),
        "user_task_id": session.scalar(
            select(func.max(UserTask.id)).where(
                UserTask.state == "open", UserTask.assignee == "helena.carvalho"
            )
        ),
        "migration_id": session.scalar(select(func.max(CaseMigration.id))),
        "view_id": session.scalar(select(func.max(SavedView.id))),
        "check_in_id": session.scalar(select(func.max(CheckIn.id))),
        "correction_id": session.scalar(select(func.max(CorrectionCase.id))),
        "exit_id": session.scalar(select(func.max(ExitCase.id))),
        "appeal_id": session.scalar(select(func.max(Appeal.id))),
    }
    if newest is not None:
        found |= {"case_id": newest.id, "process": newest.definition_key}
    if member is not None:
        found |= {"number": member.number, "username": member.username}
    if cycle is not None:
        reviewed = select(PoolMember.number).where(PoolMember.id == cycle.member_id)
        found |= {"cycle_id": cycle.cycle_id, "reviewed": session.scalar(reviewed)}
    if pool is not None:
        found["code"] = pool.code
    return {name: value for name, value in found.items() if value is not None}
