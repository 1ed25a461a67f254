"""Databases for the tests of `SqlStore`, by URL."""

LATER = 4e9
"""When sessions end that are to outlive every test."""


def awaiting_url(url: str) -> str:
    """The URL as SQLAlchemy wants it for an awaiting engine."""
    return url.replace("postgresql://", "postgresql+asyncpg://").replace("sqlite://", "sqlite+aiosqlite://")


def blocking_url(url: str) -> str:
    """The URL as SQLAlchemy wants it for a blocking engine."""
    return url.replace("postgresql://", "postgresql+psycopg://")
