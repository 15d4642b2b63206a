"""
bkflow-feel under measurement: it has no tables, so that rules are conditions, tried in turn.

Its own interface parses an expression each time; `tree` as an argument keeps the trees.
"""

import sys
from functools import partial
from importlib.metadata import version

from bkflow_feel import parser, transformer
from bkflow_feel.api import parse_expression
from measuring import Work, serve


def keeping_tree(text):
    return transformer.transform(parser.parse(text)).evaluate


def parsing_each_time(text):
    return partial(parse_expression, text)


compiled = keeping_tree if "tree" in sys.argv else parsing_each_time


def decider(forms):
    rules = [
        (compiled(condition), result)
        for condition, result in zip(forms["conditions"], forms["results"], strict=True)
    ]

    def decide(inputs):
        return next(result for holds, result in rules if holds(inputs))

    return decide


def table(job):
    return Work(decider(job["forms"]), job["inputs"], str)


def condition(job):
    return Work(compiled(job["feel"]), job["inputs"], bool)


def ready(job):
    first = job["inputs"][0]
    return Work(lambda forms: decider(forms)(first), job["tables"], str)


serve(version("bkflow-feel"), {"table": table, "condition": condition, "ready": ready})
