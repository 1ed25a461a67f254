"""How logout tokens travel: bounded, logged, and only on this machine unless allowed."""

import logging
import re
from queue import SimpleQueue

import pytest

from logto.server import LocalLogto, messenger
from logto.server.messenger import Messenger, Notice
from tests.server.receiver import Receiver


@pytest.fixture
def receiver():
    """A receiver of the test's own."""
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def warnings():
    """What the server warns of, to be waited for."""
    queue = SimpleQueue()

    class Handler(logging.Handler):
        def emit(self, record):
            queue.put(record.getMessage())

    handler, log = Handler(), logging.getLogger("logto.server")
    log.addHandler(handler)
    yield lambda: queue.get(timeout=10)
    log.removeHandler(handler)


@pytest.fixture
def signed_out(fresh_server, fresh_browser):
    """Signs alice in and out with a receiver at `uri`; returns the last answer."""

    def signed_out(uri):
        fresh_server.configure(fresh_browser.client_id, backchannelLogoutUri=uri)
        fresh_browser.sign_in()
        return fresh_browser.sign_out(client_id=fresh_browser.client_id)

    return signed_out


def test_the_page_does_not_wait_for_a_slow_receiver(signed_out, receiver, monkeypatch):
    """While the receiver is still silent the user is back at the application."""
    monkeypatch.setattr(messenger, "PATIENCE", 0.01)
    receiver.answering.clear()
    answer = signed_out(receiver.uri)
    assert receiver.take().token
    assert (answer.status_code, receiver.answers) == (303, 0)


def test_a_receiver_that_never_answers_is_given_up_and_logged(signed_out, receiver, monkeypatch, warnings):
    """Bounded by a total time-out; the log names application, host and reason."""
    monkeypatch.setattr(messenger, "TIMEOUT", 0.05)
    receiver.answering.clear()
    assert signed_out(receiver.uri).status_code == 303
    text = warnings()
    assert "at 127.0.0.1 failed: no answer within 0.05 seconds" in text


@pytest.mark.parametrize("status", [400, 500])
def test_a_receiver_that_refuses_is_logged(signed_out, receiver, status, warnings):
    """The user is signed out all the same; no token in the log."""
    receiver.status = status
    assert signed_out(receiver.uri).status_code == 303
    text = warnings()
    assert text.endswith(f"failed: status {status}")
    assert receiver.take().token not in text


def test_a_receiver_that_is_down_is_logged(signed_out, receiver, warnings):
    """Nobody listens there."""
    receiver.close()
    assert signed_out(receiver.uri).status_code == 303
    assert re.search("failed: [A-Za-z]*Error$", warnings())


def test_a_redirect_is_not_followed(signed_out, receiver, warnings):
    """The token goes where the application said, and nowhere else."""
    receiver.status, receiver.headers = 307, {"Location": receiver.uri}
    signed_out(receiver.uri)
    assert warnings().endswith("failed: status 307")
    receiver.take()
    assert receiver.is_empty


@pytest.mark.parametrize(
    "host",
    ["192.0.2.1", "169.254.169.254", "10.0.0.1", "logto.test", "localhost.example", "[2001:db8::1]", "0.0.0.0"],  # noqa: S104  # what is refused
)
def test_no_other_machine_is_asked(signed_out, host, warnings):
    """A host that is not this machine's is refused before any connection, and the log names the option."""
    assert signed_out(f"http://{host}/logout").status_code == 303
    assert warnings().endswith("it is not on this machine (--allow-backchannel-logout-beyond-loopback)")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
@pytest.mark.anyio
async def test_this_machine_may_be_named(receiver, host):
    """By its name or by its address."""
    uri = receiver.uri.replace("127.0.0.1", host)
    await Messenger(beyond_loopback=False).send([Notice("app", uri, "token")])
    assert receiver.take().token == "token"


def test_other_machines_can_be_allowed(open_browser, warnings):
    """With the option a foreign name is tried: it fails for being unknown, not for being foreign."""
    with LocalLogto(allow_backchannel_logout_beyond_loopback=True) as server:
        browser = open_browser(server)
        server.configure(browser.client_id, backchannelLogoutUri="http://nobody.invalid/logout")
        browser.sign_in()
        browser.sign_out(client_id=browser.client_id)
        assert warnings().endswith("at nobody.invalid failed: ConnectError")


def test_a_notice_shows_no_token():
    """Its repr tells where, not what."""
    assert "secret-token" not in repr(Notice("app", "http://localhost/", "secret-token"))
