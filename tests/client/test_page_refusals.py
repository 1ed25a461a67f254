"""What a request is answered that ended in an error: a page or a way for people, data for programs, and no more than both need."""

import json
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from logto import errors
from logto.client.page_refusals import RETRY_AFTER, refusal
from logto.errors import (
    AuthorizationDeniedError,
    ConfigurationError,
    ForbiddenError,
    LogtoException,
    NotAuthenticatedError,
    StorageError,
    TokenRequestError,
    TransportError,
    UnexpectedResponseError,
)
from tests.flows.site import asks
from tests.test_errors import KINDS, an_error

EVIL = "<script>alert('x')</script>\"&"
PROGRAM = {"accept": "application/json"}


class Markup(HTMLParser):
    """What a page is made of: tags with attributes, and text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    @property
    def links(self):
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]


@pytest.mark.parametrize(
    ("error", "status", "word"),
    [
        (AuthorizationDeniedError("x", error="access_denied"), 403, "sign_in_denied"),
        (AuthorizationDeniedError("x", error="invalid_target"), 500, "server_error"),
        (AuthorizationDeniedError("x", error="temporarily_unavailable"), 503, "temporarily_unavailable"),
        (errors.SignInSessionNotFoundError("x"), 400, "sign_in_failed"),
        (errors.SignInSessionInvalidError("x"), 400, "sign_in_failed"),
        (TokenRequestError("x", error="invalid_grant", status=400), 400, "sign_in_failed"),
        (ForbiddenError("x", code="forbidden.role"), 403, "forbidden"),
        (errors.NotAMemberError("x"), 403, "forbidden"),
        (errors.MfaRequiredError("x"), 403, "forbidden"),
        (TransportError("x", url="https://a/b"), 503, "temporarily_unavailable"),
        (UnexpectedResponseError("x", url="https://a/b", status=200), 503, "temporarily_unavailable"),
        (TokenRequestError("x", status=500), 503, "temporarily_unavailable"),
        (TokenRequestError("x", status=429), 503, "temporarily_unavailable"),
        (TokenRequestError("x", error="invalid_request", status=400), 500, "server_error"),
        (errors.ClientAuthenticationError("x", status=401), 500, "server_error"),
        (StorageError("x", code="storage.failed"), 503, "temporarily_unavailable"),
        (StorageError("x", code="storage.contended"), 503, "temporarily_unavailable"),
        (StorageError("x", code="storage.too_large"), 500, "server_error"),
        (ConfigurationError("x"), 500, "server_error"),
        (ConfigurationError("x", code="configuration.host"), 400, "invalid_host"),
        (LogtoException("x"), 500, "server_error"),
    ],
    ids=lambda value: value.code if isinstance(value, LogtoException) else None,
)
def test_each_kind_has_its_answer(error, status, word):
    """A person gets a page and a program JSON, with one status, not to be cached."""
    page, data = refusal(error, asks("/orders")), refusal(error, asks("/orders", **PROGRAM))

    assert page.status == data.status == status
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert data.headers["Content-Type"] == "application/json"
    assert json.loads(data.body)["error"] == word
    for answer in (page, data):
        assert (answer.headers["Cache-Control"], answer.headers["Vary"]) == ("no-store", "Cookie")
        assert ("Retry-After" in answer.headers) is (status == 503)


@pytest.mark.parametrize("kind", [NotAuthenticatedError, errors.SessionEndedError, errors.NoRefreshTokenError])
def test_nobody_is_sent_to_the_sign_in(kind):
    """A person with the way back; a program gets 401 with a challenge, and no redirect to a page that it cannot read."""
    page = refusal(kind("x"), asks("/orders?page=2"))
    data = refusal(kind("x"), asks("/orders?page=2", **PROGRAM))

    assert (page.status, page.location) == (303, "/sign-in?next=/orders%3Fpage%3D2")
    assert page.headers["Cache-Control"] == "no-store"
    assert (data.status, data.location) == (401, None)
    assert data.headers["WWW-Authenticate"] == "Cookie"
    assert json.loads(data.body)["error"] == "not_authenticated"


def test_a_script_of_a_page_is_a_program():
    """What fetch() and XMLHttpRequest ask for is not redirected to another origin's page."""
    for headers in ({"sec_fetch_mode": "cors"}, {"x_requested_with": "XMLHttpRequest"}):
        assert refusal(NotAuthenticatedError("x"), asks("/orders", **headers)).status == 401


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("headers", [{}, PROGRAM], ids=["page", "data"])
@pytest.mark.parametrize("show_hints", [False, True])
def test_every_error_there_is_has_an_answer(kind, headers, show_hints):
    """None is a crash, and no error's text is shown unless hints are."""
    answer = refusal(an_error(kind), asks("/orders", **headers), show_hints=show_hints)

    assert 300 <= answer.status < 600
    if not show_hints:
        assert "It happened." not in answer.body
        assert "Do this." not in answer.body


