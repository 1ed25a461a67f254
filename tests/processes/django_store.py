"""Django's store in a process that is no Django application."""

from __future__ import annotations

import fcntl
from pathlib import Path

import django
from django.conf import settings as django_settings
from django.core.management import call_command


def django_store(settings, key):
    """A `DjangoStore` on an SQLite file, whose tables the first process makes."""
    django_settings.configure(
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": settings["path"], "OPTIONS": {"timeout": 20}}
        },
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "logto.integrations.django"],
        USE_TZ=True,
    )
    django.setup()
    with Path(f"{settings['path']}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("migrate", verbosity=0)

    from logto.integrations.django.store import DjangoStore

    return DjangoStore(key=key)
