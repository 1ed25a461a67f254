"""Carrying logout tokens to the applications that want them (OpenID Connect Back-Channel Logout 1.0, 2.5)."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from .outbound import Outbound

PATIENCE = 1.0  # seconds for which a person's page waits for the receivers
TIMEOUT = 5.0  # seconds after which a receiver is given up
HEADERS = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": ""}
_log = logging.getLogger("logto.server")


@dataclass(frozen=True)
class Notice:
    """What one application is told."""

    application_id: str
    uri: str
    logout_token: str = field(repr=False)


class Messenger:
    """Carries notices: all at once, never to another machine unless that was allowed."""

    def __init__(self, *, beyond_loopback: bool) -> None:
        option = "--allow-backchannel-logout-beyond-loopback"
        self._outbound = Outbound(beyond_loopback=beyond_loopback, option=option)

    async def send(self, notices: Iterable[Notice]) -> None:
        """Send every notice and wait for the receivers, but not for long: the rest goes on by itself."""
        tasks = {self._outbound.start(self._deliver(notice)) for notice in notices}
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)

    async def _deliver(self, notice: Notice) -> None:
        form = urlencode({"logout_token": notice.logout_token}).encode()
        result = await self._outbound.post(notice.uri, form, HEADERS, TIMEOUT)
        if result.failure is not None:
            host = urlsplit(notice.uri).hostname or ""
            _log.warning(
                "back-channel logout of application %s at %s failed: %s", notice.application_id, host, result.failure
            )
