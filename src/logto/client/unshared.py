"""Remembered claims, handed out so that no request can change what another one sees."""

from __future__ import annotations

from ..models.claims import AccessTokenClaims


def unshared(claims: AccessTokenClaims) -> AccessTokenClaims:
    """The claims themselves where nobody can change them, as Logto's own; a copy where custom ones are lists or objects.

    A request that appends to `claims.roles` must not give the role to the next request with the same token.
    """
    if not claims.model_extra and isinstance(claims.aud, str) and claims.act is None:
        return claims
    return claims.model_copy(deep=True)
