"""zen-engine under measurement: decisions compiled in Rust, called from Python."""

from importlib.metadata import version

import zen
from measuring import Work, serve

engine = zen.ZenEngine()


def table(job):
    decision = engine.create_decision(job["forms"]["json"])
    return Work(decision.evaluate, job["inputs"], result)


def condition(job):
    expression = zen.compile_expression(job["feel"])
    return Work(expression.evaluate, job["inputs"], bool)


def ready(job):
    first = job["inputs"][0]
    return Work(
        lambda forms: engine.create_decision(forms["json"]).evaluate(first), job["tables"], result
    )


def result(answer):
    return answer["result"]["result"]


serve(version("zen-engine"), {"table": table, "condition": condition, "ready": ready})
