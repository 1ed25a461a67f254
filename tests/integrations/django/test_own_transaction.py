"""A session's changes and the application's transactions: neither takes the other with it."""

import unittest
from threading import Thread

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.backends.signals import connection_created
from django.http import HttpResponse
from django.test import Client, TestCase, override_settings
from django.urls import path

from logto import ConfigurationError
from logto.integrations.django import DjangoStore
from logto.integrations.django.models import Lock
from logto.sessions import Stored
from tests.integrations.django.conftest import place


def version(number, value=b"value"):
    """A session that lives."""
    return Stored(value, number, 9e9, ("user",))


def save_and_leave(store, key, stored):
    """What another request does, in a thread and on a connection of its own."""
    store.save(key, stored)
    connections.close_all()


def visit(view, **settings):
    """What a browser is answered, with ATOMIC_REQUESTS and one view."""
    urls = (path("", view),)
    with override_settings(ROOT_URLCONF=urls, DEBUG_PROPAGATE_EXCEPTIONS=False, **settings):
        return Client(raise_request_exception=False).get("/")


@pytest.fixture
def atomic_requests(alias):
    """The alias of a database in which each view is one transaction."""
    place(alias, ATOMIC_REQUESTS=True)
    yield alias
    place(alias, ATOMIC_REQUESTS=False)


@pytest.fixture
def atomic_postgres(postgres):
    """The same, of PostgreSQL."""
    place(postgres, ATOMIC_REQUESTS=True)
    yield postgres
    place(postgres, ATOMIC_REQUESTS=False)


@pytest.fixture
def atomic_sqlite(sqlite):
    """The same, of SQLite."""
    place(sqlite, ATOMIC_REQUESTS=True)
    yield sqlite
    place(sqlite, ATOMIC_REQUESTS=False)


def test_a_change_outlives_the_view_that_made_it(atomic_postgres):
    """When a view fails, what it wrote is taken back, and what was done to sessions in it stays: refreshed, and ended."""
    store = DjangoStore(using=atomic_postgres)
    store.save("refreshed", version(1))
    store.save("ended", version(1))

    def view(_request):
        Lock.objects.using(atomic_postgres).create(name="the application's", owner="view", until=9e9)
        assert connections[atomic_postgres].in_atomic_block
        assert store.acquire("refreshed", "view", 60)
        assert store.save("refreshed", version(2, b"new tokens"))
        store.delete("ended")
        assert connections[atomic_postgres].in_atomic_block
        raise RuntimeError("the view fails")

    assert visit(view).status_code == 500
    assert not Lock.objects.using(atomic_postgres).filter(name="the application's").exists()
    assert store.load("refreshed") == version(2, b"new tokens")
    assert store.acquire("refreshed", "somebody else", 60) is False
    assert store.load("ended") is None


def test_a_view_that_succeeds_commits_both(atomic_postgres):
    """When a view succeeds, what it wrote is there, and what it did to its session too."""
    store = DjangoStore(using=atomic_postgres)

    def view(_request):
        Lock.objects.using(atomic_postgres).create(name="the application's", owner="view", until=9e9)
        store.save("key", version(1))
        return HttpResponse()

    assert visit(view).status_code == 200
    assert Lock.objects.using(atomic_postgres).filter(name="the application's").exists()
    assert store.load("key") == version(1)


def test_a_session_is_read_as_it_is_now_in_a_transaction_that_sees_the_past(postgres):
    """Within a transaction that holds on to an older snapshot, the store reads what others committed since."""
    store = DjangoStore(using=postgres)
    store.save("key", version(1))
    with transaction.atomic(using=postgres):
        with connections[postgres].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        assert Lock.objects.using(postgres).count() == 0  # from here on it sees what was there now
        somebody_else = Thread(target=save_and_leave, args=(store, "key", version(2)))
        somebody_else.start()
        somebody_else.join()
        assert store.load("key") == version(2)


