"""Carrying logout tokens to the applications that want them (OpenID Connect Back-Channel Logout 1.0, 2.5)."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

PATIENCE = 1.0  # seconds for which a person's page waits for the receivers
TIMEOUT = 5.0  # seconds after which a receiver is given up
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
        self._beyond_loopback = beyond_loopback
        self._under_way: set[asyncio.Task[None]] = set()

    async def send(self, notices: Iterable[Notice]) -> None:
        """Send every notice and wait for the receivers, but not for long: the rest goes on by itself."""
        tasks = {asyncio.create_task(self._deliver(notice)) for notice in notices}
        self._under_way |= tasks  # the event loop alone would let go of a task that nobody holds
        for task in tasks:
            task.add_done_callback(self._under_way.discard)
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)

    async def _deliver(self, notice: Notice) -> None:
        host = urlsplit(notice.uri).hostname or ""
        reason: str | None = "it is not on this machine (--allow-backchannel-logout-beyond-loopback)"
        if self._beyond_loopback or _is_loopback(host):
            reason = await _post(notice)
        if reason is not None:
            _log.warning("back-channel logout of application %s at %s failed: %s", notice.application_id, host, reason)


async def _post(notice: Notice) -> str | None:
    """Post the token; return what went wrong, if anything did."""
    import httpx2  # takes long to import, and few starts need it

    # `trust_env` would send the token through a proxy of the environment. A redirect is not followed.
    client = httpx2.AsyncClient(trust_env=False, follow_redirects=False, timeout=TIMEOUT)
    form, headers = {"logout_token": notice.logout_token}, {"User-Agent": ""}
    try:
        # The body is not read: an endless one changes nothing.
        async with (
            asyncio.timeout(TIMEOUT),
            client,
            client.stream("POST", notice.uri, data=form, headers=headers) as answer,
        ):
            status = answer.status_code
    except TimeoutError:
        return f"no answer within {TIMEOUT:g} seconds"
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        return type(error).__name__
    return None if 200 <= status < 300 else f"status {status}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
