"""What others may try: return-to paths, lying hosts, forged callbacks, cross-site forms."""

import pytest
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied
from django.test import override_settings

from logto.testing.django import sign_in_as

RETURN_TO = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\tevil",
    "/\u2215\u2215evil.example",
    "/@evil.example",
    "/" + "a" * 4096,
    "evil.example",
    "http://localhost:3000/page",
]


def test_after_sign_in_only_to_a_page_of_ours(visitors):
    """A `next` that leads elsewhere is dropped: whoever is signed in already is not sent there, and goes to Logto again."""
    with visitors() as visitor:
        sign_in_as(visitor.client, "carol")
        assert visitor.get("/sign-in", query_params={"next": "/page"})["Location"] == "/page"
        for place in RETURN_TO:
            answer = visitor.get("/sign-in", query_params={"next": place})
            assert (answer.status_code, answer["Location"].startswith(visitor.logto.issuer)) == (303, True), place


def test_the_way_through_logto_ends_at_a_page_of_ours(visitor):
    """After a whole sign-in that began with an address of elsewhere, the browser is at the start page."""
    assert visitor.sign_in("/sign-in?next=//evil.example/")["Location"] == "/"


def test_two_returns_are_none(visitor):
    """A `next` that is given twice is dropped."""
    assert visitor.sign_in("/sign-in?next=/page&next=/form")["Location"] == "/"


def test_a_host_is_believed_only_where_the_settings_name_it(visitors, settings_of):
    """Without a redirect URI, sign-ins begin at hosts of ALLOWED_HOSTS and on this machine, and nowhere else."""
    with settings_of(without=["REDIRECT_URI"], ALLOWED_HOSTS=["shop.example", ".example.net"]), visitors() as visitor:
        for host, status in [
            ("shop.example", 303),
            ("localhost:3000", 400),
            ("shop.example:8443", 400),
            ("a.example.net", 400),
            ("evil.example", 400),
        ]:
            answer = visitor.get("/sign-in", headers={"accept": "text/html", "host": host}, secure=True)
            assert answer.status_code == status, host


