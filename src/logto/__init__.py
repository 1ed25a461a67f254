"""Sign-in for Python web applications with Logto.

The names are imported when they are first used, so that `import logto` costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client.access_token_verifier import AccessTokenSyncVerifier as AccessTokenSyncVerifier
    from .client.access_token_verifier import AccessTokenVerifier as AccessTokenVerifier
    from .client.account import LogtoAccountClient as LogtoAccountClient
    from .client.account import LogtoAccountSyncClient as LogtoAccountSyncClient
    from .client.api_guard import ApiAnswer as ApiAnswer
    from .client.api_guard import ApiGuard as ApiGuard
    from .client.api_guard import ApiSyncGuard as ApiSyncGuard
    from .client.device import LogtoDevice as LogtoDevice
    from .client.device import LogtoSyncDevice as LogtoSyncDevice
    from .client.http_auth import LogtoAuth as LogtoAuth
    from .client.logto_client import LogtoClient as LogtoClient
    from .client.logto_sync_client import LogtoSyncClient as LogtoSyncClient
    from .client.machine import LogtoMachineClient as LogtoMachineClient
    from .client.machine import LogtoMachineSyncClient as LogtoMachineSyncClient
    from .client.management_client import LogtoManagementClient as LogtoManagementClient
    from .client.management_client import LogtoManagementSyncClient as LogtoManagementSyncClient
    from .client.pages import LogtoPages as LogtoPages
    from .client.pages import LogtoSyncPages as LogtoSyncPages
    from .client.sessions import LogtoSessions as LogtoSessions
    from .client.sessions import LogtoSyncSessions as LogtoSyncSessions
    from .client.webhooks import LogtoWebhooks as LogtoWebhooks
    from .errors import AuthorizationDeniedError as AuthorizationDeniedError
    from .errors import ClientAuthenticationError as ClientAuthenticationError
    from .errors import ConfigurationError as ConfigurationError
    from .errors import ExpiredTokenError as ExpiredTokenError
    from .errors import ForbiddenError as ForbiddenError
    from .errors import InsufficientScopeError as InsufficientScopeError
    from .errors import IntrospectionUnavailableError as IntrospectionUnavailableError
    from .errors import InvalidRequestError as InvalidRequestError
    from .errors import InvalidTokenError as InvalidTokenError
    from .errors import LogtoApiConflictError as LogtoApiConflictError
    from .errors import LogtoApiError as LogtoApiError
    from .errors import LogtoApiForbiddenError as LogtoApiForbiddenError
    from .errors import LogtoApiInputError as LogtoApiInputError
    from .errors import LogtoApiNotFoundError as LogtoApiNotFoundError
    from .errors import LogtoApiRateLimitedError as LogtoApiRateLimitedError
    from .errors import LogtoApiUnauthorizedError as LogtoApiUnauthorizedError
    from .errors import LogtoException as LogtoException
    from .errors import MfaRequiredError as MfaRequiredError
    from .errors import MissingScopeError as MissingScopeError
    from .errors import MissingTokenError as MissingTokenError
    from .errors import NoRefreshTokenError as NoRefreshTokenError
    from .errors import NotAMemberError as NotAMemberError
    from .errors import NotAuthenticatedError as NotAuthenticatedError
    from .errors import ResourceNotGrantedError as ResourceNotGrantedError
    from .errors import SessionEndedError as SessionEndedError
    from .errors import SignInError as SignInError
    from .errors import SignInSessionInvalidError as SignInSessionInvalidError
    from .errors import SignInSessionNotFoundError as SignInSessionNotFoundError
    from .errors import StorageError as StorageError
    from .errors import TokenError as TokenError
    from .errors import TokenRequestError as TokenRequestError
    from .errors import TransportError as TransportError
    from .errors import UnexpectedResponseError as UnexpectedResponseError
    from .errors import WebhookError as WebhookError
    from .models.api import NOT_GIVEN as NOT_GIVEN
    from .models.api import NotGiven as NotGiven
    from .models.claims import AccessTokenClaims as AccessTokenClaims
    from .models.claims import IdTokenClaims as IdTokenClaims
    from .models.claims import UserInfoResponse as UserInfoResponse
    from .models.config import LogtoConfig as LogtoConfig
    from .models.device import DeviceCode as DeviceCode
    from .models.metadata import OidcProviderMetadata as OidcProviderMetadata
    from .models.pages import PageAnswer as PageAnswer
    from .models.pages import PageRequest as PageRequest
    from .models.pages import PageSettings as PageSettings
    from .models.requirement import Requirement as Requirement
    from .models.scopes import FirstScreen as FirstScreen
    from .models.scopes import Identifier as Identifier
    from .models.scopes import InteractionMode as InteractionMode
    from .models.scopes import OAuthScope as OAuthScope
    from .models.scopes import Prompt as Prompt
    from .models.scopes import ReservedResource as ReservedResource
    from .models.scopes import Scope as Scope
    from .models.scopes import UserInfoScope as UserInfoScope
    from .models.token import TokenResponse as TokenResponse
    from .models.token_type import TokenType as TokenType
    from .models.user import LogtoUser as LogtoUser
    from .models.verifier_config import Introspection as Introspection
    from .models.webhook import WebhookEvent as WebhookEvent
    from .protocol.resource_metadata import ProtectedResource as ProtectedResource
    from .protocol.token_requirement import TokenRequirement as TokenRequirement
    from .sessions.file_storage import FileStorage as FileStorage
    from .sessions.keyring_storage import KeyringStorage as KeyringStorage
    from .sessions.storage import LockingStorage as LockingStorage
    from .sessions.storage import MemoryStorage as MemoryStorage
    from .sessions.storage import PersistKey as PersistKey
    from .sessions.storage import Storage as Storage

_HOMES = {
    "client.access_token_verifier": ("AccessTokenSyncVerifier", "AccessTokenVerifier"),
    "client.account": ("LogtoAccountClient", "LogtoAccountSyncClient"),
    "client.api_guard": ("ApiAnswer", "ApiGuard", "ApiSyncGuard"),
    "client.device": ("LogtoDevice", "LogtoSyncDevice"),
    "client.http_auth": ("LogtoAuth",),
    "client.logto_client": ("LogtoClient",),
    "client.logto_sync_client": ("LogtoSyncClient",),
    "client.machine": ("LogtoMachineClient", "LogtoMachineSyncClient"),
    "client.management_client": ("LogtoManagementClient", "LogtoManagementSyncClient"),
    "client.pages": ("LogtoPages", "LogtoSyncPages"),
    "client.sessions": ("LogtoSessions", "LogtoSyncSessions"),
    "client.webhooks": ("LogtoWebhooks",),
    "errors": (
        "AuthorizationDeniedError",
        "ClientAuthenticationError",
        "ConfigurationError",
        "ExpiredTokenError",
        "ForbiddenError",
        "InsufficientScopeError",
        "IntrospectionUnavailableError",
        "InvalidRequestError",
        "InvalidTokenError",
        "LogtoApiConflictError",
        "LogtoApiError",
        "LogtoApiForbiddenError",
        "LogtoApiInputError",
        "LogtoApiNotFoundError",
        "LogtoApiRateLimitedError",
        "LogtoApiUnauthorizedError",
        "LogtoException",
        "MfaRequiredError",
        "MissingScopeError",
        "MissingTokenError",
        "NoRefreshTokenError",
        "NotAMemberError",
        "NotAuthenticatedError",
        "ResourceNotGrantedError",
        "SessionEndedError",
        "SignInError",
        "SignInSessionInvalidError",
        "SignInSessionNotFoundError",
        "StorageError",
        "TokenError",
        "TokenRequestError",
        "TransportError",
        "UnexpectedResponseError",
        "WebhookError",
    ),
    "models.api": ("NOT_GIVEN", "NotGiven"),
    "models.claims": ("AccessTokenClaims", "IdTokenClaims", "UserInfoResponse"),
    "models.config": ("LogtoConfig",),
    "models.device": ("DeviceCode",),
    "models.metadata": ("OidcProviderMetadata",),
    "models.pages": ("PageAnswer", "PageRequest", "PageSettings"),
    "models.requirement": ("Requirement",),
    "models.scopes": (
        "FirstScreen",
        "Identifier",
        "InteractionMode",
        "OAuthScope",
        "Prompt",
        "ReservedResource",
        "Scope",
        "UserInfoScope",
    ),
    "models.token": ("TokenResponse",),
    "models.token_type": ("TokenType",),
    "models.user": ("LogtoUser",),
    "models.verifier_config": ("Introspection",),
    "models.webhook": ("WebhookEvent",),
    "protocol.resource_metadata": ("ProtectedResource",),
    "protocol.token_requirement": ("TokenRequirement",),
    "sessions.file_storage": ("FileStorage",),
    "sessions.keyring_storage": ("KeyringStorage",),
    "sessions.storage": ("LockingStorage", "MemoryStorage", "PersistKey", "Storage"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll] - the table is the list


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__


class _Package(ModuleType):
    """This package, in which `LogtoClient`, `Storage` and `LogtoException` are classes and published modules alike."""

    def __setattr__(self, name: str, value: object) -> None:
        # The import system binds a module on its package once it is imported. The class keeps the name.
        if isinstance(value, ModuleType) and name in _HOME_OF:
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
