"""Access tokens in Django REST framework: an authentication class, and permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission

from ...errors import LogtoException, MissingTokenError, TokenError
from ...models.claims import AccessTokenClaims
from ...protocol.token_requirement import TokenRequirement
from .api import LogtoApi, current_api
from .caller import Caller, account_of
from .guards import OrganizationFrom, organization_in


class LogtoAuthentication(BaseAuthentication):
    """Knows callers by their access token: `request.auth` is its claims, `request.user` a `Caller`.

    A request without a bearer token is left to the next authentication class, or to the permissions. Derive a class from this
    one for users of your own (`user_for`), or for another API (`api`).

    Attributes:
        api: The API; that of the settings if None.
    """

    api: ClassVar[LogtoApi | None] = None

    def authenticate(self, request: Any) -> tuple[Any, AccessTokenClaims] | None:
        """User and claims, or None for a request without a token.

        Raises:
            APIException: The token is not good (400, 401), or cannot be judged now (503).
        """
        api = self.api or current_api()
        try:
            claims = api.check(request)
        except MissingTokenError:
            return None
        except LogtoException as error:
            raise _refused(api, request, error) from error
        user = self.user_for(claims)
        if user is None:
            raise exceptions.PermissionDenied("The caller is not admitted to this application.", "forbidden.user")
        return user, claims

    def authenticate_header(self, request: Any) -> Any:
        """The challenge of a 401: what was wrong with the token, and where the API describes itself."""
        error = getattr(request, "logto_error", None) or MissingTokenError("The request brought no access token.")
        return (self.api or current_api()).guard.answer(error).headers["www-authenticate"]

    def user_for(self, claims: AccessTokenClaims) -> Any:
        """The user that a caller is; None admits nobody."""
        return Caller(claims)


class LogtoUserAuthentication(LogtoAuthentication):
    """The same, for callers who have signed in to this project before: `request.user` is a user of Django's."""

    def user_for(self, claims: AccessTokenClaims) -> Any:
        """The active user with the caller's account."""
        return account_of(claims)


class TokenPermission(BasePermission):
    """What is demanded of a token; `HasScopes` and its like make classes of this one."""

    requirement: ClassVar[TokenRequirement] = TokenRequirement()
    organization_from: ClassVar[OrganizationFrom | None] = None

    def has_permission(self, request: Any, view: Any) -> Any:
        """Whether the request's token allows it.

        Raises:
            PermissionDenied: It does not, with a challenge (RFC 6750, 3.1); composed with `|`, False instead.
        """
        claims = request.auth
        if not isinstance(claims, AccessTokenClaims):
            return False
        api = _api_of(request)
        named = organization_in(type(self).organization_from, request, view.kwargs)
        try:
            self.requirement.check(claims, roles_claim=api.verifier.config.roles_claim, organization_id=named)
        except TokenError as error:
            if type(self) in view.permission_classes:
                raise _refused(api, request, error) from error
            return False
        return True


def HasScopes(*scopes: str) -> type[TokenPermission]:  # noqa: N802 - it makes a class
    """A permission: the token has all of these scopes."""
    return _permission("HasScopes", TokenRequirement(scopes=scopes))


def HasAnyScope(*scopes: str) -> type[TokenPermission]:  # noqa: N802 - as above
    """A permission: the token has one of these scopes."""
    return _permission("HasAnyScope", TokenRequirement(any_scope=scopes))


def HasRole(*roles: str) -> type[TokenPermission]:  # noqa: N802 - as above
    """A permission: the token has one of these roles, which a JWT customizer must put there."""
    return _permission("HasRole", TokenRequirement(any_role=roles))


def InOrganization(  # noqa: N802 - as above
    organization_from: str | Callable[[Any], str | None] | None = None, *scopes: str
) -> type[TokenPermission]:
    """A permission: the token is for an organization.

    Args:
        organization_from: The view's argument with the organization's id, or a function of the request; any organization
            if not given.
        scopes: Which the token must have in it.
    """
    requirement = TokenRequirement(any_organization=True, scopes=scopes)
    return _permission("InOrganization", requirement, organization_from)


def _permission(
    name: str, requirement: TokenRequirement, organization_from: OrganizationFrom | None = None
) -> type[TokenPermission]:
    return type(name, (TokenPermission,), {"requirement": requirement, "organization_from": organization_from})


def _api_of(request: Any) -> LogtoApi:
    authenticator = request.successful_authenticator
    return getattr(authenticator, "api", None) or current_api()


def _refused(api: LogtoApi, request: Any, error: LogtoException) -> Any:
    """The error as DRF's exception handling answers it."""
    answer = api.guard.answer(error)
    kinds: dict[int, type[exceptions.APIException]] = {
        401: exceptions.AuthenticationFailed,
        403: exceptions.PermissionDenied,
    }
    refused: Any = kinds.get(answer.status, exceptions.APIException)(
        answer.body["error_description"], answer.body["error"]
    )
    refused.status_code = answer.status
    request.logto_error = error  # for `authenticate_header`, from which DRF takes the challenge of a 401
    refused.auth_header = answer.headers.get("www-authenticate")
    wait = answer.headers.get("retry-after")
    refused.wait = None if wait is None else int(wait)
    return refused
