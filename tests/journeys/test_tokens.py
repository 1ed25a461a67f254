"""What a person sees of claims and tokens once signed in."""

import json

import pytest

SHOPPING = "https://shopping.your-app.com/api"
STORE = "https://store.your-app.com/api"


def claims_on(page):
    """The claims that the page shows, one object for each block."""
    return [json.loads(block.inner_text()) for block in page.locator("pre").all()]


def test_the_id_token_page_shows_its_claims(person):
    """The ID token's claims are those of the scopes asked for, without the ones that Logto keeps for the user info."""
    person.sign_in("alice")
    person.click("ID token")
    [claims] = claims_on(person.page)

    assert claims["name"] == "Alice Liddell"
    assert claims["email"] == "alice@example.com"
    assert claims["roles"] == ["shopper"]
    assert len(claims["organizations"]) == 2
    assert "custom_data" not in claims


def test_empty_claims_are_null(person):
    """What was asked for and is empty is null; what Logto leaves out is absent."""
    person.sign_in("bob")
    person.click("ID token")
    [claims] = claims_on(person.page)

    assert claims["name"] is None
    assert claims["picture"] is None
    assert "family_name" not in claims


def test_the_user_info_page_shows_more(person):
    """The user info has custom data, identities and the organizations' names as well."""
    person.sign_in("alice")
    person.click("User info")
    [claims] = claims_on(person.page)

    assert claims["custom_data"]["plan"] == "gold"
    assert claims["identities"] == {}
    assert {organization["name"] for organization in claims["organization_data"]} == {"Acme", "Beta"}


def test_each_resource_has_a_token(person):
    """Both of the guide's API resources give a token, with what alice's roles allow."""
    person.sign_in("alice")
    person.click("Access tokens")
    shopping, store = claims_on(person.page)

    assert (shopping["aud"], store["aud"]) == (SHOPPING, STORE)
    assert [set(scopes) for scopes in person.permissions()] == [
        {"read", "write", "shopping:read", "shopping:write"},
        {"read"},
    ]


def test_a_user_without_roles_has_tokens_without_permissions(person):
    """Without any role the tokens come all the same, and allow nothing."""
    person.sign_in("bob")
    person.click("Access tokens")

    assert [claims["scope"] for claims in claims_on(person.page)] == ["", ""]
    assert person.permissions() == []


@pytest.mark.parametrize(
    ("organization", "permissions"),
    [("Acme", {"org:read", "org:write", "invite:member"}), ("Beta", {"org:read"})],
)
def test_each_organization_has_a_token(person, organization, permissions):
    """An organization's token allows what the user's role in it allows."""
    person.sign_in("alice")
    person.click("Organizations")
    person.page.get_by_role("link", name=organization).click()
    person.page.wait_for_url("**/protected/organizations/*")
    [claims] = claims_on(person.page)

    assert claims["aud"].startswith("urn:logto:organization:")
    assert set(person.permissions()[0]) == permissions


def test_a_foreign_organization_is_explained(person):
    """An organization that the user does not belong to gives a page that says so, and nobody is signed out."""
    person.sign_in("alice")
    person.open("protected/organizations/somebody-elses")

    assert "organization.not_a_member" in person.sees
    assert "Traceback" not in person.sees
    person.click("Home")
    assert person.title == "Authenticated"


def test_everything_at_once_fits_into_the_cookie(person):
    """With an ID token, both resources' and both organizations' tokens, alice's cookie stays below what browsers keep."""
    person.sign_in("alice")
    person.open("protected/userinfo")
    person.open("protected/tokens")
    for organization in ("Acme", "Beta"):
        person.open("protected/organizations")
        person.page.get_by_role("link", name=organization).click()
        person.page.wait_for_url("**/protected/organizations/*")
    [cookie] = [cookie for cookie in person.page.context.cookies() if cookie["name"] == "guide_session"]

    assert len(cookie["name"]) + len(cookie["value"]) < 4096
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"


def test_no_page_shows_a_token(person):
    """Tokens are shown as claims: none of them stands on a page."""
    person.sign_in("alice")
    for path in ("", "protected/claims", "protected/userinfo", "protected/tokens", "protected/organizations"):
        person.open(path)
        assert "eyJ" not in person.page.content()
