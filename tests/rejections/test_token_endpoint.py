"""The token endpoint: at the code's exchange and at a refresh."""

import gzip
import json

import pytest

from logto import (
    ClientAuthenticationError,
    InvalidTokenError,
    LogtoException,
    NotAuthenticatedError,
    SessionEndedError,
    TokenRequestError,
    UnexpectedResponseError,
)
from tests.rejections.faults import echo, headers, instead, members, with_status, without, written
from tests.rejections.visitor import REDIRECT_URI, given_away, refused, visiting
from tests.rejections.wreck import RESOURCE

MALFORMED = "token_response.malformed"


def named(rows):
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


@pytest.fixture(params=["token", "refresh"])
def endpoint(request):
    """The same endpoint, asked with a code and with a refresh token."""
    return request.param


BAD_TOKENS = {
    "empty": "",
    "null": None,
    "a number": 1,
    "true": True,
    "a list": ["a"],
    "an object": {"a": "b"},
    "line break": "a\r\nx-injected: yes",
    "control character": "a\x00b",
    "blank": "a b",
    "not ASCII": "tökén",
    "too long": "x" * 70_000,
}

ANSWERS = [
    ("an error with status 200", instead(b'{"error": "invalid_grant"}'), MALFORMED),
    ("access_token missing", without("access_token"), MALFORMED),
    *((f"access_token {name}", members(access_token=value), MALFORMED) for name, value in BAD_TOKENS.items()),
    ("token_type missing", without("token_type"), MALFORMED),
    ("token_type null", members(token_type=None), MALFORMED),
    ("token_type empty", members(token_type=""), MALFORMED),
    ("token_type of another kind", members(token_type="DPoP"), MALFORMED),
    ("token_type with more", members(token_type="Bearer x"), MALFORMED),
    ("token_type a list", members(token_type=["Bearer"]), MALFORMED),
    ("expires_in garbage", members(expires_in="soon"), MALFORMED),
    ("expires_in negative", members(expires_in=-1), MALFORMED),
    ("expires_in a negative text", members(expires_in="-1"), MALFORMED),
    ("expires_in true", members(expires_in=True), MALFORMED),
    ("expires_in a list", members(expires_in=[3600]), MALFORMED),
    *(
        (f"refresh_token {name}", members(refresh_token=value), MALFORMED)
        for name, value in BAD_TOKENS.items()
        if value is not None
    ),
    *((f"id_token {name}", members(id_token=value), MALFORMED) for name, value in BAD_TOKENS.items()),
    ("scope a list", members(scope=["openid"]), MALFORMED),
    ("scope a number", members(scope=1), MALFORMED),
    ("access_token twice", written(lambda text: text[:-1] + ', "access_token": "x"}'), "response.malformed"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "code"), named(ANSWERS))
def test_an_answer_that_is_no_token_response_is_refused(provider, visitor, caplog, endpoint, fault, code):
    """Nothing of it is stored, and the session stays as it was."""
    visitor.sign_in()
    provider.faults["token"] = fault
    error = refused(visitor, endpoint, caplog)
    assert (type(error), error.code) == (UnexpectedResponseError, code)
    provider.faults.clear()
    visitor.visit(endpoint)


def test_no_id_token_at_sign_in_is_an_error(provider, visitor, caplog):
    """It is not a silent non-sign-in."""
    visitor.sign_in()
    provider.faults["token"] = without("id_token")
    error = refused(visitor, "token", caplog)
    assert error.code == "token_response.id_token_missing"


REFUSALS = [
    ("invalid_request", "400 Bad Request", "invalid_request", TokenRequestError, "token_request.refused"),
    ("invalid_client", "401 Unauthorized", "invalid_client", ClientAuthenticationError, "token_request.invalid_client"),
    ("invalid_client, 400", "400 Bad", "invalid_client", ClientAuthenticationError, "token_request.invalid_client"),
    ("unknown", "400 Bad Request", "x-unheard-of", TokenRequestError, "token_request.refused"),
    ("status 500 with an error", "500 Oops", "server_error", UnexpectedResponseError, "response.server_error"),
    ("invalid_grant with status 500", "500 Oops", "invalid_grant", UnexpectedResponseError, "response.server_error"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "word", "kind", "code"), named(REFUSALS))
