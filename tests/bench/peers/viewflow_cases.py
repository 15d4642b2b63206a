"""
viewflow under measurement, used as its documentation does.

A user task is completed by what its views do in one transaction, without HTTP and forms:
lock and read it, see whose it is, start it, store the answers in the data of the process,
execute it. SQLite ignores the lock of a row; the transaction holds the whole file instead.

The timers of the reviewers are left out, which favours viewflow: it has such events only
since version 2.4, and would write and cancel a row for each.
"""

import tempfile
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import django
from django.conf import settings
from django.core.management import call_command
from measuring import Work, serve

folder = tempfile.TemporaryDirectory()
settings.configure(
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "viewflow",
        "viewflow.workflow",
        "viewflow_review",
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(folder.name) / "viewflow.sqlite",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
            },
        }
    },
    USE_TZ=True,
)
django.setup()

# Models can only be imported when the settings are there.
from viewflow.workflow.models import Process, Task  # noqa: E402
from viewflow.workflow.status import PROCESS, STATUS  # noqa: E402
from viewflow_review.flows import ReviewFlow, reviewer  # noqa: E402

USER_TASKS = ("self_assessment", "review_1", "review_2", "review_3", "sign_off")


def next_user_task(process):
    return Task.objects.filter(process=process, status=STATUS.ASSIGNED).order_by("pk").first()


def complete(user_task, answer):
    with user_task.activation() as activation:
        assert activation.start.has_perm(reviewer())
        activation.start(None)
        activation.process.data[activation.flow_task.name] = answer
        activation.process.save()
        activation.execute()


def check(number, answer):
    process = Process.objects.get(pk=number)
    assert process.status == PROCESS.DONE, process.status
    assert all(process.data[name] == answer for name in USER_TASKS), process.data


def review(job):
    def run(_):
        process, spent = ReviewFlow.start.run(), []
        while waiting := next_user_task(process):
            begun = perf_counter()
            complete(waiting, dict(job["answer"]))
            spent.append(perf_counter() - begun)
        assert len(spent) == 5, len(spent)
        check(process.pk, job["answer"])
        return spent

    return Work(run, range(job["count"]), list)


call_command("migrate", verbosity=0)
serve(version("django-viewflow"), {"review": review})
