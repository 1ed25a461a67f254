"""Programs: what a token endpoint, and a device endpoint, can do to them."""

import asyncio
import contextlib
import logging
import time

import pytest

from logto import (
    ClientAuthenticationError,
    LogtoClient,
    LogtoConfig,
    LogtoDevice,
    LogtoException,
    LogtoMachineClient,
    LogtoMachineSyncClient,
    LogtoSyncClient,
    LogtoSyncDevice,
    MemoryStorage,
    TokenRequestError,
    TransportError,
    UnexpectedResponseError,
)
from tests.rejections import faults
from tests.rejections.faults import echo, instead, members, with_status, without
from tests.rejections.test_token_endpoint import ANSWERS, HONEST, named
from tests.rejections.visitor import given_away
from tests.rejections.wreck import APP_ID, APP_SECRET, RESOURCE, wreck

SUBJECT = "sub_this-1s-a-one-t1me-token"
ACTOR = "this-1s-the-act0rs-token"
CONVERSATIONS = ("machine", "exchange", "device")


class Program:
    """A program in one of the colours, and the three ways in which it asks for tokens."""

    def __init__(self, wreck, colour, timeout=5.0):
        self.wreck = wreck
        self.runner = asyncio.Runner() if colour == "awaiting" else None
        machine, client, device = {
            "blocking": (LogtoMachineSyncClient, LogtoSyncClient, LogtoSyncDevice),
            "awaiting": (LogtoMachineClient, LogtoClient, LogtoDevice),
        }[colour]
        config = LogtoConfig(endpoint=wreck.endpoint, app_id=APP_ID, app_secret=APP_SECRET, timeout=timeout)
        self.storage = MemoryStorage()
        self.client = client(config, self.storage)
        self.machine, self.device = machine(config), device(self.client)

    def end(self, result):
        """The result of an operation in either colour."""
        return self.runner.run(result) if self.runner else result

    def ask(self, conversation):
        """One conversation that asks the token endpoint."""
        match conversation:
            case "machine":
                return self.end(self.machine.get_access_token(RESOURCE))
            case "exchange":
                return self.end(self.machine.exchange_token(SUBJECT, actor_token=ACTOR, resource=RESOURCE))
            case _:
                return self.end(self.device.poll(self.begin()))

    def begin(self):
        """A device's code."""
        return self.end(self.device.begin())

    def close(self):
        """Closes the connections."""
        self.end(self.machine.close())
        self.end(self.client.close())
        if self.runner:
            self.runner.close()


@contextlib.contextmanager
def running(provider, colour, timeout=5.0):
    """A program whose connections are closed in the end."""
    program = Program(provider, colour, timeout)
    try:
        yield program
    finally:
        program.close()


@pytest.fixture(scope="module")
def shared():
    """One provider for all of these tests."""
    with wreck() as running:
        running.claims = {"nonce": None}  # nobody sends one
        yield running


@pytest.fixture
def provider(shared):
    """The provider, honest until told otherwise."""
    shared.faults.clear()
    shared.confidential |= {SUBJECT, ACTOR}
    yield shared
    shared.faults.clear()


@pytest.fixture
def program(provider, colour, caplog):
    """A program; the log is listened to at every level."""
    caplog.set_level(logging.DEBUG)
    with running(provider, colour) as one:
        yield one


def refused(program, ask, log):
    """The exception that a conversation ends with: in time, with nothing kept and nothing given away."""
    began = time.monotonic()
    with pytest.raises(LogtoException) as caught:
        ask()
    assert time.monotonic() - began < 3
    assert not program.client.is_authenticated()
    assert program.storage.get("refreshToken") is None
    assert caught.value.hint
    given_away(caught.value, program.wreck, log.text)
    return caught.value


@pytest.mark.parametrize("conversation", CONVERSATIONS)
@pytest.mark.parametrize(("fault", "code"), named(ANSWERS))
def test_an_answer_that_is_no_token_response_is_refused(provider, program, caplog, conversation, fault, code):
    """Whatever grant it answers, nothing of it is used."""
    provider.faults["token"] = fault
    error = refused(program, lambda: program.ask(conversation), caplog)

    assert (type(error), error.code) == (UnexpectedResponseError, code)


REFUSALS = [
    ("invalid_client", "401 Unauthorized", "invalid_client", ClientAuthenticationError),
    ("unknown", "400 Bad Request", "x-unheard-of", TokenRequestError),
    ("status 500 with an error", "500 Oops", "server_error", UnexpectedResponseError),
    ("429", "429 Slow down", "busy", TokenRequestError),
]


