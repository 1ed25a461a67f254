"""Access tokens: what the one that the server gave us says (RFC 9068)."""

from __future__ import annotations

from pydantic import ValidationError

from ..errors import ConfigurationError, InvalidTokenError
from ..models.claims import AccessTokenClaims
from .base64url import decode_base64url
from .claims import shown
from .strict_json import parse_object


def read_access_token(raw: str) -> AccessTokenClaims:
    """The claims of an access token that came from the token endpoint, for our own use.

    Checks no signature and no claim: whoever receives the token in a request must verify it instead.

    Raises:
        ConfigurationError: `access_token.opaque`: the token is for the provider itself, and says nothing to us.
        InvalidTokenError: It is a JWT by its looks only, or lacks what every access token has.
    """
    segments = raw.split(".", 3)
    if len(segments) != 3:
        raise ConfigurationError(
            "The access token has no claims: it is opaque.",
            code="access_token.opaque",
            hint="Without `resource`, an access token is for the provider's own user info endpoint. Name an API resource "
            "in `resources` of the configuration, and as `resource` here; or use `getIdTokenClaims()`.",
        )
    try:
        payload = decode_base64url(segments[1])
        parse_object(payload)
        return AccessTokenClaims.model_validate_json(payload)
    except ValidationError as error:
        claim = str(error.errors(include_url=False, include_input=False, include_context=False)[0]["loc"][0])
        raise InvalidTokenError(
            f"The access token's `{shown(claim)}` is missing or of the wrong type.",
            code="token.claim_invalid",
            claim=shown(claim),
            hint="Did a JWT customizer in Logto's Console change it?",
        ) from None
    except ValueError as error:
        raise InvalidTokenError(f"The access token has a payload that {error}.", code="token.malformed") from None
