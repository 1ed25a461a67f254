"""What the server says about a user: the claims of the ID token, of the user info, and of an access token.

Members that have no field here are kept, and are readable as attributes. What the protocol needs has the type that it
says; everything else has that type where the server keeps to it, and is as the server sent it where it does not: a
profile that surprises must not keep a user from signing in.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import cached_property
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StrictFloat,
    StrictInt,
    StrictStr,
)
from pydantic_core import CoreSchema, core_schema

from .scopes import ORGANIZATION_URN_PREFIX

T = TypeVar("T")


class _OrAsSent:
    """Takes a value that does not have the type for what it is."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.union_schema([handler(source), core_schema.any_schema()], mode="left_to_right")


class _OrFalse:
    """Reads a value that is no truth value as false, because any other text or list would count as true."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        anything_else = core_schema.no_info_plain_validator_function(lambda _: False)
        return core_schema.union_schema([handler(source), anything_else], mode="left_to_right")


Lenient = Annotated[T, _OrAsSent()]
Verified = Annotated[bool | None, _OrFalse()]
Subject = Annotated[StrictStr, Field(min_length=1, max_length=255)]
Text = Lenient[str | None]
Texts = Lenient[list[str] | None]
Seconds = StrictInt | StrictFloat
Milliseconds = Lenient[int | float | None]


class _Claims(BaseModel):
    # Building these classes costs milliseconds that a program which signs nobody in need not pay.
    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)


class Address(_Claims):
    """A postal address (OpenID Connect Core 5.1.1), in the spelling of the standard or in that of Logto."""

    formatted: Text = None
    """The whole address, as on an envelope."""
    street_address: Text = None
    """Street and number."""
    locality: Text = None
    """The city."""
    region: Text = None
    """The state or province."""
    postal_code: Text = None
    """The postal code."""
    country: Text = None
    """The country."""
    streetAddress: Text = None
    """Street and number, as Logto spells it."""
    postalCode: Text = None
    """The postal code, as Logto spells it."""


class UserIdentity(_Claims):
    """A social account that the user has connected."""

    userId: Text = None
    """The user's id there."""
    details: Any = None
    """What the other side told about the user."""


class SsoIdentity(_Claims):
    """An enterprise account that the user signs in with."""

    issuer: Text = None
    """Who vouches for the account."""
    identityId: Text = None
    """The user's id there."""
    detail: Any = None
    """What the other side told about the user."""


class OrganizationData(_Claims):
    """An organization that the user belongs to."""

    id: Text = None
    """The organization's id."""
    name: Text = None
    """The organization's name."""
    description: Text = None
    """The organization's description."""


class _UserClaims(_Claims):
    """What Logto says about a user; which of it depends on the scopes that were asked for at sign-in.

    A claim whose scope was not asked for is unset; one that was asked for and is empty is None.
    """

    sub: Subject
    """The user's id."""

    name: Text = None
    """The full name. Scope `profile`."""
    username: Text = None
    """The name to sign in with. Scope `profile`."""
    picture: Text = None
    """The URL of a picture of the user. Scope `profile`."""
    created_at: Milliseconds = None
    """When the account was created, in milliseconds since 1970. Scope `profile`."""
    updated_at: Milliseconds = None
    """When the account was last changed, in milliseconds since 1970. Scope `profile`."""
    family_name: Text = None
    """The surname. Scope `profile`."""
    given_name: Text = None
    """The first name. Scope `profile`."""
    middle_name: Text = None
    """The middle name. Scope `profile`."""
    nickname: Text = None
    """What friends call the user. Scope `profile`."""
    preferred_username: Text = None
    """How the user wants to be called. Scope `profile`."""
    profile: Text = None
    """The URL of the user's profile page. Scope `profile`."""
    website: Text = None
    """The URL of the user's web site. Scope `profile`."""
    gender: Text = None
    """The gender, in words. Scope `profile`."""
    birthdate: Text = None
    """The birthday, as `YYYY-MM-DD` or `YYYY`. Scope `profile`."""
    zoneinfo: Text = None
    """The time zone, such as `Europe/Paris`. Scope `profile`."""
    locale: Text = None
    """The language, such as `fr-FR`. Scope `profile`."""

    email: Text = None
    """The e-mail address. Scope `email`."""
    email_verified: Verified = None
    """Whether the user has shown to receive mail there. Scope `email`."""
    phone_number: Text = None
    """The phone number, without a leading `+`. Scope `phone`."""
    phone_number_verified: Verified = None
    """Whether the user has shown to receive messages there. Scope `phone`."""
    address: Lenient[Address | None] = None
    """The postal address. Scope `address`."""

    custom_data: Any = None
    """What the application stores with the user. Scope `custom_data`."""
    identities: Lenient[dict[str, UserIdentity] | None] = None
    """The connected social accounts, by the connector's target. Scope `identities`."""
    sso_identities: Lenient[list[SsoIdentity] | None] = None
    """The enterprise accounts. Scope `identities`."""
    roles: Texts = None
    """The names of the user's roles. Scope `roles`."""
    organizations: Texts = None
    """The ids of the user's organizations. Scope `urn:logto:scope:organizations`."""
    organization_data: Lenient[list[OrganizationData] | None] = None
    """The user's organizations. Scope `urn:logto:scope:organizations`."""
    organization_roles: Texts = None
    """The user's roles in organizations, as `<organization id>:<role>`. Scope `urn:logto:scope:organization_roles`."""


