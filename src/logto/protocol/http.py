"""One HTTP request and its answer, as values."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

T = TypeVar("T")

MAX_BODY = 1 << 20
"""The most bytes of an answer that are read, decompressed: 1 MiB."""

FormFields: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""A form's fields by name."""

Flow: TypeAlias = Generator[Any, Any, T]
"""A conversation: yields what it needs from outside, is sent the answer, returns its result."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request that a conversation wants carried.

    Args:
        method: Such as `GET`.
        url: Absolute.
        headers: Lower-case names.
        body: Bytes to send.
        confidential: The values in it that no message may repeat, even if the server does.
        timeout: Seconds after which not to wait any longer, where the operation as a whole has more.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)
    confidential: tuple[str, ...] = field(default=(), repr=False)
    timeout: float | None = None

    @property
    def place(self) -> str:
        """The URL without query, fragment and user information: safe to show."""
        return place(self.url)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer, whole: at most `MAX_BODY` bytes.

    Args:
        status: The HTTP status.
        headers: Lower-case names; the last of several wins.
        body: Decompressed.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def media_type(self) -> str:
        """The content type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def form_request(url: str, fields: FormFields, *, headers: Mapping[str, str] | None = None) -> HttpRequest:
    """A form POST whose field values are all taken for confidential.

    Args:
        url: Where to.
        fields: Sent in their order; one with several values, once for each.
        headers: Added to the form's own.
    """
    return HttpRequest(
        "POST",
        url,
        headers={
            "content-type": "application/x-www-form-urlencoded",
            "accept": "application/json",
            **(headers or {}),
        },
        body=urlencode(fields, doseq=True).encode(),
        confidential=tuple(
            value for name, value in fields.items() if name in CONFIDENTIAL_FIELDS and isinstance(value, str)
        ),
    )


CONFIDENTIAL_FIELDS = frozenset(
    {
        "client_secret",
        "code",
        "code_verifier",
        "device_code",
        "refresh_token",
        "token",
        "subject_token",
        "actor_token",
    }
)


def place(url: str) -> str:
    """A URL without its query, fragment and user information."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def is_text(value: object) -> bool:
    """Whether a value can go into a URL: half a surrogate pair cannot."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
