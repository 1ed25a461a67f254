"""The words that a sign-in is asked with: scopes, first screens, identifiers."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias


class Scope(StrEnum):
    """What every scope is: a member is equal to its string, so both mix freely."""


class OAuthScope(Scope):
    """Scopes of OAuth 2.0 itself."""

    offlineAccess = "offline_access"  # noqa: N815 - published name
    """Asks for a refresh token."""
    offline_access = "offline_access"
    """Asks for a refresh token."""


class UserInfoScope(Scope):
    """Scopes that put claims about the user into the ID token and the user info."""

    openid = "openid"
    """`sub`, the user's identifier. Always requested."""
    profile = "profile"
    """`name`, `username`, `picture`, `created_at`, `updated_at` and the standard profile claims. Always requested."""
    email = "email"
    """`email` and `email_verified`."""
    phone = "phone"
    """`phone_number` and `phone_number_verified`."""
    address = "address"
    """`address`."""
    custom_data = "custom_data"
    """`custom_data`, in the user info only."""
    customData = "custom_data"  # noqa: N815 - published name
    """The former name of `custom_data`."""
    identities = "identities"
    """`identities` and `sso_identities`, in the user info only."""
    roles = "roles"
    """`roles`, the names of the user's roles."""
    organizations = "urn:logto:scope:organizations"
    """`organizations` and `organization_data`; needed for organization tokens."""
    organization_roles = "urn:logto:scope:organization_roles"
    """`organization_roles`, each as `<organization id>:<role name>`."""
    sessions = "urn:logto:scope:sessions"
    """Lets the user see and end their own sessions through the Account API."""


class ReservedResource(StrEnum):
    """Resources that belong to Logto and are never configured in its Console."""

    organizations = "urn:logto:resource:organizations"
    """Asked for at sign-in when organization tokens are wanted (Logto's RFC 0001)."""


ORGANIZATION_URN_PREFIX = "urn:logto:organization:"
"""An organization token's audience is this, followed by the organization's id."""

InteractionMode: TypeAlias = Literal["signIn", "signUp"]
"""Which page comes first, in Logto's former words; `FirstScreen` says the same and more."""

FirstScreen: TypeAlias = Literal[
    "sign_in",
    "signIn",
    "register",
    "reset_password",
    "identifier:sign_in",
    "identifier:register",
    "single_sign_on",
]
"""Which of Logto's pages comes first."""

Identifier: TypeAlias = Literal["username", "email", "phone"]
"""What a user may be recognised by on the `identifier:…` first screens."""

Prompt: TypeAlias = Literal["consent", "login", "none"]
"""OpenID Connect Core 3.1.2.1. `consent` is what makes Logto issue a refresh token."""
