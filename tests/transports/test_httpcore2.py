"""How connections are kept, and who may use them."""

import asyncio
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import async_to_sync

from logto.protocol.http import HttpRequest
from logto.transports import httpcore2 as transports
from logto.transports.httpcore2 import AsyncPooledTransport, PooledTransport
from tests.transports.wire import Server, Wire, always, answer, serving


@pytest.fixture
def blocking():
    transport = PooledTransport()
    yield transport
    transport.close()


@pytest.fixture
def server():
    with serving(always(answer(b"hello"))) as running:
        yield running


def test_a_connection_serves_one_request_after_the_other(blocking, server):
    """A blocking client opens one connection for many requests, from whichever thread."""
    for _ in range(3):
        blocking.send(HttpRequest("GET", server.url()), 5)
    with ThreadPoolExecutor(1) as other:
        other.submit(blocking.send, HttpRequest("GET", server.url()), 5).result()
    assert (server.connections, len(server.requests)) == (1, 4)


@pytest.mark.anyio
async def test_a_connection_serves_one_request_after_the_other_in_a_loop(server):
    """An awaiting client opens one connection for many requests of one event loop, from whichever task."""
    transport = AsyncPooledTransport()
    for _ in range(3):
        await asyncio.create_task(transport.send(HttpRequest("GET", server.url()), 5))
    await transport.close()
    assert (server.connections, len(server.requests)) == (1, 3)


@pytest.mark.anyio
async def test_many_requests_at_once_are_all_answered(server):
    """Two hundred requests at once go through, over at most a hundred connections."""
    transport = AsyncPooledTransport()
    answers = await asyncio.gather(*(transport.send(HttpRequest("GET", server.url()), 20) for _ in range(200)))
    await transport.close()
    assert {response.body for response in answers} == {b"hello"}
    assert server.connections <= 100


def test_many_threads_at_once_are_all_answered(blocking, server):
    """Twenty threads share the pool."""
    with ThreadPoolExecutor(20) as threads:
        sent = [threads.submit(blocking.send, HttpRequest("GET", server.url()), 20) for _ in range(200)]
        assert {each.result().body for each in sent} == {b"hello"}
    assert server.connections <= 20


class Closing:
    """A server that closes each connection after its first answer, and says when it has."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __call__(self, wire: Wire, server: Server) -> None:
        server.requests.append(wire.request())
        wire.send(answer(b"hello"))
        wire.sock.close()
        self.closed.set()


def test_a_connection_that_the_server_closed_is_not_used(blocking):
    """A POST after the server has closed the kept connection goes over a new one, once."""
    closing = Closing()
    with serving(closing) as server:
        for _ in range(3):
            closing.closed.clear()
            assert blocking.send(HttpRequest("POST", server.url(), body=b"x"), 5).body == b"hello"
            assert closing.closed.wait(5)
    assert len(server.requests) == 3


@pytest.mark.anyio
async def test_a_connection_that_the_server_closed_is_not_used_in_a_loop():
    """A POST after the server has closed the kept connection goes over a new one, once, also when awaited."""
    closing, transport = Closing(), AsyncPooledTransport()
    with serving(closing) as server:
        for _ in range(3):
            closing.closed.clear()
            assert (await transport.send(HttpRequest("POST", server.url(), body=b"x"), 5)).body == b"hello"
            assert await asyncio.to_thread(closing.closed.wait, 5)
    await transport.close()
    assert len(server.requests) == 3


def test_an_idle_connection_is_dropped_before_logto_drops_it(blocking, server, monkeypatch):
    """A connection that has been idle for KEEPALIVE seconds, less than Logto's five, is not used again."""
    assert transports.KEEPALIVE < 5
    monkeypatch.setattr(transports, "KEEPALIVE", 0)
    for _ in range(2):
        blocking.send(HttpRequest("GET", server.url()), 5)
    assert server.connections == 2


def test_a_closed_transport_opens_again(blocking, server):
    """Closing closes the kept connections and nothing more."""
    blocking.send(HttpRequest("GET", server.url()), 5)
    blocking.close()
    blocking.send(HttpRequest("GET", server.url()), 5)
    assert server.connections == 2