def test_a_refusal_that_echoes_our_secrets_gives_nothing_away(
    provider, visitor, caplog, endpoint, status, word, kind, code
):
    """Whatever the server repeats of the request, none of it is in the exception or the log; the session stays."""
    visitor.sign_in()
    provider.faults["token"] = echo(status, word)
    error = refused(visitor, endpoint, caplog)
    assert (type(error), error.code) == (kind, code)


def test_secrets_in_the_form_are_not_given_away_either(provider, colour, caplog):
    """The same where the server takes the secret in the form only."""
    provider.faults["discovery"] = members(token_endpoint_auth_methods_supported=["client_secret_post"])
    with visiting(provider, colour) as visitor:
        visitor.sign_in()
        for endpoint in ("token", "refresh"):
            provider.faults["token"] = lambda wire, good: instead(
                b'{"error": "invalid_request", "error_description": "%s"}' % good.asked.body, status="400 Bad"
            )(wire, good)
            assert refused(visitor, endpoint, caplog).code == "token_request.refused"
            provider.faults.pop("token")


LONG_WORDS = [
    ("error_description of 900 kB", {"error": "invalid_request", "error_description": "x" * 900_000}),
    ("error of 900 kB", {"error": "x" * 900_000}),
    ("control characters", {"error": "invalid_\r\nrequest", "error_description": "a\r\n\x1b[31mb\u202e"}),
]


@pytest.mark.parametrize("document", named(LONG_WORDS))
def test_the_servers_words_are_bounded_and_printable(provider, visitor, caplog, document):
    """They fit into a line of a log, and cannot write one of their own."""
    visitor.sign_in()
    provider.faults["token"] = instead(json.dumps(document).encode(), status="400 Bad")
    error = refused(visitor, "refresh", caplog)
    assert isinstance(error, TokenRequestError)
    assert len(str(error)) < 1000
    assert str(error).isprintable()
    assert error.error_description.isprintable()


@pytest.mark.parametrize(
    "document", [b'{"error": 1}', b'{"error": ""}', b'{"error": null}', b"{}", b'{"error": ["a"]}']
)
def test_a_refusal_without_a_reason_is_nonsense(provider, visitor, caplog, endpoint, document):
    """Without an error code there is nothing that an application could act on."""
    visitor.sign_in()
    provider.faults["token"] = instead(document, status="400 Bad Request")
    error = refused(visitor, endpoint, caplog)
    assert (type(error), error.code) == (UnexpectedResponseError, "response.unexpected_status")


def test_a_dead_refresh_token_ends_the_session(provider, visitor, caplog):
    """`invalid_grant` at a refresh, and nothing else, signs the user out; and it says so."""
    visitor.sign_in()
    provider.faults["token"] = echo("400 Bad Request", "invalid_grant")
    with pytest.raises(SessionEndedError) as caught:
        visitor.visit("refresh")
    given_away(caught.value, provider, caplog.text)
    assert visitor.client.is_authenticated() is False
    assert visitor.identity() == dict.fromkeys(visitor.identity())
    with pytest.raises(NotAuthenticatedError):
        visitor.visit("refresh")


def test_a_dead_code_ends_nothing(provider, visitor, caplog):
    """`invalid_grant` at a sign-in leaves whoever is signed in alone, and the hint names what may have happened."""
    visitor.sign_in()
    provider.faults["token"] = echo("400 Bad Request", "invalid_grant")
    error = refused(visitor, "token", caplog)
    assert (type(error), error.error) == (TokenRequestError, "invalid_grant")
    assert "expired" in error.hint


def test_a_failed_exchange_is_not_tried_again(provider, visitor):
    """A state is dead after a failed exchange: the code goes out once."""
    callback = provider.authorize(visitor.do("sign_in", REDIRECT_URI))
    provider.faults["token"] = with_status("503 Later")
    for _ in range(3):
        with pytest.raises(LogtoException):
            visitor.do("handle_sign_in_callback", callback)
        provider.faults.clear()
    assert len(provider.asked("token")) == 1
    assert visitor.client.is_authenticated() is False


