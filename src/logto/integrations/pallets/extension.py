"""What the extension objects of both frameworks have in common: the application's hooks, and what each application has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask.sansio.app import App

from ...client.page_configuration import PageConfiguration
from ...client.pages import LogtoPages, LogtoSyncPages
from ...errors import ConfigurationError, LogtoException
from ...models.config import LogtoConfig
from .configuration import Store, check_settings, configuration_of

Loader = TypeVar("Loader", bound=Callable[..., Any])
Handler = TypeVar("Handler", bound=Callable[..., Any])
P = TypeVar("P", LogtoPages, LogtoSyncPages)

NAME = "logto"
"""Under which an application's part is found in `app.extensions`, and what its blueprint is called."""


@dataclass(slots=True)
class Hooks:
    """What an application wants to do by itself.

    Args:
        login_view: The endpoint that browsers are sent to when somebody must sign in first.
        user_loader: Maps an ID token's claims to the application's own user.
        unauthorized_handler: Answers a request of nobody to a page for somebody.
    """

    login_view: str
    user_loader: Callable[..., Any] | None = None
    unauthorized_handler: Callable[..., Any] | None = None


@dataclass(frozen=True, slots=True)
class Installed(Generic[P]):
    """What one application has of an extension: `app.extensions["logto"]`.

    Args:
        pages: Its sign-in routes' conversations, its sessions and its clients.
        hooks: The extension's.
        settings: The application's own, all of them, as they are now.
        address: The redirect URI, which tells the application's address better than any request, and at no cost.
    """

    pages: P
    hooks: Hooks
    settings: Mapping[str, Any] = field(repr=False)
    address: str | None


class Extension(Generic[P]):
    """What `Logto` of both frameworks does alike.

    Args:
        app: The application, or None to call `init_app` later, with one or several.
        config: Who we are, and whom we talk to, instead of settings.
        store: Where sessions live, instead of settings.
        url_prefix: What the routes' paths begin with, such as `/auth`.
        login_view: The endpoint that browsers are sent to when somebody must sign in first; the sign-in route if not given.
        options: Further arguments of `LogtoPages`, such as `verify`, `clock` or `transport`.
    """

    _kind: type[P]

    def __init__(
        self,
        app: Any = None,
        *,
        config: LogtoConfig | None = None,
        store: Store | None = None,
        url_prefix: str | None = None,
        login_view: str | None = None,
        **options: Any,
    ) -> None:
        self._config = config
        self._store = store
        self._url_prefix = url_prefix
        self._options = options
        self._hooks = Hooks(login_view=login_view or f"{NAME}.sign_in")
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Any) -> None:
        """Adds sign-in to an application.

        Raises:
            ConfigurationError: A setting is missing, unknown, malformed or unsafe; the message names it.
        """
        raise NotImplementedError

    def user_loader(self, loader: Loader) -> Loader:
        """Names the function that maps an ID token's claims to the application's own user, which `current_user` is then.

        Find the user by (`claims.iss`, `claims.sub`), never by e-mail address: those change hands. None means that Logto
        knows this person and the application does not let them in.

        Args:
            loader: Called with the claims, at most once a request.
        """
        self._hooks.user_loader = loader
        return loader

    def unauthorized_handler(self, handler: Handler) -> Handler:
        """Names the function that answers whoever must sign in first, instead of the way to the sign-in, or 401.

        Args:
            handler: Called with the `NotAuthenticatedError`; it returns what a view returns.
        """
        self._hooks.unauthorized_handler = handler
        return handler

    def _install(self, app: App) -> Installed[P]:
        if NAME in app.extensions:
            raise ConfigurationError(
                "This application has a Logto already.",
                hint="Make one extension object, and call init_app once for each application.",
                code="configuration.installed",
            )
        found = configuration_of(app, config=self._config, store=self._store, url_prefix=self._url_prefix)
        pages = self._pages(found)
        check_settings(app, pages)
        installed = app.extensions[NAME] = Installed(pages, self._hooks, app.config, pages.settings.redirect_uri)
        return installed

    def _pages(self, found: PageConfiguration) -> P:
        return self._kind(
            found.config,
            found.store,
            found.settings,
            cookie=found.cookie,
            lifetimes=found.lifetimes,
            signed_out_without_store=found.signed_out_without_store,
            **self._options,
        )


def has_own_handler(app: App) -> bool:
    """Whether an application answers every `LogtoException` by itself."""
    return LogtoException in app.error_handler_spec[None][None]


def installed_in(app: App) -> Installed[Any]:
    """What an application has of the extension.

    Raises:
        ConfigurationError: Nothing.
    """
    found: Installed[Any] | None = app.extensions.get(NAME)
    if found is None:
        raise ConfigurationError(
            "This application has no Logto.",
            hint="Write Logto(app), or logto.init_app(app) where the application is made.",
            code="configuration.not_installed",
        )
    return found
