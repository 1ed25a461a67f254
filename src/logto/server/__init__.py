"""Local Logto: an identity server for development and tests that answers as the real one does."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .serve import LocalLogto

__all__ = ["LocalLogto"]


def __getattr__(name: str) -> object:
    """Import the server on first use: the command line's `--help` has no need of it."""
    if name == "LocalLogto":
        from .serve import LocalLogto

        return LocalLogto
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
