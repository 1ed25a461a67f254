"""What a browser, a reader and an attacker get from the pages."""

import re

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from logto.server.pages import render, static
from logto.server.pages.views import ErrorView, HomeView, SignedOutView
from tests.server.pages.samples import (
    LOCALES,
    Page,
    home_view,
    pages,
    register_view,
    request,
    sign_in_view,
)

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}${7*7}</pre></title>\u202e"
NAMES = tuple(pages())
FOCUSABLE = ("a", "button", "input", "summary", "pre")


def policy(response: HTMLResponse) -> dict[str, str]:
    """The directives of a page's content security policy."""
    pairs = (part.strip().partition(" ") for part in response.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in pairs}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_hostile_texts_stay_texts(name, locale):
    """Markup in any text of any page is shown as text: it adds no element, attribute or template expression."""
    plain, hostile = Page.of(pages("x", locale)[name]), Page.of(pages(HOSTILE, locale)[name])

    assert [e.tag for e in hostile.elements] == [e.tag for e in plain.elements]
    assert [list(e.attributes) for e in hostile.elements] == [list(e.attributes) for e in plain.elements]


@pytest.mark.parametrize(
    "name", ["home", "sign_in", "register", "consent", "device_code", "device_confirm", "error", "auto_submit"]
)
def test_hostile_texts_arrive_whole(name):
    """What a page is given to show or to send is there unchanged, in a text or in a value."""
    page = Page.of(pages(HOSTILE)[name])

    assert page.where(lambda e: HOSTILE in e.text or HOSTILE in e.attributes.values())


@pytest.mark.parametrize("name", NAMES)
def test_pages_have_no_inline_style_or_handler(name):
    """No page has a style element, a style attribute or an event handler, which its policy would refuse anyway."""
    page = Page.of(pages()[name])

    assert list(page.all("style")) == []
    assert page.where(lambda e: any(a == "style" or a.startswith("on") for a in e.attributes)) == []


@pytest.mark.parametrize("name", NAMES)
def test_security_headers(name):
    """Every page forbids framing, sniffing, caching and every source but our own style sheet and pictures."""
    response = pages()[name]

    assert (
        policy(response).items()
        >= {
            "default-src": "'none'",
            "style-src": "'self'",
            "img-src": "'self' data:",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }.items()
    )
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("name", ["home", "reset_password", "device_allowed", "signed_out", "error", "shell"])
def test_pages_without_a_form_post_nothing(name):
    """A page without a form forbids forms and sends no referrer."""
    response = pages()[name]

    assert list(Page.of(response).all("form")) == []
    assert policy(response)["form-action"] == "'none'"
    assert response.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("name", ["sign_in", "register", "consent", "device_code", "device_confirm", "auto_submit"])
def test_forms_may_end_at_the_application(name):
    """A page with a form leaves form-action open for the redirect after it, and lets our own server see its Origin."""
    response = pages()[name]

    assert Page.of(response).one("form")["method"] == "post"
    assert "form-action" not in policy(response)
    assert response.headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("name", ["home", "sign_in", "register", "auto_submit"])
def test_the_script_has_a_fresh_nonce(name):
    """A page's one script carries the nonce of its policy, which is another one each time."""
    first, second = pages()[name], pages()[name]
    nonces = {Page.of(response).one("script")["nonce"] for response in (first, second)}

    assert len(nonces) == 2
    assert policy(first)["script-src"] == f"'nonce-{Page.of(first).one('script')['nonce']}'"


@pytest.mark.parametrize(
    "name",
    ["reset_password", "consent", "device_code", "device_confirm", "device_denied", "signed_out", "error", "shell"],
)
def test_pages_without_a_script_allow_none(name):
    """A page that needs no script has none and allows none."""
    response = pages()[name]

    assert list(Page.of(response).all("script")) == []
    assert "script-src" not in policy(response)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES)
def test_language_title_and_badge(name, locale):
    """Every page names its language and its title, has one h1, and says that it is for development only."""
    response = pages(locale=locale)[name]
    page = Page.of(response)

    assert page.one("html")["lang"] == response.headers["content-language"] == locale
    assert page.one("title").text == f"{page.one('h1').text} · Local Logto"
    badge = {"en": "Local Logto — for development only", "fr": "Local Logto — réservé au développement"}
    assert page.one("p", **{"class": "badge"}).text == badge[locale]


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_unique_and_references_end_somewhere(name):
    """Every label, description and inner link points to an id that stands once in the page."""
    page = Page.of(pages("x")[name])
    ids = [e["id"] for e in page.elements if e["id"]]
    references = [
        e[a] for e in page.elements for a in ("for", "aria-describedby", "aria-labelledby", "data-copy") if e[a]
    ]
    references += [e["href"][1:] for e in page.all("a") if e["href"].startswith("#")]

    assert len(ids) == len(set(ids))
    assert {part for reference in references for part in reference.split()} <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_acts_has_a_name(name):
    """Every button, link and visible input has a name that a screen reader can say."""
    page = Page.of(pages()[name])
    labelled = {label["for"] for label in page.all("label") if label.text.strip()}

    for element in page.where(lambda e: e.tag in FOCUSABLE and e["type"] != "hidden"):
        assert element["aria-label"] or element.text.strip() or element["id"] in labelled


