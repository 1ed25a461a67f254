"""The server's clock, which tests can move forward."""

import time


class Clock:
    """Seconds since 1970, shifted by what `advance` was given; never goes back by itself."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Return the current time in seconds."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the time of this server forward by `seconds` (backward if negative)."""
        self._ahead += seconds
