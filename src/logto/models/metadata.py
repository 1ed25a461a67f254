"""What a provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class OidcProviderMetadata(BaseModel):
    """The provider's metadata; members not listed here are kept and readable.

    An endpoint that is `None` is one that the provider does not offer.
    """

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    revocation_endpoint: str | None = None
    introspection_endpoint: str | None = None
    device_authorization_endpoint: str | None = None
    pushed_authorization_request_endpoint: str | None = None
    registration_endpoint: str | None = None

    # The defaults are what the specification takes for said where nothing is said (Discovery 3, RFC 8414 section 2).
    response_types_supported: list[str] = ["code"]
    response_modes_supported: list[str] = ["query", "fragment"]
    grant_types_supported: list[str] = ["authorization_code", "implicit"]
    subject_types_supported: list[str] = []
    scopes_supported: list[str] = []
    claims_supported: list[str] = []
    id_token_signing_alg_values_supported: list[str] = ["RS256"]
    token_endpoint_auth_methods_supported: list[str] = ["client_secret_basic"]
    code_challenge_methods_supported: list[str] = []
    authorization_response_iss_parameter_supported: bool = False
    backchannel_logout_supported: bool = False
    backchannel_logout_session_supported: bool = False
