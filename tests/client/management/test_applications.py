"""Roles, APIs, applications and webhooks through the Management API, in both colours, at local Logto."""

from datetime import UTC, datetime, timedelta

import pytest

from logto import LogtoApiConflictError, LogtoApiInputError, LogtoApiNotFoundError
from tests.client.management.tenant import name


@pytest.fixture
def resource(tenant):
    """A new API."""
    resources = tenant.management.resources
    return tenant.do(resources.create(name="API", indicator=f"https://{name('api')}.example", access_token_ttl=600))


@pytest.fixture
def robot(tenant):
    """A new program."""
    return tenant.do(tenant.management.applications.create(name=name("robot"), type="MachineToMachine"))


def test_an_api_has_scopes(tenant, resource):
    """Both are created, changed and deleted."""
    resources = tenant.management.resources
    assert tenant.do(resources.update(resource.id, access_token_ttl=300)).access_token_ttl == 300
    scope = tenant.do(resources.create_scope(resource.id, name="read", description="Reads"))
    assert tenant.do(resources.update_scope(resource.id, scope.id, name="look")).name == "look"
    assert [one.name for one in tenant.do(resources.list_scopes(resource.id))] == ["look"]
    with pytest.raises(LogtoApiConflictError):
        tenant.do(resources.create_scope(resource.id, name="look"))
    tenant.do(resources.delete_scope(resource.id, scope.id))
    assert tenant.do(resources.list_scopes(resource.id)) == []
    assert tenant.do(resources.set_default(resource.id)).is_default
    assert not tenant.do(resources.set_default(resource.id, is_default=False)).is_default
    assert resource.id in {one.id for one in tenant.do(resources.list())}

    tenant.do(resources.delete(resource.id))
    with pytest.raises(LogtoApiNotFoundError):
        tenant.do(resources.get(resource.id))


def test_a_role_gives_scopes_to_people_and_programs(tenant, resource, robot):
    """Each side can be listed and taken away."""
    roles, user = tenant.management.roles, tenant.user()
    scopes = [tenant.do(tenant.management.resources.create_scope(resource.id, name=one)).id for one in ("a", "b")]
    role = tenant.do(roles.create(name=name("role"), description="d", scope_ids=scopes[:1]))
    tenant.do(roles.add_scopes(role.id, scopes[1:]))
    assert {one.resource.indicator for one in tenant.do(roles.list_scopes(role.id))} == {resource.indicator}
    tenant.do(roles.remove_scope(role.id, scopes[0]))
    assert [one.name for one in tenant.do(roles.list_scopes(role.id))] == ["b"]
    tenant.do(roles.add_users(role.id, [user.id, tenant.user().id]))
    assert [one.id for one in tenant.do(roles.list_users(role.id, user.username))] == [user.id]
    tenant.do(roles.remove_user(role.id, user.id))
    assert user.id not in {one.id for one in tenant.do(roles.list_users(role.id))}

    machines = tenant.do(roles.create(name=name("role"), description="d", type="MachineToMachine"))
    tenant.do(roles.add_applications(machines.id, [robot.id]))
    assert [one.id for one in tenant.do(roles.list_applications(machines.id))] == [robot.id]
    tenant.do(roles.remove_application(machines.id, robot.id))
    assert tenant.do(roles.list_applications(machines.id)) == []


def test_a_role_is_created_read_changed_and_deleted(tenant):
    """And found by a part of its name and by its kind."""
    roles = tenant.management.roles
    role = tenant.do(roles.create(name=name("needle"), description="d"))
    assert tenant.do(roles.update(role.id, description="e", is_default=False)).description == "e"
    assert tenant.do(roles.get(role.id)).type == "User"
    assert [one.id for one in tenant.do(roles.list(role.name, type="User"))] == [role.id]
    assert tenant.do(roles.list(role.name, type="MachineToMachine")) == []

    tenant.do(roles.delete(role.id))
    with pytest.raises(LogtoApiNotFoundError):
        tenant.do(roles.get(role.id))


