"""Faults on demand: what the client sees, and whether the request took effect."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from logto.server import LocalLogto

TOKEN = "/oidc/token"


@pytest.fixture
def spa(fresh_server, open_browser):
    """A public client, whose refresh token is new every time."""
    return open_browser(fresh_server, "spaAppId")


@pytest.fixture
def pool():
    """Threads for requests that are held."""
    with ThreadPoolExecutor(4) as threads:
        yield threads


def test_fail_answers_so_many_times(fresh_server, spa):
    """Two 503s with the headers given, then the server itself; the failed ones used nothing up."""
    token = spa.sign_in()["refresh_token"]
    fault = fresh_server.faults.fail(TOKEN, 503, times=2, body="down", headers={"Retry-After": "5"})
    failed = [spa.refresh(token, parse=False) for _ in range(2)]
    assert [(each.status_code, each.text, each.headers["retry-after"]) for each in failed] == [(503, "down", "5")] * 2
    fresh_server.clock.advance(10)
    assert spa.refresh(token)["refresh_token"] != token
    assert fault.hits == 2
    statuses = [request.status for request in fresh_server.requests if request.path == TOKEN]
    assert statuses == [200, 503, 503, 200]


def test_a_fault_ends_with_its_block(fresh_server, spa):
    """Within `with` every request meets it, afterwards none."""
    with fresh_server.faults.fail("/oidc/jwks") as fault:
        assert [spa.http.get("/oidc/jwks").status_code for _ in range(3)] == [503] * 3
        assert spa.http.get("/oidc/.well-known/openid-configuration").status_code == 200
    assert (spa.http.get("/oidc/jwks").status_code, fault.hits) == (200, 3)


def test_a_method_and_every_path_can_be_named(fresh_server, spa):
    """`method` narrows, "*" is every path."""
    with fresh_server.faults.fail("*", 418, method="POST"):
        assert spa.http.post("/anything").status_code == 418
        assert spa.http.get("/oidc/jwks").status_code == 200


def test_drop_after_processing_uses_the_token_up(fresh_server, spa):
    """The connection is closed without an answer, and four seconds later the token counts as reused: the grant ends."""
    token = spa.sign_in()["refresh_token"]
    with fresh_server.faults.drop_after_processing(TOKEN, times=1), pytest.raises(httpx2.TransportError):
        spa.refresh(token, parse=False)
    assert fresh_server.requests[-1] == ("POST", TOKEN, 200)
    fresh_server.clock.advance(4)
    assert spa.refresh(token, parse=False).json()["error"] == "invalid_grant"


def test_refuse_lets_nothing_take_effect(fresh_server, spa):
    """The connection is closed, and the token is as good as before."""
    token = spa.sign_in()["refresh_token"]
    with fresh_server.faults.refuse(TOKEN), pytest.raises(httpx2.TransportError):
        spa.refresh(token, parse=False)
    assert fresh_server.requests[-1] == ("POST", TOKEN, 0)
    fresh_server.clock.advance(4)
    assert spa.refresh(token)["refresh_token"] != token


def test_a_cut_connection_is_no_error_of_ours(fresh_server, spa, caplog):
    """Nothing is logged for what was asked for."""
    with fresh_server.faults.refuse("/oidc/jwks"), pytest.raises(httpx2.TransportError):
        spa.http.get("/oidc/jwks")
    with fresh_server.faults.drop_after_processing("/oidc/jwks"), pytest.raises(httpx2.TransportError):
        spa.http.get("/oidc/jwks")
    assert spa.http.get("/oidc/jwks").status_code == 200
    assert caplog.records == []


def test_hold_keeps_a_request_until_it_is_released(fresh_server, spa, pool):
    """Nothing has taken effect while it is held; released, it is answered."""
    token = spa.sign_in()["refresh_token"]
    with fresh_server.faults.hold(TOKEN) as held:
        waiting = pool.submit(spa.refresh, token)
        held.wait_until_reached()
        assert [request.path for request in fresh_server.requests].count(TOKEN) == 1
        assert not waiting.done()
        held.release()
        assert waiting.result(10)["refresh_token"] != token


def test_hold_can_keep_the_answer_instead(fresh_server, spa, pool):
    """With `after_processing` the token is used up already: others see it, the asker does not."""
    token = spa.sign_in()["refresh_token"]
    with fresh_server.faults.hold(TOKEN, times=1, after_processing=True) as held:
        waiting = pool.submit(spa.refresh, token, False)
        held.wait_until_reached()
        fresh_server.clock.advance(4)
        assert spa.refresh(token, parse=False).json()["error"] == "invalid_grant"
        held.release()
        assert waiting.result(10).status_code == 200


def test_hold_keeps_several(fresh_server, spa, pool):
    """It can wait for a number of them, and releases all at once."""
    with fresh_server.faults.hold("/oidc/jwks") as held:
        waiting = [pool.submit(httpx2.get, f"{fresh_server.endpoint}/oidc/jwks") for _ in range(3)]
        held.wait_until_reached(3)
        assert held.hits == 3
    assert [each.result(10).status_code for each in waiting] == [200] * 3


def test_waiting_for_what_does_not_come_is_an_error(fresh_server):
    """A time-out that says how many came, and where."""
    held = fresh_server.faults.hold("/oidc/jwks")
    with pytest.raises(TimeoutError, match="0 of 1 requests reached /oidc/jwks"):
        held.wait_until_reached(timeout=0)


@pytest.mark.anyio
async def test_a_held_request_may_come_from_the_same_event_loop(fresh_server):
    """`await held.until_reached()` lets the loop go on."""
    held = fresh_server.faults.hold("/oidc/jwks")
    async with httpx2.AsyncClient() as http:
        asking = asyncio.create_task(http.get(f"{fresh_server.endpoint}/oidc/jwks"))
        await held.until_reached()
        held.release()
        assert (await asking).status_code == 200


def test_slow_keeps_a_request_for_its_time(fresh_server, spa):
    """Slower than the client's patience is a time-out; quick enough is an answer."""
    with fresh_server.faults.slow("/oidc/jwks", 60) as fault:
        with pytest.raises(httpx2.ReadTimeout):
            spa.http.get("/oidc/jwks", timeout=0.05)
        assert fault.hits == 1
    with fresh_server.faults.slow("/oidc/jwks", 0.01):
        assert spa.http.get("/oidc/jwks").status_code == 200


