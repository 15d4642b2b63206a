"""The command line in tests: an empty data folder, or one with an installation."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webapp.cli import main

Invoke = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of an installation that is not there yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("UNDERSTUDY_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("UNDERSTUDY_SECRET_KEY", "a-key-of-tests-with-more-than-32-characters")
    monkeypatch.delenv("UNDERSTUDY_DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def understudy(folder: Path) -> Invoke:
    """Run a command in the folder."""

    def invoke(*arguments: str, text: str = "", status: int = 0) -> Result:
        result = CliRunner().invoke(main, list(arguments), input=text, prog_name="understudy")
        assert result.exit_code == status, (result.stdout, result.stderr, result.exception)
        if status:
            assert len(result.stderr.strip().splitlines()) <= 1, result.stderr
        return result

    return invoke


@pytest.fixture(scope="session")
def installed_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation, to be copied for each test."""
    folder = tmp_path_factory.mktemp("installed") / "data"
    env = {"UNDERSTUDY_DATA_DIR": str(folder), "UNDERSTUDY_DATABASE_URL": ""}
    result = CliRunner(env=env).invoke(main, ["init"], prog_name="understudy")
    assert result.exit_code == 0, result.stderr
    return folder


@pytest.fixture
def installed(understudy: Invoke, folder: Path, installed_template: Path) -> Invoke:
    """The same, with the database made and the packaged definitions published."""
    shutil.copytree(installed_template, folder / "data")
    return understudy
