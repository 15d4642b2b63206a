"""Accounts, passwords, groups, tokens, sessions, notices and the audit trail."""

import time
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.staff import add_person, add_units
from workflows import accounts, audit, groups, notifications, passwords, sessions
from workflows.account_tables import ApiToken, WebSession
from workflows.accounts import AccountRefused, UnknownAccount, UnknownToken, UsernameTaken
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.groups import GroupRefused
from workflows.passwords import PasswordRefused
from workflows.sessions import UnknownSession

PASSWORD = "correct horse"


def make(session, username="ann", **facts):
    facts = {"roles": ["hr"], "password": PASSWORD, **facts}
    return accounts.create(session, username, now=NOW, **facts)


def test_an_actor_has_roles_and_groups_of_this_moment(database: Database):
    with database.unit_of_work() as session:
        account = make(session, roles=["hr", "auditor"], in_groups=["panel:leaders"], name="Ann")
        actor = accounts.actor_of(session, "ann")

        assert actor.name == "Ann"
        assert actor.roles == {"hr", "auditor"}
        assert actor.groups == {"hr", "auditor", "panel:leaders"}
        accounts.set_roles(session, account, ["member"])
        groups.leave(session, "ann", "panel:leaders")
        assert accounts.actor_of(session, "ann").groups == {"member"}


def test_an_actor_is_read_in_one_statement(database: Database):
    with database.unit_of_work() as session:
        make(session, in_groups=[f"panel:{number}" for number in range(20)])

        with counted(database) as counter:
            actor = accounts.actor_of(session, "ann")

    assert len(counter) == 1
    assert len(actor.groups) == 21


def test_a_stopped_account_acts_no_more(database: Database):
    with database.unit_of_work() as session:
        account = make(session)
        token = accounts.issue_token(session, "ann", NOW)
        cookie = sessions.create(session, "ann", now=NOW).token
        accounts.set_active(session, account, active=False)

        with pytest.raises(UnknownAccount, match='no account "ann"'):
            accounts.actor_of(session, "ann")
        assert accounts.actor_of_token(session, token) is None
        assert sessions.load(session, cookie, now=NOW) is None
        assert accounts.verify_password(session, "ann", PASSWORD, now=NOW) is None


@pytest.mark.parametrize("username", ["", " ann", "a b", "system", "System", "-x", "a" * 121, "é"])
def test_a_username_must_be_plain(database: Database, username):
    with database.unit_of_work() as session, pytest.raises(AccountRefused, match="cannot be"):
        make(session, username)


def test_usernames_differ_by_more_than_case(database: Database):
    with database.unit_of_work() as session:
        make(session, "Ann")

        with pytest.raises(UsernameTaken, match='already an account "Ann"'):
            make(session, "aNN")


def test_an_unknown_role_is_refused_with_the_known_ones(database: Database):
    with database.unit_of_work() as session:
        with pytest.raises(AccountRefused, match=r'no role "king". The roles are member, mentor'):
            make(session, roles=["king"])
        with pytest.raises(GroupRefused, match='"hr" is a role'):
            make(session, in_groups=["hr"])


@pytest.mark.parametrize("password", ["", "short", "x" * 1001])
def test_a_password_has_bounds(database: Database, password):
    with database.unit_of_work() as session, pytest.raises(PasswordRefused, match="A password"):
        make(session, password=password)


def test_only_the_right_password_signs_in(database: Database):
    with database.unit_of_work() as session:
        make(session)
        make(session, "locked-out", password=None)

        actor = accounts.verify_password(session, "ann", PASSWORD, now=NOW)
        assert actor is not None
        assert actor.username == "ann"
        for username, password in (
            ("ann", "wrong"),
            ("ann", ""),
            ("ann", PASSWORD + "x" * 5000),
            ("nobody", PASSWORD),
            ("locked-out", ""),
        ):
            assert accounts.verify_password(session, username, password, now=NOW) is None


