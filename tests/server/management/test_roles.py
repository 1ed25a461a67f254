"""Roles: what they are, what they give, and who has them."""

import pytest


@pytest.fixture(scope="module")
def scopes(manager):
    """The ids of the Shopping API's permissions, by name."""
    resource = manager.named("/resources", "Shopping API")
    return {row["name"]: row["id"] for row in manager.call(200, "GET", f"/resources/{resource['id']}/scopes")}


def test_a_role_comes_back_as_given(manager, scopes):
    """Created with permissions, read, changed, deleted."""
    given = {"name": "clerk", "description": "Works here", "type": "User", "isDefault": False}
    role = manager.call(200, "POST", "/roles", {**given, "scopeIds": [scopes["read"]]})
    assert role == {"tenantId": "default", "id": role["id"], **given}
    assert len(role["id"]) == 21
    path = f"/roles/{role['id']}"
    assert [row["name"] for row in manager.call(200, "GET", f"{path}/scopes")] == ["read"]
    changed = manager.call(200, "PATCH", path, {"name": "clerk-2", "isDefault": True, "type": "MachineToMachine"})
    assert changed == {**role, "name": "clerk-2", "isDefault": True}
    assert manager.call(200, "GET", path) == changed
    manager.call(204, "DELETE", path)
    assert manager.code(404, "GET", path) == "entity.not_exists_with_id"


def test_a_name_is_one_roles(manager):
    """422 for a second one and for a renamed one; its own name it keeps."""
    first, second = manager.role("taken"), manager.role("free")
    body = {"name": "taken", "description": ""}
    assert manager.code(422, "POST", "/roles", body) == "role.name_in_use"
    assert manager.code(422, "PATCH", f"/roles/{second['id']}", {"name": "taken"}) == "role.name_in_use"
    assert manager.call(200, "PATCH", f"/roles/{first['id']}", {"name": "taken"}) == first


@pytest.mark.parametrize(
    "body",
    [{"name": "x"}, {"name": "", "description": ""}, {"name": "x", "description": "", "type": "Robot"}],
    ids=["description", "name", "type"],
)
def test_a_wrong_role_is_refused(manager, body):
    """400 guard.invalid_input."""
    assert manager.code(400, "POST", "/roles", body) == "guard.invalid_input"


def test_a_role_with_an_unknown_permission_is_not_made(manager):
    """404, and no role is left behind."""
    body = {"name": "half", "description": "", "scopeIds": ["x"]}
    assert manager.code(404, "POST", "/roles", body) == "entity.not_exists_with_id"
    assert manager.call(200, "GET", "/roles?search=half") == []


def test_a_list_shows_who_has_a_role(server, manager):
    """Counts and up to three users and applications; a type and those whom somebody has can be left out."""
    shopper = manager.named("/roles", "shopper")
    assert (shopper["usersCount"], shopper["applicationsCount"], shopper["featuredApplications"]) == (1, 0, [])
    alice = server.seeded["users"][0]["id"]
    assert shopper["featuredUsers"] == [
        {"id": alice, "avatar": "https://example.com/alice.png", "name": "Alice Liddell"}
    ]
    machines = manager.call(200, "GET", "/roles?type=MachineToMachine")
    assert {row["type"] for row in machines} == {"MachineToMachine"}
    assert "shopper" not in [row["name"] for row in manager.call(200, "GET", f"/roles?excludeUserId={alice}")]
    service = server.seeded["m2mAppId"]
    without = manager.call(200, "GET", f"/roles?excludeApplicationId={service}&page_size=100")
    assert "shopping-service" not in [row["name"] for row in without]


def test_permissions_are_given_and_taken(manager, scopes):
    """Each with its resource; one that is there already, or unknown, refuses them all."""
    path = f"/roles/{manager.role('giver')['id']}/scopes"
    added = manager.call(201, "POST", path, {"scopeIds": [scopes["write"]]})
    assert [row["name"] for row in added] == ["write"]
    both = {"scopeIds": [scopes["read"], scopes["write"]]}
    assert manager.code(422, "POST", path, both) == "role.scope_exists"
    assert manager.code(404, "POST", path, {"scopeIds": [scopes["read"], "x"]}) == "entity.not_exists_with_id"
    assert manager.code(400, "POST", path, {"scopeIds": []}) == "guard.invalid_input"
    (shown,) = manager.call(200, "GET", path)
    assert (shown["resource"]["name"], shown["createdAt"]) == ("Shopping API", 0)
    manager.call(204, "DELETE", f"{path}/{scopes['write']}")
    assert manager.code(404, "DELETE", f"{path}/{scopes['write']}") == "entity.not_found"
    assert manager.call(200, "GET", path) == []


def test_users_are_given_a_role(manager):
    """201, once; unknown users and roles for machines are refused."""
    user = manager.user(username="ida")
    path = f"/roles/{manager.role('held')['id']}/users"
    assert manager.call(201, "POST", path, {"userIds": [user["id"]]}) is None
    assert manager.code(422, "POST", path, {"userIds": [user["id"]]}) == "role.user_exists"
    assert manager.code(404, "POST", path, {"userIds": ["x"]}) == "entity.not_exists_with_id"
    assert manager.call(200, "GET", path) == [user]
    assert manager.call(200, "GET", f"{path}?search.username=nobody&mode=exact") == []
    manager.call(204, "DELETE", f"{path}/{user['id']}")
    assert manager.code(404, "DELETE", f"{path}/{user['id']}") == "entity.not_found"
    machines = f"/roles/{manager.role('held-by-machines', type='MachineToMachine')['id']}/users"
    assert manager.code(422, "POST", machines, {"userIds": [user["id"]]}) == "entity.db_constraint_violated"


def test_applications_are_given_a_role(server, manager):
    """201, once; unknown ones, and those that sign users in, are refused."""
    machine = manager.machine("robot")
    path = f"/roles/{manager.role('for-robots', type='MachineToMachine')['id']}/applications"
    assert manager.call(201, "POST", path, {"applicationIds": [machine["id"]]}) is None
    assert manager.code(422, "POST", path, {"applicationIds": [machine["id"]]}) == "role.application_exists"
    assert manager.code(404, "POST", path, {"applicationIds": ["x"]}) == "entity.not_exists_with_id"
    web = {"applicationIds": [server.seeded["appId"]]}
    assert manager.code(422, "POST", path, web) == "entity.db_constraint_violated"
    assert manager.call(200, "GET", path) == [machine]
    manager.call(204, "DELETE", f"{path}/{machine['id']}")
    assert manager.code(404, "DELETE", f"{path}/{machine['id']}") == "entity.not_found"
