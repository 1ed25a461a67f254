"""Organizations, their template and invitations through the Management API, in both colours, at local Logto."""

from datetime import UTC, datetime, timedelta

import pytest

from logto import LogtoApiConflictError, LogtoApiNotFoundError
from tests.client.management.tenant import name


@pytest.fixture
def organization(tenant):
    """A new organization."""
    return tenant.do(tenant.management.organizations.create(name=name("org"), custom_data={"plan": "gold"}))


@pytest.fixture
def roles(tenant):
    """Two new roles of the template, for people."""
    made = (tenant.management.organization_roles.create(name=name("role")) for _ in range(2))
    return [tenant.do(one).id for one in made]


@pytest.fixture
def robot(tenant):
    """A new program."""
    return tenant.do(tenant.management.applications.create(name=name("robot"), type="MachineToMachine"))


def test_an_organization_is_created_read_changed_and_deleted(tenant, organization):
    """What was given is there, and None takes it away."""
    organizations = tenant.management.organizations
    changed = tenant.do(organizations.update(organization.id, description="d", is_mfa_required=True))
    assert (changed.name, changed.description, changed.is_mfa_required) == (organization.name, "d", True)
    assert tenant.do(organizations.update(organization.id, description=None)).description is None
    assert tenant.do(organizations.get(organization.id)).custom_data == {"plan": "gold"}
    assert [one.id for one in tenant.do(organizations.list(organization.name))] == [organization.id]

    tenant.do(organizations.delete(organization.id))
    with pytest.raises(LogtoApiNotFoundError):
        tenant.do(organizations.get(organization.id))


def test_members_come_and_go(tenant, organization):
    """Added, replaced, removed; each list says the same from its own side."""
    organizations = tenant.management.organizations
    one, other = tenant.user().id, tenant.user().id

    def members():
        return {member.id for member in tenant.do(organizations.list_members(organization.id))}

    tenant.do(organizations.add_members(organization.id, [one]))
    assert members() == {one}
    assert [found.id for found in tenant.do(tenant.management.users.list_organizations(one))] == [organization.id]
    tenant.do(organizations.set_members(organization.id, [other]))
    assert members() == {other}
    tenant.do(organizations.remove_member(organization.id, other))
    assert members() == set()
    with pytest.raises(LogtoApiNotFoundError):
        tenant.do(organizations.remove_member(organization.id, other))


def test_members_have_roles(tenant, organization, roles):
    """Given to one or to several, replaced, taken; a filter finds who has one."""
    organizations, (one, other) = tenant.management.organizations, roles
    first, second = tenant.user().id, tenant.user().id
    tenant.do(organizations.add_members(organization.id, [first, second]))

    def held(user_id):
        return {role.id for role in tenant.do(organizations.list_member_roles(organization.id, user_id))}

    tenant.do(organizations.assign_roles(organization.id, [first, second], [one]))
    tenant.do(organizations.add_member_roles(organization.id, first, [other]))
    assert (held(first), held(second)) == ({one, other}, {one})
    (member,) = tenant.do(organizations.list_members(organization.id, organization_role_id=other))
    assert (member.id, {role.id for role in member.organization_roles}) == (first, {one, other})
    tenant.do(organizations.set_member_roles(organization.id, first, [other]))
    tenant.do(organizations.remove_member_role(organization.id, second, one))
    assert (held(first), held(second)) == ({other}, set())


def test_who_is_no_member_has_no_roles(tenant, organization, roles):
    """That is a conflict, with Logto's reason."""
    with pytest.raises(LogtoApiConflictError) as refused:
        tenant.do(tenant.management.organizations.add_member_roles(organization.id, tenant.user().id, roles))

    assert refused.value.logto_code == "organization.require_membership"


def test_programs_belong_to_organizations(tenant, organization, robot):
    """With roles for programs, and from both sides."""
    organizations = tenant.management.organizations
    made = [
        tenant.do(tenant.management.organization_roles.create(name=name("robots"), type="MachineToMachine")).id
        for _ in range(2)
    ]
    tenant.do(organizations.add_applications(organization.id, [robot.id]))
    tenant.do(organizations.assign_application_roles(organization.id, [robot.id], made[:1]))
    tenant.do(organizations.add_application_roles(organization.id, robot.id, made[1:]))
    (member,) = tenant.do(organizations.list_applications(organization.id))
    assert (member.id, {role.id for role in member.organization_roles}) == (robot.id, set(made))
    (membership,) = tenant.do(tenant.management.applications.list_organizations(robot.id))
    assert membership.id == organization.id
    tenant.do(organizations.set_application_roles(organization.id, robot.id, made[:1]))
    tenant.do(organizations.remove_application_role(organization.id, robot.id, made[0]))
    assert tenant.do(organizations.list_application_roles(organization.id, robot.id)) == []

    tenant.do(organizations.set_applications(organization.id, [robot.id]))
    tenant.do(organizations.remove_application(organization.id, robot.id))
    assert tenant.do(organizations.list_applications(organization.id)) == []