ID_TOKENS_AT_REFRESH = [
    ("another user", {"sub": "somebody-else"}, "sub"),
    ("another issuer", {"iss": "https://evil.example.com/oidc"}, "iss"),
    ("another application", {"aud": "another"}, "aud"),
    ("another sign-in", {"nonce": "another"}, "nonce"),
]


@pytest.mark.parametrize(("claims", "claim"), named(ID_TOKENS_AT_REFRESH))
def test_a_refresh_cannot_change_who_is_signed_in(provider, visitor, caplog, claims, claim):
    """An ID token that does not continue the session's makes the whole answer void (OpenID Connect Core 12.2)."""
    visitor.sign_in()
    provider.claims = claims
    error = refused(visitor, "refresh", caplog)
    assert isinstance(error, InvalidTokenError)
    assert error.claim == claim
    provider.claims = {}
    visitor.visit("refresh")


HONEST = [
    ("token-endpoint-response-without-expires_in", without("expires_in")),
    ("no-scope-in-token-endpoint-response", without("scope")),
    ("token-type-case-insensitivity", members(token_type="bearer")),
    ("token_type in capitals", members(token_type="BEARER")),
    ("expires_in null", members(expires_in=None)),
    ("expires_in as a text", members(expires_in="3600")),
    ("expires_in a fraction", members(expires_in=3599.5)),
    ("expires_in zero", members(expires_in=0)),
    ("expires_in huge", members(expires_in=10**30)),
    ("members that nobody knows", members(x_new={"a": [1]}, ext_expires_in=1, not_before_policy=0)),
    ("no refresh token", without("refresh_token")),
    ("refresh_token null", members(refresh_token=None)),
    ("scope empty", members(scope="")),
    ("scope null", members(scope=None)),
    ("content type without charset", headers(content_type="application/json")),
    ("content type in capitals", headers(content_type="APPLICATION/JSON;charset=UTF-8")),
    ("white space", written(lambda text: f"\n\t {text}\r\n ")),
]


@pytest.mark.parametrize("fault", named(HONEST))
def test_honest_variety_is_understood(provider, visitor, endpoint, fault):
    """Answers that RFC 6749 allows are used, at sign-in and at a refresh."""
    if endpoint == "refresh":
        visitor.sign_in()
    provider.faults["token"] = fault
    visitor.visit(endpoint)
    assert visitor.client.is_authenticated() is True


def test_compression_that_nobody_asked_for_is_understood(provider, visitor, endpoint):
    """Logto's own answers may be compressed by what stands before it."""
    visitor.sign_in()
    provider.faults["token"] = lambda wire, good: instead(gzip.compress(good.body), content_encoding="gzip")(wire, good)
    visitor.visit(endpoint)
    assert visitor.client.is_authenticated() is True


def test_no_new_refresh_token_keeps_the_old_one(provider, visitor):
    """Silence about the refresh token means that the former one goes on (RFC 6749, 6)."""
    visitor.sign_in()
    before = visitor.storage.get("refreshToken")
    provider.faults["token"] = without("refresh_token")
    visitor.visit("refresh")
    assert visitor.storage.get("refreshToken") == before


def test_no_id_token_at_a_refresh_keeps_the_identity(provider, visitor):
    """An ID token need not come with a refresh (OpenID Connect Core 12.2)."""
    visitor.sign_in()
    before = visitor.storage.get("idToken")
    provider.faults["token"] = without("id_token")
    visitor.visit("refresh")
    assert visitor.storage.get("idToken") == before


def test_a_token_of_unknown_lifetime_is_used_for_a_while(provider, visitor):
    """Without `expires_in` an opaque token is neither thrown away at once nor kept for ever."""
    visitor.sign_in()
    provider.faults["token"] = without("expires_in")
    first = visitor.do("get_access_token", RESOURCE)
    assert visitor.do("get_access_token", RESOURCE) == first


def test_a_token_without_a_lifetime_is_not_kept(provider, visitor):
    """`expires_in` of zero: the token is handed out once, and the next request gets a new one."""
    visitor.sign_in()
    provider.faults["token"] = members(expires_in=0)
    assert visitor.do("get_access_token", RESOURCE) != visitor.do("get_access_token", RESOURCE)
