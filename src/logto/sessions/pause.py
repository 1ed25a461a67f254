"""Waiting a little, as a step of a conversation."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pause:
    """Waits: `yield Pause(0.02)`."""

    seconds: float

    def blocking(self, timeout: float) -> None:
        """Keeps the thread."""
        time.sleep(min(self.seconds, timeout))

    async def awaiting(self, timeout: float) -> None:
        """Leaves the event loop to others."""
        await asyncio.sleep(min(self.seconds, timeout))
