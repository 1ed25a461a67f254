"""What an application can listen to: blinker's signals, sent by the application that a browser is at."""

from __future__ import annotations

from blinker import Namespace

_namespace = Namespace()

signed_in = _namespace.signal(
    "logto-signed-in", "Somebody has signed in. Sent by the application with `user`, a `LogtoUser`."
)
signed_out = _namespace.signal(
    "logto-signed-out", "Somebody has signed out here. Sent by the application with `user`, who it was."
)
sign_in_failed = _namespace.signal(
    "logto-sign-in-failed", "A sign-in did not succeed. Sent by the application with `error`, a `LogtoException`."
)
