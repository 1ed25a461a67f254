"""Which URLs and clients a `RedisStore` takes, and what it shows of them."""

import asyncio
import traceback

import pytest
import redis
from redis import asyncio as awaiting_redis

from logto.errors import ConfigurationError, StorageError
from logto.sessions import RedisStore
from logto.sessions.store import Call

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "url",
    [
        "redis://:hunter2/x@localhost",
        "http://:hunter2@localhost",
        "redis://:hunter2@localhost?socket_timeout=hunter2",
        "redis://:hunter2@localhost?wrong=hunter2",
        "redis://:hunter2@localhost?protocol=hunter2",
        "redis://:hunter2@localhost?decode_responses=True",
        "",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_and_not_shown(url):
    """A wrong URL is a ConfigurationError that shows nothing of the password."""
    with pytest.raises(ConfigurationError) as failure:
        RedisStore(url)

    assert failure.value.code == "configuration.redis"
    assert "hunter2" not in "".join(traceback.format_exception(failure.value))


async def test_no_password_is_shown():
    """Neither the store's repr nor the error for a server that is not there shows the URL's password."""
    store = RedisStore("redis://user:hunter2@127.0.0.1:1")
    call = Call(store, "load", ("a",))
    with pytest.raises(StorageError) as blocking:
        call.blocking(1)
    with pytest.raises(StorageError) as awaiting:
        await call.awaiting(1)

    assert "hunter2" not in repr(store)
    assert "hunter2" not in repr(vars(store))
    assert "hunter2" not in "".join(
        line for error in (blocking, awaiting) for line in traceback.format_exception(error.value)
    )


@pytest.mark.parametrize(
    "make",
    [
        list,
        lambda: [None],
        lambda: [redis.ConnectionPool()],
        lambda: [redis.Redis(), redis.Redis()],
        lambda: ["redis://localhost", redis.Redis()],
        lambda: [redis.Redis(decode_responses=True)],
        lambda: [awaiting_redis.Redis(decode_responses=True)],
    ],
)
def test_clients_that_do_not_fit_are_refused(make):
    """No client, another thing, two of one colour, or one that decodes is a ConfigurationError."""
    with pytest.raises(ConfigurationError) as failure:
        RedisStore(*make())

    assert failure.value.code == "configuration.redis"


def test_a_cluster_needs_a_prefix_that_names_a_slot():
    """On a cluster a prefix without braces is refused before anything is written."""
    client = awaiting_redis.RedisCluster(host="127.0.0.1", port=1)
    for prefix in ("logto:", "{}logto:", "{logto:"):
        with pytest.raises(ConfigurationError, match="braces"):
            RedisStore(client, prefix=prefix)

    assert RedisStore(client, prefix="app:{x}:")


async def test_the_colour_without_a_client_says_so(valkey):
    """A store with one client has the methods of its colour, and says so in the other."""
    with valkey.client() as client, pytest.raises(ConfigurationError, match="no awaiting methods"):
        await RedisStore(client).aload("a")
    async with awaiting_redis.Redis.from_url(valkey.url) as client:
        with pytest.raises(ConfigurationError, match="no blocking methods"):
            RedisStore(client).load("a")


def test_a_client_of_another_event_loop_is_named_as_the_cause(valkey):
    """A user's asyncio client in a second event loop is an error that says what to do."""
    client = awaiting_redis.Redis.from_url(valkey.url)
    call = Call(RedisStore(client), "load", ("a",))
    with asyncio.Runner() as home, asyncio.Runner() as elsewhere:
        home.run(call.awaiting(1))
        with pytest.raises(StorageError) as failure:
            elsewhere.run(call.awaiting(1))
        home.run(client.aclose())

    assert failure.value.code == "storage.event_loop"
