"""Where the browser goes to be signed out at the provider (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from ..errors import ConfigurationError
from ..models.metadata import OidcProviderMetadata
from .authorization import with_query


def end_session_url(
    *, client_id: str, post_logout_redirect_uri: str | None = None, metadata: OidcProviderMetadata
) -> str:
    """The end-session URL.

    `client_id` says who asks, not `id_token_hint`: an ID token in a URL ends up in histories and logs.

    Args:
        client_id: The application.
        post_logout_redirect_uri: Where to go afterwards; must be registered with the application.
        metadata: The provider's.

    Raises:
        ConfigurationError: The provider has no such endpoint.
    """
    if metadata.end_session_endpoint is None:
        raise ConfigurationError(
            "The provider has no end-session endpoint; the local session has been cleared.",
            hint="Send the browser to a page of your own instead.",
            code="configuration.no_end_session",
        )
    parameters = [("client_id", client_id)]
    if post_logout_redirect_uri is not None:
        parameters.append(("post_logout_redirect_uri", post_logout_redirect_uri))
    return with_query(metadata.end_session_endpoint, parameters)
