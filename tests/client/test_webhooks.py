"""`client/webhooks.py` and `flows/webhooks.py`: handled once, however often it comes."""

import asyncio
import json
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest

from logto import ConfigurationError, LogtoWebhooks, StorageError
from logto.sessions import MemoryStore, SqlStore
from tests.protocol.test_webhook import KEY, sign

NOW = 1_800_000_000.0


def delivery(event="User.Created", *, age=0.0, **members) -> tuple[bytes, str]:
    created = datetime.fromtimestamp(NOW - age, UTC).isoformat()
    body = json.dumps({"event": event, "hookId": "h", "createdAt": created, **members}).encode()
    return body, sign(body)


@pytest.fixture
def webhooks() -> LogtoWebhooks:
    return LogtoWebhooks(KEY, clock=lambda: NOW)


def test_the_handlers_of_the_event_see_it(webhooks):
    """Each function that asked for the event, or for any, is called with it; others are not."""
    seen = []
    webhooks.on("User.Created", "User.Deleted")(lambda event: seen.append(("one", event.event)))
    webhooks.on("Role.Created")(lambda event: seen.append(("other", event.event)))
    webhooks.on_any(lambda event: seen.append(("any", event.event)))

    answer = webhooks.receive(*delivery())

    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    assert seen == [("one", "User.Created"), ("any", "User.Created")]


def test_an_event_of_a_later_logto_reaches_those_who_want_any(webhooks):
    """An event that this version does not know is no error."""
    seen = []
    webhooks.on_any(lambda event: seen.append(event.event))

    assert webhooks.receive(*delivery("Moon.Landed")).status == 200
    assert seen == ["Moon.Landed"]


@pytest.mark.anyio
async def test_async_handlers_are_awaited(webhooks):
    """In an awaiting route, plain and `async` functions both work."""
    seen = []

    @webhooks.on("User.Created")
    async def later(event):
        await asyncio.sleep(0)
        seen.append("async")

    webhooks.on("User.Created")(lambda event: seen.append("plain"))

    assert (await webhooks.areceive(*delivery())).status == 200
    assert seen == ["async", "plain"]


def test_an_async_handler_of_a_blocking_route_is_explained(webhooks):
    """It could never run, and the error says what to change."""

    @webhooks.on("User.Created")
    async def never(event):
        raise AssertionError

    with pytest.raises(ConfigurationError) as error:
        webhooks.receive(*delivery())

    assert error.value.code == "configuration.webhook_handler"


def test_a_delivery_that_comes_again_is_handled_once(webhooks):
    """A replay is answered like the first, and no handler sees it."""
    seen = []
    webhooks.on_any(lambda event: seen.append(event.event))
    replay = delivery()

    assert [webhooks.receive(*replay).status for _ in range(3)] == [200, 200, 200]
    assert len(seen) == 1


def test_what_is_remembered_outlives_the_age_at_which_it_would_be_refused():
    """There is no moment at which a replay is new enough and forgotten."""
    now = [NOW]
    webhooks = LogtoWebhooks(KEY, clock=lambda: now[0], max_age=300)
    seen = []
    webhooks.on_any(lambda event: seen.append(event.event))
    replay = delivery(age=-299)  # written by a clock that is ahead
    for later in (0, 100, 301, 500, 598, 599):
        now[0] = NOW + later
        assert webhooks.receive(*replay).status == 200
    now[0] = NOW + 600
    assert webhooks.receive(*replay).status == 400
    assert len(seen) == 1


@pytest.mark.parametrize("age", [301, -301, 86400 * 365])
def test_a_delivery_of_another_time_is_refused(webhooks, age):
    """Too old, or from the future: nobody sees it."""
    seen = []
    webhooks.on_any(seen.append)

    assert webhooks.receive(*delivery(age=age)).status == 400
    assert seen == []


def test_a_handler_that_fails_is_tried_again(webhooks):
    """Its exception goes on to the framework, and Logto's next try is handled."""
    tries = []

    @webhooks.on("User.Created")
    def fails_once(event):
        tries.append(event)
        if len(tries) == 1:
            raise RuntimeError("the database is down")

    again = delivery()
    with pytest.raises(RuntimeError):
        webhooks.receive(*again)

    assert webhooks.receive(*again).status == 200
    assert webhooks.receive(*again).status == 200
    assert len(tries) == 2


