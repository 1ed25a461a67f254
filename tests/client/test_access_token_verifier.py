"""Covers client/access_token_verifier.py and flows/access_token.py: keys shared and renewed, tokens remembered."""

import asyncio
import contextlib
import threading

import pytest

from logto import (
    AccessTokenSyncVerifier,
    AccessTokenVerifier,
    ConfigurationError,
    ExpiredTokenError,
    InvalidTokenError,
    TransportError,
    UnexpectedResponseError,
)
from logto.protocol import keys as protocol_keys
from logto.protocol.http import HttpResponse
from tests.flows.dialogue import API, DISCOVERY, ENDPOINT, JWKS
from tests.flows.honest_provider import answer, key_set
from tests.rejections.api import DOWN, Logto, access_token, serving
from tests.rejections.mint import NOW, key

COLOURS = ("blocking", "awaiting")


@pytest.fixture(params=COLOURS)
def colour(request):
    """Which verifier is tried."""
    return request.param


@pytest.fixture
def api(colour):
    """An API in either colour."""
    with serving(colour) as running:
        yield running


@pytest.fixture
def verifications(monkeypatch):
    """How often a signature of an elliptic curve was verified."""
    counted = []
    encode = protocol_keys.encode_dss_signature
    monkeypatch.setattr(protocol_keys, "encode_dss_signature", lambda r, s: counted.append(1) or encode(r, s))
    return counted


def test_a_signature_is_verified_once(api, verifications):
    """A token seen before costs no signature; its claims are the same."""
    token = access_token()

    found = [api.verify(token, scopes=["read"]) for _ in range(5)]

    assert len(verifications) == 1
    assert all(each == found[0] for each in found)
    assert api.logto.asked == [DISCOVERY, JWKS]


def test_nothing_is_remembered_where_nothing_shall_be(colour, verifications):
    """`remember=0` verifies each time."""
    with serving(colour, remember=0) as api:
        for _ in range(3):
            api.verify(access_token())

    assert len(verifications) == 3


def test_the_rest_is_checked_each_time(api, verifications):
    """Scopes, organization and application are checked again for a remembered token, and its own time."""
    token = access_token(exp=NOW + 100, nbf=NOW)
    api.verify(token)

    assert api.refusal(token, scopes=["admin"]).status_code == 403
    assert api.refusal(token, organization_id="acme").status_code == 403
    assert api.refusal(token, client_ids=["other"]).status_code == 403
    api.clock.now -= 3600
    assert type(api.refusal(token)) is ExpiredTokenError
    api.clock.now += 3600 + 159
    assert api.verify(token)
    api.clock.now += 1
    assert api.refusal(token).code == "token.expired"
    assert len(verifications) <= 3


def test_a_removed_key_ends_its_tokens(api):
    """Once the key set is renewed without the key, remembered tokens of that key are refused."""
    token = access_token()
    api.verify(token)
    api.logto.keys = [key("ES384", "key-2")]
    api.clock.now += 3600
    later = access_token(exp=NOW + 86_400)
    with contextlib.suppress(InvalidTokenError):  # a renewal begins in the background, and may be the faster one
        api.verify(later)
    api.settle()
    _settled(api, 4)

    assert api.refusal(later).code == "token.key_not_found"


def _settled(api, requests):
    """Waits for the background thread of the blocking colour: its renewal has been asked and kept."""
    for thread in threading.enumerate():
        if thread.daemon and thread is not threading.current_thread() and "Thread-" in thread.name:
            thread.join(5)
    assert len(api.logto.asked) >= requests


def test_renewed_keys_that_are_the_same_forget_nothing(api, verifications):
    """After an hour the keys are fetched anew; where they are the same, remembered tokens stay."""
    token = access_token(exp=NOW + 86_400)
    api.verify(token)
    api.clock.now += 3600
    api.verify(token)
    api.settle()
    _settled(api, 4)

    api.verify(token)

    assert api.logto.asked.count(JWKS) == 2
    assert len(verifications) == 1


def test_a_rotated_key_is_accepted_at_the_first_try(api):
    """A token with a new key is good at once, also right after a fetch, and the old key's tokens stay good meanwhile."""
    old = access_token()
    api.verify(old)
    for name in ("key-2", "key-3"):
        api.logto.keys = [key("ES384", name), *api.logto.keys][:2]
        assert api.verify(access_token(key("ES384", name)))

    assert api.logto.asked == [DISCOVERY, JWKS, JWKS, JWKS]
    assert api.refusal(old).code == "token.key_not_found"


def test_a_rotation_to_another_kind_of_key(api):
    """ES384 to RS256: neither the cached metadata nor the cached keys stand in the way."""
    api.verify(access_token())
    signer = key("RS256", "rsa")
    api.logto.keys, api.logto.algorithms = [signer, key()], ["ES384", "PS256", "RS256"]

    assert api.verify(access_token(signer))
    assert api.verify(access_token())
    assert api.logto.asked == [DISCOVERY, JWKS, DISCOVERY, JWKS]


def test_a_flood_of_unknown_keys_is_bounded(api):
    """1,000 tokens with other key ids cause two fetches, and at most four within a minute; good tokens pass all along."""
    api.verify(access_token())
    for number in range(1000):
        api.clock.now += 0.06
        with pytest.raises(InvalidTokenError):
            api.verify(access_token(header={"kid": f"unknown-{number}"}))
        if number % 100 == 0:
            api.verify(access_token())

    assert 2 <= api.logto.count(JWKS) - 1 <= 4
    api.clock.now += 30
    api.logto.keys = [key("ES384", "key-2")]
    assert api.verify(access_token(key("ES384", "key-2")))


