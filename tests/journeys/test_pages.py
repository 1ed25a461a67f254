"""How each page looks on a phone and on a desk; the pictures are kept in build/screenshots."""

import pytest

OF_THE_GUIDE = {
    "guide-home": "",
    "guide-claims": "protected/claims",
    "guide-userinfo": "protected/userinfo",
    "guide-tokens": "protected/tokens",
    "guide-organizations": "protected/organizations",
    "guide-error": "protected/organizations/somebody-elses",
}


@pytest.mark.parametrize("name", list(OF_THE_GUIDE))
def test_a_page_for_users_fits(person, name):
    """No page of the guide's application is wider than a phone's screen or a desk's."""
    person.sign_in("alice")
    person.open(OF_THE_GUIDE[name])

    assert person.take_pictures(name) == []


def test_the_welcome_page_fits(person):
    """The first page fits both screens."""
    person.open()

    assert person.take_pictures("guide-welcome") == []


def test_the_organization_page_fits(person):
    """The page of an organization's token fits both screens."""
    person.sign_in("alice")
    person.open("protected/organizations")
    person.page.get_by_role("link", name="Acme").click()
    person.page.wait_for_url("**/protected/organizations/*")

    assert person.take_pictures("guide-organization") == []


def test_the_second_application_fits(person):
    """The second application's pages fit both screens."""
    person.sign_in("alice")
    person.page.goto(person.places.second)
    wide = person.take_pictures("second-home")
    person.click("Sign out")
    person.page.wait_for_url(person.places.second)

    assert wide + person.take_pictures("second-goodbye") == []


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_logtos_pages_fit(arrive, locale, scheme):
    """Logto's pages fit both screens, in both languages, by day and by night."""
    person = arrive(locale=locale, color_scheme=scheme)
    suffix = f"{locale[:2]}-{scheme}"
    person.open("sign-in")
    wide = person.take_pictures(f"logto-sign-in-{suffix}")
    person.fill_in("alice", "wrong-password")
    person.page.get_by_role("alert").wait_for()
    wide += person.take_pictures(f"logto-sign-in-refused-{suffix}")
    person.open("sign-up")
    wide += person.take_pictures(f"logto-sign-up-{suffix}")
    person.page.goto(person.places.logto)
    wide += person.take_pictures(f"logto-home-{suffix}")
    person.page.goto(f"{person.places.logto}nothing-here")
    wide += person.take_pictures(f"logto-nothing-{suffix}")
    person.page.goto(f"{person.places.logto}oidc/session/end")
    wide += person.take_pictures(f"logto-signed-out-{suffix}")

    assert wide == []


def test_logtos_refusal_fits(person):
    """A redirect URI that is not registered gets a page of Logto's that says so, and fits both screens."""
    redirect = person.page.request.get(person.places.guide + "sign-in", max_redirects=0)
    person.page.goto(redirect.headers["location"].replace("callback", "elsewhere"))

    assert "redirectUris" in person.sees
    assert person.take_pictures("logto-error") == []
