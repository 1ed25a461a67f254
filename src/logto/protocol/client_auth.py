"""How the application proves to the server who it is (RFC 6749, 2.3; OpenID Connect Core 9)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from urllib.parse import quote_plus

from ..errors import ConfigurationError
from ..models.config import LogtoConfig
from ..models.metadata import OidcProviderMetadata
from .http import FormFields, HttpRequest, form_request


def authenticated_form(
    url: str, fields: FormFields, *, config: LogtoConfig, metadata: OidcProviderMetadata
) -> HttpRequest:
    """A form POST in the application's name.

    A public client names itself in the form. A confidential one uses `client_secret_basic` unless the server offers
    only `client_secret_post`; never both (RFC 6749, 2.3: one method a request).

    Raises:
        ConfigurationError: The server offers no method that an application with a secret can use.
    """
    if config.app_secret is None:
        return form_request(url, {**fields, "client_id": config.app_id})
    methods = metadata.token_endpoint_auth_methods_supported
    if "client_secret_basic" in methods:
        # Both halves are form-encoded before they are joined (RFC 6749, 2.3.1), so a colon in them cannot mislead.
        pair = f"{quote_plus(config.app_id)}:{quote_plus(config.app_secret)}"
        credentials = b64encode(pair.encode()).decode()
        request = form_request(url, fields, headers={"authorization": f"Basic {credentials}"})
        # A server that echoes the header gives the secret away in another spelling.
        spellings = (credentials, config.app_secret, quote_plus(config.app_secret))
        return replace(request, confidential=(*request.confidential, *spellings))
    if "client_secret_post" in methods:
        return form_request(url, {**fields, "client_id": config.app_id, "client_secret": config.app_secret})
    raise ConfigurationError(
        "The server offers neither client_secret_basic nor client_secret_post.",
        hint="If the application is a public one (single-page or native), leave `app_secret` out.",
        code="configuration.client_authentication",
    )
