"""How the Management API and the webhooks show what is stored: Logto's members, times in milliseconds."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

TENANT = {"tenantId": "default"}

Shown = dict[str, Any]


def milliseconds(seconds: float | None) -> int | None:
    """Return a time as the API has it."""
    return None if seconds is None else int(seconds * 1000)


def person(row: Row[Any]) -> Shown:
    """Return a user as members of organizations and hooks see one: nothing of the password."""
    return {
        "id": row.id,
        "username": row.username,
        "primaryEmail": row.primary_email,
        "primaryPhone": row.primary_phone,
        "name": row.name,
        "avatar": row.avatar,
        "customData": row.custom_data,
        "identities": row.identities,
        "lastSignInAt": row.last_sign_in_at_ms,
        "createdAt": row.created_at_ms,
        "updatedAt": row.updated_at_ms,
        "profile": row.profile,
        "applicationId": row.application_id,
        "isSuspended": row.is_suspended,
    }


def user(row: Row[Any]) -> Shown:
    """Return a user; of the password only whether there is one."""
    return {**person(row), "hasPassword": row.password_hash is not None or row.password_is_seeded}


def featured_user(row: Row[Any]) -> Shown:
    """Return what is shown of a user beside a role or an organization."""
    return {"id": row.id, "avatar": row.avatar, "name": row.name}


def role(row: Row[Any]) -> Shown:
    """Return a role."""
    return {
        **TENANT,
        "id": row.id,
        "name": row.name,
        "description": row.description or "",
        "type": row.type,
        "isDefault": row.is_default,
    }


def scope(row: Row[Any]) -> Shown:
    """Return a permission of an API resource."""
    return {
        **TENANT,
        "id": row.id,
        "resourceId": row.resource_id,
        "name": row.name,
        "description": row.description,
        "createdAt": milliseconds(row.created_at) or 0,
    }


def resource(row: Row[Any]) -> Shown:
    """Return an API resource."""
    return {
        **TENANT,
        "id": row.id,
        "name": row.name,
        "indicator": row.indicator,
        "isDefault": row.is_default,
        "accessTokenTtl": row.access_token_ttl,
    }


def application(row: Row[Any]) -> Shown:
    """Return an application, without its secrets."""
    return {
        **TENANT,
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "type": row.type,
        "oidcClientMetadata": {"redirectUris": [], "postLogoutRedirectUris": [], **row.oidc_client_metadata},
        "customClientMetadata": row.custom_client_metadata,
        "protectedAppMetadata": None,
        "customData": row.custom_data,
        "isThirdParty": row.is_third_party,
        "appLevelAccessControlEnabled": False,
        "createdAt": milliseconds(row.created_at),
    }


def featured_application(row: Row[Any]) -> Shown:
    """Return what is shown of an application beside a role."""
    return {"id": row.id, "name": row.name, "type": row.type}


def secret(row: Row[Any]) -> Shown:
    """Return a secret of an application, with its value."""
    return {
        **TENANT,
        "applicationId": row.application_id,
        "name": row.name,
        "value": row.value,
        "createdAt": milliseconds(row.created_at),
        "expiresAt": milliseconds(row.expires_at),
    }


def personal_access_token(row: Row[Any]) -> Shown:
    """Return a personal access token, with its value."""
    return {
        **TENANT,
        "userId": row.user_id,
        "name": row.name,
        "value": row.value,
        "createdAt": milliseconds(row.created_at),
        "expiresAt": milliseconds(row.expires_at),
    }


def organization(row: Row[Any]) -> Shown:
    """Return an organization."""
    return {
        **TENANT,
        "id": row.id,
        "name": row.name,
        "description": row.description,
        "customData": row.custom_data,
        "isMfaRequired": row.is_mfa_required,
        "color": row.color or {},
        "branding": row.branding or {},
        "customCss": row.custom_css,
        "createdAt": milliseconds(row.created_at),
    }


def organization_scope(row: Row[Any]) -> Shown:
    """Return a permission of the organization template."""
    return {**TENANT, "id": row.id, "name": row.name, "description": row.description}


def organization_role(row: Row[Any]) -> Shown:
    """Return a role of the organization template."""
    return {**TENANT, "id": row.id, "name": row.name, "description": row.description, "type": row.type}


def named(rows: Iterable[Row[Any]]) -> list[Shown]:
    """Return ids and names only."""
    return [{"id": row.id, "name": row.name} for row in rows]


def invitation(row: Row[Any], now: float) -> Shown:
    """Return an invitation; a pending one whose time is over is expired."""
    is_over = row.status == "Pending" and row.expires_at <= now
    return {
        **TENANT,
        "id": row.id,
        "inviterId": row.inviter_id,
        "invitee": row.invitee,
        "acceptedUserId": row.accepted_user_id,
        "organizationId": row.organization_id,
        "status": "Expired" if is_over else row.status,
        "createdAt": milliseconds(row.created_at),
        "updatedAt": milliseconds(row.updated_at),
        "expiresAt": milliseconds(row.expires_at),
    }


def hook(row: Row[Any]) -> Shown:
    """Return a webhook, with its signing key."""
    return {
        **TENANT,
        "id": row.id,
        "name": row.name,
        "event": None,
        "events": row.events,
        "config": row.config,
        "signingKey": row.signing_key,
        "enabled": row.enabled,
        "createdAt": milliseconds(row.created_at),
    }


def session(row: Row[Any], authorizations: Iterable[Row[Any]]) -> Shown:
    """Return a browser's session; nothing in it opens it."""
    linked = {link.application_id: {"sid": link.sid, "grantId": link.grant_id} for link in authorizations}
    payload = {
        "exp": int(row.expires_at),
        "iat": int(row.authenticated_at),
        "jti": row.id,
        "uid": row.id,
        "kind": "Session",
        "loginTs": int(row.authenticated_at),
        "accountId": row.user_id,
        "authorizations": linked,
    }
    return {
        "payload": payload,
        "lastSubmission": None,
        "clientId": next(iter(linked), None),
        "accountId": row.user_id,
        "expiresAt": milliseconds(row.expires_at),
    }
