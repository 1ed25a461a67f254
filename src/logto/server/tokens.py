"""Minting and reading back the JWTs: access tokens, ID tokens."""

import json
from typing import Any

from joserfc.errors import JoseError
from joserfc.jws import deserialize_compact, extract_compact, serialize_compact

from .keys import KeyRing

MAX_HINT = 16_384
ACCESS = "at+jwt"


def sign(ring: KeyRing, claims: dict[str, Any], typ: str | None = None) -> str:
    """Return a compact JWT under the current key; an ID token's header has no `typ` (LOGTO.md 3.2)."""
    key = ring.current
    header = {"alg": key.algorithm, **({"typ": typ} if typ else {}), "kid": key.kid}
    payload = json.dumps(claims, separators=(",", ":"), ensure_ascii=False)
    return serialize_compact(header, payload.encode(), key.key, algorithms=[key.algorithm])


def read_own(ring: KeyRing, token: str, typ: str | None = None) -> dict[str, Any] | None:
    """Return the claims of a JWT that we signed, expired or not, of any type or of `typ`; None for anything else."""
    if len(token) > MAX_HINT:
        return None
    try:
        header = extract_compact(token.encode()).headers()
        key = ring.find(str(header.get("kid")))
        if key is None or (typ is not None and header.get("typ") != typ):
            return None
        claims = json.loads(deserialize_compact(token, key.key, algorithms=[key.algorithm]).payload)
    except (JoseError, ValueError):
        return None
    return claims if isinstance(claims, dict) else None


def looks_like_jwt(token: str) -> bool:
    """Tell a JWT from an opaque token by its shape."""
    return token.count(".") == 2
