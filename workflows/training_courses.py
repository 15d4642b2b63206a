"""The services of courses, self-study and projects: what is learned in hours."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from workflows import training_records
from workflows.course_tables import Course, CourseEnrolment, StudyEntry
from workflows.engine.entity_queries import get_one
from workflows.engine.services import BusinessError, ServiceContext, service
from workflows.nomination_records import months_later
from workflows.training_records import book, end_item
from workflows.training_states import EnrolmentState, HoursKind, ItemState
from workflows.training_tables import TrainingItem

Result = dict[str, Any]


@service("course.enrol")
def enrol(call: ServiceContext, *, item_id: int, course_choice: Mapping[str, Any]) -> Result:
    """
    Enrol the member in a course of the catalogue.

    Raises:
        BusinessError: `no_such_course`, when nobody offers it or the days are in disorder.

    """
    code = course_choice["course_code"].strip()
    course = call.session.scalar(select(Course).where(Course.code == code, Course.is_offered))
    starts_on = date.fromisoformat(course_choice["starts_on"])
    ends_on = date.fromisoformat(course_choice["ends_on"])
    if course is None or ends_on < starts_on:
        raise BusinessError("no_such_course", "Nobody offers this course on these days.")
    enrolment = CourseEnrolment(
        item_id=item_id,
        course_id=course.id,
        starts_on=starts_on,
        ends_on=ends_on,
        enrolled_at=call.now,
    )
    call.session.add(enrolment)
    call.session.flush()
    return {
        "course_choice": None,
        "choice_refused": None,
        "enrolment_id": enrolment.id,
        "course_title": course.title,
        "class_hours": course.class_hours,
        "course_over": _evening(ends_on),
    }


@service("course.refuse_choice")
def refuse_choice(call: ServiceContext) -> Result:
    """Ask for another course than the one that nobody offers."""
    return {"course_choice": None, "choice_refused": "Nobody offers this course on these days."}


@service("course.note_attendance")
def note_attendance(
    call: ServiceContext, *, enrolment_id: int, class_hours: float, attendance: Mapping[str, Any]
) -> Result:
    """Keep how a course went for the member, or why it did not."""
    enrolment = get_one(call.session, CourseEnrolment, enrolment_id)
    outcome = attendance["outcome"]
    leave = min(float(attendance.get("leave_hours") or 0), class_hours)
    if outcome == "held":
        enrolment.state = EnrolmentState.ATTENDED
        enrolment.leave_hours, enrolment.hours = leave, class_hours - leave
        enrolment.confirmed_by = call.actor.username
    else:
        enrolment.state = EnrolmentState.CANCELLED
        enrolment.decision_reason = outcome
    call.session.flush()
    return {"attendance": None, "attended": outcome, "leave_hours": leave}


@service("course.note_release")
def note_release(
    call: ServiceContext, *, enrolment_id: int, course_release: Mapping[str, Any]
) -> Result:
    """Keep what the head says about a unit that did not release the member."""
    enrolment = get_one(call.session, CourseEnrolment, enrolment_id)
    enrolment.decided_by = call.actor.username
    enrolment.decision_reason = course_release["reason"]
    return {"course_release": None, "choice_refused": None}


@service("course.note_judgement")
def note_judgement(
    call: ServiceContext, *, enrolment_id: int, course_judgement: Mapping[str, Any]
) -> Result:
    """Keep whether too much leave fails a course, decided by a person with a reason."""
    enrolment = get_one(call.session, CourseEnrolment, enrolment_id)
    enrolment.decided_by = call.actor.username
    enrolment.decision_reason = course_judgement["reason"]
    return {"course_judgement": None, "is_failed": course_judgement["is_failed"]}


@service("course.fail")
def fail(call: ServiceContext, *, item_id: int, enrolment_id: int) -> None:
    """End a course that failed; no hours count."""
    get_one(call.session, CourseEnrolment, enrolment_id).state = EnrolmentState.FAILED
    entry = training_records.item(call.session, item_id)
    end_item(entry, ItemState.FAILED, result="course_failed", now=call.now)
    call.session.flush()


@service("course.complete")
def complete(
    call: ServiceContext, *, item_id: int, enrolment_id: int, application: Mapping[str, Any]
) -> Result:
    """Book the hours of a course, once the member showed what it changed at work."""
    enrolment = get_one(call.session, CourseEnrolment, enrolment_id)
    enrolment.application = application["report"]
    enrolment.state = EnrolmentState.COMPLETED
    call.session.flush()
    entry = training_records.item(call.session, item_id)
    assert enrolment.confirmed_by is not None
    book(call, entry, enrolment.hours, HoursKind.ORGANISED, approved_by=enrolment.confirmed_by)
    end_item(entry, ItemState.COMPLETED, now=call.now)
    return {"application": None}


@service("study.begin")
def begin_study(call: ServiceContext, *, item_id: int) -> Result:
    """Say until when somebody studies: as planned, or to the end of the plan."""
    entry = training_records.item(call.session, item_id)
    return {"item_title": entry.title, "study_ends": _evening(_last_day(call, entry))}


@service("study.log")
def log(call: ServiceContext, *, item_id: int, study: Mapping[str, Any]) -> Result:
    """Keep what the member says to have studied, until somebody verifies it."""
    entry = StudyEntry(
        item_id=item_id,
        hours=float(study["hours"]),
        evidence=study["evidence"],
        logged_at=call.now,
    )
    call.session.add(entry)
    call.session.flush()
    return {
        "study": None,
        "study_entry_id": entry.id,
        "study_hours": entry.hours,
        "study_evidence": entry.evidence,
        "is_last": bool(study.get("is_last")),
    }


@service("study.verify")
def verify(
    call: ServiceContext, *, item_id: int, study_entry_id: int, verification: Mapping[str, Any]
) -> Result:
    """Book self-study whose evidence holds."""
    entry = get_one(call.session, StudyEntry, study_entry_id)
    entry.is_accepted, entry.verified_by = bool(verification["agrees"]), call.actor.username
    entry.comment = verification.get("reason") or ""
    if entry.is_accepted:
        book(
            call,
            training_records.item(call.session, item_id),
            entry.hours,
            HoursKind.SELF,
            approved_by=call.actor.username,
            evidence=entry.evidence,
        )
    return {"verification": None, "study_evidence": None, "study_notice": entry.comment or None}


@service("item.complete")
def complete_item(call: ServiceContext, *, item_id: int) -> None:
    """End a measure that went to its end."""
    entry = training_records.item(call.session, item_id)
    end_item(entry, ItemState.COMPLETED, now=call.now)
    call.session.flush()


@service("project.begin")
def begin_project(call: ServiceContext, *, item_id: int) -> Result:
    """Say when the report of a project is due, and who confirms it."""
    entry = training_records.item(call.session, item_id)
    due = entry.to_on or min(
        _last_day(call, entry), months_later(entry.from_on or call.now.date(), 3)
    )
    return {
        "item_title": entry.title,
        "report_from": _evening(max(due, call.now.date())),
        "sponsor": entry.sponsor,
    }


@service("project.note_report")
def note_report(call: ServiceContext, *, item_id: int, project_report: Mapping[str, Any]) -> Result:
    """Keep what the member says was done."""
    entry = training_records.item(call.session, item_id)
    entry.result = project_report["report"]
    call.session.flush()
    return {"project_report": None, "project_text": project_report["report"]}


@service("project.confirm")
def confirm(
    call: ServiceContext, *, item_id: int, project_confirmation: Mapping[str, Any]
) -> Result:
    """End a project as its sponsor found it, and book the hours."""
    entry = training_records.item(call.session, item_id)
    done = bool(project_confirmation["agrees"])
    if done:
        hours = float(project_confirmation.get("hours") or 0)
        book(call, entry, hours, HoursKind.ORGANISED, approved_by=call.actor.username)
    comment = project_confirmation.get("reason") or ""
    end_item(
        entry,
        ItemState.COMPLETED if done else ItemState.FAILED,
        result=f"{entry.result}\n\n{call.actor.username}: {comment}",
        now=call.now,
    )
    call.session.flush()
    return {"project_confirmation": None, "project_text": None}


def _last_day(call: ServiceContext, entry: TrainingItem) -> date:
    """Return the last planned day of a measure, never one that is over."""
    ends_on = entry.to_on or training_records.plan(call.session, entry.plan_id).ends_on
    return max(ends_on, call.now.date() + timedelta(days=1))


def _evening(day: date) -> str:
    """Return an evening as the text that a timer reads."""
    return datetime.combine(day, time(18), UTC).isoformat().replace("+00:00", "Z")
