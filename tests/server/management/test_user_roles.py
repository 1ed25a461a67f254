"""The roles of a user."""

import pytest


@pytest.fixture(scope="module")
def roles(manager):
    """Three roles for users, and one for machines."""
    made = [manager.role(f"user-role-{index}")["id"] for index in range(3)]
    return [*made, manager.role("machine-role", type="MachineToMachine")["id"]]


@pytest.fixture
def path(manager):
    """The roles of a user without any."""
    return f"/users/{manager.user()['id']}/roles"


def held(manager, path):
    return {row["id"] for row in manager.call(200, "GET", path)}


def test_roles_are_given_and_taken(manager, roles, path):
    """POST says which are new, PUT replaces, DELETE takes one, once."""
    first = manager.call(201, "POST", path, {"roleIds": roles[:2]})
    assert first == {"roleIds": roles[:2], "addedRoleIds": roles[:2]}
    again = manager.call(201, "POST", path, {"roleIds": roles[1:3]})
    assert again == {"roleIds": roles[1:3], "addedRoleIds": [roles[2]]}
    assert manager.call(200, "PUT", path, {"roleIds": [roles[0], roles[0]]}) == {"roleIds": [roles[0]]}
    assert held(manager, path) == {roles[0]}
    manager.call(204, "DELETE", f"{path}/{roles[0]}")
    assert manager.code(404, "DELETE", f"{path}/{roles[0]}") == "entity.not_found"
    assert held(manager, path) == set()


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_wrong_roles_are_refused_together(manager, roles, path, method):
    """One for machines is 422, an unknown one 404, and the good one beside it is not given either."""
    assert manager.code(422, method, path, {"roleIds": [roles[0], roles[3]]}) == "user.invalid_role_type"
    assert manager.code(404, method, path, {"roleIds": [roles[0], "x"]}) == "entity.not_exists_with_id"
    assert manager.code(400, method, path, {"roleIds": "x"}) == "guard.invalid_input"
    assert manager.code(400, method, path, {}) == "guard.invalid_input"
    assert held(manager, path) == set()


def test_a_role_given_here_is_in_the_next_token(server, manager, open_browser):
    """Roles are read anew at every refresh (LOGTO.md 3.3)."""
    browser, bob = open_browser(server), server.seeded["users"][1]["id"]
    shopping = server.seeded["resources"][0]
    token = browser.sign_in("bob", scope="openid offline_access read", resource=shopping)["refresh_token"]
    assert browser.refresh(token, resource=shopping)["scope"] == ""
    manager.call(201, "POST", f"/users/{bob}/roles", {"roleIds": [manager.named("/roles", "shopper")["id"]]})
    assert browser.refresh(token, resource=shopping)["scope"] == "read"
