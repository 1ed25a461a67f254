"""Slowing down the guessing of passwords, by account and address."""

from collections import OrderedDict

from .clock import Clock

ATTEMPTS = 10
WINDOW = 600.0
_REMEMBERED = 4096


class Throttle:
    """Counts wrong passwords; after `ATTEMPTS` within `WINDOW` seconds the pair must wait."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    def blocked(self, account: str, address: str) -> bool:
        """Tell whether this account may not be tried from this address now."""
        return len(self._recent(account, address)) >= ATTEMPTS

    def failed(self, account: str, address: str) -> None:
        """Remember a wrong password."""
        self._failures[account, address] = [*self._recent(account, address), self._clock.now()]
        self._failures.move_to_end((account, address))
        while len(self._failures) > _REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, account: str, address: str) -> None:
        """Forget the wrong passwords of this pair."""
        self._failures.pop((account, address), None)

    def _recent(self, account: str, address: str) -> list[float]:
        since = self._clock.now() - WINDOW
        return [moment for moment in self._failures.get((account, address), []) if moment > since]
