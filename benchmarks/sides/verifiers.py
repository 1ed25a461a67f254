"""The contenders: each library's way to verify a token, with its keys read beforehand.

Each is used as its documentation shows, asked to check issuer, audience and expiry, and imports its library on its own
so that an environment needs only those that are measured.
"""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.sides.signers import Signer, decoded

Verify = Callable[[str], Mapping[str, Any]]
"""Returns the claims of a good token, and raises for any other."""

Maker = Callable[[Signer, str, str], Verify | None]
"""From key, issuer and audience; None where the library does not know the algorithm."""


def bare(signer: Signer, issuer: str, audience: str) -> Verify:
    """OpenSSL's verification and the least parsing; no claim is looked at."""
    del issuer, audience

    def verify(token: str) -> Mapping[str, Any]:
        message, signature = token.rsplit(".", 1)
        signer.verify(decoded(signature), message.encode())
        found: dict[str, Any] = json.loads(decoded(message.split(".", 1)[1]))
        return found

    return verify


def metadata(issuer: str, algorithm: str) -> dict[str, Any]:
    """What a provider says of itself."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/auth",
        "token_endpoint": f"{issuer}/token",
        "jwks_uri": f"{issuer.rstrip('/')}/jwks",
        "id_token_signing_alg_values_supported": [algorithm],
    }


def as_answer(document: dict[str, Any]) -> Any:
    """A document as our transports bring it."""
    from logto.protocol.http import HttpResponse

    return HttpResponse(200, {"content-type": "application/json"}, json.dumps(document).encode())


def verifier(signer: Signer, issuer: str, audience: str, **settings: Any) -> Any:
    """Our verifier for APIs, warm, with a provider that is a value."""
    from logto import AccessTokenSyncVerifier

    class Wire:
        def send(self, request: Any, timeout: float) -> Any:
            del timeout
            keys = request.url.endswith("/jwks")
            return as_answer({"keys": [signer.jwk]} if keys else metadata(issuer, signer.algorithm))

        def close(self) -> None:
            """Nothing is open."""

    return AccessTokenSyncVerifier(issuer.removesuffix("/oidc"), audience, transport=Wire(), **settings)


def ours_for_apis(signer: Signer, issuer: str, audience: str) -> Verify:
    """Our verifier, with every check and no memory."""
    ours = verifier(signer, issuer, audience, remember=0)

    def verify(token: str) -> Mapping[str, Any]:
        return {"sub": ours.verify(token).sub}

    return verify


def ours(signer: Signer, issuer: str, audience: str) -> Verify:
    """All checks of OpenID Connect Core 3.1.3.7, and the claims as a model."""
    from logto.protocol.id_token import verify_id_token
    from logto.protocol.keys import KeySet

    keys = KeySet.parse(json.dumps({"keys": [signer.jwk]}).encode())
    algorithms = frozenset({signer.algorithm})

    def verify(token: str) -> Mapping[str, Any]:
        verified = verify_id_token(
            token,
            keys,
            issuer=issuer,
            client_id=audience,
            now=time.time(),
            clock_tolerance=60,
            algorithms=algorithms,
            nonce="n" * 43,
        )
        return {"sub": verified.claims.sub}

    return verify


def joserfc(signer: Signer, issuer: str, audience: str) -> Verify:
    """joserfc: `jwt.decode`, then a claims registry."""
    from joserfc import jwt
    from joserfc.jwk import KeySet

    keys = KeySet.import_key_set({"keys": [signer.jwk]})
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": issuer}, aud={"essential": True, "value": audience}, exp={"essential": True}
    )

    def verify(token: str) -> Mapping[str, Any]:
        found = jwt.decode(token, keys, algorithms=[signer.algorithm])
        registry.validate(found.claims)
        return found.claims

    return verify


def pyjwt(signer: Signer, issuer: str, audience: str) -> Verify:
    """PyJWT: `jwt.decode`."""
    import jwt

    key = jwt.PyJWK({**signer.jwk, "alg": signer.algorithm})

    def verify(token: str) -> Mapping[str, Any]:
        found: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[signer.algorithm],
            issuer=issuer,
            audience=audience,
            options={"require": ["exp", "iat", "sub"]},
        )
        return found

    return verify


def authlib(signer: Signer, issuer: str, audience: str) -> Verify:
    """Authlib: `JsonWebToken.decode`, then `validate`."""
    from authlib.jose import JsonWebKey, JsonWebToken

    key = JsonWebKey.import_key(signer.jwk)
    decoder = JsonWebToken([signer.algorithm])
    wanted = {
        "iss": {"essential": True, "value": issuer},
        "aud": {"essential": True, "value": audience},
        "exp": {"essential": True},
    }

    def verify(token: str) -> Mapping[str, Any]:
        found: Any = decoder.decode(token, key, claims_options=wanted)
        found.validate()
        return dict(found)

    return verify


def python_jose(signer: Signer, issuer: str, audience: str) -> Verify | None:
    """python-jose: `jwt.decode`; it has no EdDSA."""
    from jose import jwk, jwt
    from jose.constants import ALGORITHMS

    if signer.algorithm not in ALGORITHMS.SUPPORTED:
        return None
    key = jwk.construct(signer.jwk, signer.algorithm)

    def verify(token: str) -> Mapping[str, Any]:
        found: dict[str, Any] = jwt.decode(token, key, algorithms=[signer.algorithm], issuer=issuer, audience=audience)
        return found

    return verify


def jwcrypto(signer: Signer, issuer: str, audience: str) -> Verify:
    """jwcrypto: `jwt.JWT`."""
    from jwcrypto import jwk, jwt

    key = jwk.JWK(**signer.jwk)

    def verify(token: str) -> Mapping[str, Any]:
        found = jwt.JWT(jwt=token, key=key, algs=[signer.algorithm], check_claims={"iss": issuer, "aud": audience})
        claims: dict[str, Any] = json.loads(found.claims)
        return claims

    return verify


def maker(name: str, kind: str) -> Maker:
    """How a contender verifies a kind of token; only ours makes a difference between them."""
    return ours_for_apis if (name, kind) == ("logto", "access token") else VERIFIERS[name]


VERIFIERS: dict[str, Maker] = {
    "bare": bare,
    "logto": ours,
    "joserfc": joserfc,
    "PyJWT": pyjwt,
    "Authlib": authlib,
    "python-jose": python_jose,
    "jwcrypto": jwcrypto,
}
