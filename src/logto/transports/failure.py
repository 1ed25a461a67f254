"""What to tell when no answer came, and what it is safe to tell."""

from __future__ import annotations

import os
import socket
import ssl

import httpcore2

from ..errors import TransportError
from ..protocol.http import HttpRequest

FAILURES: tuple[type[Exception], ...] = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
    OSError,
    UnicodeError,  # a host name that no name server could be asked for
)
"""What the engine and the system raise when an exchange fails."""


def explained(error: Exception, request: HttpRequest, timeout: float) -> TransportError:
    """The failure in our words.

    Only the system's own reason is kept as the cause, without its frames: the engine's messages quote headers and what
    the server sent, and its frames hold the request.

    Args:
        error: One of `FAILURES`.
        request: What was asked.
        timeout: Seconds that it was given.
    """
    reason = _innermost(error)
    code, message, hint = _told(error, reason, request.place, timeout)
    failure = TransportError(message, url=request.place, hint=hint, code=code)
    if isinstance(reason, OSError):
        failure.__cause__ = reason.with_traceback(None)
        reason.__cause__ = reason.__context__ = None
    return failure


def _told(error: Exception, reason: BaseException, place: str, timeout: float) -> tuple[str, str, str]:
    """The code, the message and the hint."""
    if isinstance(error, httpcore2.TimeoutException | TimeoutError) or isinstance(reason, TimeoutError):
        return (
            "transport.timeout",
            f"{place} did not answer within {timeout:.3g} s.",
            "Can this machine reach it? A slow server needs a larger `timeout` in your LogtoConfig.",
        )
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            "transport.tls",
            f"The certificate of {place} is not to be trusted: {reason.verify_message}.",
            "Was it made for the name in `endpoint`? For a private certificate authority set SSL_CERT_FILE or `verify`.",
        )
    if isinstance(reason, ssl.SSLError):
        return (
            "transport.tls",
            f"No secure connection to {place}: {reason.reason or 'the handshake broke off'}.",
            "Does the server speak TLS on this port, or should `endpoint` begin with http://?",
        )
    if isinstance(error, httpcore2.ProxyError):
        return (
            "transport.proxy",
            f"The proxy would not connect to {place}.",
            "Look at HTTP_PROXY and HTTPS_PROXY, or name this host in NO_PROXY.",
        )
    if isinstance(reason, ConnectionRefusedError):
        return (
            "transport.connection_refused",
            f"Nothing listens at {place}.",
            "Is Logto running (`logto dev` starts one on this machine), and is `endpoint` its address?",
        )
    if isinstance(reason, socket.gaierror | UnicodeError):
        return (
            "transport.unknown_host",
            f"The host of {place} is not known.",
            "Is `endpoint` spelled right, and can this machine look up names?",
        )
    if isinstance(reason, OSError):
        why = os.strerror(reason.errno) if reason.errno else type(reason).__name__
        return (
            "transport.failed",
            f"The connection to {place} failed: {why}.",
            "Is `endpoint` the address of a Logto server, and can this machine reach it?",
        )
    return (
        "transport.failed",
        f"{place} broke off before its answer was complete, or does not speak HTTP.",
        "Is `endpoint` the address of a Logto server, with http or https as it should be?",
    )


def _innermost(error: BaseException) -> BaseException:
    """The system's reason, which the engine and its backends wrap several times over."""
    for _ in range(8):
        inner = error.exceptions if isinstance(error, BaseExceptionGroup) else (error.__cause__, *error.args[:1])
        wrapped = next((candidate for candidate in inner if isinstance(candidate, BaseException)), None)
        if wrapped is None:
            break
        error = wrapped
    return error
