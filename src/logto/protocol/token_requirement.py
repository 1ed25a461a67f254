"""What a request needs of its access token: scopes, roles, an organization, an application."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Any

from ..errors import ConfigurationError, InsufficientScopeError
from ..models.claims import AccessTokenClaims


class TokenRequirement:
    """What a route asks of the tokens that it is called with: made once, checked for each request.

    Args:
        scopes: All of these; a list, or text with spaces between them.
        any_scope: At least one of these.
        roles: All of these names, in the claim that holds roles.
        any_role: At least one of these.
        organization_id: The token must be for this organization.
        any_organization: The token must be for an organization, whichever.
        client_ids: Issued to one of these applications.

    Attributes:
        scope: The scopes that fulfil it, separated by spaces, for a challenge (RFC 6750, 3).

    Raises:
        ConfigurationError: One of them is of another form, or asks for one of none, which nothing can fulfil.
    """

    __slots__ = (
        "_asks_for_more",
        "any_organization",
        "any_role",
        "any_scope",
        "client_ids",
        "organization_id",
        "roles",
        "scope",
        "scopes",
    )

    def __init__(
        self,
        *,
        scopes: str | Iterable[str] | None = None,
        any_scope: str | Iterable[str] | None = None,
        roles: Iterable[str] | None = None,
        any_role: Iterable[str] | None = None,
        organization_id: str | None = None,
        any_organization: bool = False,
        client_ids: Iterable[str] | None = None,
    ) -> None:
        self.scopes = _scopes("scopes", scopes)
        self.any_scope = _one_of("any_scope", any_scope, _scopes("any_scope", any_scope))
        self.roles = _texts("roles", roles)
        self.any_role = _one_of("any_role", any_role, _texts("any_role", any_role))
        self.organization_id = organization_id
        self.any_organization = any_organization
        self.client_ids = _one_of("client_ids", client_ids, _texts("client_ids", client_ids))
        self.scope = " ".join(dict.fromkeys((*self.scopes, *self.any_scope)))
        self._asks_for_more = bool(
            organization_id is not None or any_organization or self.client_ids or self.roles or self.any_role
        )

    @classmethod
    def of(
        cls,
        scopes: str | Iterable[str] | None,
        any_scope: str | Iterable[str] | None,
        roles: Iterable[str] | None,
        any_role: Iterable[str] | None,
        client_ids: Iterable[str] | None,
    ) -> TokenRequirement:
        """What a single verification asks; the one that asks for nothing is always the same."""
        if scopes is None and any_scope is None and roles is None and any_role is None and client_ids is None:
            return NOTHING
        try:
            return _made(
                tuple(scopes) if isinstance(scopes, list) else scopes,
                tuple(any_scope) if isinstance(any_scope, list) else any_scope,
                tuple(roles) if isinstance(roles, list) else roles,
                tuple(any_role) if isinstance(any_role, list) else any_role,
                tuple(client_ids) if isinstance(client_ids, list) else client_ids,
            )
        except TypeError:  # something that cannot be hashed: it is made anew, or refused
            return cls(scopes=scopes, any_scope=any_scope, roles=roles, any_role=any_role, client_ids=client_ids)

    def __repr__(self) -> str:
        asked = {name: getattr(self, name) for name in self.__slots__ if name not in ("scope", "_asks_for_more")}
        return f"TokenRequirement({', '.join(f'{name}={value!r}' for name, value in asked.items() if value)})"

    def check(
        self, claims: AccessTokenClaims, *, roles_claim: str = "roles", organization_id: str | None = None
    ) -> None:
        """Refuse a verified token that does not allow the request.

        Args:
            claims: The token's.
            roles_claim: The claim that holds the names of roles; a JWT customizer must put it there.
            organization_id: The organization that the request names; None where it names none.

        Raises:
            InsufficientScopeError: `token.insufficient_scope`, `token.insufficient_role`, `token.organization_mismatch`
                or `token.client_not_allowed`.
        """
        # A request that asks for nothing, or for scopes only, must cost next to nothing: it is the usual one.
        if self.scopes or self.any_scope:
            self._check_scopes(claims.scopes)
        if organization_id is not None:
            _check_organization(organization_id, claims)
        if self._asks_for_more:
            self._check_more(claims, roles_claim)

    def _check_scopes(self, granted: frozenset[str]) -> None:
        if not granted.issuperset(self.scopes) or (self.any_scope and granted.isdisjoint(self.any_scope)):
            raise InsufficientScopeError(
                "The token's scopes do not allow this.",
                scope=self.scope,
                claim="scope",
                expected=self.scope.split(" "),
                actual=sorted(granted),
                hint="The client must ask for these scopes, and the user or the application have a role that owns them.",
            )

    def _check_more(self, claims: AccessTokenClaims, roles_claim: str) -> None:
        if self.organization_id is not None:
            _check_organization(self.organization_id, claims)
        if self.any_organization and not claims.organization_id:
            raise _another_organization("any organization", None)
        if self.client_ids and claims.client_id not in self.client_ids:
            raise another_client(self.client_ids, claims.client_id)
        if self.roles or self.any_role:
            self._check_roles((claims.model_extra or {}).get(roles_claim), roles_claim)

    def _check_roles(self, value: object, roles_claim: str) -> None:
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        held = {name for name in names if isinstance(name, str)}
        if not (held.issuperset(self.roles) and (not self.any_role or not held.isdisjoint(self.any_role))):
            raise InsufficientScopeError(
                "The token's roles do not allow this.",
                code="token.insufficient_role",
                claim=roles_claim,
                expected=[*self.roles, *self.any_role],
                actual=sorted(held),
                hint=f"Logto puts no roles into access tokens by itself: does a JWT customizer set `{roles_claim}`?"
                if value is None
                else "The user needs another role.",
            )


def _make(scopes: Any, any_scope: Any, roles: Any, any_role: Any, client_ids: Any) -> TokenRequirement:
    return TokenRequirement(scopes=scopes, any_scope=any_scope, roles=roles, any_role=any_role, client_ids=client_ids)


# A program asks for the same few things again and again.
_made: Callable[..., TokenRequirement] = lru_cache(maxsize=256)(_make)


def another_client(allowed: Collection[str], client_id: object) -> InsufficientScopeError:
    """The refusal of a token that was issued to an application which may not use it here."""
    return InsufficientScopeError(
        "The token was issued to an application that may not call this.",
        code="token.client_not_allowed",
        claim="client_id",
        expected=sorted(allowed),
        actual=client_id,
        hint="Add the application's id to `client_ids`, if it may.",
    )


def _check_organization(wanted: str, claims: AccessTokenClaims) -> None:
    if not wanted or claims.organization_id != wanted:
        raise _another_organization(wanted, claims.organization_id)


def _another_organization(wanted: str, actual: object) -> InsufficientScopeError:
    return InsufficientScopeError(
        "The token is not for this organization.",
        code="token.organization_mismatch",
        claim="organization_id",
        expected=wanted,
        actual=actual,
        hint="The client must ask for a token for that organization: with `organization_id`, beside `resource` or alone.",
    )


def _scopes(name: str, given: str | Iterable[str] | None) -> tuple[str, ...]:
    scopes = _texts(name, given.split() if isinstance(given, str) else given)
    for scope in scopes:
        # One that could not stand in a token could not stand in a challenge either (RFC 6749, 3.3).
        if not all("!" <= character <= "~" and character not in '"\\' for character in scope):
            raise _unusable(name, f"{scope!r} is no scope: one word without quotes (RFC 6749, 3.3).")
    return scopes


def _texts(name: str, given: Iterable[str] | None) -> tuple[str, ...]:
    if given is None:
        return ()
    if isinstance(given, str):
        raise _unusable(name, f"Write {name}=[{given!r}].")
    try:
        items: tuple[object, ...] = tuple(given)
    except TypeError:
        items = (None,)
    texts = [str(item) for item in items if isinstance(item, str) and item]  # plain texts: a Scope is equal to its own
    if len(texts) != len(items):
        raise _unusable(name, "It is a list of texts.")
    return tuple(dict.fromkeys(texts))


def _one_of(name: str, given: object, texts: tuple[str, ...]) -> tuple[str, ...]:
    if given is not None and not texts:
        raise _unusable(name, "One of none cannot be had: leave it out, or name some.")
    return texts


def _unusable(name: str, hint: str) -> ConfigurationError:
    return ConfigurationError(f"`{name}` is not usable.", hint=hint, code="configuration.requirement")


NOTHING = TokenRequirement()
"""What any token for us fulfils."""
