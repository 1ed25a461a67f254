"""Every way to make a `RedisStore`, tried with the rules for all stores."""

import asyncio
import time

import pytest
import redis
from redis import asyncio as awaiting_redis

from logto.sessions import RedisStore
from logto.sessions.conformance import MovableClock, StoreConformance
from tests.sessions.valkey import READY_WITHIN, Valkey, free_port


@pytest.fixture(scope="module")
def cluster():
    """A cluster of one, which has all slots and the rules of many."""
    server = Valkey("--cluster-enabled", "yes", "--cluster-port", str(free_port()), port=free_port())
    server.start()
    with server.client() as client:
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
        deadline = time.monotonic() + READY_WITHIN
        while b"cluster_state:ok" not in client.execute_command("CLUSTER", "INFO"):
            assert time.monotonic() < deadline
    yield server
    server.remove()


class InOneLoop(StoreConformance):
    """The rules for a store whose awaiting client belongs to one event loop."""

    @pytest.fixture(autouse=True)
    def runner(self):
        """The loop, for as long as a test takes."""
        with asyncio.Runner() as self.running:
            yield self.running

    def run(self, coroutine):
        """Runs in that loop."""
        return self.running.run(coroutine)


class TestRedisStore(StoreConformance):
    """A store with a URL, whose time the suite moves."""

    clock = MovableClock()

    @pytest.fixture
    def store(self, valkey):
        """A store that makes its own clients."""
        store = RedisStore(valkey.url, clock=self.clock)
        yield store
        store.close()


class TestRealTime(StoreConformance):
    """A store whose sessions end by the server's own clock."""

    @pytest.fixture
    def store(self, valkey):
        """A store as an application makes it."""
        store = RedisStore(valkey.url)
        yield store
        store.close()


class TestBlockingClient(StoreConformance):
    """A store with the user's blocking client."""

    @pytest.fixture
    def store(self, valkey):
        """A store for threads alone."""
        with valkey.client() as client:
            yield RedisStore(client)


class TestAwaitingClient(InOneLoop):
    """A store with the user's asyncio client."""

    @pytest.fixture
    def store(self, valkey, runner):
        """A store for tasks alone."""
        client = awaiting_redis.Redis.from_url(valkey.url)
        yield RedisStore(client)
        runner.run(client.aclose())


class TestOneOfEach(InOneLoop):
    """A store with the user's two clients."""

    @pytest.fixture
    def store(self, valkey, runner):
        """A store for both."""
        client = awaiting_redis.Redis.from_url(valkey.url)
        with valkey.client() as blocking:
            yield RedisStore(client, blocking)
        runner.run(client.aclose())


class TestCluster(InOneLoop):
    """A store on a cluster, which refuses what would touch two slots at once."""

    @pytest.fixture
    def store(self, cluster, runner):
        """A store with both kinds of cluster client."""
        client = awaiting_redis.RedisCluster(host="127.0.0.1", port=cluster.port)
        with redis.RedisCluster(host="127.0.0.1", port=cluster.port) as blocking:
            yield RedisStore(blocking, client)
        runner.run(client.aclose())
