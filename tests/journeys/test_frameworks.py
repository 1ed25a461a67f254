"""The same walk through the shop's pages, on every framework, as each one's own server serves them."""

import re
from contextlib import ExitStack
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import free_ports
from tests.journeys.person import SCREENSHOTS
from tests.journeys.shops import Visitor, running_shops
from tests.suites import FRAMEWORKS, walked_frameworks

WELCOME = "Everything for the kitchen"
OF_ALICE = ("Alice", "alice@example.com", "shopper", "A-")


def pytest_generate_tests(metafunc):
    """Each test on each framework that this run is for, one framework after the other."""
    if "framework" in metafunc.fixturenames:
        metafunc.parametrize("framework", walked_frameworks(metafunc.config), scope="module")


@pytest.fixture(scope="module")
def shops(request):
    """Every shop, started at once; each test waits for its own."""
    frameworks = walked_frameworks(request.config)
    with running_shops(frameworks, free_ports(2 + len(frameworks))) as running:
        yield running


@pytest.fixture
def places(shops, framework):
    """Where one framework's shop is."""
    return shops.of(framework)


@pytest.fixture
def arrive(browser, places):
    """Lets somebody come along, with a browser of their own."""
    with ExitStack() as opened:

        def come(**settings):
            context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **settings})
            opened.callback(context.close)
            context.set_default_timeout(15_000)
            return Visitor.at(context, places)

        yield come


@pytest.fixture
def visitor(arrive):
    """Somebody who is signed in nowhere."""
    return arrive()


def choose(visitor, organization):
    """From any page to an organization's."""
    visitor.click("Organizations")
    visitor.page.get_by_role("link", name=organization).click()
    expect(visitor.page.locator("h1")).to_have_text("Organization")


def test_a_visit(visitor, shops):
    """From the start page through sign-in, profile, organizations and orders to sign-out, and in again."""
    page = visitor.page
    visitor.open()
    assert visitor.title == WELCOME
    visitor.open("profile")
    visitor.goes_through_logto("profile")
    assert visitor.title == "Profile"
    assert "alice@example.com" in visitor.sees
    visitor.click("Ask Logto again")
    expect(page.get_by_text("the user info")).to_be_visible()
    assert "organization_data" in visitor.sees

    choose(visitor, "Acme")
    assert "admin" in visitor.sees
    assert {"org:read", "org:write"} <= set(visitor.sees.split())
    visitor.click("Settings")
    expect(page.locator("h1")).to_contain_text("Settings of")
    choose(visitor, "Beta")
    assert "org:write" not in visitor.sees
    with page.expect_response(re.compile("/settings$")) as refused:
        visitor.click("Settings")
    assert refused.value.status == 403
    assert visitor.title == "No access"

    before = shops.logto.count("POST", "/oidc/token")
    for _ in range(2):
        visitor.open("orders")
        expect(page.locator("tbody tr")).to_have_count(2)
    assert shops.logto.count("POST", "/oidc/token") == before + 1

    visitor.sign_out()
    assert visitor.title == WELCOME
    for _ in range(4):
        page.go_back()
        assert not [word for word in OF_ALICE if word in page.content()], page.url
    visitor.open()
    visitor.click("Sign in")
    visitor.goes_through_logto()
    assert visitor.title == "Hello, Alice Liddell"
    assert visitor.complaints == []


def test_a_deep_link_in_two_tabs(visitor):
    """Who follows links to pages for users is brought to each of them, query and all, in either tab."""
    other = visitor.another_tab()
    visitor.open("profile?fresh=1")
    other.open("orders?page=2")
    visitor.goes_through_logto("profile?fresh=1")
    assert "the user info" in visitor.sees
    other.goes_through_logto("orders?page=2")
    assert other.title == "Orders"
    visitor.open()
    assert visitor.title == "Hello, Alice Liddell"
    assert visitor.complaints == []


def test_a_sign_in_that_was_cancelled(visitor, shops):
    """A no at Logto ends on a page that says so and offers the sign-in again; a program is told in its own language."""
    page = visitor.page
    redirect = page.request.get(f"{visitor.places.guide}sign-in", max_redirects=0)
    [state] = parse_qs(urlsplit(redirect.headers["location"]).query)["state"]
    back = {"error": "access_denied", "state": state, "iss": shops.logto.issuer}
    answer = page.goto(f"{visitor.places.guide}callback?{urlencode(back)}")
    assert (answer.status, visitor.title) == (403, "Not signed in")
    visitor.click("Sign in")
    visitor.goes_through_logto()
    program = page.request.get(f"{visitor.places.guide}callback?code=a&state=b", headers={"accept": "application/json"})
    assert (program.status, program.json()["error"]) == (400, "sign_in_failed")
    assert visitor.complaints == []


def test_every_page_fits_a_phone(arrive, framework):
    """At 360 pixels no page scrolls sideways, error pages neither; the pictures are kept in build/screenshots."""
    visitor = arrive(viewport={"width": 360, "height": 740}, color_scheme="dark")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    too_wide = []

    def look(name):
        if framework == FRAMEWORKS[0]:  # the pages are the same on all
            visitor.page.screenshot(path=SCREENSHOTS / f"shop-{name}-phone.png", full_page=True)
        too_wide.extend([name] if visitor.is_too_wide else [])

    visitor.open()
    look("welcome")
    visitor.open("orders")
    visitor.goes_through_logto("orders")
    look("orders")
    for name in ("", "profile", "profile?fresh=1", "organizations"):
        visitor.open(name)
        look(name.partition("?")[2].partition("=")[0] or name or "home")
    visitor.page.get_by_role("link", name="Beta").click()
    expect(visitor.page.locator("h1")).to_have_text("Organization")
    look("organization")
    visitor.click("Settings")
    expect(visitor.page.locator("h1")).to_have_text("No access")
    look("refused")
    assert too_wide == []
