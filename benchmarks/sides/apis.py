"""An API's verifier, and the field's: tokens seen before, many at once with no keys yet, and keys that nobody knows."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks.interleave import Samples, interleaved
from benchmarks.sides import verifiers
from benchmarks.sides.lines import serve
from benchmarks.sides.signers import SIGNERS, Signer
from benchmarks.sides.tokens import access_token_claims

ENDPOINT, AUDIENCE = "https://logto.example.com", "https://shopping.your-app.com/api"
ISSUER = f"{ENDPOINT}/oidc"
PATIENCE = 0.01
"""Seconds that each answer takes."""
TICK = 0.06
"""Seconds between two tokens of a flood: 1,000 come within a minute."""


class Logto:
    """Discovery and keys as values, counted.

    Args:
        signer: Whose key is published.
        issuer: Who it is.
    """

    def __init__(self, signer: Signer, issuer: str = ISSUER) -> None:
        self.signer = signer
        self._issuer = issuer
        self.counts = Counter[str]()

    def document(self, url: str) -> dict[str, Any]:
        """What stands at an address."""
        kind = "jwks" if url.endswith("jwks") else "discovery"
        self.counts[kind] += 1
        if kind == "jwks":
            return {"keys": [self.signer.jwk]}
        return verifiers.metadata(self._issuer, self.signer.algorithm)

    async def fetched(self, url: str) -> dict[str, Any]:
        """The same, after a while."""
        await asyncio.sleep(PATIENCE)
        return self.document(url)

    async def send(self, request: Any, timeout: float) -> Any:
        """The same, as an answer."""
        del timeout
        return verifiers.as_answer(await self.fetched(request.url))

    async def close(self) -> None:
        """Nothing is open."""


def before(names: list[str], rounds: int, calls: int) -> Samples:
    """Seconds of the processor for a token seen before, by contender and round; `cold` is ours without a memory.

    Args:
        names: Contenders of `verifiers.VERIFIERS` beside ours.
        rounds: How often each has its turn.
        calls: How many verifications of a remembered token are timed together.
    """
    signer = SIGNERS["ES384"]()
    token = signer.token(access_token_claims(ISSUER, AUDIENCE), "at+jwt")
    cold = verifiers.ours_for_apis(signer, ISSUER, AUDIENCE)
    warm = verifiers.verifier(signer, ISSUER, AUDIENCE)
    contenders: dict[str, Callable[[], float]] = {
        "cold": _timer(lambda: cold(token), 5),
        "logto": _timer(lambda: warm.verify(token), calls),
        "logto (with scopes)": _timer(lambda: warm.verify(token, scopes=["read", "write"]), calls),
    }
    for name in names:
        verify = verifiers.VERIFIERS[name](signer, ISSUER, AUDIENCE)
        if verify is not None:
            contenders[name] = _timer(lambda verify=verify: verify(token), 5)
    interleaved(contenders, 1)
    return interleaved(contenders, rounds)


def _timer(verify: Callable[[], object], calls: int) -> Callable[[], float]:
    def timed() -> float:
        started = time.process_time()
        for _ in range(calls):
            verify()
        return (time.process_time() - started) / calls

    return timed


async def herd(name: str, tasks: int) -> dict[str, int]:
    """How often discovery and keys are asked for by so many verifications at once, of which none knows them.

    Args:
        name: `logto` or `auth0-api-python`.
        tasks: How many.
    """
    signer = SIGNERS["RS256"]()
    if name == "logto":
        from logto import AccessTokenVerifier

        logto = Logto(signer)
        ours = AccessTokenVerifier(ENDPOINT, AUDIENCE, transport=logto)
        token = signer.token(access_token_claims(ISSUER, AUDIENCE), "at+jwt")
        await asyncio.gather(*(ours.verify(token) for _ in range(tasks)))
        return dict(logto.counts)
    from auth0_api_python import ApiClient, ApiClientOptions

    issuer = f"{ENDPOINT}/"  # the only one that it knows for a domain
    auth0 = Logto(signer, issuer)
    options = ApiClientOptions(domain="logto.example.com", audience=AUDIENCE, custom_fetch=auth0.fetched)
    client = ApiClient(options)
    token = signer.token(access_token_claims(issuer, AUDIENCE), "at+jwt")
    await asyncio.gather(*(client.verify_access_token(token) for _ in range(tasks)))
    return dict(auth0.counts)


async def unknown(name: str, tokens: int) -> dict[str, int]:
    """How often keys are fetched for tokens with key ids that nobody has, and whether a rotated key is refused.

    Args:
        name: `logto` or `PyJWT`.
        tokens: How many, within a minute.
    """
    signer, rotated = SIGNERS["ES256"](), SIGNERS["ES256"]()
    rotated.jwk["kid"] = "rotated"
    logto = Logto(signer)
    make = _ours if name == "logto" else _pyjwt
    verify = make(logto)
    await verify(_with_kid(signer, signer.jwk["kid"]))
    # A key is rotated right after an unknown key id made us fetch the keys, …
    if await _accepts(verify, _with_kid(rotated, "unknown")):
        raise RuntimeError(f"{name} accepted a token with an unknown key")
    logto.signer = rotated
    refused = not await _accepts(verify, _with_kid(rotated, "rotated"))
    # … and then comes the flood.
    verify = make(logto)
    await verify(_with_kid(rotated, "rotated"))
    logto.counts.clear()
    accepted = [await _accepts(verify, _with_kid(rotated, f"unknown-{number}")) for number in range(tokens)]
    if any(accepted):
        raise RuntimeError(f"{name} accepted a token with an unknown key")
    return {"fetched": logto.counts["jwks"], "refused": int(refused)}


async def _accepts(verify: Callable[[str], Any], token: str) -> bool:
    try:
        await verify(token)
    except Exception:  # noqa: BLE001 - each library has its own
        return False
    return True


def _with_kid(signer: Signer, kid: str) -> str:
    return signer.token(access_token_claims(ISSUER, AUDIENCE), "at+jwt", kid=kid)


def _ours(logto: Logto) -> Callable[[str], Any]:
    from logto import AccessTokenVerifier

    started, calls = time.time(), 0

    def clock() -> float:
        return started + calls * TICK

    ours = AccessTokenVerifier(ENDPOINT, AUDIENCE, transport=logto, clock=clock)

    async def verify(token: str) -> None:
        nonlocal calls
        calls += 1
        await ours.verify(token)

    return verify


def _pyjwt(logto: Logto) -> Callable[[str], Any]:
    import jwt

    class Keys(jwt.PyJWKClient):
        def fetch_data(self) -> Any:
            found = logto.document(self.uri)
            if self.jwk_set_cache is not None:
                self.jwk_set_cache.put(found)
            return found

    keys = Keys(f"{ISSUER}/jwks")

    async def verify(token: str) -> None:
        key = keys.get_signing_key_from_jwt(token)
        jwt.decode(token, key, algorithms=["ES256"], issuer=ISSUER, audience=AUDIENCE)

    return verify


if __name__ == "__main__":
    serve({"before": before, "herd": herd, "unknown": unknown})
