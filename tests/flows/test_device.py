"""Signing in on a device: asking, waiting, and what ends it."""

import pytest

from logto.errors import (
    AuthorizationDeniedError,
    InvalidTokenError,
    LogtoException,
    SignInError,
    TransportError,
    UnexpectedResponseError,
)
from logto.flows import get_access_token
from logto.flows.device import begin, poll, wait
from logto.protocol.http import HttpRequest, HttpResponse
from logto.sessions.pause import Pause
from tests.flows.dialogue import API, DISCOVERY, ISSUER, JWKS, TOKEN, Clock, Shelf, context, fields
from tests.flows.honest_provider import answer, key_set, metadata, refusal
from tests.rejections.mint import claims, key, mint

DEVICE = f"{ISSUER}/device/auth"
DOWN = TransportError("down", code="transport.refused")
PENDING, SLOW_DOWN = refusal("authorization_pending"), refusal("slow_down")


def tokens(**changes):
    """What a poll brings once the user has signed in; a member changed to `...` is left out."""
    given = {
        "access_token": "opaque",
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": "r1",
        "id_token": mint(claims(nonce=...)),
        **changes,
    }
    return answer({name: value for name, value in given.items() if value is not ...})


class Device:
    """A device, its session and its clock; a pause moves the clock, and nobody sleeps."""

    def __init__(self, **settings):
        self.clock = Clock()
        self.shelf = Shelf()
        self.context = context(self.shelf, self.clock, app_secret=None, **settings)
        self.pauses = []
        self.asked = []

    def do(self, flow, *polls):
        """What a conversation comes to; the token endpoint gives these answers in turn."""
        left = list(polls)
        given = None
        while True:
            try:
                step = flow.throw(given) if isinstance(given, LogtoException) else flow.send(given)
            except StopIteration as end:
                return end.value
            given = self._answer(step, left)

    def _answer(self, step, polls):
        if isinstance(step, Pause):
            self.pauses.append(step.seconds)
            self.clock.now += step.seconds
            return None
        if not isinstance(step, HttpRequest):
            assert step.turns.enter(step.name) is None  # a turn, which nobody else wants
            return step
        self.asked.append(step)
        fixed = {
            DISCOVERY: answer(metadata(device_authorization_endpoint=DEVICE)),
            JWKS: answer(key_set()),
            DEVICE: answer(
                {
                    "device_code": "d1",
                    "user_code": "ABCD-EFGH",
                    "verification_uri": "https://tenant.example/device",
                    "expires_in": 600,
                }
            ),
        }
        return fixed[step.url] if step.url in fixed else polls.pop(0)

    def begin(self):
        """A code to wait for."""
        return self.do(begin(self.context))

    def times(self):
        """How often the token endpoint was asked."""
        return sum(request.url == TOKEN for request in self.asked)


@pytest.fixture
def device():
    return Device()


def test_the_user_is_waited_for_and_signed_in(device):
    """Five seconds between two questions; then the session holds who it is, and tokens as after any sign-in."""
    code = device.begin()
    device.do(wait(device.context, code), PENDING, PENDING, tokens())

    assert device.pauses == [5, 5, 5]
    assert device.context.require_claims().sub == claims()["sub"]
    assert device.do(get_access_token(device.context)) == "opaque"
    assert device.shelf.values["refreshToken"] == "r1"


def test_a_poll_asks_once(device):
    """None once the user has signed in; until then the code for the next time."""
    code = device.begin()
    again = device.do(poll(device.context, code), PENDING)

    assert again.ask_at == device.clock.now + 5
    assert device.do(poll(device.context, again), tokens()) is None
    assert device.context.session.identity() is not None


def test_slow_down_is_obeyed_from_then_on(device):
    """Five seconds more, for all questions to come."""
    device.do(wait(device.context, device.begin()), PENDING, SLOW_DOWN, PENDING, SLOW_DOWN, tokens())

    assert device.pauses == [5, 5, 10, 10, 15]


def test_networks_may_fail_meanwhile(device, caplog):
    """No answer, a server error, too many requests: asked again, less often, until it works."""
    busy = answer({"error": "busy"}, 429, retry_after="45")
    device.do(wait(device.context, device.begin()), DOWN, HttpResponse(503), busy, PENDING, tokens())

    assert device.pauses == [5, 10, 20, 45, 45]
    assert "transport.refused" in caplog.text


