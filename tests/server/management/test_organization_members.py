"""Who belongs to an organization, users and applications alike."""

import pytest


@pytest.fixture(scope="module")
def roles(manager):
    """The ids of the template's roles, by name."""
    return {row["name"]: row["id"] for row in manager.call(200, "GET", "/organization-roles")}


@pytest.fixture
def path(manager):
    """An organization of the test's own."""
    return f"/organizations/{manager.organization('Club')['id']}"


@pytest.fixture(params=["users", "applications"])
def member(manager, request):
    """What belongs: the path's noun, the body's member, and the ids of two."""
    if request.param == "users":
        return "users", "userIds", [manager.user(name=name)["id"] for name in "ab"]
    return "applications", "applicationIds", [manager.machine(name)["id"] for name in "ab"]


def ids(manager, path):
    return {row["id"] for row in manager.call(200, "GET", path)}


def test_members_are_added_replaced_and_removed(manager, path, member):
    """201, whoever is there already stays; 204 for these and no others; 204 and then 404 for one less."""
    noun, name, (first, second) = member
    path = f"{path}/{noun}"
    answer = manager.call(201, "POST", path, {name: [first, first]})
    assert answer == ({name: [first, first]} if noun == "users" else None)
    manager.call(201, "POST", path, {name: [first]})
    assert ids(manager, path) == {first}
    manager.call(204, "PUT", path, {name: [second]})
    assert ids(manager, path) == {second}
    manager.call(204, "DELETE", f"{path}/{second}")
    assert manager.code(404, "DELETE", f"{path}/{second}") == "entity.not_found"
    manager.call(204, "PUT", path, {name: []})


def test_unknown_members_are_refused_together(manager, path, member):
    """422, and the known one beside them does not belong either."""
    noun, name, (first, _) = member
    path = f"{path}/{noun}"
    for method in ("POST", "PUT"):
        code = manager.code(422, method, path, {name: [first, "x"]})
        assert code == "entity.relation_foreign_key_not_found"
    assert manager.code(400, "POST", path, {name: []}) == "guard.invalid_input"
    assert ids(manager, path) == set()


def test_members_have_roles(manager, path, member, roles):
    """Given to one, by id, or to several; replaced; taken; all gone with the membership."""
    noun, name, (first, second) = member
    path = f"{path}/{noun}"
    manager.call(201, "POST", path, {name: [first, second]})
    own = f"{path}/{first}/roles"
    answer = manager.call(201, "POST", own, {"organizationRoleIds": [roles["member"]]})
    assert answer == ({"organizationRoleIds": [roles["member"]]} if noun == "users" else None)
    body = {name: [first, second], "organizationRoleIds": [roles["admin"]]}
    manager.call(201, "POST", f"{path}/roles", body)
    assert [row["name"] for row in manager.call(200, "GET", own)] == ["admin", "member"]
    shown = {row["id"]: row["organizationRoles"] for row in manager.call(200, "GET", path)}
    assert shown[second] == [{"id": roles["admin"], "name": "admin"}]
    manager.call(204, "PUT", own, {"organizationRoleIds": [roles["member"]]})
    assert [row["name"] for row in manager.call(200, "GET", own)] == ["member"]
    manager.call(204, "DELETE", f"{own}/{roles['member']}")
    assert manager.code(404, "DELETE", f"{own}/{roles['member']}") == "entity.not_found"
    manager.call(204, "DELETE", f"{path}/{second}")
    manager.call(201, "POST", path, {name: [second]})
    assert manager.call(200, "GET", f"{path}/{second}/roles") == []


def test_whoever_does_not_belong_has_no_roles(manager, path, member, roles):
    """422 for reading and for giving."""
    noun, name, (first, second) = member
    path = f"{path}/{noun}"
    body = {"organizationRoleIds": [roles["member"]]}
    for method, given in (("GET", None), ("POST", body), ("PUT", body)):
        assert manager.code(422, method, f"{path}/{first}/roles", given) == "organization.require_membership"
    manager.call(201, "POST", path, {name: [second]})
    code = manager.code(422, "POST", f"{path}/roles", {name: [first, second], **body})
    assert code == "entity.relation_foreign_key_not_found"
    assert manager.call(200, "GET", f"{path}/{second}/roles") == []


def test_roles_can_be_named(manager, path, roles):
    """By name as by id; an unknown one refuses them all."""
    user = manager.user()["id"]
    manager.call(201, "POST", f"{path}/users", {"userIds": [user]})
    own = f"{path}/users/{user}/roles"
    answer = manager.call(201, "POST", own, {"organizationRoleNames": ["admin"]})
    assert answer == {"organizationRoleIds": [roles["admin"]]}
    body = {"organizationRoleNames": ["member", "king"]}
    assert manager.code(422, "PUT", own, body) == "organization.role_names_not_found"
    body = {"organizationRoleIds": ["x"]}
    assert manager.code(422, "POST", own, body) == "entity.relation_foreign_key_not_found"
    assert [row["name"] for row in manager.call(200, "GET", own)] == ["admin"]


def test_the_permissions_of_a_member_are_listed(server, manager, alice):
    """What the roles give, of the template's permissions."""
    acme, beta = (row["id"] for row in server.seeded["organizations"][:2])

    def names(organization_id):
        return [
            row["name"] for row in manager.call(200, "GET", f"/organizations/{organization_id}/users/{alice}/scopes")
        ]

    assert (names(acme), names(beta)) == (["invite:member", "org:read", "org:write"], ["org:read"])


def test_members_are_found_by_text_and_role(server, manager, alice, roles):
    """Whatever contains the text; only those with a role; nothing of a password."""
    acme = f"/organizations/{server.seeded['organizations'][0]['id']}/users"
    (shown,) = manager.call(200, "GET", f"{acme}?q=LIDDELL&organizationRoleId={roles['admin']}")
    assert (shown["id"], shown["organizationRoles"]) == (alice, [{"id": roles["admin"], "name": "admin"}])
    assert "hasPassword" not in shown
    assert manager.call(200, "GET", f"{acme}?organizationRoleId={roles['member']}") == []
    assert manager.call(200, "GET", f"{acme}?q=nobody") == []


def test_only_machines_belong_as_applications(server, manager, path):
    """An application that signs users in is refused."""
    body = {"applicationIds": [server.seeded["appId"]]}
    assert manager.code(422, "POST", f"{path}/applications", body) == "entity.db_constraint_violated"


def test_a_new_member_gets_a_token_for_the_organization(server, manager, open_browser, path):
    """At the next refresh, with the permissions of the role (LOGTO.md 3.3)."""
    bob, organization_id = server.seeded["users"][1]["id"], path.rpartition("/")[2]
    scope = "openid offline_access urn:logto:scope:organizations org:read"
    browser = open_browser(server)
    token = browser.sign_in("bob", scope=scope, resource="urn:logto:resource:organizations")["refresh_token"]
    manager.call(201, "POST", f"{path}/users", {"userIds": [bob]})
    manager.call(201, "POST", f"{path}/users/{bob}/roles", {"organizationRoleNames": ["member"]})
    assert browser.refresh(token, organization_id=organization_id)["scope"] == "org:read"
