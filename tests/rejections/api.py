"""An API in either colour, whose Logto is a value: what it asks is counted, and its clock is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from logto import AccessTokenSyncVerifier, AccessTokenVerifier, LogtoException
from logto.errors import TransportError
from logto.protocol.http import HttpRequest, HttpResponse
from tests.flows.dialogue import API, DISCOVERY, ENDPOINT, ISSUER, JWKS, Clock
from tests.flows.honest_provider import answer, key_set, metadata
from tests.rejections.mint import CLIENT_ID, NOW, Key, key, mint, without_ellipses

INTROSPECTION = f"{ISSUER}/token/introspection"
DOWN = TransportError("down", code="transport.connection_refused")

Fault = Callable[[HttpRequest], HttpResponse | Exception]


def claims(**changes: Any) -> dict[str, Any]:
    """What a good access token says (LOGTO.md 3.3), with claims changed; one changed to `...` is left out."""
    good = {
        "jti": "TD1PbyfC512kgTEQxVQd-KAkYSaVfAWxxFQV-RUUm28",
        "sub": "nv8ovftu4w70",
        "iat": NOW,
        "exp": NOW + 3600,
        "scope": "read write shopping:read",
        "client_id": CLIENT_ID,
        "iss": ISSUER,
        "aud": API,
    }
    return without_ellipses({**good, **changes})


def access_token(signer: Key | None = None, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A good access token, with claims changed."""
    return mint(claims(**changes), signer=signer, header={"typ": "at+jwt", **(header or {})})


class Logto:
    """Discovery, keys and introspection, as values.

    Attributes:
        asked: The URLs of every request so far.
        faults: By URL, what is answered instead, or raised.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.faults: dict[str, Fault] = {}
        self.keys: list[Key] = [key()]
        self.algorithms = ["ES384"]
        self.opaque: dict[str, dict[str, Any]] = {}
        self.requests: list[HttpRequest] = []

    def count(self, url: str) -> int:
        """How often a URL was asked."""
        return self.asked.count(url)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request."""
        self.asked.append(request.url)
        self.requests.append(request)
        if request.url in self.faults:
            wrong = self.faults[request.url](request)
            if isinstance(wrong, Exception):
                raise wrong
            return wrong
        if request.url == DISCOVERY:
            algorithms = {"id_token_signing_alg_values_supported": self.algorithms}
            return answer(metadata(introspection_endpoint=INTROSPECTION, **algorithms))
        if request.url == JWKS:
            return answer(key_set(*self.keys))
        form = dict(pair.split("=") for pair in request.body.decode().split("&"))
        return answer(self.opaque.get(form["token"], {"active": False}))


class _Wire:
    def __init__(self, logto: Logto) -> None:
        self._logto = logto

    def send(self, request: HttpRequest, timeout: float) -> HttpResponse:
        return self._logto.answer(request)

    def close(self) -> None:
        """Nothing is open."""


class _AsyncWire(_Wire):
    async def send(self, request: HttpRequest, timeout: float) -> HttpResponse:  # type: ignore[override] - the other colour
        await asyncio.sleep(0)  # others go on meanwhile
        return self._logto.answer(request)

    async def close(self) -> None:  # type: ignore[override] - the other colour
        """Nothing is open."""


class Api:
    """A verifier in either colour, driven the same way.

    Args:
        colour: `blocking` or `awaiting`.
        settings: The verifier's.
    """

    def __init__(self, colour: str, **settings: Any) -> None:
        self.logto = Logto()
        self.clock = Clock()
        self._runner = asyncio.Runner() if colour == "awaiting" else None
        given = {"endpoint": ENDPOINT, "audience": API, "clock": self.clock, **settings}
        kind = AccessTokenVerifier if self._runner else AccessTokenSyncVerifier
        wire: Any = _AsyncWire(self.logto) if self._runner else _Wire(self.logto)
        self.verifier: Any = kind(**{"transport": wire, **given})

    def verify(self, token: Any, **asked: Any) -> Any:
        """The claims of a token."""
        return self.run(self.verifier.verify(token, **asked))

    def run(self, result: Any) -> Any:
        """What a call of the verifier's comes to."""
        return self._runner.run(result) if self._runner else result

    def settle(self) -> None:
        """Let what goes on in the background come to its end."""
        if self._runner:
            self._runner.run(_idle())

    def refusal(self, token: Any, **asked: Any) -> LogtoException:
        """The error that a token ends with; twice, because a memory must not change it."""
        errors = []
        for _ in range(2):
            with pytest.raises(LogtoException) as caught:
                self.verify(token, **asked)
            errors.append(caught.value)
        assert (type(errors[0]), errors[0].code) == (type(errors[1]), errors[1].code)
        return errors[0]

    def close(self) -> None:
        """End its event loop."""
        if self._runner:
            self._runner.close()


async def _idle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@contextmanager
def serving(colour: str, **settings: Any) -> Iterator[Api]:
    """An API, closed in the end."""
    api = Api(colour, **settings)
    try:
        yield api
    finally:
        api.close()