def test_a_delivery_that_is_being_handled_is_asked_for_again(webhooks):
    """Logto's time-out while a handler works: its next try is neither handled twice nor lost."""
    entered, leave = Barrier(2), Barrier(2)
    seen, answers = [], []

    @webhooks.on("User.Created")
    def slow(event):
        seen.append(event)
        entered.wait(10)
        leave.wait(10)

    same = delivery()
    thread = Thread(target=lambda: answers.append(webhooks.receive(*same).status))
    thread.start()
    entered.wait(10)
    meanwhile = webhooks.receive(*same)
    leave.wait(10)
    thread.join(10)

    assert (meanwhile.status, meanwhile.headers["Retry-After"]) == (503, "5")
    assert answers == [200]
    assert len(seen) == 1


@pytest.mark.anyio
async def test_a_handler_goes_on_when_the_request_is_cancelled(webhooks):
    """Logto's next try finds it at work, and the one after that finds it done."""
    entered, leave, left = asyncio.Event(), asyncio.Event(), asyncio.Event()
    seen = []

    @webhooks.on("User.Created")
    async def slow(event):
        seen.append(event)
        entered.set()
        await leave.wait()
        left.set()

    same = delivery()
    request = asyncio.create_task(webhooks.areceive(*same))
    await entered.wait()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request

    assert (await webhooks.areceive(*same)).status == 503
    leave.set()
    await left.wait()
    assert (await webhooks.areceive(*same)).status == 200
    assert len(seen) == 1


def test_processes_that_share_a_store_handle_it_once():
    """Two receivers with one store are as one."""
    seen, store = [], MemoryStore(clock=lambda: NOW)
    receivers = [LogtoWebhooks(KEY, seen=store, clock=lambda: NOW) for _ in range(2)]
    for receiver in receivers:
        receiver.on_any(seen.append)
    same = delivery()

    assert [receiver.receive(*same).status for receiver in receivers] == [200, 200]
    assert len(seen) == 1


@pytest.mark.parametrize("later", [0, 1, 1799, 3599])
def test_the_longest_age_is_remembered_in_a_database(tmp_path, later):
    """No delivery that is young enough to be believed is handled a second time, however old it may be."""
    now = [NOW]
    store = SqlStore(f"sqlite:///{tmp_path}/seen.sqlite3", clock=lambda: now[0])
    webhooks = LogtoWebhooks(KEY, seen=store, max_age=1800, clock=lambda: now[0])
    seen = []
    webhooks.on_any(seen.append)
    replay = delivery(age=-1799)
    assert webhooks.receive(*replay).status == 200

    now[0] += later
    assert webhooks.receive(*replay).status == 200
    assert len(seen) == 1
    store.close()


class Broken(MemoryStore):
    """A store whose server is down."""

    def acquire(self, key, owner, lease):
        raise StorageError("down", code="storage.failed")


def test_a_store_that_is_down_makes_logto_try_again():
    """Nothing is handled that could not be remembered."""
    seen = []
    webhooks = LogtoWebhooks(KEY, seen=Broken(), clock=lambda: NOW)
    webhooks.on_any(seen.append)

    answer = webhooks.receive(*delivery())

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert seen == []


def test_a_forged_delivery_reaches_nobody(webhooks):
    """Its signature is judged first, and nothing is remembered of it."""
    seen = []
    webhooks.on_any(seen.append)
    body, signature = delivery()

    assert webhooks.receive(body + b" ", signature).status == 401
    assert webhooks.receive(body, None).status == 401
    assert seen == []
    assert webhooks.receive(body, signature).status == 200


@pytest.mark.parametrize("max_age", [0, -1, 1801, float("nan"), float("inf")])
def test_an_age_that_no_delivery_has_is_explained(max_age):
    """Not for ever, and not for so long that a store would forget what was handled."""
    with pytest.raises(ConfigurationError) as error:
        LogtoWebhooks(KEY, max_age=max_age)

    assert error.value.code == "configuration.webhook_age"


def test_an_event_that_logto_does_not_send_is_explained(webhooks):
    """A mistyped name is found when the function is registered."""
    with pytest.raises(ConfigurationError) as error:
        webhooks.on("User.created")

    assert "`User.Created`" in error.value.hint


def test_the_key_is_in_no_repr(webhooks):
    """Nothing that is printed tells the key."""
    assert KEY not in f"{webhooks!r} {vars(webhooks)!r}"
