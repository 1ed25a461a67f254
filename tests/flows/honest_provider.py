"""A provider that keeps to the rules, as values: a request goes in, an answer comes out."""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from logto.flows import handle_sign_in_callback, sign_in
from logto.flows.context import Context
from logto.protocol.http import HttpRequest, HttpResponse
from tests.flows.dialogue import (
    API,
    DISCOVERY,
    ISSUER,
    JWKS,
    ME,
    REDIRECT_URI,
    REVOCATION,
    TOKEN,
    Clock,
    Conversation,
    fields,
)
from tests.rejections.mint import CLIENT_ID, Key, key, mint


def answer(body: Any, status: int = 200, **headers: str) -> HttpResponse:
    """A JSON answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status, {"content-type": "application/json", **named}, json.dumps(body).encode())


def refusal(error: str, status: int = 400, description: str = "no") -> HttpResponse:
    """A refusal of the token endpoint, in Logto's form."""
    return answer({"code": f"oidc.{error}", "error": error, "error_description": description}, status)


def metadata(**changes: Any) -> dict[str, Any]:
    """The provider's metadata; a member changed to `...` is left out."""
    document = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/auth",
        "token_endpoint": TOKEN,
        "jwks_uri": JWKS,
        "userinfo_endpoint": ME,
        "end_session_endpoint": f"{ISSUER}/session/end",
        "revocation_endpoint": REVOCATION,
        "id_token_signing_alg_values_supported": ["ES384"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": True,
        **changes,
    }
    return {name: value for name, value in document.items() if value is not ...}


def key_set(*keys: Key) -> dict[str, Any]:
    """The key set with these keys; with the first one, if none is given."""
    return {"keys": [dict(one.jwk) for one in keys or (key(),)]}


METADATA = answer(metadata())
KEYS = answer(key_set())


@dataclass
class Grant:
    """What a user allowed."""

    sub: str
    nonce: str


class HonestProvider:
    """Answers as Logto does: codes once, refresh tokens rotated, user info by the opaque token.

    Attributes:
        asked: Every request so far.
        faults: By URL, what is answered instead, given the request; None lets the honest answer pass.
    """

    def __init__(self, clock: Callable[[], float] | None = None, *, rotates: bool = True) -> None:
        self.clock = clock or Clock()
        self.asked: list[HttpRequest] = []
        self.faults: dict[str, Callable[[HttpRequest], HttpResponse | None]] = {}
        self.signer = key()
        self.lifetime = 3600
        self.rotates = rotates
        self.revoked: list[str] = []
        self._numbers = count(1)
        self._codes: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._opaque: dict[str, Grant] = {}

    def count(self, url: str) -> int:
        """How often a URL was asked."""
        return sum(request.url == url for request in self.asked)

    def authorize(self, url: str, sub: str = "alice") -> str:
        """What the browser brings back after the user has signed in."""
        query = dict(parse_qsl(urlsplit(url).query))
        code = f"code-{next(self._numbers)}"
        self._codes[code] = Grant(sub, query["nonce"])
        back = {"code": code, "state": query["state"], "iss": ISSUER}
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request."""
        self.asked.append(request)
        fault = self.faults.get(request.url)
        wrong = fault(request) if fault else None
        if wrong is not None:
            return wrong
        endpoints = {
            DISCOVERY: lambda _: METADATA,
            JWKS: lambda _: answer(key_set(self.signer)),
            TOKEN: self._token,
            ME: self._me,
            REVOCATION: self._revoke,
        }
        return endpoints[request.url](request)

    def _token(self, request: HttpRequest) -> HttpResponse:
        form = fields(request)
        authorization = request.headers["authorization"].removeprefix("Basic ")
        assert b64decode(authorization).decode().startswith(f"{CLIENT_ID}:")
        if form["grant_type"] == "authorization_code":
            grant = self._codes.pop(form["code"], None)
        else:
            spent = form["refresh_token"]
            grant = self._refresh.pop(spent, None) if self.rotates else self._refresh.get(spent)
        if grant is None:
            return refusal("invalid_grant", description="Grant request is invalid.")
        if form.get("resource", API) != API:
            return refusal("invalid_target")
        return answer(self._issue(grant, form))

    def _issue(self, grant: Grant, form: dict[str, str]) -> dict[str, Any]:
        number = next(self._numbers)
        access_token = f"{grant.sub}-opaque-{number}"
        if "resource" in form or "organization_id" in form:
            access_token = self.jwt(grant.sub, form.get("resource"), form.get("organization_id"), number)
        else:
            self._opaque[access_token] = grant
        refresh_token = f"{grant.sub}-refresh-{number}" if self.rotates else f"{grant.sub}-refresh"
        self._refresh[refresh_token] = grant
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "scope": "openid offline_access profile",
            "refresh_token": refresh_token,
            "id_token": self.id_token(grant.sub, grant.nonce, number),
        }

    def id_token(self, sub: str, nonce: str, number: int = 0) -> str:
        """An ID token, unlike any other by its number."""
        now = int(self.clock())
        payload = {"iss": ISSUER, "aud": CLIENT_ID, "sub": sub, "nonce": nonce, "iat": now, "exp": now + 3600}
        return mint({**payload, "n": number}, signer=self.signer)

    def jwt(self, sub: str, resource: str | None, organization_id: str | None, number: int = 0) -> str:
        """An access token for an API or an organization."""
        now = int(self.clock())
        payload = {
            "iss": ISSUER,
            "aud": resource or f"urn:logto:organization:{organization_id}",
            "sub": sub,
            "client_id": CLIENT_ID,
            "jti": f"{number}",
            "scope": "read",
            "iat": now,
            "exp": now + self.lifetime,
        }
        return mint(payload, signer=self.signer, header={"typ": "at+jwt"})

    def _me(self, request: HttpRequest) -> HttpResponse:
        grant = self._opaque.get(request.headers["authorization"].removeprefix("Bearer "))
        if grant is None:
            return refusal("invalid_token", 401)
        return answer({"sub": grant.sub, "name": grant.sub.title(), "picture": None})

    def _revoke(self, request: HttpRequest) -> HttpResponse:
        token = fields(request)["token"]
        self.revoked.append(token)
        self._refresh.pop(token, None)
        return HttpResponse(200)


def talk(flow: Any, provider: HonestProvider) -> Any:
    """What a conversation with the provider comes to."""
    conversation = Conversation(flow)
    while conversation.asked is not None:
        conversation.answer(provider.answer(conversation.asked))
    return conversation.result


def signed_in(context: Context, provider: HonestProvider, sub: str = "alice") -> Context:
    """The same context, after a user has signed in."""
    url = talk(sign_in(context, REDIRECT_URI), provider)
    talk(handle_sign_in_callback(context, provider.authorize(url, sub)), provider)
    provider.asked.clear()
    return context