def test_a_transaction_that_is_broken_already_holds_nobody_up(postgres):
    """After an error of the application's in its transaction, sessions can still be read and ended."""
    store = DjangoStore(using=postgres)
    store.save("key", version(1))
    with transaction.atomic(using=postgres), connections[postgres].cursor() as cursor:
        with pytest.raises(DatabaseError, match="nonsense"):
            cursor.execute("SELECT nonsense")
        assert store.load("key") == version(1)
        store.delete("key")
    assert store.load("key") is None


def test_autocommit_that_is_off_does_not_hold_a_change_back(postgres):
    """Where the application commits by hand, a session's change does not wait for it."""
    store = DjangoStore(using=postgres)
    transaction.set_autocommit(False, using=postgres)
    try:
        store.save("key", version(1))
    finally:
        transaction.rollback(using=postgres)
        transaction.set_autocommit(True, using=postgres)
    assert store.load("key") == version(1)


def test_the_second_connection_is_closed(postgres):
    """A change within a transaction opens one connection, closes it, and leaves the application its own."""
    store = DjangoStore(using=postgres)
    made = []

    def note(connection, **_):
        made.append(connection)

    with transaction.atomic(using=postgres):
        application = connections[postgres]
        connection_created.connect(note)
        try:
            store.save("key", version(1))
        finally:
            connection_created.disconnect(note)
        assert connections[postgres] is application
    assert [connection.connection for connection in made] == [None]


def test_sqlite_refuses_before_anything_is_lost(atomic_sqlite):
    """Where SQLite cannot commit beside the view's transaction, the store says so before it changes anything."""
    store = DjangoStore(using=atomic_sqlite)
    store.save("key", version(1))
    refusals = []

    def view(_request):
        for change in (lambda: store.acquire("key", "view", 60), lambda: store.save("key", version(2))):
            with pytest.raises(ConfigurationError, match="of their own") as caught:
                change()
            refusals.append(caught.value.code)
        return HttpResponse()

    assert visit(view).status_code == 200
    assert refusals == ["configuration.transaction"] * 2
    assert store.load("key") == version(1)
    assert store.acquire("key", "somebody else", 60) is True


def test_a_database_of_its_own_is_left_alone_by_views(sqlite, tmp_path):
    """Sessions in an SQLite file of their own are committed, whatever becomes of the view and its file."""
    store = DjangoStore(using=sqlite)
    store.save("key", version(1))
    place("default", ATOMIC_REQUESTS=True)

    def view(_request):
        assert connections["default"].in_atomic_block
        assert store.save("key", version(2))
        raise RuntimeError("the view fails")

    try:
        assert visit(view).status_code == 500
    finally:
        place("default", ATOMIC_REQUESTS=False)
    assert store.load("key") == version(2)


def test_who_accepts_a_rollback_gets_one(atomic_requests):
    """With the option the store takes part in the view's transaction, a lost race does not break it, and it is undone."""
    store = DjangoStore(using=atomic_requests, may_be_rolled_back_by_the_application=True)
    store.save("key", version(1))
    seen = []

    def view(_request):
        seen.append(store.save("key", version(1)))
        seen.append(store.acquire("key", "view", 60))
        seen.append(store.acquire("key", "somebody else", 60))
        seen.append(store.save("key", version(2)))
        seen.append(store.load("key").version)
        raise RuntimeError("the view fails")

    assert visit(view).status_code == 500
    assert seen == [False, True, False, True, 2]
    assert store.load("key") == version(1)
    assert store.acquire("key", "somebody else", 60) is True


def test_a_test_case_takes_everything_back(atomic_requests):
    """In Django's `TestCase`, also through a view with ATOMIC_REQUESTS, sessions work and are gone afterwards."""
    store = DjangoStore(using=atomic_requests)

    def view(_request):
        return HttpResponse(store.load("key").value if store.save("key", version(2, b"seen")) else b"lost")

    class Case(TestCase):
        databases = (atomic_requests,)

        def test(self):
            assert store.save("key", version(1))
            assert visit(view).content == b"seen"
            assert store.load("key") == version(2, b"seen")

    result = unittest.TestResult()
    unittest.TestSuite([Case("test")]).run(result)
    assert (result.errors, result.failures, result.testsRun) == ([], [], 1)
    assert store.load("key") is None
