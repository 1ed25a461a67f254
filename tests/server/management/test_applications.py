"""Applications, their secrets and roles."""

import pytest

WEB = {
    "name": "Shop",
    "type": "Traditional",
    "description": "Sells",
    "oidcClientMetadata": {
        "redirectUris": ["http://localhost:8000/callback"],
        "postLogoutRedirectUris": ["http://localhost:8000/"],
    },
    "customClientMetadata": {"idTokenTtl": 60},
    "customData": {"team": "a"},
}


def test_an_application_comes_back_as_given(manager):
    """Created, changed but for its type, deleted; its secret is in no answer."""
    application = manager.call(200, "POST", "/applications", WEB)
    assert application | WEB == application
    assert list(application)[:6] == ["tenantId", "id", "name", "description", "type", "oidcClientMetadata"]
    assert (application["isThirdParty"], application["protectedAppMetadata"]) == (False, None)
    path = f"/applications/{application['id']}"
    (secret,) = manager.call(200, "GET", f"{path}/secrets")
    assert manager.call(200, "GET", path) == {**application, "isAdmin": False}
    assert secret["value"] not in manager.ask("GET", path).text
    body = {"name": "Store", "type": "SPA", "isThirdParty": True, "customClientMetadata": {}}
    changed = manager.call(200, "PATCH", path, body)
    assert changed == {**application, "name": "Store", "customClientMetadata": {}}
    manager.call(204, "DELETE", path)
    assert manager.code(404, "GET", path) == "entity.not_exists_with_id"


def test_a_created_application_signs_users_in(server, manager, open_browser):
    """With its redirect URI and its secret, and no longer once it is deleted."""
    application = manager.call(200, "POST", "/applications", WEB)
    (secret,) = manager.call(200, "GET", f"/applications/{application['id']}/secrets")
    browser = open_browser(server, callback="http://localhost:8000/callback")
    browser.client_id, browser.secret = application["id"], secret["value"]
    token = browser.sign_in()["refresh_token"]
    manager.call(204, "DELETE", f"/applications/{application['id']}")
    refused = browser.token(parse=False, grant_type="refresh_token", refresh_token=token)
    assert refused.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"type": "SAML"}, 400, "guard.invalid_input"),
        ({"name": ""}, 400, "guard.invalid_input"),
        ({"oidcClientMetadata": {"redirectUris": ["/callback"]}}, 400, "guard.invalid_input"),
        ({"oidcClientMetadata": {"unknown": 1}}, 400, "guard.invalid_input"),
        ({"oidcClientMetadata": {"backchannelLogoutUri": "javascript:1"}}, 400, "guard.invalid_input"),
        ({"customClientMetadata": {"idTokenTtl": -1}}, 400, "guard.invalid_input"),
        ({"customClientMetadata": {"isDeviceFlow": True}}, 422, "application.device_flow_native_only"),
        (
            {"isThirdParty": True, "customClientMetadata": {"allowTokenExchange": True}},
            422,
            "application.third_party_application_cannot_enable_token_exchange",
        ),
        (
            {"isThirdParty": True, "type": "MachineToMachine"},
            400,
            "application.invalid_third_party_application_type",
        ),
    ],
    ids=str,
)
def test_a_wrong_application_is_refused(manager, changed, status, code):
    """By what is wrong with it, and it is not made."""
    before = len(manager.call(200, "GET", "/applications"))
    assert manager.code(status, "POST", "/applications", {**WEB, **changed}) == code
    assert len(manager.call(200, "GET", "/applications")) == before


def test_the_device_flow_is_settled_at_creation(manager):
    """422 for turning it on later."""
    native = manager.call(200, "POST", "/applications", {"name": "TV", "type": "Native"})
    body = {"customClientMetadata": {"isDeviceFlow": True}}
    refusal = manager.code(422, "PATCH", f"/applications/{native['id']}", body)
    assert refusal == "application.device_flow_not_changeable"


def test_who_may_manage_is_shown(server, manager):
    """IsAdmin is true for the management application."""
    path = f"/applications/{server.seeded['managementAppId']}"
    assert manager.call(200, "GET", path)["isAdmin"] is True


