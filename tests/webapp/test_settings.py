"""What an installation may not be started with."""

import pytest
from pydantic import SecretStr, ValidationError

from webapp.settings import Settings, UnsafeSettings

STRONG = SecretStr("kG4_9sXQpW7vTz2LhB8mNcR5yJ3dFaE6")


@pytest.mark.parametrize("key", ["", "short", "a" * 64, "demonstration-only-never-for-production"])
def test_a_weak_key_is_refused(key: str) -> None:
    with pytest.raises(UnsafeSettings, match="UNDERSTUDY_SECRET_KEY"):
        Settings(secret_key=SecretStr(key)).signing_key()


def test_debugging_is_refused_outside_of_demonstrations() -> None:
    with pytest.raises(UnsafeSettings, match="UNDERSTUDY_DEBUG"):
        Settings(secret_key=STRONG, debug=True).signing_key()


def test_a_strong_key_is_taken() -> None:
    assert Settings(secret_key=STRONG).signing_key() == STRONG.get_secret_value()


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="time_zone"):
        Settings(time_zone="Mars/Olympus")


def test_a_key_never_shows_itself() -> None:
    assert STRONG.get_secret_value() not in repr(Settings(secret_key=STRONG))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNDERSTUDY_FOUR_EYES", "off")
    monkeypatch.setenv("UNDERSTUDY_TRUSTED_HOSTS", '["pool.example.org"]')

    settings = Settings()

    assert settings.four_eyes is False
    assert settings.trusted_hosts == ["pool.example.org"]
