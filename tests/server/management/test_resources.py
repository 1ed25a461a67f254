"""API resources and their permissions."""

import pytest


@pytest.fixture
def orders(manager, request):
    """A resource of the test's own."""
    body = {"name": "Orders", "indicator": f"https://{request.node.name.replace('[', '-').strip(']')}.example.com"}
    return manager.call(201, "POST", "/resources", body)


def test_a_resource_comes_back_as_given(manager, orders):
    """Created without permissions, changed but for its indicator, deleted."""
    path = f"/resources/{orders['id']}"
    assert list(orders) == ["tenantId", "id", "name", "indicator", "isDefault", "accessTokenTtl", "scopes"]
    assert (orders["accessTokenTtl"], orders["isDefault"], orders.pop("scopes")) == (3600, False, [])
    changed = manager.call(200, "PATCH", path, {"accessTokenTtl": 60, "indicator": "https://x", "isDefault": True})
    assert changed == {**orders, "accessTokenTtl": 60}
    assert manager.call(200, "GET", path) == changed
    manager.call(204, "DELETE", path)
    assert manager.code(404, "GET", path) == "entity.not_exists_with_id"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"indicator": "https://shopping.your-app.com/api"}, 422, "resource.resource_identifier_in_use"),
        ({"indicator": "not a uri"}, 400, "guard.invalid_input"),
        ({"indicator": "https://a.example/#b"}, 400, "guard.invalid_input"),
        ({"accessTokenTtl": 0}, 400, "guard.invalid_input"),
        ({"accessTokenTtl": "60"}, 400, "guard.invalid_input"),
        ({"name": ""}, 400, "guard.invalid_input"),
    ],
    ids=str,
)
def test_a_wrong_resource_is_refused(manager, changed, status, code):
    """Taken, malformed, or out of bounds."""
    assert manager.code(status, "POST", "/resources", {"name": "X", "indicator": "https://x", **changed}) == code


def test_one_resource_at_most_is_the_default(manager, orders):
    """Making another one the default ends the first's being it."""
    first = manager.named("/resources", "Store API")["id"]
    for resource_id in (first, orders["id"]):
        assert manager.call(200, "PATCH", f"/resources/{resource_id}/is-default", {"isDefault": True})["isDefault"]
    assert [row["id"] for row in manager.call(200, "GET", "/resources") if row["isDefault"]] == [orders["id"]]
    manager.call(200, "PATCH", f"/resources/{orders['id']}/is-default", {"isDefault": False})
    assert not any(row["isDefault"] for row in manager.call(200, "GET", "/resources"))


def test_permissions_are_shown_on_demand(manager):
    """Only with includeScopes."""
    assert "scopes" not in manager.named("/resources", "Shopping API")
    rows = manager.call(200, "GET", "/resources?includeScopes=true")
    shopping = next(row for row in rows if row["name"] == "Shopping API")
    assert [row["name"] for row in shopping["scopes"]] == ["read", "shopping:read", "shopping:write", "write"]


def test_a_permission_comes_back_as_given(manager, orders):
    """Created, changed, deleted, and found by name; its time in milliseconds."""
    path = f"/resources/{orders['id']}/scopes"
    scope = manager.call(201, "POST", path, {"name": "orders:read", "description": "Read"})
    assert list(scope) == ["tenantId", "id", "resourceId", "name", "description", "createdAt"]
    assert (scope["resourceId"], scope["createdAt"] > 10**12) == (orders["id"], True)
    changed = manager.call(200, "PATCH", f"{path}/{scope['id']}", {"description": None})
    assert changed == {**scope, "description": None}
    assert manager.call(200, "GET", f"{path}?search=%25ORDERS%25") == [changed]
    manager.call(204, "DELETE", f"{path}/{scope['id']}")
    assert manager.code(404, "DELETE", f"{path}/{scope['id']}") == "entity.not_exists_with_id"


def test_a_wrong_permission_is_refused(manager, orders):
    """A name that is there, or has a space."""
    path = f"/resources/{orders['id']}/scopes"
    manager.call(201, "POST", path, {"name": "one"})
    two = manager.call(201, "POST", path, {"name": "two"})["id"]
    assert manager.code(422, "POST", path, {"name": "one"}) == "scope.name_exists"
    assert manager.code(422, "PATCH", f"{path}/{two}", {"name": "one"}) == "scope.name_exists"
    assert manager.code(400, "POST", path, {"name": "a b"}) == "scope.name_with_space"


def test_a_permission_is_found_below_its_resource_only(manager, orders):
    """Another resource's path does not lead to it."""
    scope = manager.call(201, "POST", f"/resources/{orders['id']}/scopes", {"name": "mine"})["id"]
    other = manager.named("/resources", "Store API")["id"]
    assert manager.code(404, "PATCH", f"/resources/{other}/scopes/{scope}", {}) == "entity.not_exists_with_id"
    assert manager.code(404, "DELETE", f"/resources/{other}/scopes/{scope}") == "entity.not_exists_with_id"


def test_the_management_api_stays_as_it_is(manager):
    """Its name, its permission and itself cannot be changed away."""
    resource = manager.named("/resources", "Logto Management API")
    path, changed = f"/resources/{resource['id']}", "resource.cannot_modify_management_api"
    (scope,) = manager.call(200, "GET", f"{path}/scopes")
    assert manager.code(400, "DELETE", path) == "resource.cannot_delete_management_api"
    assert manager.code(400, "PATCH", path, {"name": "Mine"}) == changed
    assert manager.code(400, "POST", f"{path}/scopes", {"name": "some"}) == changed
    assert manager.code(400, "DELETE", f"{path}/scopes/{scope['id']}") == changed