def test_applications_are_listed_by_type(server, manager):
    """All without a page; by types, third party, role, organization, and text."""
    seeded = server.seeded

    def found(query):
        return {row["id"] for row in manager.call(200, "GET", f"/applications?{query}")}

    assert {seeded["appId"], seeded["spaAppId"], seeded["m2mAppId"]} <= found("")
    assert seeded["spaAppId"] in found("types=SPA&types=Native")
    assert seeded["appId"] not in found("types=SPA&types=Native")
    assert manager.code(400, "GET", "/applications?types=Robot") == "guard.invalid_input"
    assert found("isThirdParty=true") == set()
    role = manager.named("/roles", "shopping-service")["id"]
    assert seeded["m2mAppId"] not in found(f"excludeRoleId={role}")
    assert found("search=%25Single-page%25") == {seeded["spaAppId"]}


def test_secrets_are_made_renamed_and_deleted(server, manager):
    """Each opens the token endpoint while it is there and not expired."""
    machine = manager.machine("keeper")
    path = f"/applications/{machine['id']}/secrets"
    secret = manager.call(201, "POST", path, {"name": "second", "expiresAt": 4_000_000_000_000})
    assert list(secret) == ["tenantId", "applicationId", "name", "value", "createdAt", "expiresAt"]
    assert (len(secret["value"]), secret["expiresAt"]) == (32, 4_000_000_000_000)
    assert [row["name"] for row in manager.call(200, "GET", path)] == ["Default secret", "second"]
    assert manager.call(200, "PATCH", f"{path}/second", {"name": "third"}) == {**secret, "name": "third"}

    def status():
        form = {"grant_type": "client_credentials", "resource": server.seeded["resources"][0]}
        return manager.http.post("/oidc/token", data=form, auth=(machine["id"], secret["value"])).status_code

    assert status() == 200
    manager.call(204, "DELETE", f"{path}/third")
    assert status() == 401
    assert manager.code(404, "DELETE", f"{path}/third") == "entity.not_found"


def test_a_wrong_secret_is_refused(manager):
    """A name that is there, a time that is over, an application that is not."""
    path = f"/applications/{manager.machine('strict')['id']}/secrets"
    assert manager.code(422, "POST", path, {"name": "Default secret"}) == "application.secret_name_exists"
    assert manager.code(400, "POST", path, {"name": "x", "expiresAt": 1}) == "request.invalid_input"
    assert manager.code(404, "PATCH", f"{path}/x", {"name": "y"}) == "entity.not_found"
    assert manager.code(404, "GET", "/applications/x/secrets") == "entity.not_exists_with_id"


def test_a_public_application_has_no_secret(manager):
    """None is made with it."""
    spa = manager.call(200, "POST", "/applications", {"name": "Page", "type": "SPA"})
    assert manager.call(200, "GET", f"/applications/{spa['id']}/secrets") == []


def test_roles_are_given_and_taken(server, manager):
    """To machine-to-machine applications, and roles for machines only."""
    path = f"/applications/{manager.machine('worker')['id']}/roles"
    first, second = (manager.role(f"work-{name}", type="MachineToMachine")["id"] for name in "ab")
    person = manager.role("person")["id"]
    added = manager.call(201, "POST", path, {"roleIds": [first]})
    assert added == {"roleIds": [first], "addedRoleIds": [first]}
    assert manager.code(422, "POST", path, {"roleIds": [second, person]}) == "application.invalid_role_type"
    assert manager.code(404, "PUT", path, {"roleIds": ["x"]}) == "entity.not_exists_with_id"
    assert manager.call(200, "PUT", path, {"roleIds": [second]}) is None
    assert [row["id"] for row in manager.call(200, "GET", path)] == [second]
    manager.call(204, "DELETE", f"{path}/{second}")
    assert manager.code(404, "DELETE", f"{path}/{second}") == "entity.not_found"
    web = f"/applications/{server.seeded['appId']}/roles"
    for method, body in (("GET", None), ("POST", {"roleIds": []}), ("PUT", {"roleIds": []})):
        assert manager.code(422, method, web, body) == "application.invalid_type"


def test_its_organizations_are_listed(manager):
    """With the roles that it has in each."""
    machine, organization = manager.machine("member"), manager.organization("Machines")
    role = manager.named("/organization-roles", "member")["id"]
    path = f"/organizations/{organization['id']}/applications"
    manager.call(201, "POST", path, {"applicationIds": [machine["id"]]})
    manager.call(201, "POST", f"{path}/{machine['id']}/roles", {"organizationRoleIds": [role]})
    (shown,) = manager.call(200, "GET", f"/applications/{machine['id']}/organizations")
    assert shown == {**organization, "organizationRoles": [{"id": role, "name": "member"}]}