@pytest.mark.parametrize("name", NAMES)
def test_no_page_changes_the_order_of_the_keyboard(name):
    """The tab key follows the page: no positive tabindex, and what cannot be reached is not interactive."""
    page = Page.of(pages()[name])

    assert {e["tabindex"] for e in page.elements} <= {None, "0", "-1"}
    assert page.where(lambda e: e["tabindex"] == "-1" and e.tag in FOCUSABLE) == []


def test_sign_in_fields_in_order():
    """The sign-in form goes from identifier to password, toggle, forgotten password, submit and sign-up."""
    page = Page.of(render.sign_in(request(), sign_in_view()))
    stops = page.where(lambda e: e.tag in FOCUSABLE and e["type"] != "hidden" and e["hreflang"] is None)

    assert [e["name"] or e["aria-label"] or e.text.strip() for e in stops] == [
        "identifier",
        "password",
        "Show password",
        "Forgot your password?",
        "Sign in",
        "Create one",
    ]


def test_sign_in_posts_what_the_server_reads():
    """The form posts identifier, password and the CSRF token to the view's action, with the status that was asked for."""
    response = render.sign_in(request(), sign_in_view("token", path="/sign-in?app_id=1"), 422)
    page = Page.of(response)

    assert response.status_code == 422
    assert page.one("form")["action"] == "/sign-in?app_id=1"
    assert [e["name"] for e in page.all("input")] == ["csrf", "identifier", "password"]
    assert page.one("input", name="csrf")["value"] == "token"
    assert page.one("input", name="password")["value"] is None


def test_passwords_are_told_apart_for_password_managers():
    """The sign-in form asks for the current password, the sign-up form for a new one."""
    sign_in = Page.of(render.sign_in(request(), sign_in_view()))
    register = Page.of(render.register(request(), register_view()))

    assert sign_in.one("input", name="password")["autocomplete"] == "current-password"
    assert register.one("input", name="password")["autocomplete"] == "new-password"


def test_wrong_credentials_are_announced():
    """A refused sign-in puts the focus on an alert that describes both fields, each marked as invalid."""
    page = Page.of(render.sign_in(request(), sign_in_view(error="invalid_credentials")))
    alert = page.one("div", role="alert")

    assert {"autofocus", "tabindex"} <= alert.attributes.keys()
    assert "That does not match an account here." in alert.text
    for name in ("identifier", "password"):
        assert page.one("input", name=name)["aria-invalid"] == "true"
        assert page.one("input", name=name)["aria-describedby"] == alert["id"]


def test_registration_errors_stand_at_their_fields():
    """Each error of a sign-up is told twice: in the summary, as a link to its field, and at the field."""
    page = Page.of(render.register(request(), register_view(errors={"password": "password_too_short"})))
    message = "Please choose a longer password: at least 8 characters."

    assert [(e["href"], e.text) for e in page.all("a", href="#password")] == [("#password", message)]
    assert page.one("input", name="password")["aria-describedby"] == "password-error password-hint"
    assert page.one("p", id="password-error").text == message
    assert page.one("input", name="identifier")["aria-invalid"] is None


def test_a_good_start_has_no_alert():
    """Without an error there is no alert, and no field is marked."""
    page = Page.of(render.sign_in(request(), sign_in_view(error=None)))

    assert page.where(lambda e: e["role"] == "alert" or e["aria-invalid"]) == []


@pytest.mark.parametrize(("identifier", "focused"), [("", "identifier"), ("alice", "password")])
def test_the_first_empty_field_has_the_focus(identifier, focused):
    """The cursor waits in the identifier, or in the password where the identifier is known."""
    page = Page.of(render.sign_in(request(), sign_in_view(identifier=identifier, error=None)))

    assert [e["name"] for e in page.where(lambda e: "autofocus" in e.attributes)] == [focused]


