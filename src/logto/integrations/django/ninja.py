"""Access tokens in django-ninja: what `auth=` takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from ninja.errors import HttpError
from ninja.security import HttpBearer

from ...client.api_guard import ApiAnswer
from ...errors import LogtoException
from ...models.claims import AccessTokenClaims
from ...protocol.token_requirement import TokenRequirement
from .api import LogtoApi, current_api
from .colour import Steps, awaiting, blocking
from .guards import OrganizationFrom, organization_in


class TokenRefusedError(HttpError):
    """A request without a good token; `install` lets its challenge be answered.

    Args:
        answer: Of the guard.
    """

    def __init__(self, answer: ApiAnswer) -> None:
        super().__init__(answer.status, answer.body["error_description"])
        self.answer = answer


class LogtoBearer(HttpBearer):
    """Lets only those requests in whose access token allows them; operations find its claims in `request.auth`.

    ```python
    api = NinjaAPI(auth=LogtoBearer())
    install(api)

    @api.get("/orders", auth=LogtoBearer(scopes=["read"]))
    def orders(request):
        return {"caller": request.auth.sub}
    ```

    Args:
        api: The API; that of the settings if not given.
        organization_from: The argument of the path with the organization's id, or a function of the request.
        demanded: As `TokenRequirement`.

    Raises:
        ConfigurationError: What is demanded is not usable.
    """

    openapi_bearerFormat = "JWT"  # noqa: N815 - OpenAPI's name

    def __init__(
        self, *, api: LogtoApi | None = None, organization_from: OrganizationFrom | None = None, **demanded: Any
    ) -> None:
        self._api = api
        self._organization_from = organization_from
        self._requirement = TokenRequirement(**demanded)
        self._read, self._aread = blocking(self._claims), awaiting(self._claims)
        super().__init__()

    def __call__(self, request: Any) -> Any:
        """The claims of the request's token.

        Raises:
            TokenRefusedError: It has none that allows this.
        """
        return self._read(request)

    def authenticate(self, request: Any, token: str) -> Any:  # noqa: ARG002 - the request has it
        """As a call: the header is read by the guard, which knows more of it."""
        return self(request)

    def _claims(self, request: Any) -> Steps[AccessTokenClaims]:
        api = self._api or current_api()
        arguments: Mapping[str, Any] = request.resolver_match.kwargs if request.resolver_match else {}
        try:
            named = organization_in(self._organization_from, request, arguments)
            return (yield from api.checked(request, self._requirement, named))
        except LogtoException as error:
            raise TokenRefusedError(api.guard.answer(error)) from error


class AsyncLogtoBearer(LogtoBearer):
    """`LogtoBearer` for `async` operations."""

    async def __call__(self, request: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride] - ninja awaits it
        """As of `LogtoBearer`."""
        return await self._aread(request)

    async def authenticate(self, request: Any, token: str) -> Any:  # noqa: ARG002 # pyright: ignore[reportIncompatibleMethodOverride] - as above
        """As of `LogtoBearer`."""
        return await self(request)


def install(api: Any) -> None:
    """Lets an API answer as RFC 6750 says: with the challenge that tells a client what was wrong.

    Args:
        api: A `NinjaAPI`.
    """
    api.add_exception_handler(TokenRefusedError, _answered)


def _answered(_request: Any, refused: TokenRefusedError) -> HttpResponse:
    answer = refused.answer
    return HttpResponse(answer.content, status=answer.status, headers=answer.headers)