def test_clear_lifts_everything_and_lets_go(fresh_server, spa, pool):
    """What was held or slow goes on at once."""
    held = fresh_server.faults.hold("/oidc/jwks")
    fresh_server.faults.slow("/", 60)
    waiting = [pool.submit(httpx2.get, fresh_server.endpoint + path) for path in ("/oidc/jwks",)]
    held.wait_until_reached()
    fresh_server.faults.clear()
    assert waiting[0].result(10).status_code == 200
    assert spa.http.get("/").status_code == 200


def test_stopping_lets_go_of_what_is_held(pool):
    """A server that is stopped answers what it held."""
    with LocalLogto() as server:
        held = server.faults.hold("/oidc/jwks")
        waiting = pool.submit(httpx2.get, f"{server.endpoint}/oidc/jwks")
        held.wait_until_reached()
        server.stop()
        assert waiting.result(10).status_code == 200


def test_the_first_of_several_faults_comes_first(fresh_server, spa):
    """Used up, it makes room for the next."""
    fresh_server.faults.fail("/oidc/jwks", 500, times=1)
    fresh_server.faults.fail("/oidc/jwks", 502, times=1)
    assert [spa.http.get("/oidc/jwks").status_code for _ in range(3)] == [500, 502, 200]


def test_faults_may_be_set_before_the_start():
    """They are in force from the first request."""
    server = LocalLogto()
    server.faults.fail("/oidc/jwks", 500, times=1)
    with server:
        assert httpx2.get(f"{server.endpoint}/oidc/jwks").status_code == 500
