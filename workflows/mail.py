"""Mail to people about work that is new for them: posted with the notice, sent by a worker."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflows import mail_texts
from workflows.database import Database, table_of
from workflows.engine import letters
from workflows.engine.jobs import port
from workflows.engine.jobs.port import Claim
from workflows.engine.letters import Letter, LetterRows
from workflows.engine.occasion import Occasion
from workflows.engine.prepared import Prepared
from workflows.engine.tables import Outbox, UserTask
from workflows.mail_server import MailRefused, MailServer, ServerTrouble, is_address
from workflows.people_tables import Person
from workflows.vocabulary import EmploymentStatus

NO_SERVER = "Not sent: no mail server configured."
MOST_ATTEMPTS = 40  # with an hour between the later ones: a server may be away over a weekend
STALE_AFTER = timedelta(days=3)
_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(minutes=5)
_LONGEST_SUBJECT = 150

_outbox = table_of(Outbox)
_ADDRESS = Prepared(
    select(Person.email).where(
        Person.username == bindparam("username"),
        Person.email != "",
        Person.employment_status != EmploymentStatus.LEFT,
    ),
    of_entities=True,
)


@dataclass(frozen=True)
class _Due:
    """A letter with what must be known to send it."""

    letter: Letter
    created_at: datetime
    address: str | None
    language: str
    is_needed: bool


def post(session: Session, notice: Letter, *, now: datetime) -> None:
    """Post the mail that goes with a notice, to a person who has an address."""
    if not _ADDRESS.rows(session, username=notice.recipient):
        return
    letter_id = f"{notice.id[:75]}:mail"
    mail = letters.draft(letter_id, letters.MAIL, notice.recipient, notice.payload, now=now)
    letters.write(session, [mail])


class MailWork(LetterRows):
    """
    Sends mail outside of any transaction, at least once, with the same number each time.

    While the server is away only one letter now and then asks whether it is
    back; the others keep their attempts.
    """

    name = "mail"
    lane = port.MAIL
    kinds: Sequence[str] = (letters.MAIL,)
    most_attempts = MOST_ATTEMPTS

    def __init__(self, server: MailServer | None, address: str = "") -> None:
        self._server = server
        self._address = address.rstrip("/")
        self._closed_until: datetime | None = None
        self._pause = _FIRST_PAUSE

    def due(self, session: Session, now: datetime, limit: int) -> Sequence[str]:
        """Return the mails that wait, unless there is no server that would take them."""
        return super().due(session, now, limit) if self._is_open(now) else ()

    def claim(self, session: Session, key: str, now: datetime) -> Claim | None:
        """Count an attempt, unless there is no server that would take the mail."""
        return super().claim(session, key, now) if self._is_open(now) else None

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Send one mail, then mark it as sent."""
        assert self._server is not None
        with database.reading() as session:
            due = _read(session, claim.key)
        if due is None:
            return False
        if due.is_needed:
            self._send(self._server, due, occasion.now)
        with database.unit_of_work() as session:
            letters.mark_sent(session, claim.key, now=occasion.now)
        return due.is_needed

    def _is_open(self, now: datetime) -> bool:
        """Say whether there is a server, and it is not known to be away."""
        if self._server is None:
            return False
        return self._closed_until is None or self._closed_until <= now

    def _send(self, server: MailServer, due: _Due, now: datetime) -> None:
        """Send one mail; trouble of the server spares the letters behind it for a while."""
        if now - due.created_at > STALE_AFTER:
            raise MailRefused("It waited too long to be of use.")
        if due.address is None or not is_address(due.address):
            raise MailRefused("The person has no valid mail address.")
        link = _link(self._address, due.letter)
        message = compose(due.letter, due.address, due.language, link=link, server=server, now=now)
        try:
            server.send(message, due.address)
        except ServerTrouble:
            self._closed_until = now + self._pause
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            raise
        self._closed_until, self._pause = None, _FIRST_PAUSE


def compose(
    letter: Letter,
    recipient: str,
    language: str,
    *,
    link: str,
    server: MailServer,
    now: datetime,
) -> EmailMessage:
    """Write one mail in the language of its reader; nothing in it can end a header line."""
    name = _one_line(str(letter.payload.get("name", "")))
    event = str(letter.payload.get("event", ""))
    subject, text = mail_texts.new_work(language, name=name, link=link, event=event)
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = recipient
    message["Subject"] = subject[:_LONGEST_SUBJECT]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9.-]', '.', letter.id)}@{server.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _read(session: Session, letter_id: str) -> _Due | None:
    """Return a letter that was not sent yet, with the address and language of its reader."""
    row = session.execute(
        select(_outbox, Person.email, Person.language)
        .outerjoin(Person, Person.username == _outbox.c.recipient)
        .where(_outbox.c.id == letter_id, _outbox.c.sent_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    task_id = row.payload.get("user_task_id")
    state = None
    if task_id is not None:
        state = session.scalar(select(UserTask.state).where(UserTask.id == task_id))
    return _Due(
        Letter(row.id, row.kind, row.recipient, row.payload),
        row.created_at,
        row.email,
        row.language or "en",
        is_needed=task_id is None or state == "open",
    )


def _link(address: str, letter: Letter) -> str:
    """Return the page of the user task that a mail is about, where the address is known."""
    for what, page in (("user_task_id", "user-tasks"), ("question_id", "questions")):
        number = letter.payload.get(what)
        if address and number is not None:
            return f"{address}/{page}/{number}"
    shown = letter.payload.get("page")
    return f"{address}/{shown}" if address and shown else address


def _one_line(text: str) -> str:
    """Return a text without anything that could end a line."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
