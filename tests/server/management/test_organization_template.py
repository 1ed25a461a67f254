"""The organization template: roles, permissions, and which role gives which."""

import pytest


@pytest.fixture
def role(manager, request):
    """A role of the test's own."""
    return manager.call(201, "POST", "/organization-roles", {"name": request.node.name})


def test_a_role_comes_back_as_given(manager):
    """Created with permissions of both kinds, listed with them, changed, deleted."""
    own = manager.named("/organization-scopes", "org:read")
    shopping = manager.named("/resources", "Shopping API")
    (read, *_) = manager.call(200, "GET", f"/resources/{shopping['id']}/scopes")
    body = {"name": "auditor", "organizationScopeIds": [own["id"]], "resourceScopeIds": [read["id"]]}
    role = manager.call(201, "POST", "/organization-roles", body)
    expected = {"name": "auditor", "description": None, "type": "User"}
    assert role == {"tenantId": "default", "id": role["id"], **expected}
    assert manager.named("/organization-roles", "auditor") == {
        **role,
        "scopes": [{"id": own["id"], "name": "org:read"}],
        "resourceScopes": [
            {"id": read["id"], "name": "read", "resource": {"id": shopping["id"], "name": "Shopping API"}}
        ],
    }
    path = f"/organization-roles/{role['id']}"
    assert manager.call(200, "PATCH", path, {"description": "Looks"}) == {**role, "description": "Looks"}
    assert manager.call(200, "GET", path)["description"] == "Looks"
    manager.call(204, "DELETE", path)
    assert manager.code(404, "DELETE", path) == "entity.not_found"


def test_a_permission_comes_back_as_given(manager):
    """Created, changed, found, deleted."""
    scope = manager.call(201, "POST", "/organization-scopes", {"name": "doors:open", "description": "Opens"})
    assert scope == {"tenantId": "default", "id": scope["id"], "name": "doors:open", "description": "Opens"}
    path = f"/organization-scopes/{scope['id']}"
    changed = manager.call(200, "PATCH", path, {"name": "doors:close"})
    assert manager.call(200, "GET", path) == changed == {**scope, "name": "doors:close"}
    assert manager.call(200, "GET", "/organization-scopes?q=DOORS") == [changed]
    manager.call(204, "DELETE", path)
    assert manager.code(404, "GET", path) == "entity.not_exists_with_id"


@pytest.mark.parametrize(("path", "taken"), [("/organization-roles", "admin"), ("/organization-scopes", "org:read")])
def test_a_name_is_there_once(manager, path, taken):
    """422 for a second one and for a renamed one; 400 without a name."""
    assert manager.code(422, "POST", path, {"name": taken}) == "entity.unique_integrity_violation"
    other = manager.call(201, "POST", path, {"name": f"other-{taken}"})["id"]
    assert manager.code(422, "PATCH", f"{path}/{other}", {"name": taken}) == "entity.unique_integrity_violation"
    assert manager.code(400, "POST", path, {}) == "guard.invalid_input"


@pytest.fixture(params=["scopes", "resource-scopes"])
def given(manager, request):
    """What a role gives: the path's noun, the body's member, and the ids of two."""
    if request.param == "scopes":
        rows = manager.call(200, "GET", "/organization-scopes?q=org:")
        return "scopes", "organizationScopeIds", [row["id"] for row in rows[:2]]
    resource = manager.named("/resources", "Shopping API")
    rows = manager.call(200, "GET", f"/resources/{resource['id']}/scopes")
    return "resource-scopes", "scopeIds", [row["id"] for row in rows[:2]]


def test_permissions_are_given_and_taken(manager, role, given):
    """POST adds, PUT replaces, DELETE takes one; unknown ones refuse them all."""
    noun, name, (first, second) = given
    path = f"/organization-roles/{role['id']}/{noun}"

    def held():
        return [row["id"] for row in manager.call(200, "GET", path)]

    manager.call(201, "POST", path, {name: [first]})
    manager.call(201, "POST", path, {name: [first]})
    assert held() == [first]
    manager.call(204, "PUT", path, {name: [second]})
    assert held() == [second]
    for method in ("POST", "PUT"):
        assert manager.code(422, method, path, {name: [first, "x"]}) == "entity.relation_foreign_key_not_found"
    assert held() == [second]
    manager.call(204, "DELETE", f"{path}/{second}")
    assert manager.code(404, "DELETE", f"{path}/{second}") == "entity.not_found"


def test_a_role_with_an_unknown_permission_is_not_made(manager):
    """422, and no role is left behind."""
    body = {"name": "half", "resourceScopeIds": ["x"]}
    assert manager.code(422, "POST", "/organization-roles", body) == "entity.relation_foreign_key_not_found"
    assert manager.call(200, "GET", "/organization-roles?q=half") == []
