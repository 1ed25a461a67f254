"""Logto in Django: put `"logto.integrations.django"` into `INSTALLED_APPS`, and run `manage.py migrate`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .store import DjangoStore as DjangoStore

__all__ = ["DjangoStore"]


def __getattr__(name: str) -> Any:
    # Django imports an app's package before it is set up: nothing here may ask it for anything yet.
    if name != "DjangoStore":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .store import DjangoStore

    return DjangoStore


def __dir__() -> list[str]:
    return __all__
