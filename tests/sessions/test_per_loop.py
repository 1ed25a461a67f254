"""One of something for each event loop."""

import asyncio
import gc

from logto.sessions.per_loop import PerLoop


class Thing:
    """Something that belongs to a loop, and notes where it was closed."""

    closed_in = None

    def __init__(self):
        self.loop = asyncio.get_running_loop()

    async def close(self):
        """Closes it."""
        await asyncio.sleep(0)
        self.closed_in = asyncio.get_running_loop()


def test_each_loop_has_its_own_until_it_shuts_down():
    """A loop is given the same thing again, another loop another, and each is closed inside its loop."""
    per_loop = PerLoop(Thing, Thing.close)

    async def use():
        first, *others = await asyncio.gather(*(per_loop.get() for _ in range(5)))
        assert all(other is first for other in others)
        return first

    things = [asyncio.run(use()) for _ in range(2)]

    assert things[0] is not things[1]
    assert [thing.closed_in for thing in things] == [thing.loop for thing in things]


def test_it_can_be_closed_before():
    """Closing ends the running loop's own, once, and the next that asks is given another."""
    per_loop = PerLoop(Thing, Thing.close)

    async def use():
        await per_loop.close()
        first = await per_loop.get()
        await per_loop.close()
        await per_loop.close()
        assert first.closed_in is first.loop
        assert await per_loop.get() is not first

    asyncio.run(use())


def test_an_owner_that_is_dropped_leaves_nothing_open():
    """What nobody owns any more is closed while its loop goes on."""

    async def use():
        thing = await PerLoop(Thing, Thing.close).get()
        gc.collect()
        for _ in range(5):
            await asyncio.sleep(0)
        assert thing.closed_in is thing.loop

    asyncio.run(use())


def test_a_loop_that_was_closed_without_shutdown_is_forgotten():
    """A loop that was closed without ceremony is not kept for ever."""
    per_loop = PerLoop(Thing, Thing.close)
    for _ in range(3):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(per_loop.get())
        loop.close()
    with asyncio.Runner() as runner:
        runner.run(per_loop.get())
        assert list(per_loop._kept) == [runner.get_loop()]  # noqa: SLF001 - what is kept shows from inside only
