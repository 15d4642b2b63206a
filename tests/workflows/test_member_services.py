"""Who a member is and who answers for him or her."""

import pytest

from tests.workflows.member_case import make_member
from workflows import member_services
from workflows.memberships import UnknownMember


@pytest.fixture
def member_id(organisation):
    return make_member(organisation)


def test_the_facts_name_head_and_manager(organisation, member_id):
    with organisation.reading() as session:
        found = member_services.of(session, member_services.fetch(session, member_id))

    assert (found["member"], found["head"], found["manager"]) == ("cara", "nora", "nora")
    assert (found["pool"], found["member_name"]) == ("leaders", "Cara Example")


def test_nobody_is_his_own_manager(organisation):
    member_id = make_member(organisation, "nora")

    with organisation.reading() as session:
        found = member_services.of(session, member_services.fetch(session, member_id))

    assert (found["head"], found["manager"]) == ("hedy", "hedy")


def test_an_unknown_member_is_refused(organisation):
    with organisation.reading() as session, pytest.raises(UnknownMember, match='"9"'):
        member_services.fetch(session, 9)
