"""Which certificates are trusted."""

from __future__ import annotations

import ssl
import threading

import httpcore2


class Trust:
    """The TLS context of a transport, built once and not before it is needed: reading the system's certificates takes long.

    Args:
        verify: A context to use in place of the system's certificates, for a private certificate authority.
    """

    def __init__(self, verify: ssl.SSLContext | None = None) -> None:
        self.built = verify
        self._building = threading.Lock()

    def context(self) -> ssl.SSLContext:
        """The context; the first call reads files, so an event loop calls it in a thread."""
        with self._building:
            if self.built is None:
                # As httpx2 does: SSL_CERT_FILE, SSL_CERT_DIR, else what the system trusts.
                self.built = httpcore2.default_ssl_context()
            return self.built

    def after_fork(self) -> None:
        """Forget a lock which a thread of the parent process may hold for ever."""
        self._building = threading.Lock()