def test_hints_are_shown_where_they_are_wanted():
    """In development, code and hint stand on the page and in the data; elsewhere in neither."""
    error = ConfigurationError("LOGTO_X is missing.", hint="Set LOGTO_X.", code="configuration.missing")
    for headers in ({}, PROGRAM):
        shown = refusal(error, asks(**headers), show_hints=True).body
        hidden = refusal(error, asks(**headers)).body
        assert [word in shown for word in ("configuration.missing", "LOGTO_X is missing.", "Set LOGTO_X.")] == [
            True
        ] * 3
        assert [word in hidden for word in ("configuration.", "LOGTO", "missing")] == [False] * 3


def test_whatever_stands_in_an_error_is_text():
    """Message, hint, code and the route's path cannot become markup, also with hints on."""
    error = AuthorizationDeniedError(EVIL, hint=EVIL, error=EVIL, error_description=EVIL)
    error.code = EVIL
    asked = replace(asks(f"/x?{EVIL}"), sign_in_path=f"/{EVIL}")
    page = Markup(refusal(error, asked, show_hints=True).body)

    assert {tag for tag, _ in page.tags} == {"html", "meta", "title", "style", "main", "h1", "p", "code", "a"}
    assert page.text.count(EVIL) == 3
    assert page.links == [f"/{EVIL}", "/"]


@pytest.mark.parametrize(
    "error", [ForbiddenError("x"), TransportError("x"), ConfigurationError("x")], ids=lambda e: e.code
)
def test_a_page_stands_by_itself(error):
    """Language, title, one heading; it fits a phone, and its policy lets nothing in from anywhere."""
    answer = refusal(error, asks())
    page = Markup(answer.body)
    tags = [tag for tag, _ in page.tags]

    assert ("html", {"lang": "en"}) in page.tags
    assert tags.count("h1") == tags.count("title") == tags.count("main") == 1
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in page.tags
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert not [attributes for _, attributes in page.tags if {"src", "onclick", "style"} & set(attributes)]


def test_a_page_offers_what_helps():
    """A sign-in that failed can be begun again; who may not see a page is not sent in circles."""
    assert Markup(refusal(errors.SignInSessionNotFoundError("x"), asks()).body).links == ["/sign-in", "/"]
    assert Markup(refusal(ForbiddenError("x"), asks()).body).links == ["/"]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [(7.0, "7"), (0.2, "1"), (-5, "1"), (10**9, "3600"), (None, str(RETRY_AFTER)), ("soon", str(RETRY_AFTER))],
)
def test_when_to_come_again_is_bounded(wanted, told):
    """What the server wants, between a second and an hour, or a while of our own."""
    error = TokenRequestError("x", status=429, retry_after=wanted)

    assert refusal(error, asks()).headers["Retry-After"] == told


def test_a_break_down_is_logged_with_its_text_and_a_refusal_with_its_code(caplog):
    """People who run the site find the reason there; a user's own refusals fill no log of errors."""
    caplog.set_level("INFO", "logto")
    refusal(ConfigurationError("Not set.", code="configuration.missing"), asks())
    refusal(ForbiddenError("No.", code="forbidden.role"), asks())

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "configuration.missing: Not set."),
        ("INFO", "a request was refused with 403: forbidden.role"),
    ]
