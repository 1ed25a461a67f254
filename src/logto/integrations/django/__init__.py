"""Logto in Django: put `"logto.integrations.django"` into `INSTALLED_APPS`, and run `manage.py migrate`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .backends import LogtoBackend as LogtoBackend
    from .guards import LogtoRequiredMixin as LogtoRequiredMixin
    from .guards import logto_required as logto_required
    from .signals import sign_in_failed as sign_in_failed
    from .signals import signed_in as signed_in
    from .signals import signed_out as signed_out
    from .store import DjangoStore as DjangoStore
    from .webhooks import awebhook_view as awebhook_view
    from .webhooks import webhook_view as webhook_view

_HOME_OF = {
    "DjangoStore": "store",
    "LogtoBackend": "backends",
    "LogtoRequiredMixin": "guards",
    "awebhook_view": "webhooks",
    "logto_required": "guards",
    "sign_in_failed": "signals",
    "signed_in": "signals",
    "signed_out": "signals",
    "webhook_view": "webhooks",
}

__all__ = list(_HOME_OF)  # pyright: ignore[reportUnsupportedDunderAll] - the table is the list


def __getattr__(name: str) -> Any:
    # Django imports an app's package before it is set up: nothing here may ask it for anything yet.
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME_OF[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
