"""What is missing or unsafe in an integration's settings: named by a stable id before the first request."""

import warnings

import pytest

from logto import LogtoPages, LogtoSyncPages, PageSettings
from logto.client.page_checks import Problem, page_problems
from logto.sessions import CookieSettings, CookieStore, MemoryStore, RedisStore
from tests.flows.dialogue import REDIRECT_URI, SECRET, config
from tests.sessions.visits import KEY


def problems(
    store=None, *, debug=False, environ=None, cookie=None, callback_path="/callback", kind=LogtoPages, **settings
):
    """The ids of the problems with these settings, otherwise those of a good production."""
    given = PageSettings(**{"redirect_uri": REDIRECT_URI, **settings})
    pages = kind(config(), store or RedisStore("redis://localhost"), given, cookie=cookie)
    found = page_problems(pages, callback_path=callback_path, debug=debug, environ=environ or {})
    for problem in found:
        assert SECRET not in str(problem)
        assert "LOGTO_" in problem.hint or "CookieStore" in problem.hint
    return [problem.id for problem in found]


def test_a_good_production_has_none():
    """Address over https, cookie as it comes, sessions in Redis: nothing to say, in either colour."""
    assert problems() == problems(kind=LogtoSyncPages) == []


def test_development_on_this_machine_has_none():
    """No address, sessions in memory or in cookies, hints on pages: as it is meant to be while developing."""
    assert problems(MemoryStore(), debug=True, redirect_uri=None, show_hints=True) == []
    assert problems(CookieStore(KEY), debug=True, redirect_uri="http://localhost:3000/callback") == []


@pytest.mark.parametrize(
    "uri", ["http://app.example/callback", "http://10.0.0.1/callback", "http://localhost.example/callback"]
)
def test_plain_http_is_an_error_but_on_this_machine(uri):
    """Whoever is in between would read the code."""
    assert problems(redirect_uri=uri) == ["logto.E001"]
    assert problems(redirect_uri="http://127.0.0.1:3000/callback") == []


def test_a_callback_route_elsewhere_is_an_error():
    """The redirect URI and the mounted route must agree, or no sign-in finishes."""
    assert problems(callback_path="/auth/callback") == ["logto.E002"]
    assert problems(callback_path="/auth/callback", redirect_uri="https://app.example/auth/callback") == []
    assert problems(callback_path="/callback/") == ["logto.E002"]


def test_the_path_of_the_redirect_uri_is_what_counts():
    """A query does not make two routes of one."""
    assert problems(redirect_uri=f"{REDIRECT_URI}?shop=7") == []


def test_an_application_without_an_address_is_warned():
    """In production it would take sign-ins on this machine only, unless its hosts are named."""
    assert problems(redirect_uri=None) == ["logto.W001"]
    assert problems(redirect_uri=None, allowed_hosts=("app.example",)) == []


@pytest.mark.parametrize(
    ("settings", "found"),
    [({"allow_sign_out_by_get": True}, "logto.W002"), ({"show_hints": True}, "logto.W003")],
)
def test_what_is_unsafe_is_warned(settings, found):
    """Sign-out by link, and hints for strangers."""
    assert problems(**settings) == [found]


@pytest.mark.parametrize(
    ("cookie", "found"),
    [
        (CookieSettings(secure=False), ["logto.W004"]),
        (CookieSettings(http_only=False), ["logto.W005"]),
        (CookieSettings(same_site="None"), ["logto.W006"]),
        (CookieSettings(name="shop", secure=True), []),
    ],
    ids=["insecure", "scripts", "cross-site", "fine"],
)
def test_a_cookie_that_is_less_safe_is_warned(cookie, found):
    """Each flag by itself."""
    assert problems(cookie=cookie) == found


def test_a_strict_cookie_is_warned():
    """It would not come back from Logto."""
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        strict = CookieSettings(same_site="Strict")

    assert problems(cookie=strict) == ["logto.W006"]


def test_an_insecure_cookie_on_this_machine_is_none_of_these():
    """Plain http on localhost is development."""
    assert problems(cookie=CookieSettings(secure=False), redirect_uri="http://localhost:3000/callback") == []


@pytest.mark.parametrize(
    ("workers", "found"),
    [(None, "logto.W007"), ("1", "logto.W007"), ("4", "logto.E003"), ("many", "logto.W007"), ("", "logto.W007")],
)
def test_memory_is_a_warning_and_with_several_processes_an_error(workers, found):
    """Each process would know its own users only."""
    environ = {} if workers is None else {"WEB_CONCURRENCY": workers}

    assert problems(MemoryStore(), environ=environ) == [found]


def test_several_processes_are_an_error_in_development_too():
    """It does not work at all, whatever the mode."""
    assert problems(MemoryStore(), debug=True, environ={"WEB_CONCURRENCY": "2"}) == ["logto.E003"]


def test_cookies_that_nobody_can_end_are_warned():
    """Back-channel logout needs a list of revocations."""
    assert problems(CookieStore(KEY)) == ["logto.W008"]
    assert problems(CookieStore(KEY, revocations=MemoryStore())) == []


def test_a_problem_says_how_bad_it_is_and_what_to_do():
    """Level by id; the text has id, message and hint."""
    error, warning = Problem("logto.E001", "It is wrong.", "Mend it."), Problem("logto.W001", "Hm.", "Think.")

    assert (error.level, warning.level) == ("error", "warning")
    assert str(error) == "(logto.E001) It is wrong. Mend it."
