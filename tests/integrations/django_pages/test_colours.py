"""Both colours, without a bridge: nobody's work is moved to another thread."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings

from logto.sessions import MemoryStore
from logto.testing.django import sign_in_as
from tests.integrations.django_pages.visitor import Visitor


class ThreadNotingStore(MemoryStore):
    """Notes in which thread it is asked."""

    def __init__(self):
        super().__init__()
        self.threads = set()

    def load(self, key):
        """Notes it."""
        self.threads.add(threading.get_ident())
        return super().load(key)

    async def aload(self, key):
        """Notes it, and whether it is the event loop's."""
        asyncio.get_running_loop()
        self.threads.add(threading.get_ident())
        return super().load(key)


class SyncOnly:
    """A middleware that knows no asynchronous code, as older ones do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


def test_the_session_is_read_in_the_requests_own_thread(database, settings_of, logto):
    """Over WSGI and over ASGI, for plain views and asynchronous ones, the store is asked in the server's own thread."""
    for kind in ("wsgi", "asgi"):
        store = ThreadNotingStore()
        with settings_of(LOGTO={"SESSION_STORE": store}), Visitor(logto, kind) as visitor:
            sign_in_as(visitor.client, "carol")
            store.threads.clear()
            for path in ("/", "/ahome"):
                assert visitor.get(path).json()["logto"] == "carol"
        assert store.threads == {threading.get_ident()}


def test_our_own_views_await_over_asgi(database, settings_of, logto):
    """Over ASGI the callback talks to Logto, and to the store, in the event loop."""
    store = ThreadNotingStore()
    with settings_of(LOGTO={"SESSION_STORE": store}), Visitor(logto, "asgi") as visitor:
        visitor.sign_in()
        assert store.threads == {threading.get_ident()}


def test_beside_middleware_of_one_colour(visitors, settings_of):
    """With middleware that knows no asynchronous code on either side, everything works over ASGI as well."""
    plain = f"{__name__}.SyncOnly"
    for middleware in ([plain, *settings.MIDDLEWARE], [*settings.MIDDLEWARE, plain]):
        with settings_of(MIDDLEWARE=middleware), visitors("asgi") as visitor:
            visitor.sign_in()
            alice = visitor.logto.users["alice"].id
            assert visitor.get("/").json()["django"] == visitor.get("/ahome").json()["django"] == alice
            assert visitor.get("/amembers").content == b"members"


def test_users_do_not_mix(visitors, settings_of):
    """Requests of many browsers at once, in threads and in one event loop, each see their own user."""
    names = [f"user{number}" for number in range(6)]
    with settings_of(LOGTO={"SESSION_STORE": MemoryStore()}, MIDDLEWARE=MIDDLEWARE):
        browsers = [(name, visitors("wsgi")) for name in names]
        waiting = [(name, visitors("asgi")) for name in names]
        for name, visitor in (*browsers, *waiting):
            sign_in_as(visitor.client, name)

        with ThreadPoolExecutor(4) as pool:
            seen = list(pool.map(lambda pair: (pair[0], pair[1].get("/cached").content.decode()), browsers * 4))
        assert [name for name, found in seen if name != found] == []

        async def at_once():
            return await asyncio.gather(*(visitor.client.get("/cached") for _, visitor in waiting * 4))

        answers = asyncio.run(at_once())
        assert [answer.content.decode() for answer in answers] == names * 4


MIDDLEWARE = ["logto.integrations.django.middleware.LogtoMiddleware"]
