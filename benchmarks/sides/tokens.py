"""ID tokens as Logto makes them for the guide's user, every claim filled."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import count
from typing import Any


def encoded(data: bytes) -> str:
    """Base64url without padding (RFC 7515, 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def payload_of(token: str) -> bytes:
    """The payload of a token, unverified."""
    segment = token.split(".")[1]
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


class IdTokens:
    """Tokens with other payloads each time, and a signature of the right length that nobody verifies.

    Args:
        issuer: Who makes them.
        client_id: For whom.
    """

    def __init__(self, issuer: str, client_id: str) -> None:
        self._claims = claims(issuer, client_id)
        self._header = encoded(json.dumps({"alg": "ES384", "kid": "k" * 43}).encode())
        self._numbers = count()

    def token(self) -> str:
        """One that was never there before."""
        payload = {**self._claims, "nonce": f"n-{next(self._numbers):041}"}
        return f"{self._header}.{encoded(json.dumps(payload, separators=(',', ':')).encode())}.{'s' * 128}"


def claims(issuer: str, client_id: str) -> dict[str, Any]:
    """The claims of a user with everything, in the order in which Logto sends them."""
    now = int(time.time())
    return {
        "sub": "nv8ovftu4w70",
        "name": "Alice Liddell",
        "family_name": "Liddell",
        "given_name": "Alice",
        "middle_name": "P",
        "nickname": "ali",
        "preferred_username": "alice.l",
        "profile": "https://example.com/alice",
        "picture": "https://example.com/alice.png",
        "website": "https://alice.example.com",
        "gender": "female",
        "birthdate": "1990-05-04",
        "zoneinfo": "Europe/London",
        "locale": "en-GB",
        "updated_at": now * 1000,
        "username": "alice",
        "created_at": now * 1000 - 1,
        "email": "alice@example.com",
        "email_verified": True,
        "phone_number": "12025550123",
        "phone_number_verified": True,
        "address": {"country": "GB", "locality": "Oxford", "formatted": "1 Wonder St, Oxford", "postalCode": "OX1"},
        "roles": ["shopper"],
        "organizations": ["3a8gsn4dtcrx", "monlp73z44p8"],
        "organization_roles": ["3a8gsn4dtcrx:member", "monlp73z44p8:admin"],
        "nonce": "n" * 43,
        "aud": client_id,
        "exp": now + 3600,
        "iat": now,
        "iss": issuer,
    }


def access_token_claims(issuer: str, audience: str) -> dict[str, Any]:
    """The claims of an access token for an API resource."""
    now = int(time.time())
    return {
        "jti": "TD1PbyfC512kgTEQxVQd-KAkYSaVfAWxxFQV-RUUm28",
        "sub": "nv8ovftu4w70",
        "iat": now,
        "exp": now + 3600,
        "scope": "read write shopping:read shopping:write",
        "client_id": "l6ls2tgc0q6d6iqsv1rk9",
        "iss": issuer,
        "aud": audience,
    }
