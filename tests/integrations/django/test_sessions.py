"""Whole sessions in a database of Django's: signed in, refreshed, sealed, ended from elsewhere."""

import asyncio

import pytest
from django.test import override_settings

from logto import LogtoClient, LogtoSessions, LogtoSyncClient, LogtoSyncSessions
from logto.integrations.django import DjangoStore
from logto.integrations.django.models import Session
from logto.sessions import NoSession
from logto.sessions.packing import UnpackError, unpack

PAGE = "http://localhost:3000/"
CALLBACK = "http://localhost:3000/callback"
KEY = "a secret of more than thirty-two bytes"


def keep(jar, headers):
    """Do with `Set-Cookie` headers what a browser does."""
    for header in headers:
        name, _, value = header.partition(";")[0].partition("=")
        jar[name] = value
        if "Max-Age=0" in header:
            del jar[name]


class Site:
    """An application with sessions, and browsers that visit it."""

    def __init__(self, server, store):
        self.server = server
        self.client = LogtoSyncClient(server.config(resources=server.resources), NoSession())
        self.sessions = LogtoSyncSessions(self.client, store)

    def visit(self, jar, page):
        """What a page makes of a browser's session."""
        session = self.sessions.open(jar, PAGE)
        result = page(self.client.with_session(session))
        keep(jar, self.sessions.close(session))
        return result

    def signed_in(self):
        """The cookies of a browser in which alice is signed in."""
        jar = {}
        url = self.visit(jar, lambda client: client.sign_in(CALLBACK))
        self.visit(jar, lambda client: client.handle_sign_in_callback(self.server.sign_in(url, "alice")))
        return jar


def is_signed_in(client):
    """Whether somebody is."""
    return client.is_authenticated()


def test_a_session_serves_both_colours_and_is_refreshed(alias, logto_server):
    """A session begun in blocking code goes on in awaiting code, which gets a token with it, and back."""
    store = DjangoStore(using=alias, key=KEY)
    site = Site(logto_server, store)
    jar = site.signed_in()

    async def page():
        client = LogtoClient(site.client.config, NoSession())
        sessions = LogtoSessions(client, store)
        session = await sessions.open(jar, PAGE)
        token = await client.with_session(session).get_access_token(logto_server.resources[0])
        keep(jar, await sessions.close(session))
        await client.close()
        return token

    token = asyncio.run(page())
    assert token.count(".") == 2
    assert site.visit(jar, lambda client: client.get_access_token(logto_server.resources[0])) == token


def test_values_are_sealed_where_there_is_a_key(alias, logto_server):
    """Whoever reads the table reads a session only where no key was given."""
    for key, readable in ((None, True), (KEY, False)):
        Session.objects.using(alias).all().delete()
        Site(logto_server, DjangoStore(using=alias, key=key)).signed_in()
        value = bytes(Session.objects.using(alias).get().value)
        if readable:
            assert unpack(value).identity is not None
        else:
            with pytest.raises(UnpackError):
                unpack(value)


def test_the_table_names_neither_browser_nor_user(alias, logto_server):
    """Neither the cookie's value nor the user's id stands anywhere in the tables."""
    jar = Site(logto_server, DjangoStore(using=alias, key=KEY)).signed_in()
    session = Session.objects.using(alias).get()
    texts = [session.key, *session.found_by.using(alias).values_list("index", flat=True)]
    assert len(texts) == 3
    for secret in (*jar.values(), logto_server.users["alice"].id):
        assert not [text for text in texts if secret in text]


def test_a_users_sessions_are_listed_and_ended_from_elsewhere(alias, logto_server):
    """An administrator sees and ends every session of a user; each browser finds itself signed out, and no row stays."""
    site = Site(logto_server, DjangoStore(using=alias, key=KEY))
    jars = [site.signed_in(), site.signed_in()]
    sub = logto_server.users["alice"].id
    assert len(site.sessions.list_sessions(sub)) == 2
    assert site.sessions.end_sessions(sub=sub) == 2
    assert [site.visit(jar, is_signed_in) for jar in jars] == [False, False]
    assert not Session.objects.using(alias).exists()


def test_a_router_says_where_sessions_are(sqlite, logto_server):
    """Without an alias, reads and writes both go where Django's routers send what is written."""
    with override_settings(DATABASE_ROUTERS=[Router(sqlite)]):
        site = Site(logto_server, DjangoStore(key=KEY))
        jar = site.signed_in()
        assert site.visit(jar, is_signed_in) is True
    assert Session.objects.using(sqlite).count() == 1


class Router:
    """Writes to one database, and reads from a replica that has nothing yet."""

    def __init__(self, alias):
        self.alias = alias

    def db_for_read(self, model, **_):
        """The replica."""
        return "default"

    def db_for_write(self, model, **_):
        """The database itself."""
        return self.alias
