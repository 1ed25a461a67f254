"""What `LogtoApi` of Flask and of Quart have in common: one verifier for each application, and where the claims are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from flask.sansio.app import App
from werkzeug.sansio.request import Request

from ...client.access_token_verifier import AccessTokenSyncVerifier, AccessTokenVerifier
from ...client.api_guard import ApiGuard, ApiSyncGuard
from ...errors import ConfigurationError
from ...models.claims import AccessTokenClaims
from ...protocol.resource_metadata import ProtectedResource, is_web_address
from .guard import OrganizationFrom

G = TypeVar("G", ApiGuard, ApiSyncGuard)
V = TypeVar("V", AccessTokenVerifier, AccessTokenSyncVerifier)

EXTENSION = "logto_api"
PUBLISHED = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=3600"}
"""Anybody may read what an API says of itself, programs in browsers too."""

_CLAIMS = "_logto_api_claims"


class Api(Generic[G]):
    """What `LogtoApi` of both frameworks does alike.

    Args:
        app: The application, or None to call `init_app` later, with one or several.
        endpoint: The address of Logto; the application's LOGTO_ENDPOINT, or the environment's, if not given.
        audience: The API's identifier, as Logto's Console has it, or several.
        scopes: The API's scopes, for those who want to call it: what it says of itself, not what a view asks.
        resource: How the API describes itself to clients (RFC 9728), or its identifier; the audience if it is one URL.
        realm: The API's name, in challenges.
        options: Of `AccessTokenVerifier`, such as `organizations=True` or `introspection`.
    """

    def __init__(
        self,
        app: Any = None,
        *,
        endpoint: str | None = None,
        audience: str | Iterable[str] = (),
        scopes: str | Iterable[str] = (),
        resource: ProtectedResource | str | None = None,
        realm: str = "",
        **options: Any,
    ) -> None:
        self._endpoint = endpoint
        self._audience = audience if isinstance(audience, str) else tuple(audience)
        self._resource = self._described(resource, (scopes,) if isinstance(scopes, str) else tuple(scopes), realm)
        self._realm = realm
        self._options = options
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Any) -> None:
        """Adds the verifier and the route at which the API describes itself to an application.

        Raises:
            ConfigurationError: An argument is not usable, or the address of Logto is not known.
        """
        raise NotImplementedError

    def _described(
        self, resource: ProtectedResource | str | None, scopes: tuple[str, ...], realm: str
    ) -> ProtectedResource | None:
        if isinstance(resource, ProtectedResource):
            return resource
        audiences = (self._audience,) if isinstance(self._audience, str) else self._audience
        if resource is None and len(audiences) == 1 and is_web_address(*audiences):
            (resource,) = audiences
        return None if resource is None else ProtectedResource(resource, scopes_supported=scopes, name=realm)

    def _install(self, app: App, make: Callable[..., V], guard: Callable[..., G]) -> tuple[V, G]:
        endpoint = self._endpoint or app.config.get("LOGTO_ENDPOINT") or os.environ.get("LOGTO_ENDPOINT")
        if not endpoint:
            raise ConfigurationError(
                "The API does not know its Logto.",
                hint="Give `endpoint`, or set LOGTO_ENDPOINT.",
                code="configuration.missing",
            )
        verifier = make(endpoint, self._audience, **self._options)
        made = guard(verifier, resource=self._resource, realm=self._realm)
        app.extensions.setdefault(EXTENSION, {})[self] = made
        return verifier, made

    def _guard_of(self, app: App) -> G:
        found: G | None = app.extensions.get(EXTENSION, {}).get(self)
        if found is None:
            raise ConfigurationError(
                "This application does not have this LogtoApi.",
                hint="Write LogtoApi(app, …), or api.init_app(app) where the application is made.",
                code="configuration.not_installed",
            )
        return found

    def _keep(self, request: Request, claims: AccessTokenClaims) -> None:
        setattr(request, _CLAIMS, {**getattr(request, _CLAIMS, {}), self: claims})

    def _claims_of(self, request: Request) -> AccessTokenClaims:
        claims: AccessTokenClaims | None = getattr(request, _CLAIMS, {}).get(self)
        if claims is None:
            raise ConfigurationError(
                "No access token was asked for here.",
                hint="Put @api.required() over the view, below its route.",
                code="configuration.unguarded",
            )
        return claims


def asked_with(
    request: Request, organization_from: OrganizationFrom | None, arguments: Mapping[str, Any]
) -> tuple[list[str], dict[str, Any]]:
    """What a guard needs to know of a request: every Authorization header, and the keywords of `check`.

    Args:
        request: The framework's, or a proxy of it.
        organization_from: Where it names its organization: the view's argument, or a function of the request.
        arguments: The view's.
    """
    organization_id = None
    if organization_from is not None:
        named = arguments.get(organization_from) if isinstance(organization_from, str) else organization_from(request)
        organization_id = "" if named is None else str(named)
    query = request.query_string.decode("latin-1")
    return request.headers.getlist("Authorization"), {"query": query, "organization_id": organization_id}
