"""What this process knows of Logto, made once from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.core.signals import setting_changed

from ...client.pages import LogtoPages, LogtoSyncPages
from .configuration import RoleSettings, read_settings

_RELEVANT = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "ALLOWED_HOSTS", "DEBUG", "DATABASE_ROUTERS")


@dataclass(frozen=True, slots=True)
class Site:
    """The sign-in pages in both colours, which share what they know, and what roles mean.

    Args:
        pages: For awaiting code.
        sync_pages: For blocking code.
        roles: What roles at Logto mean to Django.
    """

    pages: LogtoPages
    sync_pages: LogtoSyncPages
    roles: RoleSettings

    @classmethod
    def from_settings(cls) -> Site:
        """Made from Django's settings.

        Raises:
            ConfigurationError: A setting is missing, unknown or malformed; the message names it.
        """
        found, roles = read_settings()
        options: dict[str, Any] = {
            "cookie": found.cookie,
            "lifetimes": found.lifetimes,
            "signed_out_without_store": found.signed_out_without_store,
        }
        pages = LogtoPages(found.config, found.store, found.settings, **options)
        return cls(pages, LogtoSyncPages(found.config, found.store, found.settings, **options).joined_to(pages), roles)


_lock = Lock()
_site: Site | None = None


def current_site() -> Site:
    """The site of this process.

    Raises:
        ConfigurationError: A setting is missing, unknown or malformed; the message names it.
    """
    global _site  # noqa: PLW0603 - settings are the process's, and so is what is made from them
    site = _site
    if site is None:
        with _lock:  # one: what two threads are about to do, each must know of the other
            site = _site = _site or Site.from_settings()
    return site


def _forget(*, setting: str, **_: Any) -> None:
    """Tests change settings (`override_settings`)."""
    global _site  # noqa: PLW0603 - as above
    if setting.startswith("LOGTO") or setting in _RELEVANT:
        _site = None


setting_changed.connect(_forget, dispatch_uid="logto.site")
