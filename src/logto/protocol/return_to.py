"""Where a browser may be sent after sign-in: nowhere but to the application itself (RFC 9700, 4.11)."""

from __future__ import annotations

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
    path = value.partition("?")[0].partition("#")[0].lower()
    # `@` and `:` are harmless behind a slash; in the first segment they only serve to mislead a reader or a proxy.
    first = path[1:].partition("/")[0]
    return (
        not path.startswith("//") and not first.startswith(("%2f", "%5c")) and "@" not in first and "%40" not in first
    )
