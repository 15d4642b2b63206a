"""The built front end: icons, stamps, and pages without a build."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response

import hatch_build
from tests.webapp.conftest import Person
from webapp import assets

ROOT = Path(__file__).parents[2]
ICON = re.compile(r"""icon\(\s*["']([a-z0-9-]+)["']""")


def test_every_icon_of_the_templates_is_in_the_build() -> None:
    listed = set((ROOT / "frontend" / "icons.txt").read_text("utf-8").split())

    used = {
        name
        for path in (ROOT / "webapp" / "templates").rglob("*.html")
        for name in ICON.findall(path.read_text("utf-8"))
    }

    assert used - listed == set()


def test_no_template_has_inline_styles_or_scripts() -> None:
    found = [
        path.name
        for path in (ROOT / "webapp" / "templates").rglob("*.html")
        if re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script>", path.read_text("utf-8"))
    ]

    assert found == []


def test_the_lockfile_names_no_download_address() -> None:
    lock = (ROOT / "frontend" / "package-lock.json").read_text("utf-8")

    assert '"resolved"' not in lock
    assert "https://registry" not in lock


def test_pages_are_readable_without_a_build(
    app: Flask,
    visitor: Callable[[], Person],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(assets, "DIST", tmp_path)

    html = visitor().get("/sign-in").text

    assert "/static/plain.css" in html
    assert "<svg" not in html
    assert "dist/" not in html


def test_a_label_cannot_break_out_of_an_icon(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "icons.json").write_text('{"star": "<path/>"}', "utf-8")
    monkeypatch.setattr(assets, "DIST", tmp_path)

    with Flask("alone").app_context():
        drawn = assets.icon("star", css='"><b>', label='"><script>')

    assert "<script>" not in drawn
    assert "<b>" not in drawn
    assert 'role="img"' in drawn


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the sources of the front end, with a build that belongs to them."""
    (tmp_path / "frontend").mkdir()
    for name in hatch_build.SOURCES:
        source = ROOT / "frontend" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / "frontend" / name)
    (tmp_path / hatch_build.DIST).mkdir(parents=True)
    stamp = hatch_build._stamp_of(tmp_path)
    (tmp_path / hatch_build.STAMP).write_text(stamp, "utf-8")
    return tmp_path


def test_a_current_build_needs_no_node(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise AssertionError("node was looked for")

    monkeypatch.setattr(hatch_build, "_find_node", fail)

    assert hatch_build.build(clone) is False


@pytest.mark.parametrize("name", ["package-lock.json", "src/app.js", "icons.txt"])
def test_a_changed_source_makes_the_build_stale(clone: Path, name: str) -> None:
    path = clone / "frontend" / name
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")

    assert not hatch_build.is_current(clone)


def test_a_missing_node_is_said_with_the_remedy(
    clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clone / hatch_build.STAMP).unlink()
    monkeypatch.setattr(hatch_build, "find_spec", lambda _name: None)
    monkeypatch.setattr(hatch_build, "which", lambda _name: None)

    with pytest.raises(hatch_build.FrontEndNotBuilt, match="pip install"):
        hatch_build.build(clone)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("status", "is_compressed"), [(200, True), (201, True), (302, False)])
def test_every_answer_with_content_is_compressed(
    app: Flask, status: int, is_compressed: bool
) -> None:
    answer = Response("text " * 500, status, mimetype="application/json")

    with app.test_request_context("/", headers={"Accept-Encoding": "gzip"}):
        sent = app.process_response(answer)

    assert ("Content-Encoding" in sent.headers) is is_compressed
