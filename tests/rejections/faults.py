"""What a provider, or something between it and us, can do to an answer."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

from tests.rejections.wreck import Fault, Good, credentials, secret_of
from tests.transports.wire import Wire, answer

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"


def reset(wire: Wire, good: Good) -> None:
    """Takes the request and resets the connection."""
    wire.reset()


def reset_in_the_body(wire: Wire, good: Good) -> None:
    """Resets the connection after half of the body."""
    wire.send(HEAD + b"content-length: %d\r\n\r\n" % len(good.body) + good.body[: len(good.body) // 2])
    wire.reset()


def hang_up(wire: Wire, good: Good) -> None:
    """Takes the request and closes the connection."""
    wire.sock.close()


def hang_up_in_the_body(wire: Wire, good: Good) -> None:
    """Closes the connection after half of the body."""
    wire.send(HEAD + b"content-length: %d\r\n\r\n" % len(good.body) + good.body[: len(good.body) // 2])
    wire.sock.close()


def silence(wire: Wire, good: Good) -> None:
    """Takes the request and says nothing."""
    wire.silence()


def drip_headers(wire: Wire, good: Good) -> None:
    """Sends a byte every 0.1 s, from the first one."""
    wire.drip(answer(good.body), every=0.1)


def drip_body(wire: Wire, good: Good) -> None:
    """Sends the headers at once and the body a byte every 0.1 s."""
    wire.send(HEAD + b"content-length: %d\r\n\r\n" % len(good.body))
    wire.drip(good.body, every=0.1)


def something_else(wire: Wire, good: Good) -> None:
    """Speaks another protocol, and says in it what it was told in confidence."""
    wire.send(b"220 " + credentials(good.asked).encode() + good.asked.body + b"\r\n\r\n")


def declared_96_mb(wire: Wire, good: Good) -> None:
    """Promises 96 MB."""
    wire.send(HEAD + b"content-length: 100663296\r\n\r\n" + good.body)
    wire.silence()


def endless_chunks(wire: Wire, good: Good) -> None:
    """Sends 64 kB after 64 kB."""
    wire.send(HEAD + b"transfer-encoding: chunked\r\n\r\n")
    while not wire.stopping.is_set():
        wire.send(b"10000\r\n" + b" " * 65536 + b"\r\n")


def gzip_bomb(wire: Wire, good: Good) -> None:
    """Sends 96 MB of blanks before the good answer, in 100 kB."""
    wire.send(answer(_BOMB, content_encoding="gzip"))


_BOMB = gzip.compress(b" " * (96 << 20) + b"{}", 1)


def instead(body: bytes, content_type: str = "application/json", status: str = "200 OK", **headers: str) -> Fault:
    """Another body, content type, status and headers."""
    return lambda wire, good: wire.send(answer(body, status, content_type=content_type, **headers))


def with_status(status: str, **headers: str) -> Fault:
    """The good body under another status."""
    return lambda wire, good: wire.send(answer(good.body, status, content_type=good.content_type, **headers))


def headers(**changes: str) -> Fault:
    """The good answer with other headers."""
    return lambda wire, good: wire.send(answer(good.body, **{"content_type": good.content_type, **changes}))


def edited(edit: Callable[[dict[str, Any], Good], object]) -> Fault:
    """The good document, changed."""

    def fault(wire: Wire, good: Good) -> None:
        document = dict(good.document)
        edit(document, good)
        wire.send(answer(json.dumps(document).encode(), content_type=good.content_type))

    return fault


def members(**changes: Any) -> Fault:
    """The good document with other members; in texts, `{issuer}` stands for the issuer."""

    def filled(value: Any, good: Good) -> Any:
        return value.replace("{issuer}", good.issuer) if isinstance(value, str) else value

    return edited(
        lambda document, good: document.update({name: filled(value, good) for name, value in changes.items()})
    )


def without(*names: str) -> Fault:
    """The good document without some of its members."""
    return edited(lambda document, good: [document.pop(name) for name in names])


def written(write: Callable[[str], str]) -> Fault:
    """The good document as text, changed as text."""
    return lambda wire, good: wire.send(answer(write(good.body.decode()).encode(), content_type=good.content_type))


def echo(status: str, error: str = "invalid_request") -> Fault:
    """An error whose every word holds what the request brought in confidence, in several forms."""

    def fault(wire: Wire, good: Good) -> None:
        told = f"{secret_of(good.asked)} {credentials(good.asked)} {good.asked.body.decode()} {good.asked.headers}"
        document = {"error": error, "error_description": told, "message": told, "code": told}
        wire.send(answer(json.dumps(document).encode(), status, logto_core_request_id=credentials(good.asked)))

    return fault
