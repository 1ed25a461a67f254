"""An API whose Logto is a wreck, over real sockets: every verification ends in time, and known keys go on working."""

import asyncio
import contextlib
import time
from typing import Any

import pytest
from joserfc import jwt

from logto import (
    AccessTokenSyncVerifier,
    AccessTokenVerifier,
    ApiGuard,
    ApiSyncGuard,
    InvalidTokenError,
    LogtoException,
    TransportError,
)
from tests.rejections import faults
from tests.rejections.faults import instead, members
from tests.rejections.wreck import RESOURCE, SUBJECT, signing_key


def access_token(provider, **changes):
    """A good access token of the provider's, with claims changed."""
    now = int(time.time())
    claims = {"sub": SUBJECT, "client_id": "app", "aud": RESOURCE, "iss": f"{provider.endpoint}/oidc"}
    header = {"alg": "ES384", "typ": "at+jwt", "kid": provider.kid}
    payload = {**claims, "iat": now, "exp": now + 3600, "scope": "read", **changes}
    return jwt.encode(header, payload, signing_key(provider.kid), algorithms=["ES384"])


class Api:
    """A verifier in either colour, over real connections."""

    def __init__(self, provider: Any, colour: str, timeout: float = 5.0) -> None:
        self._runner = asyncio.Runner() if colour == "awaiting" else None
        kind = AccessTokenVerifier if self._runner else AccessTokenSyncVerifier
        self.verifier: Any = kind(provider.endpoint, RESOURCE, timeout=timeout)
        self.guard: Any = ApiGuard(self.verifier) if self._runner else ApiSyncGuard(self.verifier)

    def run(self, result):
        """To the end."""
        return self._runner.run(result) if self._runner else result

    def verify(self, token):
        """The claims of a token."""
        return self.run(self.verifier.verify(token))

    def close(self):
        """Close its connections."""
        self.run(self.verifier.close())
        if self._runner:
            self._runner.close()


@contextlib.contextmanager
def serving(provider, colour, timeout=5.0):
    """An API, closed in the end."""
    api = Api(provider, colour, timeout)
    try:
        yield api
    finally:
        api.close()


WRECKS = {
    "reset": faults.reset,
    "hangs up": faults.hang_up_in_the_body,
    "another protocol": faults.something_else,
    "HTML": instead(b"<html>", "text/html"),
    "an array": instead(b"[]"),
    "cut": instead(b'{"keys": [{"kty"'),
    "status 500": faults.with_status("500 Oops"),
    "96 MB": faults.declared_96_mb,
    "chunks without end": faults.endless_chunks,
    "gzip bomb": faults.gzip_bomb,
    "to another origin": instead(b"", status="302 Found", location="https://evil.example/keys"),
}


@pytest.mark.parametrize("fault", WRECKS.values(), ids=WRECKS)
@pytest.mark.parametrize("endpoint", ["discovery", "jwks"])
def test_a_wreck_is_an_outage(provider, colour, endpoint, fault):
    """Without keys the answer is 503 and no verdict; afterwards the token is good, and stays so through the next wreck."""
    with serving(provider, colour) as api:
        provider.faults[endpoint] = fault
        token = access_token(provider)
        with pytest.raises(LogtoException) as caught:
            api.verify(token)
        answer = api.guard.answer(caught.value)
        assert (answer.status, "retry-after" in answer.headers) == (503, True)
        assert token not in f"{caught.value}{caught.value!r}{vars(caught.value)}"

        provider.faults.clear()
        assert api.verify(token).sub == SUBJECT
        provider.faults = {"discovery": fault, "jwks": fault}
        assert api.verify(token).sub == SUBJECT
        assert api.verify(access_token(provider, jti="another")).sub == SUBJECT


@pytest.mark.parametrize("fault", [faults.silence, faults.drip_headers, faults.drip_body])
def test_a_slow_key_endpoint_ends_in_time(provider, colour, fault):
    """However slowly it answers, a verification ends within its time."""
    with serving(provider, colour, timeout=0.5) as api:
        provider.faults["jwks"] = fault
        with pytest.raises(TransportError) as caught:
            api.verify(access_token(provider))

    assert caught.value.code == "transport.timeout"


def test_a_silent_key_endpoint_holds_nobody_else_up(provider):
    """While a token with an unknown key waits for keys, tokens of known keys are verified beside it."""
    with serving(provider, "awaiting", timeout=1.0) as api:
        known = access_token(provider)
        api.verify(known)
        provider.faults["jwks"] = faults.silence
        provider.kid = "second"
        rotated = access_token(provider)

        async def beside():
            waiting = asyncio.ensure_future(api.verifier.verify(rotated))
            verified = 0
            while not waiting.done():
                await asyncio.sleep(0.01)
                assert (await api.verifier.verify(known)).sub == SUBJECT
                verified += 1
            return verified, waiting.exception()

        verified, error = api.run(beside())

    assert verified > 10
    assert isinstance(error, LogtoException)


def test_a_rotated_key_and_a_flood(provider, colour):
    """Each rotated key is accepted at the first try; a hundred made-up ones cause two fetches."""
    with serving(provider, colour) as api:
        for kid in ("first", "second", "third"):
            provider.kid = kid
            assert api.verify(access_token(provider)).sub == SUBJECT
        assert len(provider.asked("jwks")) == 3
    with serving(provider, colour) as api:
        api.verify(access_token(provider))
        provider.faults["jwks"] = members(keys=[signing_key("third").as_dict(private=False)])
        for number in range(100):
            provider.kid = f"made up {number % 3}"
            with pytest.raises(InvalidTokenError):
                api.verify(access_token(provider))
        provider.kid = "third"
        assert api.verify(access_token(provider))
    assert len(provider.asked("jwks")) == 3 + 1 + 2
