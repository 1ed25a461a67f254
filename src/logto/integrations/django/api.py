"""An API that is called with access tokens, in plain Django; the ground of those in DRF and django-ninja."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache, partial, wraps
from typing import Any, TypeVar

from asgiref.sync import iscoroutinefunction
from django.contrib.auth.decorators import login_not_required
from django.core.signals import setting_changed
from django.http import Http404, HttpResponse, JsonResponse
from django.urls import re_path
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from ...client.access_token_verifier import AccessTokenSyncVerifier, AccessTokenVerifier
from ...client.api_guard import ApiGuard, ApiSyncGuard
from ...errors import LogtoException
from ...models.claims import AccessTokenClaims
from ...protocol.resource_metadata import WELL_KNOWN, ProtectedResource
from ...protocol.token_requirement import NOTHING, TokenRequirement
from .colour import Steps, awaiting, blocking, both
from .configuration import read_api_settings
from .guards import OrganizationFrom, organization_in

V = TypeVar("V", bound=Callable[..., Any])

PUBLISHED = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=3600"}
"""Anybody may read the metadata, programs in browsers too."""


class LogtoApi:
    """An API, and who may call it. Without one of your own, the settings describe one: `LOGTO["API_AUDIENCE"]` ….

    Args:
        endpoint: The address of Logto.
        audience: The API's identifier, as Logto's Console has it, or several.
        scopes: The API's scopes, for those who want to call it.
        resource: How the API describes itself to clients (RFC 9728), or its identifier; the audience if it is one URL.
        realm: The API's name, in challenges.
        options: Of `AccessTokenVerifier`.

    Raises:
        ConfigurationError: An argument is not usable.
    """

    def __init__(
        self,
        endpoint: str,
        audience: str | Iterable[str] = (),
        *,
        scopes: Collection[str] = (),
        resource: ProtectedResource | str | None = None,
        realm: str = "",
        **options: Any,
    ) -> None:
        self.verifier = AccessTokenVerifier(endpoint, audience, **options)
        self.sync_verifier = AccessTokenSyncVerifier(endpoint, audience, **options).joined_to(self.verifier)
        self.guard = ApiGuard(self.verifier, resource=resource, realm=realm)
        if (
            isinstance(self.guard.resource, ProtectedResource)
            and scopes
            and not isinstance(resource, ProtectedResource)
        ):
            identifier = self.guard.resource.resource
            described = ProtectedResource(identifier, scopes_supported=tuple(scopes), name=realm)
            self.guard = ApiGuard(self.verifier, resource=described, realm=realm)
        self.sync_guard = ApiSyncGuard(self.sync_verifier, resource=self.guard.resource, realm=realm)
        self._check, self._acheck = blocking(self.checked), awaiting(self.checked)

    def check(
        self, request: Any, requirement: TokenRequirement = NOTHING, organization_id: str | None = None
    ) -> AccessTokenClaims:
        """What a request's access token says, if it is good and allows the request.

        Args:
            request: Django's.
            requirement: What is demanded.
            organization_id: The organization that the request names; empty where it should have.

        Raises:
            LogtoException: It is not; `refusal` has the answer.
        """
        return self._check(request, requirement, organization_id)

    async def acheck(
        self, request: Any, requirement: TokenRequirement = NOTHING, organization_id: str | None = None
    ) -> AccessTokenClaims:
        """As `check`."""
        return await self._acheck(request, requirement, organization_id)

    def checked(
        self, request: Any, requirement: TokenRequirement, organization_id: str | None
    ) -> Steps[AccessTokenClaims]:
        """`check` in either colour."""
        given = request.META.get("HTTP_AUTHORIZATION")
        claims: AccessTokenClaims = yield both(
            self.sync_guard.check,
            self.guard.check,
            () if given is None else (given,),  # servers join several with commas, and that is no token
            requirement,
            query=request.META.get("QUERY_STRING", ""),
            organization_id=organization_id,
        )
        return claims

    def refusal(self, error: LogtoException) -> HttpResponse:
        """The answer to a request without a good token (RFC 6750).

        Args:
            error: What `check` raised.
        """
        answer = self.guard.answer(error)
        return HttpResponse(answer.content, status=answer.status, headers=answer.headers)

    def metadata(self, request: Any, **_: Any) -> HttpResponse:
        """The view in which the API describes itself (RFC 9728)."""
        if self.guard.metadata is None or request.path != self.guard.metadata_path:
            raise Http404
        return JsonResponse(self.guard.metadata, headers=PUBLISHED)

    @property
    def urlpatterns(self) -> list[Any]:
        """The URL of that view, for the root URLconf."""
        return [re_path(rf"^{WELL_KNOWN[1:].replace('.', '[.]')}", login_not_required(partial(self.metadata)))]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.verifier!r})"


@lru_cache(maxsize=1)
def current_api() -> LogtoApi:
    """The API that the settings describe.

    Raises:
        ConfigurationError: A setting is missing or malformed; the message names it.
    """
    return LogtoApi(**read_api_settings())


def _forget(*, setting: str, **_: Any) -> None:
    """Tests change settings (`override_settings`)."""
    if setting.startswith("LOGTO"):
        current_api.cache_clear()


setting_changed.connect(_forget, dispatch_uid="logto.api")


def api_required(
    view: Any = None,
    /,
    *,
    api: LogtoApi | None = None,
    organization_from: OrganizationFrom | None = None,
    **demanded: Any,
) -> Any:
    """Decorator: lets only those requests in whose access token allows them; the others are answered (RFC 6750).

    The view, plain or `async`, finds the claims in `request.auth`. It needs no CSRF token: browsers do not add access
    tokens by themselves.

    ```python
    @api_required(scopes=["read"])
    def orders(request):
        return JsonResponse({"caller": request.auth.sub})
    ```

    Args:
        view: What is guarded.
        api: The API; that of the settings if not given.
        organization_from: The view's argument with the organization's id, or a function of the request.
        demanded: As `TokenRequirement`: `scopes`, `any_scope`, `roles`, `any_role`, `organization_id`,
            `any_organization`, `client_ids`.

    Raises:
        ConfigurationError: What is demanded is not usable.
    """
    guarded = partial(_guarded, api, TokenRequirement(**demanded), organization_from)
    return guarded if view is None else guarded(view)


def _guarded(
    api: LogtoApi | None, requirement: TokenRequirement, organization_from: OrganizationFrom | None, view: Any
) -> Any:
    def admitted(request: Any, arguments: Mapping[str, Any]) -> Steps[HttpResponse | None]:
        """None, or the refusal."""
        guarding = api or current_api()
        try:
            named = organization_in(organization_from, request, arguments)
            request.auth = yield from guarding.checked(request, requirement, named)
        except LogtoException as error:
            return guarding.refusal(error)
        return None

    admit, aadmit = blocking(admitted), awaiting(admitted)
    if iscoroutinefunction(view):

        @wraps(view)
        async def aguarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            refused = await aadmit(request, kwargs)
            return _varying(refused or await view(request, *args, **kwargs))

        return csrf_exempt(login_not_required(aguarded))

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
        refused = admit(request, kwargs)
        return _varying(refused or view(request, *args, **kwargs))

    return csrf_exempt(login_not_required(guarded))


def _varying(response: Any) -> Any:
    """An answer that Django's own cache does not give to other callers."""
    patch_vary_headers(response, ["Authorization"])
    return response