def test_the_toggle_needs_its_script():
    """The button that shows the password is hidden until the script that works it runs."""
    toggle = Page.of(render.sign_in(request(), sign_in_view())).one("button", data_shows="password")

    assert "hidden" in toggle.attributes
    assert (toggle["type"], toggle["aria-pressed"]) == ("button", "false")


def test_language_links():
    """The pages of an interaction link to themselves in the other language and mark the current one."""
    links = list(Page.of(render.sign_in(request(), sign_in_view(locale="fr"))).all("a", href="/sign-in", hreflang="fr"))

    assert [(e.text, e["lang"], e["aria-current"]) for e in links] == [("Français", "fr", "true")]


def test_consent_can_be_denied():
    """The consent page posts a decision, either of two, and reads scopes out in words."""
    page = Page.of(pages()["consent"])

    assert [e["value"] for e in page.all("button", name="decision")] == ["allow", "deny"]


def test_auto_submit_carries_every_field():
    """The page that submits itself sends each field once to its action, by script or by its button."""
    fields = {"code": "c", "state": "a&b=<c>", "submit": "x", "iss": "http://localhost:3001/oidc"}
    response = render.auto_submit(request(), "https://app.example/callback?a=1&b=2", fields, 400, "fr")
    page = Page.of(response)

    assert response.status_code == 400
    assert page.one("form")["action"] == "https://app.example/callback?a=1&b=2"
    assert {e["name"]: e["value"] for e in page.all("input")} == fields
    assert page.one("button")["type"] == "submit"
    assert "HTMLFormElement.prototype.submit.call" in page.one("script").text


@pytest.mark.parametrize("action", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil.example", ""])
def test_auto_submit_refuses_an_action_that_is_no_address(action):
    """Nothing is submitted to a script, to a document in a URL, or to another host in disguise."""
    with pytest.raises(ValueError, match="may lead only to"):
        render.auto_submit(request(), action, {})


def test_home_is_ready_to_paste():
    """The Python snippet, as a reader copies it, is an expression that configures the main application."""
    page = Page.of(render.home(request(), home_view('a"b\\c\nd')))
    seen = {}

    snippet = page.one("code", id="snippet-python").text.replace("from logto import LogtoClient, LogtoConfig", "")
    exec(snippet, {"LogtoClient": seen.update, "LogtoConfig": dict})  # noqa: S102  our own page
    assert seen == dict.fromkeys(("endpoint", "appId", "appSecret"), 'a"b\\c\nd')


def test_home_hides_secrets_until_asked():
    """A secret in the list of applications stands in a closed disclosure, which needs no script to open."""
    page = Page.of(render.home(request(), home_view("sesame")))

    assert "open" not in page.one("details").attributes
    assert page.one("details").text.endswith("sesame")


def test_home_without_anything_configured():
    """A server with nothing configured still has a home page."""
    page = Page.of(render.home(request(), HomeView("http://localhost:3001", "http://localhost:3001/oidc")))

    assert page.one("code", id="issuer").text == "http://localhost:3001/oidc"
    assert list(page.all("table")) == []


def test_error_has_its_status():
    """An error page answers with the view's status and shows code, description, hint and request id."""
    response = render.error(request(), ErrorView(403, "oidc.access_denied", "Told.", "Change it.", request_id="r-1"))
    text = Page.of(response).one("main").text

    assert response.status_code == 403
    assert all(part in text for part in ("oidc.access_denied", "Told.", "Change it.", "r-1"))


def test_shell_speaks_the_readers_language():
    """An unknown path answers 200 in the language that the browser asks for."""
    response = render.shell(request(headers=[(b"accept-language", b"fr-CA,en;q=0.5")]))

    assert response.status_code == 200
    assert Page.of(response).one("html")["lang"] == "fr"


def test_pages_find_their_pictures_under_a_prefix():
    """Under a prefix of the ASGI server a page's own addresses begin with it, whichever Mount the page is in."""

    async def page(asked):
        return render.signed_out(asked, SignedOutView())

    routes = [Mount("/oidc", routes=[Route("/end", page)]), *static.routes]
    client = TestClient(Starlette(routes=routes), root_path="/logto")
    style = Page(client.get("/logto/oidc/end").text).one("link", rel="stylesheet")["href"]

    assert style.startswith("/logto/logto-static/")
    assert client.get(style).headers["content-type"] == "text/css; charset=utf-8"


def test_nothing_comes_from_another_host():
    """No page loads a style sheet, script, picture or font from anywhere but the server itself."""
    loaded = [
        e["src"] or e["href"]
        for p in pages().values()
        for e in Page.of(p).elements
        if e.tag in ("link", "img", "script")
    ]

    assert all(re.match(r"/logto-static/[\w.]+$", url) for url in loaded if url)
    assert any(loaded)
