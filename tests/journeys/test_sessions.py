"""Several applications, several tabs, going back, coming twice, signing out."""

from playwright.sync_api import expect


def test_a_second_application_does_not_ask(person):
    """Who signed in to one application opens the other and is signed in, with no page in between."""
    person.sign_in("alice")
    pages = []
    person.page.on("framenavigated", lambda frame: pages.append(frame.url))
    person.page.goto(person.places.second)

    assert person.title == "Hello, Alice Liddell"
    assert not [url for url in pages if url.startswith(f"{person.places.logto}sign-in")]


def test_both_applications_are_open_side_by_side(person):
    """The second application's session does not replace the first one's, though both are on localhost."""
    person.sign_in("alice")
    person.page.goto(person.places.second)
    person.open()

    assert person.title == "Authenticated"


def test_the_second_application_asks_whom_nobody_knows(person):
    """Who signed in nowhere is sent to Logto's page, and from there to the second application."""
    person.page.goto(person.places.second)
    person.fill_in("bob", "bob-pass-12345")
    person.page.wait_for_url(person.places.second)

    assert person.title == "Hello, bob"


def test_signing_out_of_the_second_application_says_so(person):
    """After signing out of the second application its page says so, and Logto asks again."""
    person.sign_in("alice")
    person.page.goto(person.places.second)
    person.click("Sign out")
    person.page.wait_for_url(person.places.second)
    assert person.title == "Signed out"
    person.click("Sign in")

    expect(person.page.locator("#identifier")).to_be_visible()


def test_two_tabs_both_finish(person):
    """Two sign-ins that were begun in two tabs both end signed in."""
    other = person.another_tab()
    person.open("sign-in")
    other.open("sign-in")
    person.fill_in("alice", "alice-pass-123")
    person.page.wait_for_url(person.places.guide)
    other.fill_in("alice", "alice-pass-123")
    other.page.wait_for_url(other.places.guide)

    assert (person.title, other.title) == ("Authenticated", "Authenticated")


def test_the_back_button_shows_nothing_after_sign_out(person):
    """After signing out, no step back through the history shows anything of the user."""
    person.sign_in("alice")
    person.click("ID token")
    person.page.wait_for_url("**/protected/claims")
    person.click("User info")
    person.page.wait_for_url("**/protected/userinfo")
    person.sign_out()
    for _ in range(4):
        person.page.go_back()
        assert "Alice" not in person.sees
        assert "alice@example.com" not in person.page.content()


def test_signing_out_is_signing_out_at_logto(person):
    """After signing out, the next sign-in is asked for a password again."""
    person.sign_in("alice")
    person.sign_out()
    assert person.title == "Not authenticated"
    person.click("Sign in")

    expect(person.page.locator("#password")).to_be_visible()


def test_another_person_may_sign_in_next(person):
    """After one user signed out, another one signs in with the same browser, and nothing of the first is left."""
    person.sign_in("alice")
    person.click("Access tokens")
    person.sign_out()
    person.sign_in("bob")
    person.click("User info")

    assert "bob@example.com" in person.sees
    assert "Alice" not in person.sees


def test_a_callback_that_comes_twice_is_explained(person):
    """The callback's address, opened again, is explained on a page, and the user stays signed in."""
    callbacks = []
    person.page.on("request", lambda request: "/callback?" in request.url and callbacks.append(request.url))
    person.sign_in("alice")
    answer = person.page.goto(callbacks[0])

    assert answer.status == 400
    assert "sign_in_session.already_used" in person.sees
    person.click("Home")
    assert person.title == "Authenticated"


def test_a_callback_of_nobodys_is_explained(person):
    """A callback in a browser that began no sign-in says what may be the cause, and offers a way in."""
    answer = person.page.goto(f"{person.places.guide}callback?code=abc&state=def")

    assert answer.status == 400
    assert "127.0.0.1" in person.sees
    person.click("Sign in")
    expect(person.page.locator("#identifier")).to_be_visible()


def test_a_protected_page_asks_to_sign_in(person):
    """A page for users sends others to Logto; the same for programs answers 401."""
    person.open("protected/userinfo")
    expect(person.page.locator("#identifier")).to_be_visible()

    answer = person.page.request.get(f"{person.places.guide}protected/api")
    assert (answer.status, answer.json()) == (401, {"error": "Not authenticated"})
