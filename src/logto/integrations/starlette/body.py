"""A request's body, of which no more is read than is wanted."""

from __future__ import annotations

from starlette.requests import Request


async def read_body(request: Request, limit: int) -> bytes | None:
    """The body as it came, or None if it is longer.

    Args:
        request: Whose.
        limit: Bytes of the longest one that is read.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
