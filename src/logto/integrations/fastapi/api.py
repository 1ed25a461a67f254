"""`LogtoApi`: an API that is called with access tokens, in FastAPI."""

# No `from __future__ import annotations`: FastAPI reads those of `__call__` as they are.

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Unpack

from fastapi import FastAPI, HTTPException
from fastapi.openapi.models import OAuth2
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase
from starlette.requests import HTTPConnection

from ...errors import LogtoException, MissingTokenError
from ...models.claims import AccessTokenClaims
from ...protocol.resource_metadata import ProtectedResource
from ...protocol.token_requirement import TokenRequirement
from ..starlette.api import BaseApi, VerifierOptions
from ..starlette.guards import OrganizationFrom


class TokenDependency(SecurityBase):
    """Gives a path operation the claims of its caller's access token, and refuses whoever may not call it.

    Args:
        api: What the tokens are for.
        demanded: As `TokenRequirement`.
        organization_from: Where requests name their organization.

    Raises:
        ConfigurationError: What is demanded is not usable.
    """

    def __init__(
        self, api: "LogtoApi", demanded: Mapping[str, Any], organization_from: OrganizationFrom | None = None
    ) -> None:
        self.model = api.model
        self.scheme_name = api.scheme_name
        self._api = api
        self._demanded = dict(demanded)
        self._own_scopes = TokenRequirement(scopes=demanded.get("scopes")).scopes
        self._organization_from = organization_from
        self._requirements: dict[tuple[str, ...], TokenRequirement] = {(): TokenRequirement(**demanded)}

    async def __call__(self, connection: HTTPConnection, security_scopes: SecurityScopes) -> AccessTokenClaims:
        """The claims of a request's access token.

        Raises:
            HTTPException: 400, 401 or 403 with a challenge (RFC 6750), or 503 where Logto cannot be asked.
        """
        requirement = self._requirements.get(tuple(security_scopes.scopes))
        try:
            if requirement is None:
                requirement = self._with_scopes(security_scopes.scopes)
            return await self._api.check(connection, requirement, self._organization_from)
        except LogtoException as error:
            answer = self._api.guard.answer(error)
            headers = {name: value for name, value in answer.headers.items() if name != "content-type"}
            raise HTTPException(answer.status, answer.body["error_description"], headers) from error

    def _with_scopes(self, scopes: list[str]) -> TokenRequirement:
        """The requirement with the scopes that `Security(…, scopes=…)` adds; there are as many as the code has."""
        demanded = {**self._demanded, "scopes": [*self._own_scopes, *scopes]}
        requirement = self._requirements[tuple(scopes)] = TokenRequirement(**demanded)
        return requirement


class OptionalTokenDependency(TokenDependency):
    """As `TokenDependency`, and None for a request without a token; one that is not good is refused."""

    async def __call__(  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride] - None, too
        self, connection: HTTPConnection, security_scopes: SecurityScopes
    ) -> AccessTokenClaims | None:
        """The claims of a request's access token, if it brings one."""
        try:
            return await super().__call__(connection, security_scopes)
        except HTTPException as refused:
            if isinstance(refused.__cause__, MissingTokenError):
                return None
            raise


class LogtoApi(BaseApi, TokenDependency):
    """An API of a FastAPI application, and the dependency on a caller with a good access token.

    ```python
    api = LogtoApi("https://tenant.logto.app", audience="https://shopping.your-app.com/api", scopes={"read": "See orders"})
    app = FastAPI(lifespan=api.lifespan)
    api.install(app, client_id="…")

    @app.get("/orders")
    async def orders(claims: Annotated[AccessTokenClaims, Security(api, scopes=["read"])]): …
    ```

    Args:
        endpoint: The address of Logto.
        audience: The API's identifier, as Logto's Console has it, or several.
        scopes: The API's scopes, for its documentation; with descriptions, if you give a mapping.
        resource: How the API describes itself to clients (RFC 9728), or its identifier; the audience if it is one URL.
        realm: The API's name, in challenges.
        scheme_name: Its name in OpenAPI.
        options: Of `AccessTokenVerifier`.

    Raises:
        ConfigurationError: An argument is not usable.
    """

    def __init__(
        self,
        endpoint: str,
        audience: str | Iterable[str] = (),
        *,
        scopes: Collection[str] | Mapping[str, str] = (),
        resource: ProtectedResource | str | None = None,
        realm: str = "",
        scheme_name: str = "Logto",
        **options: Unpack[VerifierOptions],
    ) -> None:
        BaseApi.__init__(self, endpoint, audience, scopes=scopes, resource=resource, realm=realm, **options)
        at = endpoint.strip().rstrip("/")
        self.model = OAuth2.model_validate(
            {
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": f"{at}/oidc/auth",
                        "tokenUrl": f"{at}/oidc/token",
                        "scopes": self.scopes,
                    }
                }
            }
        )
        self.scheme_name = scheme_name
        TokenDependency.__init__(self, self, {})
        self.optional = OptionalTokenDependency(self, {})
        """Dependency: the claims, or None for a request without a token."""

    def required(self, *, organization_from: OrganizationFrom | None = None, **demanded: Any) -> TokenDependency:
        """Dependency: the claims of a token that allows what is named.

        Args:
            organization_from: The name of the path parameter with the organization's id, or a function of the request.
            demanded: As `TokenRequirement`: `scopes`, `any_scope`, `roles`, `any_role`, `organization_id`,
                `any_organization`, `client_ids`.

        Raises:
            ConfigurationError: What is demanded is not usable.
        """
        return TokenDependency(self, demanded, organization_from)

    def install(self, app: FastAPI, *, client_id: str | None = None) -> None:
        """Adds the route at which the API describes itself, and makes the Authorize button of `/docs` work.

        Args:
            app: The application.
            client_id: Of a single-page application in Logto, whose redirect URIs have `/docs/oauth2-redirect` of this
                application; without one there is no button.
        """
        app.router.routes.extend(self.routes)
        if client_id is not None:
            # Without `openid` and with one resource, Logto's code is worth a token for that resource (LOGTO.md 3.2).
            resource = self.guard.resource.resource if self.guard.resource is not None else ""
            app.swagger_ui_init_oauth = {
                "clientId": client_id,
                "usePkceWithAuthorizationCodeGrant": True,
                "scopes": " ".join(self.scopes),
                "additionalQueryStringParams": {"resource": resource} if resource else {},
            }
