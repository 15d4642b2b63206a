"""Models of other tools are repaired where that is harmless, and every repair is told."""

from tests.workflows.engine.build import Process
from workflows.engine.importing import repair
from workflows.engine.publishing import SourceFile, examine


def errors(file: SourceFile) -> list[str]:
    return [one.code for one in examine([file], frozenset())[1] if one.is_error]


def test_what_is_harmless_is_repaired_and_told():
    process = Process("p", isExecutable=False)
    process.start().user("a", "<bpmn:dataInputAssociation id='d'/>").end()
    process.add("dataStoreReference", "store").sub("empty")
    process.chain("start", "a", "empty", "end")
    source = SourceFile("p.bpmn", process.xml())

    repaired, repairs = repair(source)

    assert errors(source) != []
    assert errors(repaired) == []
    assert [one.element_id for one in repairs] == ["p", "d", "store", "empty"]
    assert all(one.message for one in repairs)


def test_a_beginning_that_is_clear_is_drawn():
    process = Process("p").user("a").end().chain("a", "end")

    repaired, repairs = repair(SourceFile("p.bpmn", process.xml()))

    assert errors(repaired) == []
    assert [one.element_id for one in repairs] == ["a"]


def test_what_would_change_the_meaning_stays_a_finding():
    process = Process("p").start().add("serviceTask", "s").end().chain("start", "s", "end")
    source = SourceFile("p.bpmn", process.xml())

    assert repair(source) == (source, [])
    assert errors(source) == ["service-missing"]