class UserInfoResponse(_UserClaims):
    """What the user info endpoint says about the user who is signed in (OpenID Connect Core 5.3.2)."""


class IdTokenClaims(_UserClaims):
    """What an ID token says about the user and about their sign-in (OpenID Connect Core 2).

    It can be awaited, and is then itself: the guide prints `client.getIdTokenClaims()` with `await` and without.
    """

    iss: StrictStr
    """Who issued the token."""
    aud: StrictStr | list[StrictStr]
    """Whom it was issued for: the application's id, or several ids with it."""
    exp: Seconds
    """When it expires, in seconds since 1970."""
    iat: Seconds
    """When it was issued, in seconds since 1970."""
    auth_time: Seconds | None = None
    """When the user last signed in, in seconds since 1970; where `max_age` was asked for."""
    nonce: StrictStr | None = Field(default=None, repr=False)
    """What binds the token to the sign-in that asked for it."""
    azp: StrictStr | None = None
    """The application that asked for the token, where it has several audiences."""
    at_hash: StrictStr | None = Field(default=None, repr=False)
    """What binds the token to the access token that came with it."""
    c_hash: StrictStr | None = Field(default=None, repr=False)
    """What binds the token to the authorization code that it came for."""
    sid: Text = None
    """The session at the server, for back-channel logout."""
    acr: Text = None
    """How strongly the user was authenticated."""
    amr: Texts = None
    """By which methods the user was authenticated."""

    def __await__(self) -> Generator[Any, None, Self]:
        yield from ()
        return self


def _organization_of(claims: dict[str, Any]) -> str | None:
    """The organization that an organization token is for, by its audience (LOGTO.md 3.3)."""
    audience: str | list[str] | None = claims.get("aud")
    name = audience[0] if isinstance(audience, list) and len(audience) == 1 else audience
    if isinstance(name, str) and name.startswith(ORGANIZATION_URN_PREFIX):
        return name.removeprefix(ORGANIZATION_URN_PREFIX)
    return None


class AccessTokenClaims(_Claims):
    """What an access token for an API resource or an organization says (RFC 9068, 2.2).

    Claims that a JWT customizer adds are readable as attributes, and all together in `model_extra`.
    """

    iss: StrictStr
    """Who issued the token."""
    sub: StrictStr
    """The user's id; the application's id where the application asked for itself."""
    aud: StrictStr | list[StrictStr]
    """Whom the token is for: a resource indicator, or `urn:logto:organization:<organization id>`; an empty list where an
    opaque token does not say."""
    exp: Seconds
    """When it expires, in seconds since 1970."""
    iat: Seconds
    """When it was issued, in seconds since 1970."""
    nbf: Lenient[Seconds | None] = None
    """Before when it is not valid, in seconds since 1970."""
    scope: Annotated[Lenient[str], BeforeValidator(lambda scope: scope or "")] = ""
    """The granted scopes, separated by spaces; empty where none was granted."""
    client_id: Text = None
    """The application that the token was issued to."""
    jti: Text = None
    """The token's own id."""
    organization_id: Text = Field(default_factory=_organization_of)
    """The organization, where the token is for one, or for a resource as one organization sees it."""
    act: Any = None
    """Who acts in the user's name, after a token exchange with an actor."""

    @cached_property
    def scopes(self) -> frozenset[str]:
        """The granted scopes, each a whole word."""
        # At spaces only (RFC 6749, 3.3): other white space ends no scope.
        scope: Any = self.scope  # as sent, perhaps
        return frozenset(scope.split(" ")) - {""} if isinstance(scope, str) else frozenset()

    @property
    def is_machine(self) -> bool:
        """Whether an application asked for itself, so that `sub` is no user's id (LOGTO.md 3.10)."""
        return self.sub == self.client_id

    @property
    def actor(self) -> str | None:
        """The `sub` of whoever acts in the user's name, if somebody does (RFC 8693, 4.1)."""
        match self.act:
            case {"sub": str(subject)}:
                return subject
            case _:
                return None
