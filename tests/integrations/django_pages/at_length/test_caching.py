"""What may be kept of an answer: nothing that was made for somebody."""

import pytest
from django.conf import settings
from django.core.cache import cache

from logto.testing.django import sign_in_as

CACHE = "django.middleware.cache"


def test_what_was_made_for_somebody_is_not_kept(visitor):
    """The back button shows no page of whoever has signed out; caches tell browsers apart."""
    sign_in_as(visitor.client, "carol")
    for path in ("/", "/ahome", "/members"):
        answer = visitor.get(path)
        assert (answer["Cache-Control"], "Cookie" in answer["Vary"]) == ("no-store, private", True)


def test_a_page_for_nobody_may_be_kept_apart(visitor):
    """A page that looked, and saw nobody, says only that it depends on the cookie."""
    answer = visitor.get("/")
    assert ("Cache-Control" in answer, "Cookie" in answer["Vary"]) == (False, True)


def test_a_page_that_does_not_look_is_left_alone(visitor):
    """A page that asks nothing of the user gets no header of ours, also in the browser of somebody."""
    sign_in_as(visitor.client, "carol")
    answer = visitor.get("/quiet")
    assert ("Cache-Control" in answer, answer.get("Vary"), dict(answer.cookies)) == (False, None, {})


def test_a_view_has_its_say(visitor):
    """A view's own Cache-Control stays, unless the answer sets a session's cookie."""
    sign_in_as(visitor.client, "carol")
    assert visitor.get("/cached")["Cache-Control"] == "max-age=60"


def test_djangos_own_cache_keeps_no_page_of_anybody(visitors, settings_of):
    """With the cache of the whole site on, nobody is served another's page, nor a page from before the sign-out."""
    cached = [f"{CACHE}.UpdateCacheMiddleware", *settings.MIDDLEWARE, f"{CACHE}.FetchFromCacheMiddleware"]
    with settings_of(MIDDLEWARE=cached), visitors() as carol, visitors() as dora:
        sign_in_as(carol.client, "carol")
        sign_in_as(dora.client, "dora")
        assert [carol.who()["django"], dora.who()["django"], carol.who()["django"]] == ["carol", "dora", "carol"]
        carol.post("/sign-out")
        assert carol.who()["django"] == ""


@pytest.mark.parametrize("path", ["/kept", "/akept"])
@pytest.mark.parametrize("kind", ["wsgi", "asgi"])
def test_a_cached_view_keeps_nothing_of_anybody(visitors, kind, path):
    """A page with `cache_page` around its guard is served to nobody but whom it was made for."""
    cache.clear()
    with visitors(kind) as carol, visitors(kind) as dora, visitors(kind) as stranger:
        sign_in_as(carol.client, "carol")
        sign_in_as(dora.client, "dora")
        assert b"carol" in carol.get(path).content
        assert b"dora" in dora.get(path).content
        assert stranger.get(path).status_code in (302, 303)


def test_what_streams_is_kept_nowhere(visitor):
    """An answer that may look at the user once its headers are gone is not kept, either; for nobody it is left alone."""
    for path in ("/late", "/alate"):
        assert "Cache-Control" not in visitor.get(path)
    sign_in_as(visitor.client, "carol")
    for path in ("/late", "/alate"):
        answer = visitor.get(path)
        assert (answer["Cache-Control"], "Cookie" in answer["Vary"]) == ("no-store, private", True)


def test_cookies_are_what_they_should_be(visitors, settings_of):
    """On https the session's cookie is `__Host-`, secure, for HTTP only, Lax, and its answer is kept nowhere."""
    address = {"REDIRECT_URI": "https://testserver/callback"}
    with settings_of(LOGTO=address), visitors() as visitor:
        answer = visitor.get("/sign-in", secure=True)
        cookie = answer.cookies["__Host-logto"]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/")
        assert (answer["Cache-Control"], "Cookie" in answer["Vary"]) == ("no-store, private", True)
