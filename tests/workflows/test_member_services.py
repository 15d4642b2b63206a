"""Who a member is and who answers for him or her."""

import pytest

from tests.workflows.member_case import make_member, make_organisation
from workflows import member_services
from workflows.memberships import UnknownMember


@pytest.fixture
def member_id(database):
    make_organisation(database)
    return make_member(database)


def test_the_facts_name_head_and_manager(database, member_id):
    with database.reading() as session:
        found = member_services.of(session, member_services.fetch(session, member_id))

    assert (found["member"], found["head"], found["manager"]) == ("cara", "nora", "nora")
    assert (found["pool"], found["member_name"]) == ("leaders", "Cara Example")


def test_nobody_is_his_own_manager(database):
    make_organisation(database)
    member_id = make_member(database, "nora")

    with database.reading() as session:
        found = member_services.of(session, member_services.fetch(session, member_id))

    assert (found["head"], found["manager"]) == ("hedy", "hedy")


def test_an_unknown_member_is_refused(database):
    with database.reading() as session, pytest.raises(UnknownMember, match='"9"'):
        member_services.fetch(session, 9)
