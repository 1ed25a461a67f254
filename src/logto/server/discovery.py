"""What there is and where: the metadata document and the key set (LOGTO.md 3.1)."""

import hashlib
import json
from typing import Any

from sqlalchemy import Connection
from starlette.responses import JSONResponse, Response

from .exchange import Exchange
from .scopes import OIDC

CLAIMS = [
    "sub",
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "username",
    "created_at",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "address",
    "custom_data",
    "identities",
    "sso_identities",
    "roles",
    "organizations",
    "organization_data",
    "organization_roles",
    "sid",
    "auth_time",
    "iss",
]


def metadata(exchange: Exchange, _db: Connection) -> Response:
    """Return the metadata; the issuer is fixed, the endpoints follow the Host header."""
    return JSONResponse(_document(exchange), headers={"Access-Control-Allow-Origin": "*"})


def jwks(exchange: Exchange, _db: Connection) -> Response:
    """Return the key set, or 304 for somebody who has it."""
    body = json.dumps(exchange.world.keys.jwks(), separators=(",", ":"))
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "no-cache, max-age=0, must-revalidate",
        "Access-Control-Allow-Origin": "*",
    }
    known = [tag.strip().removeprefix("W/") for tag in exchange.request.headers.get("if-none-match", "").split(",")]
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/jwk-set+json", headers=headers)


def _document(exchange: Exchange) -> dict[str, Any]:
    here = f"{exchange.base}/oidc"
    return {
        "authorization_endpoint": f"{here}/auth",
        "device_authorization_endpoint": f"{here}/device/auth",
        "claims_parameter_supported": False,
        "claims_supported": CLAIMS,
        "code_challenge_methods_supported": ["S256"],
        "end_session_endpoint": f"{here}/session/end",
        "grant_types_supported": [
            "implicit",
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ],
        "issuer": exchange.world.issuer,
        "jwks_uri": f"{here}/jwks",
        "authorization_response_iss_parameter_supported": True,
        "response_modes_supported": ["form_post", "fragment", "query"],
        "response_types_supported": ["code id_token", "code", "id_token", "none"],
        "scopes_supported": list(OIDC),
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_jwt",
            "client_secret_post",
            "private_key_jwt",
            "none",
        ],
        "token_endpoint_auth_signing_alg_values_supported": ["HS256", "RS256", "PS256", "ES256", "Ed25519", "EdDSA"],
        "token_endpoint": f"{here}/token",
        "id_token_signing_alg_values_supported": exchange.world.keys.advertised_algorithms(),
        "pushed_authorization_request_endpoint": f"{here}/request",
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"{here}/me",
        "introspection_endpoint": f"{here}/token/introspection",
        "revocation_endpoint": f"{here}/token/revocation",
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "claim_types_supported": ["normal"],
    }