def test_an_outage_ends_with_the_code(device):
    """It is not asked for ever: after ten minutes nobody has signed in."""
    with pytest.raises(SignInError) as caught:
        device.do(wait(device.context, device.begin()), *[DOWN] * 30)

    assert caught.value.code == "device.expired"
    assert sum(device.pauses) == 600
    assert max(device.pauses) <= 60


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        (refusal("access_denied"), AuthorizationDeniedError, "authorization.denied"),
        (refusal("expired_token"), SignInError, "device.expired"),
        (refusal("invalid_grant"), SignInError, "device.refused"),
        (HttpResponse(200, {"content-type": "text/html"}, b"<html>"), UnexpectedResponseError, "response.not_json"),
        (tokens(id_token=...), UnexpectedResponseError, "token_response.id_token_missing"),
        (tokens(token_type="N_A"), UnexpectedResponseError, "token_response.malformed"),
        (tokens(access_token=""), UnexpectedResponseError, "token_response.malformed"),
    ],
)
def test_what_ends_it_is_an_error_and_signs_nobody_in(device, given, kind, code):
    """It is not asked again, and the session is as it was."""
    with pytest.raises(kind) as caught:
        device.do(wait(device.context, device.begin()), PENDING, given)

    assert caught.value.code == code
    assert device.times() == 2
    assert device.shelf.values == {}


@pytest.mark.parametrize(
    "id_token",
    [
        mint(claims(nonce="n")),
        mint(claims(nonce=..., aud="somebody-else")),
        mint(claims(nonce=..., iss="https://evil.example/oidc")),
        mint(claims(nonce=...), signer=key("ES384", "key-2")),
        mint(claims(nonce=...), header={"alg": "none"}),
        mint(claims(nonce=...), header={"typ": "at+jwt"}),
        mint(claims(nonce=..., sub="")),
        mint(claims(nonce=..., at_hash="d3Jvbmc")),
        mint(claims(nonce=...))[:-4] + "AAAA",
    ],
    ids=["nonce", "aud", "iss", "key", "none", "typ", "sub", "at_hash", "signature"],
)
def test_the_id_token_passes_every_check(device, id_token):
    """A forged one, or one for another, signs nobody in; a nonce that nobody sent is a replay."""
    with pytest.raises(InvalidTokenError):
        device.do(wait(device.context, device.begin()), tokens(id_token=id_token))
    assert device.shelf.values == {}


def test_an_expired_id_token_is_refused(device):
    """Its times must fit, too."""
    code = device.begin()
    with pytest.raises(LogtoException) as caught:
        device.do(wait(device.context, code), tokens(id_token=mint(claims(nonce=..., iat=1, exp=2))))
    assert caught.value.code == "token.expired"


def test_a_code_that_is_over_is_not_asked_about(device):
    """Its end is known here."""
    code = device.begin()
    device.clock.now += 600
    with pytest.raises(SignInError):
        device.do(poll(device.context, code))
    assert device.times() == 0


def test_a_failed_poll_says_so(device):
    """Whoever asks by hand decides whether to ask again."""
    code = device.begin()
    with pytest.raises(TransportError):
        device.do(poll(device.context, code), DOWN)
    assert device.do(poll(device.context, code), tokens()) is None


def test_waiting_can_be_given_up(device):
    """Ctrl-C or a cancelled task: it ends where it stands, and nobody is signed in."""
    code = device.begin()
    flow = wait(device.context, code)
    assert isinstance(next(flow), Pause)
    with pytest.raises(KeyboardInterrupt):
        flow.throw(KeyboardInterrupt())
    assert device.shelf.values == {}


def test_each_request_has_the_time_of_an_operation(device):
    """Waiting takes minutes; a server that does not answer is given up after `timeout` all the same."""
    device.do(wait(device.context, device.begin()), PENDING, tokens())

    assert {request.timeout for request in device.asked} == {device.context.config.timeout}


def test_keys_are_there_before_the_tokens_come(device):
    """Tokens come once: no outage of the key set may lose them."""
    device.do(wait(device.context, device.begin()), PENDING, tokens())
    urls = [request.url for request in device.asked]

    assert urls.index(JWKS) < urls.index(TOKEN)


def test_a_user_replaces_the_former_one(device):
    """As a whole: nothing of the former one is left."""
    device.do(wait(device.context, device.begin()), tokens(id_token=mint(claims(nonce=..., sub="bob"))))
    device.do(wait(device.context, device.begin()), tokens(refresh_token=..., access_token="second"))

    assert device.context.require_claims().sub == claims()["sub"]
    assert device.context.session.identity().refresh_token is None
    assert device.do(get_access_token(device.context)) == "second"


def test_resources_are_asked_for(device):
    """Those of the configuration, so that tokens for them can be had later."""
    device.begin()

    assert fields(next(request for request in device.asked if request.url == DEVICE))["resource"] == API
