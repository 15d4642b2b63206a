"""Mail leaves at least once, encrypted, in the reader's language, and never in a storm."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.workflows.engine.shop import ADA, CALENDAR, complete, open_tasks, publish, start, waiting
from tests.workflows.mailing.server import Postbox, certificate, serving
from tests.workflows.staff import add_person, add_units
from workflows import notifications
from workflows.clock import FixedClock
from workflows.engine import letters, outbox, timers
from workflows.engine.jobs import performing
from workflows.engine.jobs.choice import jobs_for
from workflows.engine.letters import Letter
from workflows.engine.tables import Outbox
from workflows.errors import Invalid
from workflows.mail import STALE_AFTER, MailWork, compose
from workflows.mail_server import MailServer, from_url
from workflows.people_tables import Person

assert notifications  # it delivers notices

PAGES = "https://talent.example.org/"


def mailer(port, **facts):
    facts = {"is_secure": False, **facts}
    return MailWork(MailServer("127.0.0.1", port, "talent@example.org", **facts), PAGES)


@pytest.fixture
def postbox():
    return Postbox()


@pytest.fixture
def port(postbox):
    with serving(postbox) as port:
        yield port


@pytest.fixture
def ada(database):
    """Somebody with an address, who reads German."""
    with database.unit_of_work() as session:
        unit = add_units(session)["T"]
        add_person(session, "ada", unit, email="ada@example.org", language="de")
        add_person(session, "eve", unit, email="")
    return "ada"


def post(database, *numbers, recipient="ada", name="Score the plan", at=NOW, **facts):
    with database.unit_of_work() as session:
        told = {"event": "user_task_assigned", "name": name, **facts}
        letters.write(
            session,
            [letters.draft(f"7:{one}:0:mail", "mail", recipient, told, now=at) for one in numbers],
        )


def send(database, work, **later):
    return performing.perform_due(database, work, NOW + timedelta(**later), CALENDAR)


def rows(database):
    with database.reading() as session:
        return session.scalars(select(Outbox).where(Outbox.kind == "mail").order_by("id")).all()


def test_a_new_user_task_is_told_by_mail_with_a_link_to_it(database, ada, postbox, port):
    publish(database, waiting(duration="P1D"))
    case = start(database, "waiting")
    clock = FixedClock(NOW + timedelta(days=1))
    jobs = jobs_for(database, clock, CALENDAR, (timers.WORK, outbox.WORK, mailer(port)))

    while jobs.run_once():
        pass

    ((sender, recipients, mail),) = postbox.letters
    user_task = open_tasks(database, case)["after"]
    assert (sender, recipients) == ("talent@example.org", ["ada@example.org"])
    assert mail["Subject"] == "Neu für Sie: after"
    assert f"https://talent.example.org/user-tasks/{user_task.id}" in mail.get_content()
    (row,) = rows(database)
    assert mail["Message-ID"] == f"<{row.id.replace(':', '.')}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert row.sent_at == clock.now()


def test_a_mail_about_work_that_is_done_by_now_is_not_sent(database, ada, postbox, port):
    publish(database, waiting(duration="P1D"))
    case = start(database, "waiting")
    timers.fire_due(database, FixedClock(NOW + timedelta(days=1)), CALENDAR)
    user_task = open_tasks(database, case)["after"]
    post(database, 1, user_task_id=user_task.id)
    complete(database, user_task.id, actor=ADA, now=NOW + timedelta(days=1))

    assert send(database, mailer(port)) == 0

    assert postbox.letters == []
    assert rows(database)[0].sent_at is not None


def test_people_without_an_address_get_no_mail(database, ada):
    with database.unit_of_work() as session:
        outbox.notify(session, "1:1:0", "eve", {"name": "x"}, now=NOW)
        outbox.notify(session, "1:1:1", "ghost", {"name": "x"}, now=NOW)
        outbox.notify(session, "1:1:2", "ada", {"name": "x"}, now=NOW)

    assert outbox.deliver_due(database, NOW, CALENDAR) == 3

    assert [row.recipient for row in rows(database)] == ["ada"]


def test_nothing_in_a_mail_can_end_a_header_line():
    server = MailServer("127.0.0.1", 1, "talent@example.org")
    evil = "Score\r\nBcc: everybody@example.org\r\n\r\nSend money\x00\u2028"
    letter = Letter("7:1:0\r\nX-Evil: 1", "mail", "ada", {"name": evil})

    mail = compose(letter, "ada@example.org", "en", link=PAGES, server=server, now=NOW)

    head = mail.as_bytes().partition(b"\n\n")[0]
    assert mail["Bcc"] is None
    assert b"\nBcc" not in head
    assert b"\nX-Evil" not in head
    assert mail["Subject"] == "New for you: Score Bcc: everybody@example.org Send money"


@pytest.mark.parametrize(
    "address", ["ada@example.org\r\nBcc: eve@example.org", "a,b@example.org", "ada", "<a@b.c>"]
)
def test_an_address_that_is_none_is_refused_and_not_tried_again(
    database, ada, postbox, port, address
):
    with database.unit_of_work() as session:
        session.execute(update(Person).where(Person.username == "ada").values(email=address))
    post(database, 1)

    assert send(database, mailer(port)) == 0

    (row,) = rows(database)
    assert (row.problem, row.retry_at) == ("The person has no valid mail address.", None)
    assert postbox.letters == []


def test_a_server_that_is_busy_gets_the_letter_again(database, ada, postbox, port):
    postbox.answers = ["451 busy", "451 busy"]
    post(database, 1)
    work = mailer(port)

    assert send(database, work) == 0
    (row,) = rows(database)
    assert row.problem == "The mail server did not take the letter (451)."
    assert send(database, work) == 0
    assert postbox.tries == 1
    assert [send(database, work, minutes=minute) for minute in (1, 5)] == [0, 1]

    assert len(postbox.letters) == 1
    (row,) = rows(database)
    assert (row.problem, row.attempts) == (None, 3)


def test_a_letter_that_is_refused_for_good_is_not_sent_again(database, ada, postbox, port):
    postbox.answers = ["554 no such thing here"]
    post(database, 1, 2)
    work = mailer(port)

    assert send(database, work) == 1
    assert send(database, work, days=1) == 0

    assert postbox.tries == 2
    refused, sent = rows(database)
    assert (refused.problem, refused.sent_at) == (
        "The mail server refused the letter for good (554).",
        None,
    )
    assert sent.sent_at == NOW
    with database.reading() as session:
        backlog = work.backlog(session, NOW)
    assert (backlog.waiting, backlog.given_up) == (0, 1)


@pytest.mark.parametrize("when", ["cut", "cut after"])
def test_a_connection_that_is_cut_repeats_the_letter_with_the_same_number(
    database, ada, postbox, port, when
):
    postbox.answers = [when]
    post(database, 1)
    work = mailer(port)

    assert [send(database, work, minutes=minute) for minute in (0, 1)] == [0, 1]

    numbers = [mail["Message-ID"] for _sender, _to, mail in postbox.letters]
    assert len(numbers) == (2 if when == "cut after" else 1)
    assert set(numbers) == {"<7.1.0.mail@example.org>"}


def test_a_server_that_is_away_is_asked_by_one_letter_only(database, ada, postbox):
    post(database, *range(1, 9))
    work = mailer(1)  # nobody listens there

    assert send(database, work) == 0

    assert [row.attempts for row in rows(database)] == [1] + [0] * 7
    assert rows(database)[0].problem == "The mail server failed: ConnectionRefusedError."
    for minute in range(1, 30):
        send(database, work, minutes=minute)
    tries = [row.attempts for row in rows(database)]
    assert max(tries) <= 6
    assert sum(tries) <= 12
    with serving(postbox) as port:
        back = mailer(port)
        sent = sum(send(database, back, hours=hour) for hour in (2, 4))
    assert sent == 8


def test_a_password_or_a_letter_never_travels_in_the_clear(database, ada, postbox, port):
    post(database, 1)

    assert send(database, mailer(port, is_secure=True, username="me", password="secret")) == 0

    assert postbox.tries == 0
    (row,) = rows(database)
    assert row.problem == "The mail server offers no encryption; nothing was sent."
    assert "secret" not in repr(mailer(port, password="secret")._server)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="No openssl to make a certificate.")
def test_the_certificate_of_the_server_is_checked(database, ada, postbox, tmp_path):
    theirs, ours = certificate(tmp_path)
    post(database, 1)
    with serving(postbox, theirs) as port:
        stranger = mailer(port, is_secure=True)
        assert send(database, stranger) == 0
        assert postbox.tries == 0
        assert "SSLCertVerificationError" in rows(database)[0].problem

        assert send(database, mailer(port, is_secure=True, context=ours), minutes=1) == 1

    assert len(postbox.letters) == 1


def test_without_a_server_mails_wait_and_are_counted(database, ada):
    post(database, 1, 2)
    work = MailWork(None)

    for day in range(30):
        assert send(database, work, days=day) == 0

    assert [(row.attempts, row.problem) for row in rows(database)] == [(0, None)] * 2
    with database.reading() as session:
        backlog = work.backlog(session, NOW)
    assert (backlog.waiting, backlog.oldest, backlog.given_up) == (2, NOW, 0)


def test_what_waited_for_days_is_not_sent_when_a_server_comes(database, ada, postbox, port):
    post(database, 1)
    late = STALE_AFTER + timedelta(hours=1)
    post(database, 2, at=NOW + late)

    sent = performing.perform_due(database, mailer(port), NOW + late, CALENDAR)

    assert sent == 1
    assert rows(database)[0].problem == "It waited too long to be of use."
    assert len(postbox.letters) == 1


def test_addresses_of_servers_are_read_with_care():
    server = from_url("smtps://me%40x:pa%2Fss@mail.example.org", "t@example.org")
    assert (server.port, server.username, server.password) == (465, "me@x", "pa/ss")
    assert server.is_implicit
    assert from_url("smtp://mail.example.org", "t@example.org").port == 587

    for url, sender, is_secure in (
        ("http://mail.example.org", "t@example.org", True),
        ("smtp://", "t@example.org", True),
        ("smtp://mail.example.org", "", True),
        ("smtp://mail.example.org", "t@example.org\r\nBcc: x@y.z", True),
        ("smtp://me:secret@mail.example.org", "t@example.org", False),
    ):
        with pytest.raises(Invalid):
            from_url(url, sender, is_secure=is_secure)