def test_an_unknown_name_costs_as_much_time_as_a_wrong_password(database: Database):
    def seconds(username: str) -> float:
        began = time.perf_counter()
        with database.unit_of_work() as session:
            accounts.verify_password(session, username, "wrong", now=NOW)
        return time.perf_counter() - began

    with database.unit_of_work() as session:
        make(session)
    seconds("nobody")

    known, unknown = min(seconds("ann") for _ in range(3)), min(seconds("x") for _ in range(3))

    assert unknown > known / 3


def test_many_wrong_passwords_lock_the_account_for_a_while(database: Database):
    with database.unit_of_work() as session:
        make(session)
        for _ in range(accounts.FREE_ATTEMPTS):
            assert accounts.verify_password(session, "ann", "wrong", now=NOW) is None

        assert accounts.verify_password(session, "ann", PASSWORD, now=NOW) is None
        later = NOW + timedelta(minutes=2)
        assert accounts.verify_password(session, "ann", PASSWORD, now=later) is not None
        assert accounts.get(session, "ann").failed_attempts == 0


def test_a_lock_never_lasts_longer_than_a_quarter_of_an_hour(database: Database):
    with database.unit_of_work() as session:
        account = make(session)
        account.failed_attempts = 5_000

        accounts.verify_password(session, "ann", "wrong", now=NOW)

        assert account.locked_until == NOW + timedelta(minutes=15)


def test_the_stored_hash_is_argon2id_with_19_mib():
    assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches("no hash at all", PASSWORD) is False


def test_an_outdated_hash_is_renewed_at_sign_in(database: Database):
    from argon2 import PasswordHasher

    with database.unit_of_work() as session:
        account = make(session)
        account.password_hash = PasswordHasher(1, 8 * 1024, 1).hash(PASSWORD)

        accounts.verify_password(session, "ann", PASSWORD, now=NOW)

        assert account.password_hash.startswith("$argon2id$v=19$m=19456,t=2")


def test_a_role_and_a_group_both_have_members(database: Database):
    with database.unit_of_work() as session:
        make(session, "ann", roles=["hr"], in_groups=["panel:x"])
        make(session, "bob", roles=["hr", "member"])
        accounts.set_active(session, make(session, "eve", roles=["hr"]), active=False)

        assert groups.members_of(session, "hr") == ["ann", "bob"]
        assert groups.members_of(session, "panel:x") == ["ann"]
        assert groups.members_of(session, "h") == []


def test_a_token_is_kept_only_as_hash_and_can_be_revoked(database: Database):
    with database.unit_of_work() as session:
        make(session)
        token = accounts.issue_token(session, "ann", NOW, name="ci")
        (kept,) = accounts.tokens_of(session, "ann")

        assert token not in kept.token_hash
        assert len(kept.token_hash) == 64
        actor = accounts.actor_of_token(session, token)
        assert actor is not None
        assert actor.username == "ann"
        accounts.remember_token_use(session, token, now=NOW)
        accounts.revoke_token(session, "ann", kept.id, now=NOW)
        assert accounts.actor_of_token(session, token) is None
        assert accounts.tokens_of(session, "ann") == []
        with pytest.raises(UnknownToken):
            accounts.revoke_token(session, "ann", kept.id, now=NOW)
        assert session.get_one(ApiToken, kept.id).revoked_at == NOW


@pytest.mark.parametrize("token", ["", "x", "ust_", "\ud800", "'; DROP TABLE account"])
def test_a_strange_token_belongs_to_nobody(database: Database, token):
    with database.reading() as session:
        assert accounts.actor_of_token(session, token) is None
        assert sessions.load(session, token, now=NOW) is None


def test_a_token_needs_an_account(database: Database):
    with database.unit_of_work() as session, pytest.raises(UnknownAccount):
        accounts.issue_token(session, "nobody", NOW)


def test_a_session_ends_idle_or_after_ten_hours(database: Database):
    with database.unit_of_work() as session:
        make(session)
        token = sessions.create(session, "ann", user_agent="x" * 999, now=NOW).token

        assert sessions.load(session, token, now=NOW + timedelta(minutes=29)) is not None
        assert sessions.load(session, token, now=NOW + timedelta(minutes=30)) is None
        moment = NOW
        while moment < NOW + timedelta(hours=9, minutes=59):
            live = sessions.load(session, token, now=moment)
            assert live is not None
            sessions.touch(session, live, now=moment)
            moment += timedelta(minutes=20)
        assert sessions.load(session, token, now=NOW + timedelta(hours=10)) is None


