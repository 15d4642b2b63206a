"""The review as a flow of viewflow."""

from functools import cache

from django.contrib.auth.models import User
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.flow import views


@cache
def reviewer():
    return User.objects.create_user("reviewer")


def user_task():
    return flow.View(views.UpdateProcessView.as_view(fields=[])).Assign(lambda _: reviewer())


class ReviewFlow(flow.Flow):
    lock_impl = lock.select_for_update_lock

    start = flow.StartHandle().Next(this.self_assessment)
    self_assessment = user_task().Next(this.split)
    split = flow.Split().Next(this.review_1).Next(this.review_2).Next(this.review_3)
    review_1 = user_task().Next(this.join)
    review_2 = user_task().Next(this.join)
    review_3 = user_task().Next(this.join)
    join = flow.Join().Next(this.score)
    score = flow.Function(this.keep_score).Next(this.enough)
    enough = flow.If(this.is_enough).Then(this.sign_off).Else(this.correct)
    sign_off = user_task().Next(this.end)
    correct = user_task().Next(this.end)
    end = flow.End()

    def keep_score(self, activation):
        process = activation.process
        process.data["final"] = process.data["review_3"]["score"]
        process.save()

    def is_enough(self, activation):
        return activation.process.data["final"] >= 60
