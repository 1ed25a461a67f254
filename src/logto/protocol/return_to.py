"""Where a browser may be sent after sign-in: nowhere but to the application itself (RFC 9700, 4.11)."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

MAX_PATH = 2048
"""Characters of the longest path that is followed."""


def is_local_path(value: str) -> bool:
    """Whether a browser that is sent there stays on the origin it is on.

    Only ASCII without white space or controls, which browsers drop before they read a URL; one slash, followed by
    neither a slash nor a backslash, also not once percent-decoded by a server in between.

    Args:
        value: What somebody asked to be sent to.
    """
    if not value.startswith("/") or len(value) > MAX_PATH:
        return False
    if not value.isascii() or not value.isprintable() or " " in value or "\\" in value:
        return False
    path = unquote_to_bytes(value.partition("?")[0].partition("#")[0])
    if path[1:2] in (b"/", b"\\") or any(octet < 0x20 or octet == 0x7F for octet in path):
        return False
    # `@` is harmless behind a slash; in the first segment it only serves to mislead a reader or a proxy.
    return b"@" not in path[1:].partition(b"/")[0]
