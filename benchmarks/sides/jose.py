"""Verifying a token, by each library, in one process: signature, issuer, audience and times."""

import json
import time
from collections.abc import Callable
from typing import Any

from benchmarks.interleave import Samples, interleaved
from benchmarks.sides import signers, verifiers
from benchmarks.sides.lines import serve

ISSUER = "https://logto.example.com/oidc"
AUDIENCES = {"ID token": "application", "access token": "https://shopping.your-app.com/api"}


def measure(kind: str, algorithm: str, names: list[str], rounds: int, calls: int) -> Samples:
    """Seconds of the processor for a verification, by contender and round.

    Args:
        kind: `ID token` or `access token`.
        algorithm: Such as `ES384`.
        names: The contenders, of `verifiers.VERIFIERS`; one that does not know the algorithm has no samples.
        rounds: How often each has its turn.
        calls: How many verifications are timed together.
    """
    signer = signers.SIGNERS[algorithm]()
    make, media_type = signers.KINDS[kind]
    audience = AUDIENCES[kind]
    claims = make(ISSUER, audience)
    token = signer.token(claims, media_type)
    contenders: dict[str, Callable[[], float]] = {}
    for name in names:
        verify = verifiers.maker(name, kind)(signer, ISSUER, audience)
        if verify is None:
            continue
        _prove(name, verify, token, signer.forged(claims, media_type), claims)
        contenders[name] = _timer(verify, token, calls)
    interleaved(contenders, 1)
    return interleaved(contenders, rounds)


def _prove(name: str, verify: verifiers.Verify, token: str, forged: str, claims: dict[str, Any]) -> None:
    """What is measured verifies: it takes the good token, and refuses one signed by another key."""
    found = verify(token)
    if found["sub"] != claims["sub"]:
        raise RuntimeError(f"{name} did not return the claims: {json.dumps(found)}")
    try:
        verify(forged)
    except Exception:  # noqa: BLE001 - each library has its own
        return
    raise RuntimeError(f"{name} accepted a forged token")


def _timer(verify: verifiers.Verify, token: str, calls: int) -> Callable[[], float]:
    def timed() -> float:
        started = time.process_time()
        for _ in range(calls):
            verify(token)
        return (time.process_time() - started) / calls

    return timed


if __name__ == "__main__":
    serve({"measure": measure})
