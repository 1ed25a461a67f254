"""Sessions in a database of Django's."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from psycopg import IsolationLevel

from logto import ConfigurationError, StorageError
from logto.integrations.django import DjangoStore
from logto.integrations.django.models import Lock, Session, SessionIndex
from logto.sessions import Stored
from logto.sessions.conformance import CONTENDERS, MovableClock, StoreConformance
from tests.integrations.django.conftest import place


class TestDjangoStore(StoreConformance):
    """`DjangoStore` does what every store must do."""

    clock = MovableClock()

    @pytest.fixture
    def store(self, alias):
        """A store on each kind of database, whose time the suite moves."""
        return DjangoStore(using=alias, clock=self.clock)


@pytest.mark.parametrize("level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE])
def test_strict_isolation_is_no_error(postgres, level):
    """On connections that are told to be serializable, those who lose a race are answered False, not with a failure."""
    place(postgres, OPTIONS={"isolation_level": level})
    store = DjangoStore(using=postgres)
    store.save("key", Stored(b"", 1, 9e9, ("user",)))
    gate = Barrier(CONTENDERS)

    def contend(number):
        gate.wait(30)
        return store.acquire("key", f"owner {number}", 60), store.save("key", Stored(b"", 2, 9e9, (f"sid {number}",)))

    try:
        with ThreadPoolExecutor(CONTENDERS) as pool:
            acquired, saved = zip(*pool.map(contend, range(CONTENDERS)), strict=True)
    finally:
        place(postgres, OPTIONS={})
    assert (sum(acquired), sum(saved)) == (1, 1)


def rows(alias):
    """How many sessions, indexes and locks the tables hold."""
    return tuple(model.objects.using(alias).count() for model in (Session, SessionIndex, Lock))


def filled(alias, clock):
    """A store with five sessions and five locks that end after a minute, and one of each that lives."""
    store = DjangoStore(using=alias, clock=clock)
    for number in range(5):
        store.save(f"old {number}", Stored(b"", 1, clock() + 60, ("user", f"sid {number}")))
        store.acquire(f"old {number}", "owner", 60)
    store.save("young", Stored(b"", 1, clock() + 3600, ("user",)))
    store.acquire("young", "owner", 3600)
    return store


def test_the_sweep_forgets_what_has_expired_and_nothing_else(alias):
    """Expired sessions, their indexes and expired locks go, in batches smaller than what there is; the living stay."""
    clock = MovableClock()
    store = filled(alias, clock)
    assert store.sweep(batch=2) == 0
    clock.advance(61)
    assert store.sweep(batch=2) == 10
    assert rows(alias) == (1, 1, 1)
    assert store.find("user") == ["young"]
    assert store.acquire("young", "stranger", 1) is False


def test_the_awaiting_sweep_does_the_same(alias):
    """`asweep` forgets what `sweep` would."""
    clock = MovableClock()
    store = filled(alias, clock)
    clock.advance(61)
    assert asyncio.run(store.asweep(batch=3)) == 10
    assert rows(alias) == (1, 1, 1)


def test_a_second_sweep_leaves_the_work_to_the_first(alias):
    """While one process sweeps, another forgets nothing and does not wait."""
    clock = MovableClock()
    store = filled(alias, clock)
    clock.advance(61)
    Lock.objects.using(alias).create(name="logto: sweep", owner="another process", until=clock() + 60)
    assert store.sweep() == 0
    assert Session.objects.using(alias).count() == 6


def test_the_command_sweeps_and_says_how_much(sqlite):
    """`manage.py logto_clearsessions` forgets what has expired by the real clock, in the database it is given."""
    DjangoStore(using=sqlite).save("old", Stored(b"", 1, 1.0, ("user",)))
    output = io.StringIO()
    call_command("logto_clearsessions", database=sqlite, stdout=output)
    assert output.getvalue() == "Forgot 1 row.\n"
    assert rows(sqlite) == (0, 0, 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"database": "nowhere"}, "no database 'nowhere'"), ({"batch": 0}, "at least 1")],
)
def test_the_command_refuses_what_it_cannot_do(options, said):
    """An unknown database or an empty batch ends the command with one sentence."""
    with pytest.raises(CommandError, match=said):
        call_command("logto_clearsessions", **options)


def test_the_migrations_make_the_models(sqlite):
    """`makemigrations --check` finds nothing that the migrations lack."""
    output = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=output)
    assert output.getvalue() == "No changes detected\n"


def test_the_app_passes_djangos_own_checks():
    """Django's system checks have nothing to say about the app."""
    output = io.StringIO()
    call_command("check", "logto", fail_level="DEBUG", stdout=output)
    assert "no issues" in output.getvalue()


def test_the_tables_can_be_taken_back(alias):
    """Migrating to zero removes every table of the app."""
    call_command("migrate", "logto", "zero", database=alias, verbosity=0)
    assert [name for name in connections[alias].introspection.table_names() if name.startswith("logto")] == []


def test_missing_tables_are_named_with_the_command_that_makes_them(alias):
    """Without its tables the store fails with the command to run, and works once it was run."""
    call_command("migrate", "logto", "zero", database=alias, verbosity=0)
    store = DjangoStore(using=alias)
    with pytest.raises(StorageError, match="migrate logto") as caught:
        store.load("key")
    assert caught.value.code == "storage.no_tables"
    call_command("migrate", database=alias, verbosity=0)
    assert store.load("key") is None


def test_an_unknown_alias_is_a_mistake_in_the_settings():
    """An alias that DATABASES does not have is a configuration error."""
    with pytest.raises(ConfigurationError) as caught:
        DjangoStore(using="nowhere").load("key")
    assert caught.value.code == "configuration.django_database"


def test_the_app_must_be_installed(settings_without_app):
    """Without the app in INSTALLED_APPS the store says what to add."""
    with pytest.raises(ConfigurationError, match=r"logto\.integrations\.django"):
        DjangoStore().load("key")


@pytest.fixture
def settings_without_app():
    """Django as it is in a project that forgot the app."""
    from django.test import override_settings

    with override_settings(INSTALLED_APPS=[]):
        yield


def test_blocking_within_an_event_loop_names_the_other_colour(alias):
    """A blocking method called in a coroutine is refused with the way out, on a connection that was open already."""
    store = DjangoStore(using=alias)
    store.load("key")

    async def mistake():
        return store.load("key")

    with pytest.raises(ConfigurationError, match="LogtoClient") as caught:
        asyncio.run(mistake())
    assert caught.value.code == "configuration.store_colour"