def test_a_forwarded_scheme_is_believed_only_where_the_settings_say_so(visitors, settings_of):
    """`X-Forwarded-Proto` and `-Host` count with SECURE_PROXY_SSL_HEADER and USE_X_FORWARDED_HOST only."""
    headers = {"accept": "text/html", "x-forwarded-proto": "https", "x-forwarded-host": "shop.example"}
    hosts = ["testserver", "shop.example"]
    proxied = {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"), "USE_X_FORWARDED_HOST": True}
    with settings_of(without=["REDIRECT_URI"], ALLOWED_HOSTS=hosts), visitors() as visitor:
        lied = visitor.get("/sign-in", headers=headers)["Location"]
        assert "redirect_uri=http%3A%2F%2Ftestserver%2Fcallback" in lied
        with override_settings(**proxied):
            proxied_answer = visitor.get("/sign-in", headers=headers)
        assert "redirect_uri=https%3A%2F%2Fshop.example%2Fcallback" in proxied_answer["Location"]
        assert proxied_answer.cookies["__Host-logto"]["secure"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_another_site_signs_nobody_out(visitor, headers):
    """A form of another site's page is refused, and both sessions stay."""
    sign_in_as(visitor.client, "carol")
    assert visitor.post("/sign-out", headers={"accept": "text/html", **headers}).status_code == 403
    assert visitor.who()["django"] == visitor.who()["logto"] == "carol"


def test_a_link_signs_nobody_out(visitor, settings_of):
    """A GET is refused, unless the settings allow it."""
    sign_in_as(visitor.client, "carol")
    assert visitor.get("/sign-out").status_code == 405
    assert visitor.who()["logto"] == "carol"
    with settings_of(LOGTO={"ALLOW_SIGN_OUT_BY_GET": True}):
        assert visitor.get("/sign-out").status_code == 303
        assert visitor.who()["django"] == ""


@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
@pytest.mark.parametrize("without", [[], ["django.middleware.csrf.CsrfViewMiddleware"]])
def test_the_sign_out_form_needs_its_token(visitors, settings_of, kind, without):
    """A POST without the form's token is refused, also where the project has no CsrfViewMiddleware; with it, it signs out."""
    middleware = [name for name in settings.MIDDLEWARE if name not in without]
    with settings_of(MIDDLEWARE=middleware), visitors(kind, enforce_csrf_checks=True) as visitor:
        sign_in_as(visitor.client, "carol")
        token = visitor.get("/form").content.decode()
        assert visitor.post("/sign-out").status_code == 403
        assert visitor.who()["django"] == "carol"
        assert visitor.post("/sign-out", {"csrfmiddlewaretoken": token}).status_code == 303
        assert visitor.who()["django"] == ""


@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
def test_the_forms_token_may_be_in_the_session(visitors, settings_of, kind):
    """With CSRF_USE_SESSIONS and without CsrfViewMiddleware, too, the token decides."""
    middleware = [name for name in settings.MIDDLEWARE if "Csrf" not in name]
    changes = {"MIDDLEWARE": middleware, "CSRF_USE_SESSIONS": True}
    with settings_of(**changes), visitors(kind, enforce_csrf_checks=True) as visitor:
        sign_in_as(visitor.client, "carol")
        token = visitor.get("/form").content.decode()
        assert visitor.post("/sign-out").status_code == 403
        assert visitor.post("/sign-out", {"csrfmiddlewaretoken": token}).status_code == 303


def test_each_sign_in_has_a_session_id_of_its_own(visitor):
    """Also where the same user signs in again, whose session Django would go on with."""
    visitor.sign_in()
    former = visitor.cookies
    visitor.sign_in()
    assert not set(former.values()) & set(visitor.cookies.values())
    visitor.client.cookies["sessionid"] = former["sessionid"]
    assert visitor.who()["django"] == ""


def test_a_refused_login_is_none(visitor):
    """Where a receiver of `user_logged_in` refuses, neither session stays: no login is left that Logto could not end."""

    def refuse(**_):
        raise PermissionDenied

    user_logged_in.connect(refuse)
    try:
        assert visitor.sign_in().status_code == 403
    finally:
        user_logged_in.disconnect(refuse)
    assert (visitor.who()["django"], visitor.who()["logto"]) == ("", None)


def test_a_callback_of_another_browser_is_refused(visitor, visitors):
    """A callback works in the browser that began it: elsewhere it is refused, and destroys nothing."""
    callback = visitor.begin()
    with visitors(visitor.kind) as other:
        assert other.get(callback).status_code == 400
        assert other.who()["django"] == ""
    assert visitor.get(callback).status_code == 303


def test_a_callback_is_taken_once(visitor):
    """A replayed callback is refused, and whoever is signed in stays."""
    callback = visitor.begin()
    assert visitor.get(callback).status_code == 303
    assert visitor.get(callback).status_code == 400
    assert visitor.who()["django"] == visitor.logto.users["alice"].id


def test_an_error_is_believed_with_the_right_state_only(visitor):
    """An error that somebody made up is no sign-in's, and the sign-in under way goes on; a real one is 403, escaped."""
    callback = visitor.begin()
    assert visitor.get("/callback?error=access_denied&state=x").status_code == 400
    state = callback.partition("state=")[2].partition("&")[0]
    iss = callback.partition("iss=")[2].partition("&")[0]
    query = f"error=access_denied&error_description=<script>&state={state}&iss={iss}"
    denied = visitor.get(f"/callback?{query}")
    assert denied.status_code == 403
    assert b"<script>" not in denied.content


def test_two_tabs_both_finish(visitor):
    """Two sign-ins of one browser, finished in the other order, both end signed in."""
    first, second = visitor.begin("/sign-in?next=/page"), visitor.begin("/sign-in?next=/form")
    assert visitor.get(second)["Location"] == "/form"
    assert visitor.get(first)["Location"] == "/page"
    assert visitor.who()["django"] == visitor.logto.users["alice"].id


def test_a_link_to_the_sign_in_ends_nothing(visitor):
    """Another site's link to the sign-in view leaves whoever is signed in alone."""
    sign_in_as(visitor.client, "carol")
    visitor.get("/sign-in", headers={"accept": "text/html", "sec-fetch-site": "cross-site"})
    assert visitor.who()["django"] == "carol"


@pytest.mark.parametrize("method", ["head", "post", "put"])
def test_other_methods_are_refused(visitors, method):
    """The sign-in and callback views answer GET alone: nothing else spends a code."""
    with visitors() as visitor:
        callback = visitor.begin()
        assert getattr(visitor.client, method)(callback).status_code == 405
        assert getattr(visitor.client, method)("/sign-in").status_code == 405
        assert visitor.get(callback).status_code == 303
