"""The two drivers: a conversation carried blocking and awaiting, with one deadline for all of it."""

import asyncio
import threading
from contextvars import ContextVar
from itertools import count

import pytest

from logto.errors import LogtoException, TransportError
from logto.protocol.http import HttpRequest, HttpResponse
from logto.transports import base
from logto.transports.base import Meanwhile, ToTheEnd, run, run_async
from logto.transports.canned import AsyncCannedTransport, CannedTransport

ASK = HttpRequest("GET", "https://a/b?secret=1")
WHERE: ContextVar[str] = ContextVar("WHERE", default="nowhere")


class Noting:
    """A transport that notes how long it may take, in either colour."""

    def __init__(self):
        self.timeouts = []

    def answer(self, timeout):
        self.timeouts.append(timeout)
        return HttpResponse(200)


class Blocking(Noting):
    def send(self, request, timeout):
        return self.answer(timeout)


class Awaiting(Noting):
    async def send(self, request, timeout):
        return self.answer(timeout)


@pytest.fixture(params=["blocking", "awaiting"])
def carry(request):
    """Carries a conversation to its end in either colour; the transport notes the time-outs it was given."""

    def blocking(flow, timeout=5.0, transport=None):
        return run(flow, transport or Blocking(), timeout)

    def awaiting(flow, timeout=5.0, transport=None):
        return asyncio.run(run_async(flow, transport or Awaiting(), timeout))

    carry = {"blocking": blocking, "awaiting": awaiting}[request.param]
    carry.transport = {"blocking": Blocking, "awaiting": Awaiting}[request.param]
    carry.canned = {"blocking": CannedTransport, "awaiting": AsyncCannedTransport}[request.param]
    return carry


def ask(*requests):
    """A conversation that asks and returns the answers' statuses."""
    statuses = []
    for request in requests:
        statuses.append((yield request).status)  # noqa: PERF401 - a comprehension cannot yield
    return statuses


def test_each_request_is_answered_in_turn(carry):
    """Answers come back where they were asked for, and the result is returned."""
    canned = carry.canned()
    canned.answer("GET", "/b", status=201)
    canned.answer("GET", "/b", status=202)

    assert carry(ask(ASK, ASK), transport=canned) == [201, 202]


def test_a_failure_is_raised_where_it_was_asked(carry):
    """The conversation may catch a transport's error, and goes on."""
    canned = carry.canned()
    canned.fail("GET", "/b", TransportError("down"))

    def flow():
        try:
            yield ASK
        except TransportError as error:
            return error.message

    assert carry(flow(), transport=canned) == "down"


def test_the_deadline_is_for_the_whole_conversation(carry, monkeypatch):
    """Of five seconds, what earlier steps took is taken off; a request's own limit only shortens it."""
    times = count(100.0, 1.0)
    monkeypatch.setattr(base, "monotonic", lambda: next(times))
    transport = carry.transport()

    carry(ask(ASK, HttpRequest("GET", "https://a/b", timeout=2.0), ASK), 5.0, transport)

    assert transport.timeouts == [4.0, 2.0, 2.0]


def test_when_the_time_is_over_nothing_more_is_sent(carry, monkeypatch):
    """The error names the setting, and the URL without its query."""
    times = count(100.0, 3.0)
    monkeypatch.setattr(base, "monotonic", lambda: next(times))
    transport = carry.transport()

    with pytest.raises(TransportError) as caught:
        carry(ask(ASK, ASK, ASK), 5.0, transport)

    assert len(transport.timeouts) == 1
    assert caught.value.code == "transport.timeout"
    assert "`timeout`" in caught.value.hint
    assert caught.value.url == "https://a/b"


def test_a_conversation_within_a_conversation_returns_its_result(carry):
    """`ToTheEnd` is a step whose answer is the inner result, or whose failure is the inner failure."""

    def failing():
        yield ASK
        raise LogtoException("inner")

    def flow():
        statuses = yield ToTheEnd(ask(ASK))
        try:
            yield ToTheEnd(failing())
        except LogtoException as error:
            return statuses, error.message

    assert carry(flow()) == ([200], "inner")


@pytest.mark.anyio
async def test_a_cancelled_task_does_not_stop_what_runs_to_the_end():
    """The inner conversation goes on after its task was cancelled, within the same context."""
    going, may_go, ended = asyncio.Event(), asyncio.Event(), []

    class Slow:
        async def send(self, request, timeout):
            going.set()
            await may_go.wait()
            return HttpResponse(200)

    def inner():
        yield ASK
        ended.append(WHERE.get())

    def outer():
        yield ToTheEnd(inner())

    WHERE.set("in this request")
    task = asyncio.create_task(run_async(outer(), Slow(), 5))
    await going.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == []
    may_go.set()
    for _ in range(5):
        await asyncio.sleep(0)

    assert ended == ["in this request"]


def test_a_thread_does_not_wait_for_what_happens_meanwhile():
    """`Meanwhile` runs in another thread, with the context of the request that began it."""
    may_go, ended = threading.Event(), threading.Event()
    seen = []

    class Slow:
        def send(self, request, timeout):
            assert may_go.wait(10)
            return HttpResponse(200)

    def inner():
        yield ASK
        seen.append(WHERE.get())
        ended.set()

    def outer():
        return (yield Meanwhile(inner())) is None

    WHERE.set("in this thread")
    assert run(outer(), Slow(), 5) is True
    assert seen == []
    may_go.set()
    assert ended.wait(10)
    assert seen == ["in this thread"]


@pytest.mark.anyio
async def test_a_task_does_not_wait_for_what_happens_meanwhile():
    """The same, awaiting."""
    may_go, ended = asyncio.Event(), asyncio.Event()

    class Slow:
        async def send(self, request, timeout):
            await may_go.wait()
            return HttpResponse(200)

    def inner():
        yield ASK
        ended.set()

    def outer():
        yield Meanwhile(inner())
        return "gone on"

    assert await run_async(outer(), Slow(), 5) == "gone on"
    assert not ended.is_set()
    may_go.set()
    await asyncio.wait_for(ended.wait(), 5)


@pytest.mark.anyio
@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_failure_that_nobody_waits_for_disturbs_nobody():
    """A background conversation that fails is neither raised nor reported as lost, in either colour."""
    reported = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, about: reported.append(about))

    def inner():
        yield ASK
        raise TransportError("nobody hears this")

    def outer():
        yield Meanwhile(inner())

    before = set(threading.enumerate())
    run(outer(), Blocking(), 5)
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    await run_async(outer(), Awaiting(), 5)
    for _ in range(5):
        await asyncio.sleep(0)

    assert reported == []
