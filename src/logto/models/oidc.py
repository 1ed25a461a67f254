"""The published home of scopes, claims and provider metadata."""

from .claims import AccessTokenClaims as AccessTokenClaims
from .claims import IdTokenClaims as IdTokenClaims
from .metadata import OidcProviderMetadata as OidcProviderMetadata
from .scopes import FirstScreen as FirstScreen
from .scopes import Identifier as Identifier
from .scopes import InteractionMode as InteractionMode
from .scopes import OAuthScope as OAuthScope
from .scopes import ReservedResource as ReservedResource
from .scopes import Scope as Scope
from .scopes import UserInfoScope as UserInfoScope