def test_an_application_is_created_read_changed_and_deleted(tenant):
    """Metadata in Python's spelling, on the way there and back."""
    applications = tenant.management.applications
    made = tenant.do(
        applications.create(
            name=name("shop"),
            type="Traditional",
            oidc_client_metadata={"redirect_uris": ["https://a.example/callback"], "post_logout_redirect_uris": []},
            custom_client_metadata={"rotate_refresh_token": True},
        )
    )
    assert made.oidc_client_metadata.redirect_uris == ["https://a.example/callback"]
    assert made.custom_client_metadata.rotate_refresh_token
    changed = tenant.do(applications.update(made.id, description="d", custom_data={"a": 1}))
    assert (changed.description, changed.custom_data, changed.name) == ("d", {"a": 1}, made.name)
    assert tenant.do(applications.get(made.id)).is_admin is False
    assert [one.id for one in tenant.do(applications.list(made.name, types=["Traditional", "SPA"]))] == [made.id]
    assert tenant.do(applications.list(made.name, types=["Native"])) == []

    tenant.do(applications.delete(made.id))
    with pytest.raises(LogtoApiNotFoundError):
        tenant.do(applications.get(made.id))


def test_an_application_has_secrets(tenant, robot):
    """Their values are told, and are in no repr."""
    applications = tenant.management.applications
    ends = datetime.now(UTC) + timedelta(days=30)
    made = tenant.do(applications.create_secret(robot.id, name="next year", expires_at=ends))
    assert made.value not in repr(made)
    assert abs(made.expires - ends) < timedelta(seconds=1)
    assert tenant.do(applications.rename_secret(robot.id, "next year", new_name="this year")).name == "this year"
    assert made.value in {one.value for one in tenant.do(applications.list_secrets(robot.id))}

    tenant.do(applications.delete_secret(robot.id, "this year"))
    assert made.value not in {one.value for one in tenant.do(applications.list_secrets(robot.id))}


def test_a_program_has_roles(tenant, robot):
    """Added, replaced, removed."""
    applications = tenant.management.applications
    one, other = (
        tenant.do(tenant.management.roles.create(name=name("role"), description="d", type="MachineToMachine")).id
        for _ in range(2)
    )
    tenant.do(applications.add_roles(robot.id, [one]))
    tenant.do(applications.set_roles(robot.id, [other]))
    assert [role.id for role in tenant.do(applications.list_roles(robot.id))] == [other]
    tenant.do(applications.remove_role(robot.id, other))
    assert tenant.do(applications.list_roles(robot.id)) == []


def test_a_webhook_is_created_changed_and_deleted(tenant):
    """Its signing key is told, is in no repr, and can be renewed."""
    hooks = tenant.management.hooks
    made = tenant.do(hooks.create(name=name("hook"), events=["User.Created"], url="http://127.0.0.1:9/hook"))
    assert made.signing_key not in repr(made)
    changed = tenant.do(hooks.update(made.id, events=["User.Deleted"], enabled=False))
    assert (changed.events, changed.enabled, changed.config.url) == (["User.Deleted"], False, "http://127.0.0.1:9/hook")
    assert tenant.do(hooks.renew_signing_key(made.id)).signing_key != made.signing_key
    assert tenant.do(hooks.get(made.id)).name == made.name
    assert made.id in {one.id for one in tenant.do(hooks.list())}
    with pytest.raises((LogtoApiConflictError, LogtoApiInputError)) as refused:
        tenant.do(hooks.send_test(made.id, events=["User.Created"], url="http://127.0.0.1:9/hook"))
    assert refused.value.logto_code.startswith("hook.")

    tenant.do(hooks.delete(made.id))
    with pytest.raises(LogtoApiNotFoundError):
        tenant.do(hooks.get(made.id))