def test_forged_signatures_cause_no_fetch(api):
    """A thousand forgeries under the name of a known key leave the fetches to rotated keys."""
    api.verify(access_token())
    forged = access_token().rpartition(".")[0] + "." + access_token(sub="x").rpartition(".")[2]
    for _ in range(100):
        with pytest.raises(InvalidTokenError):
            api.verify(forged)
    api.logto.keys = [key("ES384", "key-2")]

    assert api.verify(access_token(key("ES384", "key-2")))
    assert api.logto.count(JWKS) == 2


def test_half_an_hour_of_outage_with_warm_keys(api):
    """10,000 verifications of 50 tokens while Logto is down: no error, and few attempts to reach it."""
    tokens = [access_token(jti=str(number), exp=NOW + 86_400) for number in range(50)]
    for token in tokens:
        api.verify(token)
    api.clock.now += 3500
    api.logto.faults = {DISCOVERY: lambda _: DOWN, JWKS: lambda _: DOWN}

    for number in range(10_000):
        api.clock.now += 0.18
        if number % 500 == 0:  # a token that nobody remembers, of a known key
            assert api.verify(access_token(jti=f"new-{number}", exp=NOW + 86_400))
        assert api.verify(tokens[number % 50], scopes=["read"]).sub
    api.settle()

    assert 2 <= len(api.logto.asked) - 2 <= 62


def test_a_cold_start_without_logto(api):
    """Without keys a token can be neither accepted nor refused; once Logto is back, it is accepted."""
    api.logto.faults[DISCOVERY] = lambda _: DOWN
    assert type(api.refusal(access_token())) is TransportError
    api.logto.faults = {JWKS: lambda _: answer({"keys": []})}
    assert type(api.refusal(access_token())) is UnexpectedResponseError
    api.logto.faults = {JWKS: lambda _: HttpResponse(200, {}, b'{"keys": [' + b" " * 900_000 + b"]}")}
    assert api.refusal(access_token()).code == "jwks.empty"
    api.logto.faults = {JWKS: lambda _: answer(key_set(*(key("ES384", f"k{n % 3}") for n in range(200))))}
    assert api.refusal(access_token()).code == "jwks.malformed"
    api.logto.faults.clear()

    assert api.verify(access_token())


@pytest.mark.anyio
async def test_fifty_cold_verifications_ask_once():
    """Fifty tasks with fifty tokens: one discovery and one key set, and the loop is left to others meanwhile."""
    logto = Logto()

    class Wire:
        async def send(self, request, timeout):
            await asyncio.sleep(0)
            return logto.answer(request)

        async def close(self):
            """Nothing is open."""

    verifier = AccessTokenVerifier(ENDPOINT, API, transport=Wire(), clock=lambda: NOW)
    found = await asyncio.gather(*(verifier.verify(access_token(jti=str(number))) for number in range(50)))

    assert [claims.jti for claims in found] == [str(number) for number in range(50)]
    assert logto.asked == [DISCOVERY, JWKS]


def test_fifty_threads_ask_once():
    """The same in threads: all of them begin before the first answer comes."""
    logto, began = Logto(), threading.Barrier(50)

    class Wire:
        def send(self, request, timeout):
            return logto.answer(request)

        def close(self):
            """Nothing is open."""

    verifier = AccessTokenSyncVerifier(ENDPOINT, API, transport=Wire(), clock=lambda: NOW)
    found = []

    def one(number):
        began.wait(10)
        found.extend(verifier.verify(access_token(jti=str(number))).jti == str(number) for _ in range(20))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert found == [True] * 1000
    assert logto.asked == [DISCOVERY, JWKS]


def test_the_issuer_may_be_named(colour):
    """A Logto behind another address keeps its issuer; the default is `{endpoint}/oidc`."""
    with serving(colour, endpoint="https://inside.example/", issuer="https://tenant.example/oidc") as api:
        assert api.verify(access_token())
    with serving(colour, endpoint=f"{ENDPOINT}/") as api:
        assert api.verify(access_token())


@pytest.mark.parametrize("kind", [AccessTokenVerifier, AccessTokenSyncVerifier])
def test_an_api_without_a_name_is_refused(kind):
    """A verifier for no audience would take everybody's tokens."""
    for audience in ((), "", [], [""]):
        with pytest.raises(ConfigurationError):
            kind(ENDPOINT, audience)


@pytest.mark.parametrize("kind", [AccessTokenVerifier, AccessTokenSyncVerifier])
def test_the_repr_names_issuer_and_audience(kind):
    """And no secret."""
    assert repr(kind(ENDPOINT, API)) == f"{kind.__name__}('{ENDPOINT}/oidc', ['{API}'])"


@pytest.mark.anyio
async def test_it_can_be_used_as_a_context():
    """Both verifiers close their connections at the end of a block."""
    async with AccessTokenVerifier(ENDPOINT, API) as verifier:
        assert verifier.config.audiences == {API}
    with AccessTokenSyncVerifier(ENDPOINT, API) as blocking:
        assert blocking.config.audiences == {API}