def test_a_session_asks_for_a_touch_once_a_minute_at_most(database: Database):
    with database.unit_of_work() as session:
        make(session)
        token = sessions.create(session, "ann", now=NOW).token

        soon = sessions.load(session, token, now=NOW + timedelta(seconds=59))
        later = sessions.load(session, token, now=NOW + timedelta(seconds=60))

    assert soon is not None
    assert later is not None
    assert (soon.needs_touch, later.needs_touch) == (False, True)


def test_signing_in_again_begins_another_session_and_ends_the_old(database: Database):
    with database.unit_of_work() as session:
        make(session)
        old = sessions.create(session, "ann", now=NOW)
        new = sessions.rotate(session, old.token, "ann", now=NOW)

        assert sessions.actor_of(session, old.token, now=NOW) is None
        assert sessions.actor_of(session, new.token, now=NOW) is not None
        assert new.token != old.token
        assert new.csrf_token != old.csrf_token
        kept = session.query(WebSession).one()
        assert new.token not in (kept.id_hash, kept.csrf_token)


def test_sessions_are_listed_and_revoked(database: Database):
    with database.unit_of_work() as session:
        make(session)
        make(session, "bob")
        tokens = [sessions.create(session, "ann", now=NOW).token for _ in range(3)]
        others = sessions.create(session, "bob", now=NOW)
        live = sessions.load(session, tokens[0], now=NOW)
        assert live is not None

        assert len(sessions.of_account(session, "ann", now=NOW)) == 3
        with pytest.raises(UnknownSession):
            sessions.revoke_one(session, "bob", live.id_hash)
        sessions.revoke_all(session, "ann", keep=live)
        assert len(sessions.of_account(session, "ann", now=NOW)) == 1
        sessions.revoke_one(session, "ann", live.id_hash)
        assert sessions.load(session, tokens[0], now=NOW) is None
        assert sessions.load(session, others.token, now=NOW) is not None
        sessions.sweep(session, now=NOW + timedelta(hours=1))
        assert session.query(WebSession).count() == 0


def test_notices_reach_each_recipient_once(database: Database):
    with database.unit_of_work() as session:
        notifications.notify(session, ["ann", "bob", "ann", None, ""], "x" * 900, now=NOW)
        notifications.notify(session, [], "nobody", now=NOW)
        notifications.notify(session, ["ann"], "second", now=NOW)

        assert notifications.unread(session, "ann") == 2
        page = notifications.of_recipient(session, "ann", limit=1)
        assert [each.text for each in page.items] == ["second"]
        rest = notifications.of_recipient(session, "ann", cursor=page.next)
        assert [len(each.text) for each in rest.items] == [500]
        notifications.mark_read(session, "ann", up_to=rest.items[0].id, now=NOW)
        assert notifications.unread(session, "ann") == 1
        notifications.mark_read(session, "ann", now=NOW)
        assert notifications.unread(session, "ann") == 0
        assert notifications.unread(session, "bob") == 1


def test_the_audit_trail_names_who_did_what_to_which_object(database: Database):
    with database.unit_of_work() as session:
        for number in range(3):
            audit.record(
                session, "case.cancel", "instance", number, actor=SYSTEM, now=NOW, reason="x"
            )

        page = audit.entries(session, object_type="instance", limit=2)
        (first,) = audit.entries(session, cursor=page.next).items
        (second,) = audit.entries(session, object_type="instance", object_id=1).items

    assert (first.object_id, first.actor, first.data) == ("0", "system", {"reason": "x"})
    assert second.object_id == "1"


def test_an_account_can_belong_to_a_person(database: Database):
    with database.unit_of_work() as session:
        person = add_person(session, "amara", add_units(session)["T"])

        account = make(session, "amara", person=person)

    assert (account.name, account.person_id) == ("Amara Okafor", person.id)
