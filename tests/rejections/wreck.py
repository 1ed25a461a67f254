"""A provider on raw sockets that keeps to every rule, but for the one fault that it was given."""

from __future__ import annotations

import base64
import contextlib
import json
import secrets
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from tests.transports.wire import Asked, Server, Wire, answer, serving

APP_ID = "wrecked-app"
APP_SECRET = "tH1s-1s-the-s3cret-0f-the-appl1cation"
RESOURCE = "https://shopping.your-app.com/api"
SUBJECT = "nv8ovftu4w70"

PATHS = {
    "discovery": "/oidc/.well-known/openid-configuration",
    "jwks": "/oidc/jwks",
    "token": "/oidc/token",
    "user_info": "/oidc/me",
    "revocation": "/oidc/token/revocation",
    "device": "/oidc/device/auth",
}


@dataclass(frozen=True)
class Good:
    """What an honest provider would answer now, and to what."""

    asked: Asked
    document: dict[str, Any]
    issuer: str
    content_type: str = "application/json; charset=utf-8"

    @property
    def body(self) -> bytes:
        return json.dumps(self.document).encode()


Fault = Callable[[Wire, Good], None]
"""What is sent in the place of the good answer."""


def honestly(wire: Wire, good: Good) -> None:
    wire.send(answer(good.body, content_type=good.content_type))


@cache
def signing_key(kid: str = "first") -> ECKey:
    return ECKey.generate_key("P-384", {"kid": kid, "use": "sig", "alg": "ES384"})


@dataclass
class Wreck:
    """The provider's state; the test holds it, and changes `faults` while it runs.

    Attributes:
        endpoint: Its address.
        requests: Everything that was asked.
        faults: By the names of `PATHS`.
        claims: Laid over those of the next ID tokens.
        confidential: All that must never be shown: what the client sent in confidence, and what it was given.
    """

    endpoint: str = ""
    requests: list[Asked] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    confidential: set[str] = field(default_factory=lambda: {APP_SECRET})
    kid: str = "first"
    kid_in_header: bool = True
    _nonces: dict[str, str] = field(default_factory=dict)

    def asked(self, name: str) -> list[Asked]:
        """The requests that one endpoint has got."""
        return [asked for asked in self.requests if asked.path == PATHS[name]]

    def authorize(self, url: str) -> str:
        """What the browser would come back with from the sign-in page."""
        query = dict(parse_qsl(urlsplit(url).query))
        code = self._keep_secret(secrets.token_urlsafe(32))
        self._nonces[code] = query["nonce"]
        self.confidential |= {query["state"], query["nonce"]}
        answered = {"code": code, "state": query["state"], "iss": f"{self.endpoint}/oidc"}
        return f"{query['redirect_uri']}?{urlencode(answered)}"

    def serve(self, wire: Wire, server: Server) -> None:
        """One connection."""
        while asked := wire.request():
            self.requests.append(asked)
            self._note_what_is_confidential(asked)
            name = next((name for name, path in PATHS.items() if path == asked.path), None)
            if name is None:
                wire.send(answer(b"<html>", content_type="text/html"))  # as Logto does (LOGTO.md 3.1)
                continue
            self.faults.get(name, honestly)(wire, getattr(self, f"_{name}")(asked))

    def _discovery(self, asked: Asked) -> Good:
        issuer = f"{self.endpoint}/oidc"
        document = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/auth",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/me",
            "jwks_uri": f"{issuer}/jwks",
            "end_session_endpoint": f"{issuer}/session/end",
            "revocation_endpoint": f"{issuer}/token/revocation",
            "device_authorization_endpoint": f"{issuer}/device/auth",
            "response_types_supported": ["code id_token", "code", "id_token", "none"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES384"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return self._good(asked, document)

    def _jwks(self, asked: Asked) -> Good:
        keys = [signing_key(self.kid).as_dict(private=False)]
        return Good(asked, {"keys": keys}, f"{self.endpoint}/oidc", "application/jwk-set+json; charset=utf-8")

    def _token(self, asked: Asked) -> Good:
        form = dict(parse_qsl(asked.body.decode()))
        refresh_token = form.get("refresh_token") or secrets.token_urlsafe(32)
        nonce = self._nonces.get(form.get("code") or refresh_token, "")
        self._nonces[self._keep_secret(refresh_token)] = nonce
        return self._good(
            asked,
            {
                "access_token": self._keep_secret(secrets.token_urlsafe(32)),
                "expires_in": 3600,
                "id_token": self._keep_secret(self._id_token(nonce)),
                "refresh_token": refresh_token,
                "scope": "openid offline_access profile",
                "token_type": "Bearer",
            },
        )

    def _user_info(self, asked: Asked) -> Good:
        return self._good(asked, {"sub": SUBJECT, "name": None, "custom_data": {"plan": "gold"}})

    def _device(self, asked: Asked) -> Good:
        code = self._keep_secret(secrets.token_urlsafe(32))
        page = f"{self.endpoint}/device"
        return self._good(
            asked, {"device_code": code, "user_code": "XLTQ-QNZH", "verification_uri": page, "expires_in": 600}
        )

    def _revocation(self, asked: Asked) -> Good:
        return self._good(asked, {})

    def _good(self, asked: Asked, document: dict[str, Any]) -> Good:
        return Good(asked, document, f"{self.endpoint}/oidc")

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"sub": SUBJECT, "aud": APP_ID, "iss": f"{self.endpoint}/oidc", "iat": now, "exp": now + 3600}
        header = {"alg": "ES384", "kid": self.kid} if self.kid_in_header else {"alg": "ES384"}
        return jwt.encode(
            header, {**claims, "nonce": nonce, **self.claims}, signing_key(self.kid), algorithms=["ES384"]
        )

    def _keep_secret(self, value: str) -> str:
        self.confidential.add(value)
        return value

    def _note_what_is_confidential(self, asked: Asked) -> None:
        form = parse_qs(asked.body.decode("latin-1"))
        for name in (
            "code",
            "code_verifier",
            "refresh_token",
            "token",
            "client_secret",
            "subject_token",
            "actor_token",
        ):
            self.confidential.update(form.get(name, ()))
        self.confidential.add(credentials(asked))
        self.confidential.discard("")


def credentials(asked: Asked) -> str:
    """What stands in the request's `Authorization` header."""
    return asked.headers.get("authorization", "").partition(" ")[2]


def secret_of(asked: Asked) -> str:
    """The application's secret, as the request brought it."""
    return unquote_plus(base64.b64decode(credentials(asked)).decode().partition(":")[2])


@contextlib.contextmanager
def wreck(tls: ssl.SSLContext | None = None) -> Iterator[Wreck]:
    """A running provider, on http://127.0.0.1 or, with a server's certificate, on https://localhost."""
    provider = Wreck()
    with serving(provider.serve, tls) as server:
        provider.endpoint = server.url("", host="localhost" if tls else "127.0.0.1")
        yield provider
