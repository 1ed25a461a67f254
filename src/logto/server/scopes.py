"""Which scopes there are, and which of the requested ones somebody gets (LOGTO.md 5.4)."""

from collections.abc import Iterable

from sqlalchemy import Connection

from .store import resources
from .store.applications import Application

OPENID = "openid"
OFFLINE_ACCESS = "offline_access"
ORGANIZATIONS = "urn:logto:scope:organizations"
ORGANIZATION_ROLES = "urn:logto:scope:organization_roles"
ORGANIZATION_RESOURCE = "urn:logto:resource:organizations"

OIDC = (
    OPENID,
    OFFLINE_ACCESS,
    "profile",
    "email",
    "phone",
    "address",
    "custom_data",
    "identities",
    "roles",
    ORGANIZATIONS,
    ORGANIZATION_ROLES,
    "urn:logto:scope:sessions",
    "urn:logto:scope:trusted_devices",
)


def organization_audience(organization_id: str) -> str:
    """Return the audience of an organization token."""
    return f"urn:logto:organization:{organization_id}"


def oidc_only(requested: Iterable[str]) -> list[str]:
    """Return the scopes that are about the user, in the order in which they were requested."""
    return [scope for scope in requested if scope in OIDC]


def exists(db: Connection, indicator: str) -> bool:
    """Tell whether a resource may be asked for."""
    return indicator == ORGANIZATION_RESOURCE or resources.find(db, indicator) is not None


def defined_by(db: Connection, indicator: str) -> set[str]:
    """Return every scope of a resource."""
    if indicator == ORGANIZATION_RESOURCE:
        return resources.organization_scope_names(db)
    resource = resources.find(db, indicator)
    return set() if resource is None else resources.scope_names(db, resource.id)


def owned(db: Connection, user_id: str, indicator: str, organization_id: str | None) -> set[str]:
    """Return the scopes of a resource that the user has now; roles are read anew each time."""
    if indicator == ORGANIZATION_RESOURCE:
        return resources.organization_scopes_of_user(db, user_id, organization_id)
    resource = resources.find(db, indicator)
    return set() if resource is None else resources.owned_by_user(db, user_id, resource.id, organization_id)


def known(db: Connection, requested: Iterable[str], indicators: Iterable[str]) -> list[str]:
    """Return the requested scopes that mean anything: OIDC's, and those of any requested resource (cartesian product)."""
    defined = set(OIDC).union(*(defined_by(db, indicator) for indicator in indicators))
    return list(dict.fromkeys(scope for scope in requested if scope in defined))


def by_resource(
    db: Connection, application: Application, requested: Iterable[str], indicators: Iterable[str]
) -> dict[str, list[str]]:
    """Return, for each requested resource, the requested scopes that it defines and the application may have."""
    wanted = list(requested)
    found = {}
    for indicator in indicators:
        defined = defined_by(db, indicator)
        if application.is_third_party:
            defined &= consentable(application, indicator)
        found[indicator] = [scope for scope in wanted if scope in defined]
    return found


def consentable(application: Application, indicator: str | None) -> set[str]:
    """Return what a third-party application may ask for: about the user (None), or of one resource."""
    enabled = application.consent_scopes
    if indicator is None:
        return {OPENID, OFFLINE_ACCESS, *enabled.get("userScopes", ())}
    if indicator == ORGANIZATION_RESOURCE:
        return set(enabled.get("organizationScopes", ()))
    return set(enabled.get("resourceScopes", {}).get(indicator, ()))
