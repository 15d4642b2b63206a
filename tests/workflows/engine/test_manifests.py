"""Manifests: cores, links, and what a running case goes on with."""

from workflows.engine import manifests
from workflows.engine.manifests import Entry

CALLEE = {"form:score": "f1", "process:callee": "c1"}
LINKED = manifests.linked("callee", CALLEE)
LINK = LINKED["latest:callee"]
CALLER = {"process:caller": "a1", **LINKED}


def newer(**content: str) -> dict[str, str]:
    return {**CALLEE, "process:callee": content["process"]}


def test_names_with_a_link_are_taken_apart():
    assert sorted(manifests.entries(CALLER), key=repr) == [
        Entry("form", "score", LINK, "f1"),
        Entry("process", "callee", LINK, "c1"),
        Entry("process", "caller", "", "a1"),
    ]
    assert manifests.latest(CALLER) == {"callee": LINK}
    assert manifests.key_of(f"callee{LINK}") == manifests.key_of("callee") == "callee"


def test_a_link_is_that_of_the_core_whatever_the_process_calls_in_its_latest_version():
    assert manifests.link_of("callee", {**CALLEE, **manifests.linked("deep", {})}) == LINK
    assert manifests.link_of("callee", newer(process="c2")) != LINK


def test_where_nothing_is_newer_the_manifest_itself_stays():
    assert manifests.relinked(CALLER, {"callee"}, {"callee": CALLEE}, {LINK}) is CALLER


def test_an_older_version_stays_while_something_runs_in_it():
    in_force = {"callee": newer(process="c2")}
    fresh = {"process:caller": "a1", **manifests.linked("callee", in_force["callee"])}

    assert manifests.relinked(CALLER, {"callee"}, in_force, ()) == fresh
    kept = manifests.relinked(CALLER, {"callee"}, in_force, {LINK})
    assert kept == {**CALLER, **fresh}
    assert list(kept) == sorted(kept)


def test_what_a_newer_version_calls_in_its_turn_comes_along():
    deep = manifests.linked("deep", {"process:deep": "d1"})
    in_force = {"callee": {**newer(process="c2"), **deep}}

    found = manifests.relinked(CALLER, {"callee"}, in_force, ())

    assert set(manifests.latest(found)) == {"callee", "deep"}
    assert deep.items() <= found.items()