def test_the_template_has_roles_and_scopes(tenant, organization, server):
    """Scopes of the organization and of APIs; a member has those of all roles."""
    management = tenant.management
    scopes = [tenant.do(management.organization_scopes.create(name=name("org:scope"))) for _ in range(2)]
    renamed = tenant.do(management.organization_scopes.update(scopes[0].id, name=name("org:other"), description="d"))
    assert tenant.do(management.organization_scopes.get(scopes[0].id)) == renamed
    assert renamed.id in {scope.id for scope in tenant.do(management.organization_scopes.list())}
    made = tenant.do(management.organization_roles.create(name=name("role"), organization_scope_ids=[scopes[0].id]))
    assert tenant.do(management.organization_roles.update(made.id, description="d")).description == "d"
    assert tenant.do(management.organization_roles.get(made.id)).name == made.name
    tenant.do(management.organization_roles.add_scopes(made.id, [scopes[1].id]))
    user = tenant.user().id
    tenant.do(management.organizations.add_members(organization.id, [user]))
    tenant.do(management.organizations.set_member_roles(organization.id, user, [made.id]))
    held = tenant.do(management.organizations.list_member_scopes(organization.id, user))
    assert {scope.id for scope in held} == {scope.id for scope in scopes}

    tenant.do(management.organization_roles.set_scopes(made.id, [scopes[1].id]))
    tenant.do(management.organization_roles.remove_scope(made.id, scopes[1].id))
    assert tenant.do(management.organization_roles.list_scopes(made.id)) == []
    tenant.do(management.organization_roles.delete(made.id))
    tenant.do(management.organization_scopes.delete(scopes[0].id))
    with pytest.raises(LogtoApiNotFoundError):
        tenant.do(management.organization_scopes.get(scopes[0].id))


def test_roles_of_the_template_give_scopes_of_apis(tenant, roles):
    """Added, replaced, removed, and shown in the list of roles."""
    management, role = tenant.management, roles[0]
    resource = tenant.do(management.resources.list(include_scopes=True).first())
    (found,) = [
        one
        for one in tenant.do(management.resources.list(include_scopes=True))
        if one.scopes and "shopping" in one.indicator
    ]
    scope = found.scopes[0]
    tenant.do(management.organization_roles.add_resource_scopes(role, [scope.id]))
    assert [one.name for one in tenant.do(management.organization_roles.list_resource_scopes(role))] == [scope.name]
    (listed,) = [one for one in tenant.do(management.organization_roles.list()) if one.id == role]
    assert [one.resource.id for one in listed.resource_scopes] == [found.id]

    tenant.do(management.organization_roles.set_resource_scopes(role, [scope.id]))
    tenant.do(management.organization_roles.remove_resource_scope(role, scope.id))
    assert tenant.do(management.organization_roles.list_resource_scopes(role)) == []
    assert resource is not None


def test_an_invitation_is_accepted(tenant, organization, roles):
    """The user becomes a member with the roles that it promised."""
    invitations = tenant.management.invitations
    user = tenant.user(primary_email=f"{name('mail')}@example.com")
    made = tenant.do(
        invitations.create(
            organization_id=organization.id,
            invitee=user.primary_email,
            expires_at=datetime.now(UTC) + timedelta(days=7),
            organization_role_ids=roles[:1],
        )
    )
    assert (made.status, [role.id for role in made.organization_roles]) == ("Pending", roles[:1])
    assert made.expires > datetime.now(UTC) + timedelta(days=6)
    assert [one.id for one in tenant.do(invitations.list(organization_id=organization.id))] == [made.id]

    accepted = tenant.do(invitations.accept(made.id, user.id))
    assert (accepted.status, accepted.accepted_user_id) == ("Accepted", user.id)
    (member,) = tenant.do(tenant.management.organizations.list_members(organization.id))
    assert [role.id for role in member.organization_roles] == roles[:1]


def test_an_invitation_is_revoked_and_deleted(tenant, organization):
    """A revoked one cannot be accepted."""
    invitations = tenant.management.invitations
    user = tenant.user(primary_email=f"{name('mail')}@example.com")
    ends = datetime.now(UTC) + timedelta(days=7)
    made = tenant.do(invitations.create(organization_id=organization.id, invitee=user.primary_email, expires_at=ends))
    assert tenant.do(invitations.revoke(made.id)).status == "Revoked"
    assert tenant.do(invitations.get(made.id)).status == "Revoked"
    with pytest.raises(LogtoApiConflictError):
        tenant.do(invitations.accept(made.id, user.id))

    tenant.do(invitations.delete(made.id))
    with pytest.raises(LogtoApiNotFoundError):
        tenant.do(invitations.get(made.id))
