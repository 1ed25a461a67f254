"""What bad input gets (issue 2): an error of its own, a hint that names the setting, and nothing good lost."""

import time

import pytest

from logto import LogtoConfig
from logto.errors import (
    ClientAuthenticationError,
    ExpiredTokenError,
    LogtoException,
    NotAuthenticatedError,
    SignInSessionInvalidError,
    SignInSessionNotFoundError,
    StorageError,
    TokenRequestError,
    TransportError,
    UnexpectedResponseError,
)
from logto.server.serve import LocalLogto
from logto.testing.browser import BrowserError
from logto.testing.server import LogtoServer
from tests.client.either import COLOURS, Either
from tests.flows.dialogue import API, DISCOVERY, JWKS, ME, REDIRECT_URI, REVOCATION, TOKEN, Shelf
from tests.flows.honest_provider import HonestProvider

LOCAL_URI = "http://localhost:3000/callback"
KEYS = ("idToken", "refreshToken", "accessTokenMap", "signInSession")

pytestmark = pytest.mark.parametrize("colour", COLOURS)


@pytest.fixture(scope="module")
def logto():
    """A local Logto for all of these tests, which put its clock back."""
    with LocalLogto() as local:
        yield LogtoServer(local)


@pytest.fixture
def shelf():
    return Shelf()


def visitor(colour, logto, shelf, **settings):
    """A client of local Logto over real connections; `clock` is the client's."""
    clock = {"clock": settings.pop("clock")} if "clock" in settings else {}
    return Either(colour, None, shelf, config=logto.config(**settings), **clock)


def come_back(one, logto, user="alice"):
    """Sign in at local Logto."""
    one.do("handle_sign_in_callback", logto.sign_in(one.do("sign_in", LOCAL_URI), user))


def test_an_endpoint_that_is_another_web_site(colour, logto, shelf):
    """A web page with status 200 is no metadata; the hint names `endpoint`."""
    one = visitor(colour, logto, shelf, endpoint=f"{logto.endpoint}/nope")

    with pytest.raises(UnexpectedResponseError) as caught:
        one.do("sign_in", LOCAL_URI)

    assert caught.value.code == "response.not_json"
    assert "`endpoint`" in caught.value.hint
    assert shelf.values == {}


def test_an_endpoint_with_oidc_at_its_end(colour, logto, shelf):
    """The issuer's address in the place of the endpoint gets the same hint, which names the mistake."""
    one = visitor(colour, logto, shelf, endpoint=logto.issuer)

    with pytest.raises(UnexpectedResponseError) as caught:
        one.do("sign_in", LOCAL_URI)

    assert "/oidc" in caught.value.hint


def test_an_endpoint_under_another_name(colour, logto, shelf):
    """127.0.0.1 in the place of localhost is another issuer; the hint names both settings."""
    one = visitor(colour, logto, shelf, endpoint=logto.endpoint.replace("localhost", "127.0.0.1"))

    with pytest.raises(UnexpectedResponseError) as caught:
        one.do("sign_in", LOCAL_URI)

    assert caught.value.code == "discovery.issuer_mismatch"
    assert "`endpoint`" in caught.value.hint
    assert "`issuer`" in caught.value.hint


def test_a_wrong_app_id(colour, logto, shelf):
    """Logto shows its error to the user; a session made under another app id is nobody's, and stays."""
    come_back(visitor(colour, logto, shelf), logto)
    before = dict(shelf.values)
    one = visitor(colour, logto, shelf, app_id="nosuchapplication")

    with pytest.raises(BrowserError):
        logto.sign_in(one.do("sign_in", LOCAL_URI))
    assert one.do("is_authenticated") is False
    with pytest.raises(NotAuthenticatedError) as caught:
        one.do("get_access_token")

    assert caught.value.code == "session.foreign"
    assert "`app_id`" in caught.value.hint
    assert {key: shelf.values[key] for key in before} == before


def test_a_wrong_secret(colour, logto, shelf):
    """The exchange is refused with the settings' names and the secret in no text; who was signed in stays."""
    come_back(visitor(colour, logto, shelf), logto, "bob")
    before = dict(shelf.values)
    one = visitor(colour, logto, shelf, app_secret="not the secret, but secret")

    with pytest.raises(ClientAuthenticationError) as caught:
        come_back(one, logto)

    assert "`app_secret`" in caught.value.hint
    assert "not the secret" not in f"{caught.value}{caught.value!r}{vars(caught.value)}"
    assert shelf.values == before


