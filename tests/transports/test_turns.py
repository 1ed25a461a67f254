"""Turns: one at a time by name, in the order of arrival, across threads, tasks and event loops."""

import asyncio
import threading

import pytest

from logto.errors import TransportError
from logto.transports.turns import Turns


def test_a_free_turn_is_taken_at_once():
    """Nobody waits for a name that nobody has, and names do not disturb each other."""
    turns = Turns()

    assert turns.enter("a") is None
    assert turns.enter("b") is None


def test_turns_come_in_the_order_of_arrival():
    """Of three that wait, each one's turn comes when the one before leaves."""
    turns = Turns()
    turns.enter("a")
    waiting = [turns.enter("a") for _ in range(3)]

    order = []
    for _ in waiting:
        turns.leave("a")
        order.append([future.done() for future in waiting])

    assert order == [[True, False, False], [True, True, False], [True, True, True]]


def test_nothing_is_remembered_once_all_have_left():
    """After the last one has left, the name is free again, and no memory is kept."""
    turns = Turns()
    for _ in range(2):
        assert turns.enter("a") is None
        turns.leave("a")

    assert turns._waiting == {}  # noqa: SLF001 - what a leak would fill


def test_whoever_gave_up_is_passed_over():
    """A cancelled wait does not get the turn."""
    turns = Turns()
    turns.enter("a")
    first, second = turns.enter("a"), turns.enter("a")
    first.cancel()

    turns.leave("a")

    assert second.done()


def test_a_thread_waits_no_longer_than_it_may():
    """A turn that does not come in time is a TransportError, and the place in the queue is given up."""
    turns = Turns()
    turns.enter("a")

    with pytest.raises(TransportError) as caught:
        turns.take("a").blocking(0.001)
    turns.leave("a")

    assert caught.value.code == "transport.timeout"
    assert "timeout" in caught.value.hint
    assert turns.enter("a") is None


@pytest.mark.anyio
async def test_a_task_waits_no_longer_than_it_may():
    """The same, awaiting."""
    turns = Turns()
    turns.enter("a")

    with pytest.raises(TransportError) as caught:
        await turns.take("a").awaiting(0.001)
    turns.leave("a")

    assert caught.value.code == "transport.timeout"
    assert turns.enter("a") is None


@pytest.mark.anyio
async def test_a_cancelled_task_gives_its_place_up():
    """Cancelled while waiting, also when its turn comes at that moment: the next one gets it."""
    for leaves_first in (True, False):
        turns = Turns()
        turns.enter("a")
        first = asyncio.create_task(turns.take("a").awaiting(5))
        second = asyncio.create_task(turns.take("a").awaiting(5))
        await asyncio.sleep(0)
        if leaves_first:
            turns.leave("a")
            first.cancel()
        else:
            first.cancel()
            turns.leave("a")
        with pytest.raises(asyncio.CancelledError):
            await first

        (await asyncio.wait_for(second, 5)).release()

        assert turns.enter("a") is None


def test_threads_and_event_loops_exclude_each_other():
    """Ten threads and ten event loops in threads: never two within, and all get their turn."""
    turns = Turns()
    inside, most, done = [0], [0], []

    def work(turn):
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        done.append(1)
        inside[0] -= 1
        turn.release()

    async def task():
        work(await turns.take("a").awaiting(10))

    def thread():
        work(turns.take("a").blocking(10))

    holder = turns.take("a").blocking(1)
    workers = [threading.Thread(target=thread) for _ in range(10)]
    workers += [threading.Thread(target=lambda: asyncio.run(task())) for _ in range(10)]
    for worker in workers:
        worker.start()
    holder.release()
    for worker in workers:
        worker.join(10)

    assert (len(done), most[0]) == (20, 1)
