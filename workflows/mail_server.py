"""The mail server of the organisation: one letter, one conversation, encrypted unless told."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from workflows.engine.jobs.performing import GiveUp
from workflows.errors import Invalid, UnderstudyError

PATIENCE_SECONDS = 10.0
_PORTS = {"smtp": 587, "smtps": 465}
_PERMANENT = 500


class MailRefused(GiveUp, UnderstudyError):
    """The server will never take this letter; the reason is the letter's own."""


class ServerTrouble(UnderstudyError):
    """The server takes no letter at the moment, whichever it is."""


class TryLetterLater(UnderstudyError):
    """The server does not take this letter at the moment."""


@dataclass(frozen=True)
class MailServer:
    """
    Where mail is handed in.

    Attributes:
        is_secure: Refuse to talk without encryption.
        context: How the server's certificate is checked.

    """

    host: str
    port: int
    sender: str
    username: str = ""
    password: str = field(default="", repr=False)
    is_implicit: bool = False
    is_secure: bool = True
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    @property
    def domain(self) -> str:
        """Return the domain of the sender, which makes the numbers of letters unique."""
        return self.sender.rpartition("@")[2]

    def send(self, message: EmailMessage, recipient: str) -> None:
        """
        Hand in one letter.

        Raises:
            MailRefused: The server will never take it.
            TryLetterLater: The server does not take it now.
            ServerTrouble: The server is away, refuses us, or offers no encryption.

        """
        # The library's errors name the recipient; what is raised here may stand in a log.
        try:
            with self._connect() as connection:
                self._introduce(connection)
                connection.send_message(message, self.sender, [recipient])
        except smtplib.SMTPRecipientsRefused as refused:
            code, _reason = next(iter(refused.recipients.values()))
            raise _judge(code) from None
        except smtplib.SMTPDataError as refused:
            raise _judge(refused.smtp_code) from None
        except smtplib.SMTPResponseException as refused:
            raise ServerTrouble(f"The mail server answered {refused.smtp_code}.") from None
        except (smtplib.SMTPException, OSError) as error:
            raise ServerTrouble(f"The mail server failed: {type(error).__name__}.") from None

    def _connect(self) -> smtplib.SMTP:
        """Open the connection."""
        if self.is_implicit:
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=PATIENCE_SECONDS, context=self.context
            )
        return smtplib.SMTP(self.host, self.port, timeout=PATIENCE_SECONDS)

    def _introduce(self, connection: smtplib.SMTP) -> None:
        """Encrypt the connection and sign in; a password never travels in the clear."""
        connection.ehlo()
        if self.is_secure and not self.is_implicit:
            if not connection.has_extn("starttls"):
                raise ServerTrouble("The mail server offers no encryption; nothing was sent.")
            connection.starttls(context=self.context)
            connection.ehlo()
        if self.username:
            connection.login(self.username, self.password)


def from_url(url: str, sender: str, *, is_secure: bool = True) -> MailServer:
    """
    Read the address of a mail server, e.g. `smtp://name:password@mail.example.org:587`.

    `smtp` encrypts by STARTTLS, `smtps` from the first byte.

    Raises:
        Invalid: It is no such address, or there is no sender.

    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise Invalid(
            "UNDERSTUDY_SMTP_URL must look like smtp://name:password@mail.example.org:587."
        )
    if not is_address(sender):
        raise Invalid("UNDERSTUDY_SMTP_SENDER must be a mail address such as talent@example.org.")
    if parts.username and not is_secure:
        raise Invalid("A mail password must not travel in the clear; set UNDERSTUDY_SMTP_TLS=true.")
    return MailServer(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        sender=sender,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_implicit=parts.scheme == "smtps",
        is_secure=is_secure,
    )


def is_address(text: str) -> bool:
    """Say whether a text is one plain mail address, with nothing in it that ends a header line."""
    name, at, domain = text.rpartition("@")
    is_plain = text.isprintable() and not any(one in text for one in ' ",;:<>()[]\\')
    return bool(at and name and "@" not in name and "." in f"{domain}." and domain) and is_plain


def _judge(code: int) -> Exception:
    """Say whether an answer about one letter is final."""
    if code >= _PERMANENT:
        return MailRefused(f"The mail server refused the letter for good ({code}).")
    return TryLetterLater(f"The mail server did not take the letter ({code}).")
