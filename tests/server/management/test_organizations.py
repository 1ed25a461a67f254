"""Organizations."""

import pytest


def test_an_organization_comes_back_as_given(manager):
    """Created, changed where it is named, deleted."""
    given = {
        "name": "Cinema",
        "description": "Shows",
        "customData": {"seats": 80},
        "isMfaRequired": False,
        "color": {"primaryColor": "#112233"},
        "branding": {"logoUrl": "https://example.com/logo.png"},
        "customCss": "body{}",
    }
    organization = manager.call(201, "POST", "/organizations", {**given, "id": "mine", "createdAt": 1})
    assert organization == {
        "tenantId": "default",
        "id": organization["id"],
        **given,
        "createdAt": organization["createdAt"],
    }
    assert (len(organization["id"]), organization["createdAt"] > 10**12) == (12, True)
    path = f"/organizations/{organization['id']}"
    changed = manager.call(200, "PATCH", path, {"customData": {}, "isMfaRequired": True})
    assert changed == {**organization, "customData": {}, "isMfaRequired": True}
    assert manager.call(200, "GET", path) == changed
    manager.call(204, "DELETE", path)
    assert manager.code(404, "DELETE", path) == "entity.not_found"
    assert manager.code(404, "GET", path) == "entity.not_exists_with_id"


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "n" * 129}, {"name": "x", "customData": "y"}, {"name": "x", "isMfaRequired": 1}]
)
def test_a_wrong_organization_is_refused(manager, body):
    """400 guard.invalid_input."""
    assert manager.code(400, "POST", "/organizations", body) == "guard.invalid_input"


def test_organizations_are_found_by_name_and_id(server, manager):
    """Whatever contains the text, its wildcards taken literally."""
    acme = server.seeded["organizations"][0]["id"]

    def found(text):
        return [row["name"] for row in manager.call(200, "GET", f"/organizations?q={text}")]

    # Ids are random: no text short enough to stand in one by chance.
    assert (found("ACME"), found(acme), found("%25"), found("_")) == (["Acme"], ["Acme"], [], [])


def test_some_members_are_shown_on_demand(server, manager):
    """A count and up to three, with showFeatured only."""
    assert "usersCount" not in manager.named("/organizations", "Acme")
    (acme,) = manager.call(200, "GET", "/organizations?q=Acme&showFeatured=true")
    assert acme["usersCount"] == 1
    assert [row["id"] for row in acme["featuredUsers"]] == [server.seeded["users"][0]["id"]]


def test_a_users_organizations_are_listed(server, manager, alice):
    """With the roles that the user has in each."""
    shown = manager.call(200, "GET", f"/users/{alice}/organizations")
    roles = {row["name"]: [role["name"] for role in row["organizationRoles"]] for row in shown}
    assert roles == {"Acme": ["admin"], "Beta": ["member"]}


def test_a_deleted_organization_is_in_no_token(fresh_server, fresh_manager, fresh_browser):
    """Its members are refused a token for it at once (LOGTO.md 3.3)."""
    acme = fresh_server.seeded["organizations"][0]["id"]
    token = fresh_browser.sign_in(scope="openid offline_access urn:logto:scope:organizations")["refresh_token"]
    assert fresh_browser.refresh(token, organization_id=acme)["access_token"]
    fresh_manager.call(204, "DELETE", f"/organizations/{acme}")
    form = {"grant_type": "refresh_token", "refresh_token": token, "organization_id": acme}
    assert fresh_browser.token(parse=False, **form).status_code == 403