def test_a_redirect_uri_that_is_not_registered(colour, logto, shelf):
    """Logto keeps the browser, and says which setting is wrong; the sign-in route itself works."""
    one = visitor(colour, logto, shelf)

    with pytest.raises(BrowserError) as caught:
        logto.sign_in(one.do("sign_in", "http://localhost:3000/elsewhere"))

    assert "redirect" in str(caught.value).lower()


def test_a_callback_without_a_session(colour, logto, shelf):
    """A cookie that was lost on the way is the hint's first guess."""
    callback = logto.sign_in(visitor(colour, logto, shelf).do("sign_in", LOCAL_URI))

    with pytest.raises(SignInSessionNotFoundError) as caught:
        visitor(colour, logto, Shelf()).do("handle_sign_in_callback", callback)

    assert caught.value.code == "sign_in_session.not_found"
    assert "cookies" in caught.value.hint


def test_a_callback_twice(colour, logto, shelf):
    """The second one is refused as used, and the session it would have replaced goes on working."""
    one = visitor(colour, logto, shelf)
    callback = logto.sign_in(one.do("sign_in", LOCAL_URI))
    one.do("handle_sign_in_callback", callback)

    with pytest.raises(SignInSessionNotFoundError) as caught:
        one.do("handle_sign_in_callback", callback)

    assert caught.value.code == "sign_in_session.already_used"
    assert one.do("fetch_user_info").sub == logto.users["alice"].id


def test_the_state_of_another_browser(colour, logto, shelf):
    """Somebody else's callback is refused, and the sign-in under way still finishes."""
    one, other = visitor(colour, logto, shelf), visitor(colour, logto, Shelf())
    ours = logto.sign_in(one.do("sign_in", LOCAL_URI))
    theirs = logto.sign_in(other.do("sign_in", LOCAL_URI), "bob")

    with pytest.raises(SignInSessionInvalidError) as caught:
        one.do("handle_sign_in_callback", theirs)
    one.do("handle_sign_in_callback", ours)

    assert "another browser" in caught.value.hint
    assert one.do("get_id_token_claims").sub == logto.users["alice"].id


def test_an_expired_code(colour, logto, shelf):
    """A code that waited 62 seconds is refused; the hint knows how long codes live."""
    one = visitor(colour, logto, shelf)
    callback = logto.sign_in(one.do("sign_in", LOCAL_URI))
    logto.clock.advance(62)
    try:
        with pytest.raises(TokenRequestError) as caught:
            one.do("handle_sign_in_callback", callback)
    finally:
        logto.clock.advance(-62)

    assert caught.value.error == "invalid_grant"
    assert caught.value.request_id
    assert "60 seconds" in caught.value.hint


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_an_hour_off(colour, logto, shelf, hours):
    """The ID token is too old or from the future; the hint names the clock; who was signed in stays."""
    come_back(visitor(colour, logto, shelf), logto, "bob")
    before = dict(shelf.values)
    one = visitor(colour, logto, shelf, clock=lambda: time.time() + hours * 3600 + hours * 120)

    with pytest.raises(ExpiredTokenError) as caught:
        come_back(one, logto)

    assert "clock" in caught.value.hint
    assert shelf.values == before


def test_an_endpoint_where_nothing_listens(colour, shelf):
    """No server at all is a TransportError that names the address and `endpoint`."""
    config = LogtoConfig(endpoint="http://127.0.0.1:9", app_id="x", app_secret="y")

    with pytest.raises(TransportError) as caught:
        Either(colour, None, shelf, config=config).do("sign_in", REDIRECT_URI)

    assert caught.value.url.startswith("http://127.0.0.1:9/")
    assert "endpoint" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "operation", "args"),
    [
        (DISCOVERY, "sign_in", (REDIRECT_URI,)),
        (DISCOVERY, "get_access_token", (API,)),
        (DISCOVERY, "fetch_user_info", ()),
        (TOKEN, "get_access_token", (API,)),
        (JWKS, "get_access_token", (API,)),
        (ME, "fetch_user_info", ()),
    ],
)
def test_a_server_that_is_down_loses_nothing(colour, shelf, url, operation, args):
    """At each step, an outage raises, the session stays, and the same call works once the server is back."""
    provider = HonestProvider(rotates=False)
    Either(colour, provider, shelf).sign_in()
    before = dict(shelf.values)
    one = Either(colour, provider, shelf)  # after a restart: nothing is known of the provider
    provider.faults[url] = _down

    with pytest.raises(LogtoException) as caught:
        one.do(operation, *args)
    assert caught.value.code in {"transport.refused", "token.key_not_found"}
    assert {key: shelf.values.get(key) for key in before} == before
    del provider.faults[url]

    assert one.do(operation, *args)


