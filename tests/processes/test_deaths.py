"""A process that is killed (kill -9) at any point leaves a session that works, or that visibly ended (issue 3, Faults)."""

import os

import pytest

from tests.processes.crew import CookieJar, signed_in
from tests.processes.test_refresh import EXPIRY

STORES = ["redis", "postgresql", "sqlite"]
DEATHS = int(os.environ.get("LOGTO_DEATHS", "1"))
TIMEOUT = 2.5
"""Seconds for an operation: a dead owner's lock lasts for four fifths of it."""

DURING_REFRESH = [
    "after the lock was taken",
    "before the token request",
    "after the token answer",
    "before a save",
    "after a save",
    "before the lock is released",
]
DURING_CALLBACK = ["before the token request", "after the token answer", "before a save", "after a save"]
DURING_SIGN_OUT = ["before a delete", "after a delete"]


def state_after(crew, server, jar, offset):
    """What another process sees next: alice with a live token, or nobody; an error on the way must say why.

    The answer to a look that fails is read as a browser reads it, and the next look must be steady.
    """
    for _ in range(2):
        seen = jar.take(crew.other(do="look", cookies=jar, resource=server.resources[0], offset=offset))
        if "result" in seen:
            return seen["result"] and seen["result"][0]
        assert seen["error"] in {"session.ended", "transport.timeout"}, seen["text"]
    raise AssertionError(seen)


@pytest.mark.parametrize("store", STORES, indirect=True)
def test_killed_while_refreshing(server, hire):
    """Wherever a refresh dies, the session works on in another process or has ended; the lock is taken over."""
    crew = hire(2, timeout=TIMEOUT)
    for point in DURING_REFRESH * DEATHS:
        jar = signed_in(crew, server, offset=server.ahead())
        offset = server.ahead(EXPIRY)
        died = crew.one(do="look", cookies=jar, resource=server.resources[0], offset=offset, die=point)
        assert died == {"died": 9}, point
        seen = state_after(crew, server, jar, offset)
        assert seen in ("alice", None)
        # What the server did not do yet, or what was stored, is not lost.
        if point not in ("after the token answer", "before a save"):
            assert seen == "alice", point


@pytest.mark.parametrize("store", STORES, indirect=True)
def test_killed_while_finishing_a_sign_in(server, hire):
    """Wherever a callback dies, nobody is half signed in, and signing in again works."""
    crew = hire(2, timeout=TIMEOUT)
    for point in DURING_CALLBACK * DEATHS:
        jar = CookieJar()
        offset = server.ahead()
        begun = jar.take(crew.one(do="begin", cookies=jar, offset=offset))
        url = server.sign_in(begun["result"])
        assert crew.one(do="callback", cookies=jar, url=url, offset=offset, die=point) == {"died": 9}, point
        assert state_after(crew, server, jar, offset) is None, point
        again = jar.take(crew.other(do="begin", cookies=jar, offset=offset))
        finished = jar.take(crew.other(do="callback", cookies=jar, url=server.sign_in(again["result"]), offset=offset))
        assert "error" not in finished
        assert state_after(crew, server, jar, offset) == "alice"


@pytest.mark.parametrize("store", STORES, indirect=True)
def test_killed_while_signing_out(server, hire):
    """Before the session is deleted it works on, afterwards it is gone for every process."""
    crew = hire(2, timeout=TIMEOUT)
    for point in DURING_SIGN_OUT * DEATHS:
        jar = signed_in(crew, server, offset=server.ahead())
        offset = server.ahead()
        assert crew.one(do="sign_out", cookies=jar, offset=offset, die=point) == {"died": 9}, point
        assert state_after(crew, server, jar, offset) == ("alice" if point == "before a delete" else None)


@pytest.mark.parametrize("store", STORES, indirect=True)
def test_signing_out_in_one_process_ends_the_session_in_all(server, hire):
    """The other process, which has seen the session before, finds it gone; a second browser's session stays."""
    crew = hire(2, timeout=TIMEOUT)
    offset = server.ahead()
    mine, another = signed_in(crew, server, offset=offset), signed_in(crew, server, offset=offset)
    assert state_after(crew, server, mine, offset) == "alice"
    crew.one(do="sign_out", cookies=mine, offset=offset)  # the browser does not hear of it
    assert state_after(crew, server, mine, offset) is None
    assert state_after(crew, server, another, offset) == "alice"
