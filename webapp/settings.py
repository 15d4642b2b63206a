"""The settings of an installation, read from the environment."""

from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from workflows import audit_anchors, audit_chain
from workflows.audit_anchors import AnchorFile

SHORTEST_SECRET = 32
DATABASE_FILE = "understudy.sqlite"
DEMO_SECRET = "demonstration-only-never-for-production"  # noqa: S105
MEBIBYTE = 1024 * 1024


class UnsafeSettings(Exception):
    """The settings would make the installation unsafe; the sentence names the remedy."""


class Settings(BaseSettings):
    """
    What an operator decides about an installation; each name has the prefix `UNDERSTUDY_`.

    Attributes:
        database_url: Address of the database; empty means SQLite in `data_dir`.
        data_dir: Folder of the embedded database.
        secret_key: Signs cookies and form tokens; at least 32 characters.
        audit_key: Seals the audit trail; empty means a key that follows from `secret_key`.
        clock: `movable` lets people skip time; demonstrations and tests only.
        demo: Demonstration: sign-in switcher, skipping of time, plain HTTP.
        four_eyes: Whether a second person must approve definitions.
        https: Whether people reach the pages by HTTPS; cookies are secure then.
        trusted_hosts: Host names that requests may carry; empty trusts any.
        trusted_proxies: How many proxies in front set `X-Forwarded-*`.
        organisation: Name shown beside the product's.
        country: Country of the public holidays (ISO 3166), e.g. `NL`.
        subdivision: Part of the country with holidays of its own, e.g. `BY`.
        public_url: Where people reach the pages, e.g. `https://talent.example.org`; for links
            in mail.
        smtp_url: The mail server, e.g. `smtp://name:password@mail.example.org:587`; empty
            sends no mail.
        smtp_sender: The address that mail comes from.
        smtp_tls: Whether mail leaves only over an encrypted connection.
        time_zone: Where working days begin and end, and of people without their own.

    """

    model_config = SettingsConfigDict(env_prefix="UNDERSTUDY_", extra="ignore")

    database_url: str = ""
    data_dir: Path = Path("var")
    secret_key: SecretStr = SecretStr("")
    audit_key: SecretStr = SecretStr("")
    clock: Literal["system", "movable"] = "system"
    demo: bool = False
    four_eyes: bool = True
    debug: bool = False
    https: bool = True
    trusted_hosts: list[str] = Field(default_factory=list)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    organisation: str = ""
    country: str = ""
    subdivision: str | None = None
    time_zone: str = "UTC"
    public_url: str = ""
    smtp_url: SecretStr = SecretStr("")
    smtp_sender: str = ""
    smtp_tls: bool = True
    max_request_bytes: int = 12 * MEBIBYTE

    @field_validator("time_zone")
    @classmethod
    def _check_time_zone(cls, value: str) -> str:
        """Refuse a time zone that does not exist."""
        if value not in available_timezones():
            raise ValueError(f"There is no time zone {value}; write it like Europe/Lisbon.")
        return value

    @property
    def url(self) -> str:
        """Return the address of the database."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.data_dir / DATABASE_FILE).absolute()}"

    @property
    def secure_cookies(self) -> bool:
        """Say whether cookies travel by HTTPS only; a demonstration runs on plain localhost."""
        return self.https and not self.demo

    def signing_key(self) -> str:
        """
        Return the key that signs cookies and form tokens.

        Raises:
            UnsafeSettings: The key is missing or weak, or debugging is on in production.

        """
        key = self.secret_key.get_secret_value()
        if self.demo:
            return key or DEMO_SECRET
        if self.debug:
            raise UnsafeSettings("Debugging is on; unset UNDERSTUDY_DEBUG to serve real people.")
        if len(key) < SHORTEST_SECRET or len(set(key)) < SHORTEST_SECRET // 4 or key == DEMO_SECRET:
            raise UnsafeSettings(
                "UNDERSTUDY_SECRET_KEY is missing or weak; set it to at least 32 random characters,"
                ' e.g. from: python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        return key

    def sealing_key(self) -> bytes | None:
        """Return the key of the audit chain; nothing where no secret is known."""
        kept = self.audit_key.get_secret_value() or self.secret_key.get_secret_value()
        secret = kept or (DEMO_SECRET if self.demo else "")
        return audit_chain.key_of(secret) if secret else None

    def anchors(self, key: bytes) -> AnchorFile:
        """Return the file that notes how far the audit chain has come."""
        return AnchorFile(self.data_dir / audit_anchors.FILE, key)
