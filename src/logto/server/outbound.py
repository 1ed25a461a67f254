"""Posts that the server makes by itself: bounded in time, and only to this machine unless allowed."""

import asyncio
import ssl
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

MAX_ANSWER = 4096


@dataclass(frozen=True)
class Result:
    """How a post ended: the status if there was an answer, and what was wrong if anything was."""

    status: int | None
    failure: str | None
    answer: str = ""
    refused: bool = False


class Outbound:
    """Makes posts, and keeps those that nobody waits for."""

    def __init__(self, *, beyond_loopback: bool, option: str) -> None:
        """Describe it; `option` is what allows other machines, for the message."""
        self._beyond_loopback, self._option = beyond_loopback, option
        self._under_way: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Begin some work, and hold it: the event loop alone would let go of it."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def post(
        self, url: str, content: bytes, headers: Mapping[str, str], timeout: float, *, keep_answer: bool = False
    ) -> Result:
        """Post `content` and return how it went, within `timeout` seconds."""
        host = urlsplit(url).hostname or ""
        if not (self._beyond_loopback or _is_loopback(host)):
            return Result(None, f"it is not on this machine ({self._option})", refused=True)
        import httpx2  # takes long to import, and few starts need it

        # Reading the trust store would keep every request waiting; without TLS nobody need be trusted.
        trusted = True if urlsplit(url).scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # `trust_env` would send it through a proxy of the environment. A redirect is not followed.
        client = httpx2.AsyncClient(verify=trusted, trust_env=False, follow_redirects=False, timeout=timeout)
        answer = bytearray()
        try:
            async with (
                asyncio.timeout(timeout),
                client,
                client.stream("POST", url, content=content, headers=dict(headers)) as response,
            ):
                status = response.status_code
                if keep_answer:  # else the body is not read: an endless one changes nothing
                    async for chunk in response.aiter_bytes():
                        answer += chunk
                        if len(answer) >= MAX_ANSWER:
                            break
        except TimeoutError:
            return Result(None, f"no answer within {timeout:g} seconds")
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            return Result(None, type(error).__name__)
        failure = None if 200 <= status < 300 else f"status {status}"
        return Result(status, failure, bytes(answer[:MAX_ANSWER]).decode(errors="replace"))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
