"""A gate between threads."""

import asyncio
import threading

import pytest

from logto.server.gate import Gate


@pytest.mark.anyio
async def test_everybody_passes_once_another_thread_opens_it():
    """Those who wait go on, and those who come later do not wait."""
    gate = Gate()
    waiting = [asyncio.create_task(gate.passed()) for _ in range(3)]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    opener = threading.Thread(target=gate.open)
    opener.start()
    await asyncio.wait_for(asyncio.gather(*waiting), 10)
    await asyncio.wait_for(gate.passed(), 10)
    opener.join()


@pytest.mark.anyio
async def test_nobody_waits_for_longer_than_they_said():
    """A gate that stays closed lets them through after their time."""
    await asyncio.wait_for(Gate().passed(0.001), 10)


def test_opening_after_a_loop_has_ended_is_fine():
    """A waiter that was cancelled with its loop is forgotten."""
    gate = Gate()

    async def give_up():
        task = asyncio.create_task(gate.passed())
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(give_up())
    gate.open()
