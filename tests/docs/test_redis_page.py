"""The page on sessions in Redis is true of a real server."""

import pytest

from logto.errors import StorageError
from logto.sessions import RedisStore, Stored
from logto.sessions.store import Call
from tests.docs.blocks import blocks
from tests.house.repository import ROOT
from tests.sessions.valkey import Valkey

PAGE = ROOT / "docs" / "sessions" / "redis.md"
FAR = 4e9


@pytest.fixture
def server():
    """A Valkey of the test's own."""
    server = Valkey()
    server.start()
    yield server
    server.remove()


def of(language):
    """The page's blocks in a language."""
    return [block for block in blocks(PAGE) if block.language == language]


def test_the_blocks_run_and_keep_sessions(server, logto_server, monkeypatch):
    """The page's blocks, run in its order, make stores that share their sessions, and sign alice in."""
    config = logto_server.config()
    monkeypatch.setenv("LOGTO_ENDPOINT", config.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", config.app_id)
    monkeypatch.setenv("LOGTO_APP_SECRET", config.app_secret)
    monkeypatch.setenv("REDIS_URL", server.url)
    monkeypatch.setenv("SESSION_KEY", "k" * 43)
    page = {}
    first, *others = of("python")
    exec(compile(first.code, str(PAGE), "exec"), page)  # noqa: S102 - our own documentation
    sessions, store = page["sessions"], page["store"]
    session = sessions.open({}, "http://localhost:3000/")
    client = page["client"].with_session(session)
    client.handle_sign_in_callback(logto_server.sign_in(client.sign_in("http://localhost:3000/callback"), "alice"))
    (cookie,) = sessions.close(session)
    name, _, value = cookie.partition(";")[0].partition("=")
    for block in others:
        exec(compile(block.code, str(PAGE), "exec"), page)  # noqa: S102

    again = sessions.open({name: value}, "http://localhost:3000/")
    assert page["client"].with_session(again).get_id_token_claims().username == "alice"
    (info,) = sessions.list_sessions(logto_server.users["alice"].id)
    assert page["store"].load(info.key) == store.load(info.key)
    store.close()


def test_the_users_rights_are_enough_and_no_more(server):
    """With the page's ACL line every operation works, and keys of others cannot be read."""
    (block,) = of("text")
    with server.client() as client:
        client.execute_command(*block.text.split())
    theirs = RedisStore(f"unix://logto:password@{server.socket}", prefix="theirs:")
    store = RedisStore(f"unix://logto:password@{server.socket}?db=0")

    assert [store.save("a", Stored(b"value", version, FAR, ("i",))) for version in (1, 2)] == [True, True]
    assert (store.load("a").value, store.find("i"), store.acquire("a", "b", 60)) == (b"value", ["a"], True)
    store.release("a", "b")
    store.delete("a")
    assert (store.load("a"), store.find("i")) == (None, [])
    with pytest.raises(StorageError, match="NoPermission"):
        Call(theirs, "load", ("a",)).blocking(1)
    store.close()
    theirs.close()