@pytest.mark.parametrize("conversation", CONVERSATIONS)
@pytest.mark.parametrize(("status", "word", "kind"), named(REFUSALS))
def test_a_refusal_that_echoes_our_secrets_gives_nothing_away(
    provider, program, caplog, conversation, status, word, kind
):
    """Neither the application's secret nor a token nor a device's code is in the exception or the log."""
    provider.faults["token"] = echo(status, word)

    assert type(refused(program, lambda: program.ask(conversation), caplog)) is kind


BROKEN = ["reset", "hang_up", "hang_up_in_the_body", "something_else", "declared_96_mb", "gzip_bomb"]


@pytest.mark.parametrize("conversation", CONVERSATIONS)
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_connection_is_told(provider, program, caplog, conversation, name):
    """And one token request is one request: a POST is never repeated."""
    asked = len(provider.asked("token"))
    provider.faults["token"] = getattr(faults, name)
    error = refused(program, lambda: program.ask(conversation), caplog)

    assert isinstance(error, TransportError | UnexpectedResponseError)
    assert len(provider.asked("token")) == asked + 1


@pytest.mark.parametrize("conversation", CONVERSATIONS)
@pytest.mark.parametrize("name", ["silence", "drip_body"])
def test_a_server_that_never_ends_is_given_up(provider, colour, caplog, conversation, name):
    """After the operation's time, for a device's single question too."""
    provider.faults["token"] = getattr(faults, name)
    with running(provider, colour, timeout=0.4) as program:
        error = refused(program, lambda: program.ask(conversation), caplog)

    assert error.code == "transport.timeout"


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_a_redirect_is_not_followed(provider, program, caplog, conversation):
    """A secret must not travel."""
    asked = len(provider.requests)
    provider.faults["token"] = instead(b"", status="307 Elsewhere", location=f"{provider.endpoint}/oidc/me")
    refused(program, lambda: program.ask(conversation), caplog)

    assert [one.path for one in provider.requests[asked:]].count("/oidc/me") == 0


@pytest.mark.parametrize("conversation", CONVERSATIONS)
@pytest.mark.parametrize("fault", named(HONEST))
def test_honest_variety_is_understood(provider, program, conversation, fault):
    """Answers that RFC 6749 allows are used."""
    provider.faults["token"] = fault
    given = program.ask(conversation)

    if conversation == "device":
        assert program.client.is_authenticated()
    else:
        assert given


DEVICE_ANSWERS = [
    ("device_code missing", without("device_code"), "device.malformed"),
    ("device_code with a line break", members(device_code="a\r\nb"), "device.malformed"),
    ("user_code missing", without("user_code"), "device.malformed"),
    ("user_code that commands a terminal", members(user_code="\x1b[2J"), "device.malformed"),
    ("verification_uri missing", without("verification_uri"), "device.malformed"),
    ("verification_uri javascript", members(verification_uri="javascript:alert(1)"), "device.malformed"),
    ("verification_uri a file", members(verification_uri="file:///etc/passwd"), "device.malformed"),
    ("expires_in missing", without("expires_in"), "device.malformed"),
    ("expires_in as a text", members(expires_in="600"), "device.malformed"),
    ("interval as a text", members(interval="5"), "device.malformed"),
    ("HTML", instead(b"<html>", content_type="text/html"), "response.not_json"),
    ("an array", instead(b"[]"), "response.malformed"),
    ("a good body with status 500", with_status("500 Oops"), "response.server_error"),
    ("a good body with status 404", with_status("404 No"), "response.unexpected_status"),
]


@pytest.mark.parametrize(("fault", "code"), named(DEVICE_ANSWERS))
def test_an_answer_that_is_no_device_response_is_refused(provider, program, caplog, fault, code):
    """Nothing of it is shown."""
    provider.faults["device"] = fault
    error = refused(program, program.begin, caplog)

    assert error.code == code
    assert "\x1b" not in str(error)


@pytest.mark.parametrize("name", ["reset", "something_else", "gzip_bomb", "declared_96_mb"])
def test_a_broken_device_endpoint_is_told(provider, program, caplog, name):
    """No hang, no growth, no other library's exception."""
    provider.faults["device"] = getattr(faults, name)

    assert isinstance(refused(program, program.begin, caplog), TransportError | UnexpectedResponseError)


@pytest.mark.parametrize("endpoint", ["discovery", "jwks", "device"])
def test_a_silent_endpoint_does_not_hold_a_device_up(provider, colour, caplog, endpoint):
    """Waiting for a person takes minutes; waiting for a server does not."""
    provider.faults[endpoint] = faults.silence
    with running(provider, colour, timeout=0.4) as program:
        error = refused(program, lambda: program.ask("device"), caplog)

    assert error.code == "transport.timeout"
