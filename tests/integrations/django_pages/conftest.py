"""Django, set up once a process with a database of its own, a Logto, and browsers that visit over WSGI and over ASGI."""

import asyncio
import os
import tempfile
from pathlib import Path

import django
import pytest
from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.db import connections
from django.test import override_settings

from logto.server.serve import LocalLogto
from logto.testing import LogtoServer

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.integrations.django_pages.settings"
django.setup()

from tests.integrations.django_pages.visitor import Visitor  # noqa: E402 - it imports models

SCOPES = ["email", "roles", "organizations", "organization_roles", "read", "write"]
RESOURCES = ["https://shopping.your-app.com/api"]


@pytest.fixture(scope="session")
def database():
    """A database file with all tables."""
    with tempfile.TemporaryDirectory() as folder:
        connections["default"].close()
        connections.settings["default"]["NAME"] = str(Path(folder) / "db.sqlite3")
        connections["default"].settings_dict["NAME"] = str(Path(folder) / "db.sqlite3")
        call_command("migrate", verbosity=0)
        yield
        connections.close_all()
        asyncio.run(sync_to_async(connections.close_all)())


@pytest.fixture(scope="session")
def logto():
    """A Logto, for all tests."""
    with LocalLogto() as local:
        yield LogtoServer(local)


@pytest.fixture
def settings_of(logto):
    """Changes LOGTO, and other settings, for a test."""
    config = logto.config()
    given = {
        "ENDPOINT": config.endpoint,
        "APP_ID": config.app_id,
        "APP_SECRET": config.app_secret,
        "REDIRECT_URI": "http://localhost:3000/callback",
        "SCOPES": SCOPES,
        "RESOURCES": RESOURCES,
        "SESSION_STORE": "django",
    }

    def changed(*, without=(), **settings):
        ours = {**given, **settings.pop("LOGTO", {})}
        return override_settings(LOGTO={name: ours[name] for name in ours if name not in without}, **settings)

    return changed


@pytest.fixture
def project(database, settings_of):
    """The project, with the settings that most tests want."""
    with settings_of():
        yield


@pytest.fixture(params=["wsgi", "asgi"])
def visitor(request, logto, project):
    """A browser at the project, over each kind of server."""
    with Visitor(logto, request.param) as visitor:
        yield visitor


@pytest.fixture
def visitors(logto, project):
    """Makes browsers at the project."""
    return lambda kind="wsgi", **settings: Visitor(logto, kind, **settings)
