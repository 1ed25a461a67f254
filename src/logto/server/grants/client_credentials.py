"""`grant_type=client_credentials`: a machine-to-machine application for itself (LOGTO.md 3.10)."""

from typing import Any

from sqlalchemy import Connection

from logto.server import ids, scopes, tokens
from logto.server.errors import OidcError, invalid_target
from logto.server.exchange import Exchange
from logto.server.store import organizations, resources
from logto.server.store.applications import Application


def issue(exchange: Exchange, db: Connection, application: Application) -> dict[str, Any]:
    """Return a JWT for a resource, an organization, or a resource within an organization."""
    asked = exchange.form.all("resource")
    indicator = asked[0] if len(asked) == 1 else None
    organization_id = exchange.form.get("organization_id")
    if not asked and organization_id is None:
        raise OidcError("invalid_target", "both `resource` and `organization_id` are not provided")
    if organization_id and not organizations.has_application(db, organization_id, application.id):
        raise OidcError("access_denied", "app has not associated with the organization", 403)
    if len(asked) > 1:
        raise OidcError("invalid_target", "only a single resource indicator value is supported for this grant type")
    if indicator is None:
        audience, lifetime = scopes.organization_audience(str(organization_id)), application.access_token_ttl()
        owned = resources.organization_scopes_of_application(db, application.id, str(organization_id))
    else:
        resource = resources.find(db, indicator)
        if resource is None:
            raise invalid_target()
        audience, lifetime = indicator, application.access_token_ttl(resource.access_token_ttl)
        owned = resources.owned_by_application(db, application.id, resource.id, organization_id)
    names = [name for name in dict.fromkeys((exchange.form.get("scope") or "").split()) if name in owned]
    # Without a scope to give there is no member at all, but for an organization token (LOGTO.md 3.10).
    scope = {"scope": " ".join(names)} if names or indicator is None else {}
    claims = {
        **({"organization_id": organization_id} if organization_id and indicator else {}),
        "jti": ids.token(),
        "sub": application.id,
        "iat": int(exchange.now),
        "exp": int(exchange.now) + lifetime,
        **scope,
        "client_id": application.id,
        "iss": exchange.world.issuer,
        "aud": audience,
    }
    token = tokens.sign(exchange.world.keys, claims, tokens.ACCESS)
    return {"access_token": token, "expires_in": lifetime, "token_type": "Bearer", **scope}
