"""pyDMNrules under measurement; it reads the same DMN file as we do."""

from importlib.metadata import version

import pyDMNrules
from measuring import Work, serve


def read(source):
    rules = pyDMNrules.DMN()
    status = rules.useXML(source)
    if "errors" in status:
        raise ValueError(status["errors"])
    return rules


def table(job):
    rules = read(job["forms"]["dmn"])
    return Work(rules.decide, job["inputs"], result)


def ready(job):
    first = job["inputs"][0]
    return Work(lambda forms: read(forms["dmn"]).decide(first), job["tables"], result)


def result(answer):
    status, data = answer
    if "errors" in status:
        raise ValueError(status["errors"])
    return (data[-1] if isinstance(data, list) else data)["Result"]["result"]


serve(version("pyDMNrules"), {"table": table, "ready": ready})