def test_cookies_are_neither_kept_nor_sent(send):
    """What one user's exchange set is not told to the next one's."""
    with serving(always(answer(b"hello", set_cookie="session=alice; Path=/"))) as server:
        transport = PooledTransport()
        for _ in range(2):
            transport.send(HttpRequest("GET", server.url()), 5)
        transport.close()
    assert [asked.headers.get("cookie") for asked in server.requests] == [None, None]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(send, status):
    """A redirect is an answer like any other: a secret does not travel on."""
    with serving(always(answer(b"", f"{status} Moved", location="/elsewhere"))) as server:
        assert send(HttpRequest("POST", server.url(), body=b"code=x")).status == status
    assert len(server.requests) == 1


def test_each_event_loop_has_connections_of_its_own(server):
    """A client made once serves `asyncio.run` twice, threads with loops, and views run through asgiref."""
    transport = AsyncPooledTransport()

    async def view() -> bytes:
        first = await transport.send(HttpRequest("GET", server.url()), 5)
        second = await transport.send(HttpRequest("GET", server.url()), 5)
        return first.body + second.body

    bodies = [asyncio.run(view()), asyncio.run(view()), async_to_sync(view)(), async_to_sync(view)()]
    with ThreadPoolExecutor(4) as threads:
        bodies += [each.result() for each in [threads.submit(asyncio.run, view()) for _ in range(4)]]
    assert bodies == [b"hellohello"] * 8
    assert (server.connections, len(server.requests)) == (8, 16)


def test_an_event_loop_that_has_ended_is_forgotten(server):
    """Nothing of a loop is kept once it has shut down."""
    transport = AsyncPooledTransport()

    async def view() -> weakref.ref:
        await transport.send(HttpRequest("GET", server.url()), 5)
        return weakref.ref(asyncio.get_running_loop())

    assert asyncio.run(view())() is None


QUIET = """
import asyncio, gc, sys, threading
from asgiref.sync import async_to_sync
from logto.protocol.http import HttpRequest
from logto.transports.httpcore2 import AsyncPooledTransport, PooledTransport

request = HttpRequest("GET", sys.argv[1])
shared = AsyncPooledTransport()

async def view(transport=shared):
    await transport.send(request, 5)

asyncio.run(view())
asyncio.run(view())
async_to_sync(view)()
thread = threading.Thread(target=asyncio.run, args=(view(),))
thread.start()
thread.join()

async def dropped():
    await view(AsyncPooledTransport())
    gc.collect()
    await view()

asyncio.run(dropped())
PooledTransport().send(request, 5)
gc.collect()
kept = PooledTransport()
kept.send(request, 5)
print("done")
"""


def run_script(script: str, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", script, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_nothing_is_left_open_and_nothing_complains(server):
    """Loops that end, clients that nobody closes and the interpreter's end leave no warning of any kind."""
    ended = run_script(QUIET, server.url())
    assert (ended.stdout, ended.stderr) == ("done\n", "")


FORKING = """
import os, sys, warnings
from logto.protocol.http import HttpRequest
from logto.transports.httpcore2 import PooledTransport

transport = PooledTransport()

def ask(who):
    return transport.send(HttpRequest("GET", sys.argv[1] + who), 5).body.decode()

ask("parent")
child = os.fork()
if child == 0:
    ask("child")
    ask("child")
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
ask("parent")
print("done")
"""


def test_a_forked_process_opens_its_own_connections():
    """After a fork the parent keeps its connection and the child makes one, as under gunicorn's preload."""
    by_connection: list[list[str]] = []

    def conversation(wire: Wire, server: Server) -> None:
        mine: list[str] = []
        by_connection.append(mine)
        while asked := wire.request():
            mine.append(asked.path)
            wire.send(answer(b"hello"))

    with serving(conversation) as server:
        ended = run_script(FORKING, server.url())
    assert (ended.stdout, ended.stderr) == ("done\n", "")
    assert by_connection == [["/parent", "/parent"], ["/child", "/child"]]


def test_importing_the_package_loads_no_engine():
    """`import logto.transports` alone imports no HTTP library; the first use does."""
    ended = run_script(
        "import sys, logto.transports; print([m for m in ('httpcore2', 'ssl', 'h11') if m in sys.modules])"
    )
    assert (ended.stdout, ended.stderr) == ("[]\n", "")
