"""Users through the Management API, in both colours, at local Logto."""

import time
from datetime import UTC, datetime

import pytest

from logto import LogtoApiConflictError, LogtoApiInputError, LogtoApiNotFoundError, LogtoSyncClient, MemoryStorage
from tests.client.management.tenant import name

PASSWORD = "correct-horse-7"


def test_a_user_is_created_read_changed_and_deleted(tenant):
    """What was given is there, None takes it away, and a deleted user is not found."""
    users = tenant.management.users
    made = tenant.user(primary_email=f"{name('mail')}@example.com", name="Zoe", profile={"given_name": "Zoe"})
    assert (made.name, made.profile.given_name, made.has_password) == ("Zoe", "Zoe", False)
    assert abs(made.created - datetime.now(UTC)).total_seconds() < 60
    changed = tenant.do(users.update(made.id, name=None, custom_data={"plan": "gold"}))
    assert (changed.name, changed.custom_data, changed.primary_email) == (None, {"plan": "gold"}, made.primary_email)
    assert tenant.do(users.get(made.id)) == changed

    tenant.do(users.delete(made.id))
    with pytest.raises(LogtoApiNotFoundError) as refused:
        tenant.do(users.get(made.id))
    assert refused.value.logto_code == "entity.not_exists_with_id"


def test_custom_data_and_profile_are_added_to(tenant):
    """What is not named stays."""
    users = tenant.management.users
    user = tenant.user(custom_data={"plan": "gold"}, profile={"nickname": "z"})

    assert tenant.do(users.update_custom_data(user.id, {"seats": 3})) == {"plan": "gold", "seats": 3}
    assert tenant.do(users.custom_data(user.id)) == {"plan": "gold", "seats": 3}
    profile = tenant.do(users.update_profile(user.id, {"family_name": "Z", "address": {"postal_code": "OX1"}}))
    assert (profile.nickname, profile.family_name, profile.address.postal_code) == ("z", "Z", "OX1")


def test_a_password_is_set_and_compared(tenant):
    """The right one passes in silence, a wrong one is refused."""
    users = tenant.management.users
    user = tenant.user(password="another-horse-8")
    assert tenant.do(users.set_password(user.id, PASSWORD)).has_password

    assert tenant.do(users.verify_password(user.id, PASSWORD)) is None
    with pytest.raises(LogtoApiConflictError) as refused:
        tenant.do(users.verify_password(user.id, "another-horse-8"))
    assert refused.value.logto_code == "session.invalid_credentials"


def test_a_name_that_is_taken_is_a_conflict(tenant):
    """Logto's own code says which."""
    user = tenant.user()

    with pytest.raises(LogtoApiConflictError) as refused:
        tenant.user(username=user.username)
    assert (refused.value.logto_code, refused.value.status) == ("user.username_already_in_use", 422)


def test_a_malformed_address_is_an_input_error_that_says_where(tenant):
    """`data` names the member."""
    with pytest.raises(LogtoApiInputError) as refused:
        tenant.user(primary_email="nobody")

    assert refused.value.logto_code == "guard.invalid_input"
    assert refused.value.data["issues"][0]["path"] == ["primaryEmail"]


def test_users_are_searched_for(tenant):
    """By a part, by a pattern, or by the whole of a member."""
    users = tenant.management.users
    word = name("needle")
    one, other = (
        tenant.user(username=f"{word}_a", primary_email=f"{word}@example.com"),
        tenant.user(username=f"{word}_b"),
    )

    assert {user.id for user in tenant.do(users.list(word))} == {one.id, other.id}
    assert [user.id for user in tenant.do(users.list(f"{word}_a%"))] == [one.id]
    assert tenant.do(users.list(primary_email=f"{word}@example.com").first()) == one
    assert tenant.do(users.list(username=f"{word}_a", primary_email="other@example.com")) == []
    assert tenant.do(users.list(username=word).first()) is None


def test_pages_come_only_when_they_are_read(tenant, server):
    """A list asks nothing until it is iterated, and one page says how many there are."""
    listing = tenant.management.users.list()
    tenant.user()
    before = server.count("GET", "/api/users")
    assert "users" in repr(listing)
    assert server.count("GET", "/api/users") == before

    page = tenant.do(listing.page(1, size=1))
    assert (len(page), page.number, page.size) == (1, 1, 1)
    assert page.total == len(tenant.do(listing.all())) >= 3
    assert server.count("GET", "/api/users") == before + 2


def test_a_suspended_user_is_reinstated(tenant):
    """And the answers say so."""
    users, user = tenant.management.users, tenant.user()

    assert tenant.do(users.suspend(user.id)).is_suspended
    assert not tenant.do(users.reinstate(user.id)).is_suspended


def test_roles_are_given_and_taken(tenant):
    """Added, replaced, removed one by one."""
    users, roles, user = tenant.management.users, tenant.management.roles, tenant.user()
    one, other = (tenant.do(roles.create(name=name("role"), description="d")).id for _ in range(2))

    def held():
        return {role.id for role in tenant.do(users.list_roles(user.id))}

    tenant.do(users.add_roles(user.id, [one]))
    assert held() == {one}
    assert [found.id for found in tenant.do(users.list(without_role=one)) if found.id == user.id] == []
    tenant.do(users.set_roles(user.id, [other]))
    assert held() == {other}
    tenant.do(users.remove_role(user.id, other))
    assert held() == set()
    with pytest.raises(LogtoApiNotFoundError):
        tenant.do(users.remove_role(user.id, other))


def test_sessions_are_listed_and_revoked(tenant, server):
    """A sign-in makes one, and a revoked one is gone."""
    sessions, alice = tenant.management.sessions, server.users["alice"]
    client = LogtoSyncClient(server.config(), MemoryStorage())
    client.handle_sign_in_callback(server.sign_in(client.sign_in("http://localhost:3000/callback"), "alice"))
    client.close()
    before = tenant.do(sessions.list(alice.id))
    session = before[0]
    assert tenant.do(sessions.get(alice.id, session.id)).id == session.id
    assert session.expires > datetime.now(UTC)
    assert session.client_id in session.payload.authorizations

    tenant.do(sessions.revoke(alice.id, session.id, tokens="all"))
    assert session.id not in {one.id for one in tenant.do(sessions.list(alice.id))}
    with pytest.raises(LogtoApiNotFoundError) as refused:
        tenant.do(sessions.get(alice.id, session.id))
    assert refused.value.logto_code == "oidc.session_not_found"


def test_personal_access_tokens_have_any_name(tenant):
    """Also one with slashes; the value is in no repr."""
    tokens, user = tenant.management.personal_access_tokens, tenant.user()
    ends = int(time.time() * 1000) + 3_600_000
    made = tenant.do(tokens.create(user.id, name="ci/deploy ü", expires_at=ends))
    assert made.value.startswith("pat_")
    assert made.value not in repr(made)
    assert made.expires == datetime.fromtimestamp(ends / 1000, UTC)
    assert tenant.do(tokens.rename(user.id, "ci/deploy ü", new_name="../x")).name == "../x"
    assert [one.name for one in tenant.do(tokens.list(user.id))] == ["../x"]

    tenant.do(tokens.delete(user.id, "../x"))
    assert tenant.do(tokens.list(user.id)) == []


def test_a_subject_token_stands_for_a_user(tenant):
    """For ten minutes; the token is in no repr."""
    made = tenant.do(tenant.management.subject_tokens.create(tenant.user().id, context={"ticket": 7}))

    assert made.subject_token.startswith("sub_")
    assert made.subject_token not in repr(made)
    assert made.expires_in == 600
