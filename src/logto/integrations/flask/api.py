"""`LogtoApi`: an API that is called with access tokens, in Flask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from flask import Flask, current_app, jsonify, request
from flask.wrappers import Response

from ...client.access_token_verifier import AccessTokenSyncVerifier
from ...client.api_guard import ApiSyncGuard
from ...errors import LogtoException
from ...models.claims import AccessTokenClaims
from ...protocol.token_requirement import TokenRequirement
from ..pallets.api import PUBLISHED, Api, asked_with
from ..pallets.guard import OrganizationFrom

View = TypeVar("View", bound=Callable[..., Any])


class LogtoApi(Api[ApiSyncGuard]):
    """An API of a Flask application.

    ```python
    api = LogtoApi(app, endpoint="https://tenant.logto.app", audience="https://shopping.your-app.com/api")

    @app.get("/orders")
    @api.required(scopes=["read"])
    def orders():
        return {"caller": api.claims.sub}
    ```

    Args:
        app: The application, or None to call `init_app` later, with one or several.
        endpoint: The address of Logto; the application's LOGTO_ENDPOINT, or the environment's, if not given.
        audience: The API's identifier, as Logto's Console has it, or several.
        scopes: The API's scopes, for those who want to call it: what it says of itself, not what a view asks.
        resource: How the API describes itself to clients (RFC 9728), or its identifier; the audience if it is one URL.
        realm: The API's name, in challenges.
        options: Of `AccessTokenSyncVerifier`, such as `organizations=True` or `introspection`.

    Raises:
        ConfigurationError: An argument is not usable, or the address of Logto is not known.
    """

    def init_app(self, app: Flask) -> None:
        """Adds the verifier and the route at which the API describes itself to an application."""
        _, guard = self._install(app, AccessTokenSyncVerifier, ApiSyncGuard)
        path = guard.metadata_path
        if path is not None:
            app.add_url_rule(path, f"logto_api{path}", lambda: (jsonify(guard.metadata), PUBLISHED))

    @property
    def claims(self) -> AccessTokenClaims:
        """What the access token of the current request says.

        Raises:
            ConfigurationError: The view is not guarded.
        """
        return self._claims_of(request)

    def required(self, *, organization_from: OrganizationFrom | None = None, **demanded: Any) -> Callable[[View], View]:
        """Decorator: lets only those requests in whose access token allows them; the others are answered (RFC 6750).

        Stands below `@app.get`, over plain views and `async def` ones.

        Args:
            organization_from: Where the request names its organization, which the token must be for: the view's argument,
                or a function of the request.
            demanded: As `TokenRequirement`: `scopes`, `any_scope`, `roles`, `any_role`, `organization_id`,
                `any_organization`, `client_ids`.

        Raises:
            ConfigurationError: What is demanded is not usable; where the view is defined.
        """
        requirement = TokenRequirement(**demanded)

        def decorate(view: Any) -> Any:
            if iscoroutinefunction(view):

                @wraps(view)
                async def waiting(*args: Any, **kwargs: Any) -> Any:
                    refused = self._refusal(requirement, organization_from, kwargs)
                    return await view(*args, **kwargs) if refused is None else refused

                return waiting

            @wraps(view)
            def plain(*args: Any, **kwargs: Any) -> Any:
                refused = self._refusal(requirement, organization_from, kwargs)
                return view(*args, **kwargs) if refused is None else refused

            return plain

        return decorate

    def _refusal(
        self, requirement: TokenRequirement, organization_from: OrganizationFrom | None, arguments: Mapping[str, Any]
    ) -> Response | None:
        guard = self._guard_of(current_app)
        authorization, asked = asked_with(request, organization_from, arguments)
        try:
            self._keep(request, guard.check(authorization, requirement, **asked))
        except LogtoException as error:
            answer = guard.answer(error)
            return Response(answer.content, answer.status, headers=answer.headers)
        return None
