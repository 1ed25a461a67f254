"""Stores that several processes share, by kind and address."""

from __future__ import annotations

KEY = "a key of thirty-two bytes or more"


def open_store(settings, clock):
    """The store that a worker's settings name."""
    kind, url = settings["kind"], settings.get("url")
    if kind == "redis":
        from logto.sessions import RedisStore

        return RedisStore(url, key=KEY)
    if kind == "sql":
        from logto.sessions import SqlStore

        return SqlStore(url, key=KEY)
    if kind == "django":
        from tests.processes.django_store import django_store

        return django_store(settings, KEY)
    raise ValueError(kind)
