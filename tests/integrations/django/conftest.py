"""Django, set up once a process, and databases with the app's tables, one for each test."""

import asyncio
import os

import django
import pytest
from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.db import connections
from django.db.backends.signals import connection_created
from psycopg.conninfo import conninfo_to_dict

from tests.postgresql import postgresql, postgresql_url

__all__ = ["postgresql", "postgresql_url"]

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.integrations.django.settings"
django.setup()


def place(alias, **where):
    """Let an alias be another database from now on."""
    connections[alias].close()
    connections.settings[alias].update(where)


@pytest.fixture
def sqlite(tmp_path):
    """The alias of an SQLite file with the app's tables."""
    place("sqlite", NAME=str(tmp_path / "sessions.sqlite3"))
    yield from migrated("sqlite")


@pytest.fixture
def postgres(postgresql_url):
    """The alias of a PostgreSQL database with the app's tables."""
    found = conninfo_to_dict(postgresql_url)
    place("postgresql", NAME=found["dbname"], USER=found["user"], HOST=found["host"])
    yield from migrated("postgresql")


@pytest.fixture(params=["sqlite", "postgres"])
def alias(request):
    """The alias of a database with the app's tables: of each kind."""
    return request.getfixturevalue(request.param)


def migrated(alias):
    """Make the tables; in the end, close the connections of every thread: there was no request to do it."""
    made = []

    def note(connection, **_):
        made.append(connection)

    connection_created.connect(note)
    call_command("migrate", database=alias, verbosity=0)
    yield alias
    connection_created.disconnect(note)
    connections.close_all()
    asyncio.run(sync_to_async(connections.close_all)())  # the thread in which Django awaits, which lives on
    for connection in made:
        if connection.connection is not None:
            connection.connection.close()
            connection.connection = None  # a database in memory, whose `close()` does nothing, is opened anew
