"""Issuing tokens for a user within a grant: what the grants for users have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from . import claims, ids, lifetimes, scopes, tenant, tokens
from .errors import OidcError, invalid_grant, invalid_target
from .exchange import Exchange
from .store import grants, issued, organizations, resources, users
from .store.applications import Application
from .store.users import User


@dataclass(frozen=True)
class AccessToken:
    """An access token with what the response says about it."""

    value: str
    expires_in: int
    scope: str


@dataclass(frozen=True)
class Target:
    """For what an access token is asked: a resource, an organization, both, or neither (the opaque token)."""

    resource: str | None
    organization_id: str | None

    @classmethod
    def asked(cls, exchange: Exchange) -> "Target":
        """Read it from a token request; two resources count as none (LOGTO.md 3.3)."""
        asked = exchange.form.all("resource")
        return cls(asked[0] if len(asked) == 1 else None, exchange.form.get("organization_id"))


@dataclass(frozen=True)
class Source:
    """From what tokens are issued where no stored code or token says it: the grant, and what was asked for."""

    user_id: str
    grant_id: str
    content: dict[str, Any]
    session_id: str | None = field(default=None, init=False)


class Issuer:
    """Issues tokens from one code or refresh token (`source`), narrowed to `narrowed` scopes."""

    def __init__(
        self,
        exchange: Exchange,
        db: Connection,
        application: Application,
        source: Row[Any] | Source,
        narrowed: list[str],
    ) -> None:
        """Find the user and the grant.

        Raises: OidcError (invalid_grant) if either is gone.
        """
        user = users.find_active(db, source.user_id)
        grant = grants.find(db, source.grant_id, exchange.now)
        if user is None or grant is None:
            raise invalid_grant()
        self._world, self._now, self._db = exchange.world, exchange.now, db
        self._application, self._source, self._scopes = application, source, narrowed
        self._user: User = user
        self._grant = grant

    def check_target(self, target: Target) -> None:
        """Refuse what the user may not have a token for; nothing has been used up by then.

        Raises: OidcError (insufficient_scope, access_denied, invalid_target).
        """
        if target.organization_id is not None:
            self._check_organization(target.organization_id)
        if target.resource is not None and target.resource not in self._source.content["resources"]:
            raise invalid_target()

    def access_token(self, target: Target, actor: str | None = None) -> AccessToken:
        """Issue an opaque token without a target, else a JWT; `actor` is who acts in the user's place."""
        acts = {"act": {"sub": actor}} if actor is not None else {}
        if target.resource is None and target.organization_id is None:
            return self._opaque(acts)
        if target.resource is None:
            audience = scopes.organization_audience(str(target.organization_id))
            names = self._granted(scopes.ORGANIZATION_RESOURCE, target.organization_id)
            return self._jwt(audience, names, self._application.access_token_ttl(), acts)
        names = self._granted(target.resource, target.organization_id)
        resource = resources.find(self._db, target.resource)
        usual = resource.access_token_ttl if resource else lifetimes.ACCESS_TOKEN
        within = {"organization_id": target.organization_id} if target.organization_id else {}
        return self._jwt(target.resource, names, self._application.access_token_ttl(usual), {**within, **acts})

    def id_token(self) -> str:
        """Issue an ID token with the claims as they are now, and the nonce of the sign-in."""
        content, now = self._source.content, int(self._now)
        enabled = tenant.get(self._db, tenant.ID_TOKEN)["enabledExtendedClaims"]
        about = claims.about(self._db, self._user, self._scopes, limited_to=enabled)
        if content.get("auth_time") is not None:
            about["auth_time"] = content["auth_time"]
        if content.get("nonce") is not None:
            about["nonce"] = content["nonce"]
        if self._application.wants_sid:
            about["sid"] = content["sid"]
        about |= {
            "aud": self._application.id,
            "exp": now + self._application.id_token_ttl,
            "iat": now,
            "iss": self._world.issuer,
        }
        return tokens.sign(self._world.keys, about)

    def refresh_token(self, expires_at: float, first_issued_at: float) -> str:
        """Issue a refresh token that descends from the source."""
        names = ("scopes", "resources", "nonce", "auth_time", "sid")
        values = {
            **self._bound({name: self._source.content.get(name) for name in names}),
            "expires_at": expires_at,
            "first_issued_at": first_issued_at,
        }
        return issued.issue(self._db, issued.refresh_tokens, self._now, values)

    def _check_organization(self, organization_id: str) -> None:
        if scopes.ORGANIZATIONS not in self._source.content["scopes"]:
            raise OidcError(
                "insufficient_scope",
                "refresh token missing required scope",
                403,
                extra={"scope": scopes.ORGANIZATIONS},
            )
        demand_membership(self._db, organization_id, self._user.id)

    def _granted(self, indicator: str, organization_id: str | None) -> list[str]:
        """Return requested ∩ granted ∩ owned now, in the order of the request."""
        if indicator not in self._source.content["resources"]:
            return []
        allowed = set(self._grant.resources.get(indicator, ()))
        allowed &= scopes.owned(self._db, self._user.id, indicator, organization_id)
        return [name for name in self._scopes if name in allowed]

    def _opaque(self, acts: Mapping[str, Any]) -> AccessToken:
        names = scopes.oidc_only(self._scopes)
        lifetime = self._application.access_token_ttl()
        values = {**self._bound({"scopes": names, **acts}), "expires_at": self._now + lifetime}
        value = issued.issue(self._db, issued.access_tokens, self._now, values)
        return AccessToken(value, lifetime, " ".join(names))

    def _jwt(self, audience: str, names: list[str], lifetime: int, extra: Mapping[str, Any]) -> AccessToken:
        scope = " ".join(names)
        content = {
            **extra,
            "jti": ids.token(),
            "sub": self._user.id,
            "iat": int(self._now),
            "exp": int(self._now) + lifetime,
            "scope": scope,
            "client_id": self._application.id,
            "iss": self._world.issuer,
            "aud": audience,
        }
        return AccessToken(tokens.sign(self._world.keys, content, tokens.ACCESS), lifetime, scope)

    def _bound(self, content: dict[str, Any]) -> dict[str, Any]:
        return {
            "grant_id": self._source.grant_id,
            "application_id": self._application.id,
            "user_id": self._user.id,
            "session_id": self._source.session_id,
            "content": content,
        }


def demand_membership(db: Connection, organization_id: str, user_id: str) -> None:
    """Refuse a user who is no member of the organization, or lacks the second factor that it demands.

    Raises: OidcError (access_denied).
    """
    if not organizations.is_member(db, organization_id, user_id):
        raise OidcError("access_denied", "user is not a member of the organization", 403)
    if organizations.requires_mfa(db, organization_id):
        raise OidcError("access_denied", "organization requires MFA but user has no MFA configured", 403)


def answer(access: AccessToken, id_token: str | None, refresh_token: str | None) -> dict[str, Any]:
    """Return the body of a token response, its members in the real server's order."""
    return {
        "access_token": access.value,
        "expires_in": access.expires_in,
        **({"id_token": id_token} if id_token else {}),
        **({"refresh_token": refresh_token} if refresh_token else {}),
        "scope": access.scope,
        "token_type": "Bearer",
    }