@pytest.mark.parametrize("down", [(DISCOVERY,), (REVOCATION,), (DISCOVERY, REVOCATION)])
def test_signing_out_with_the_server_down_signs_out_here(colour, shelf, down):
    """The session is cleared first; without metadata the error says so, without revocation the URL is returned."""
    provider = HonestProvider()
    Either(colour, provider, shelf).sign_in()
    one = Either(colour, provider, shelf)
    provider.faults = dict.fromkeys(down, _down)

    if DISCOVERY in down:
        with pytest.raises(TransportError):
            one.do("sign_out")
    else:
        assert "session/end" in one.do("sign_out")

    assert shelf.values == {}
    assert one.do("is_authenticated") is False


def _down(request):
    raise TransportError("down", url=request.place, code="transport.refused")


TEXTS = ["", " ", "x", "null", "[]", "{}", '"x"', "1", "{", "\ud800", "\0", "a.b.c", "..", "e30.e30.e30", "9" * 5000]
NO_TEXTS = [b"bytes", 7, 1.5, True, [], {}, object()]
MAPS = [
    '{"x":null}',
    '{"x":[]}',
    '{"x":{"":null}}',
    '{"x":{"":{"token":1,"expiresAt":1}}}',
    '{"x":{"":{"token":"","expiresAt":99999999999}}}',
    '{"x":{"":{"token":"t","expiresAt":NaN}}}',
    '{"x":{"":{"token":"t","expiresAt":1e999}}}',
    '{"x":{"":{"token":"t","expiresAt":' + "9" * 400 + "}}}",
    '{"x":{"":{"token":"t","expiresAt":true}}}',
    "[" * 100_000,
    '{"attempts":[{}]}',
    '{"attempts":[{"s":1,"r":"x","t":1}]}',
    '{"attempts":[{"s":"x","r":"x","t":' + "9" * 400 + "}]}",
    '{"attempts":[{"s":"x","r":"\\ud800","t":1795349724}]}',
    '{"attempts":[{"s":"x","r":"x","t":1795349724,"m":"x"}]}',
    '{"attempts":[{"s":"x","r":"x","t":1795349724,"p":{}}]}',
    '{"attempts":[{"s":"x","r":"x","t":1795349724,"z":0}]}',
    '{"redirectUri":"x","codeVerifier":"y","state":"z"}',
]


@pytest.mark.parametrize("key", KEYS)
def test_garbage_in_the_storage(colour, key):
    """Whatever a key holds: `is_authenticated` is a bool, nothing but a LogtoException with a hint is raised, what was
    good in the other keys stays good, and a new sign-in heals it.
    """
    provider = HonestProvider(rotates=False)
    shelf = Shelf()
    one = Either(colour, provider, shelf)
    one.sign_in()
    callback = provider.authorize(one.do("sign_in", REDIRECT_URI))
    good = dict(shelf.values)
    operations = [
        ("is_authenticated", ()),
        ("get_id_token", ()),
        ("get_refresh_token", ()),
        ("get_id_token_claims", ()),
        ("get_access_token", ()),
        ("get_access_token", (API,)),
        ("handle_sign_in_callback", (callback.replace("state=", "state=x"),)),
    ]
    hints = set()
    for value in [*TEXTS, *MAPS, *NO_TEXTS]:
        for operation, args in operations:
            shelf.values = {**good, key: value}
            hints.add(hint_of(one, operation, *args))
            if key == "refreshToken" and "idToken" not in shelf.values:
                continue  # the server refused the garbage: the session is over, and says so
            shelf.values = {**shelf.values, key: good[key]}
            assert one.do("get_id_token_claims").sub == "alice"
            assert one.do("get_refresh_token") == good["refreshToken"]
            assert shelf.values["signInSession"] == good["signInSession"]
    assert "" not in hints
    shelf.values = {**good, key: "x"}
    one.sign_in("bob")
    assert one.do("get_id_token_claims").sub == "bob"


def hint_of(one, operation, *args):
    """The hint of the error that an operation ends with, if it does."""
    try:
        return f"{one.do(operation, *args)!r} was returned"
    except LogtoException as error:
        return error.hint


def test_a_storage_that_returns_bytes_is_told_how_to_return_text(colour, shelf):
    """Values that are no text raise a StorageError with the usual cause."""
    shelf.values["idToken"] = b"x"

    with pytest.raises(StorageError) as caught:
        Either(colour, HonestProvider(), shelf).do("get_id_token_claims")

    assert caught.value.code == "storage.wrong_type"
    assert "decode_responses" in caught.value.hint
