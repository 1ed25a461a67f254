"""What both colours of transport do with a request before it leaves and with an answer while it arrives."""

from __future__ import annotations

import zlib
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

import httpcore2

from ..errors import ConfigurationError, UnexpectedResponseError
from ..protocol.http import MAX_BODY, HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request in the engine's terms."""

    method: str
    url: httpcore2.URL
    host: str
    headers: list[tuple[str, str]]
    content: bytes | None

    @property
    def secure(self) -> bool:
        """Whether TLS is needed."""
        return self.url.scheme == b"https"


def outgoing(request: HttpRequest) -> Outgoing:
    """The request as it leaves.

    Raises:
        ConfigurationError: The URL cannot be asked for, or a header cannot be written; neither is repeated.
    """
    parts, url = _parsed(request.url)
    if parts.scheme not in {"http", "https"} or not url.host:
        raise ConfigurationError(
            "An address that should be asked is no http:// or https:// URL.",
            hint="Look at `endpoint` in your LogtoConfig.",
            code="configuration.url",
        )
    headers = {
        # Written here, because the engine forgets the brackets of IPv6 addresses.
        "host": parts.netloc.rpartition("@")[2],
        "user-agent": _user_agent(),
        # A compressed answer can grow without end; what is not compressed has the size it has.
        "accept-encoding": "identity",
        **request.headers,
    }
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        # Found here, because the engine's message, and its debug log, would hold the header's value.
        raise ConfigurationError(
            f"A header of the request to {request.place} holds characters that HTTP does not allow.",
            hint="Look for line breaks in the application's id and secret, and in what you pass as a token.",
            code="configuration.header",
        )
    content = request.body if request.body or request.method != "GET" else None
    return Outgoing(request.method, url, parts.hostname or "", list(headers.items()), content)


def _parsed(url: str) -> tuple[SplitResult, httpcore2.URL]:
    """The URL, for us and for the engine; empty if it is none."""
    # The parsers drop line breaks and tabs instead of refusing them.
    if url.isascii() and url.isprintable() and " " not in url:
        with suppress(ValueError):
            return urlsplit(url), httpcore2.URL(url)
    return urlsplit(""), httpcore2.URL()


class Incoming:
    """An answer while it arrives; refused as soon as it is known to be too large.

    Args:
        request: What was asked.
        status: The HTTP status.
        headers: As they came.
    """

    def __init__(self, request: HttpRequest, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        self._request = request
        self._status = status
        self._headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
        self._body = bytearray()
        self._check_size(int(self._headers.get("content-length", "0")))

    def add(self, chunk: bytes) -> None:
        """Take the next piece of the body."""
        self._check_size(len(self._body) + len(chunk))
        self._body += chunk

    def whole(self) -> HttpResponse:
        """The answer, once all of it is here."""
        return HttpResponse(self._status, self._headers, self._decoded())

    def _check_size(self, size: int) -> None:
        if size > MAX_BODY:
            raise UnexpectedResponseError(
                f"The answer of {self._request.place} is larger than {MAX_BODY >> 20} MiB.",
                url=self._request.place,
                status=self._status,
                hint="Is `endpoint` the address of a Logto server?",
                code="response.too_large",
            )

    def _decoded(self) -> bytes:
        coding = self._headers.get("content-encoding", "").strip().lower()
        body = bytes(self._body)
        if coding in {"", "identity"} or not body:
            return body
        try:
            decoder = _decoder(coding, body)
            content = decoder.decompress(body, MAX_BODY + 1)
        except (zlib.error, ValueError):
            raise self._unreadable(coding) from None
        self._check_size(len(content))
        if not decoder.eof or decoder.unused_data:
            raise self._unreadable(coding)
        return content

    def _unreadable(self, coding: str) -> UnexpectedResponseError:
        known = coding if coding in _WINDOW else "an unknown way"
        return UnexpectedResponseError(
            f"The answer of {self._request.place} is compressed ({known}) and cannot be read.",
            url=self._request.place,
            status=self._status,
            hint="We asked for it uncompressed; look at proxies between here and Logto.",
            code="response.encoding",
        )


# zlib's window size says which wrapping it expects: 31 gzip's, 15 its own, -15 none.
_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def _decoder(coding: str, body: bytes) -> zlib._Decompress:
    if coding not in _WINDOW:
        raise ValueError
    # "deflate" means zlib's wrapping (RFC 9110, 8.4.1.2), but some servers leave it out; its first two bytes tell.
    bare = coding == "deflate" and int.from_bytes(body[:2], "big") % 31 != 0
    return zlib.decompressobj(-15 if bare else _WINDOW[coding])


@cache
def _user_agent() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"logto-python/{version('logto')}"
    except PackageNotFoundError:  # packed into one file, without its metadata
        return "logto-python"
