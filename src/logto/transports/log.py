"""What the log may say about an exchange: that it happened, and how it ended.

At its most talkative level httpcore2 logs the headers of answers, cookies with them, and the bytes which it could not
understand. Of what it logs during an exchange of ours, the name of the event stays.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ..protocol.answer import printable
from ..protocol.http import HttpRequest, HttpResponse

logger = logging.getLogger("logto.transports")

_ours: ContextVar[bool] = ContextVar("logto_exchange", default=False)


@contextmanager
def discreet() -> Iterator[None]:
    """Within it, the engine logs only what happens, not what is in it."""
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)


def answered(request: HttpRequest, response: HttpResponse) -> None:
    """Log an exchange, without what was said in it."""
    if logger.isEnabledFor(logging.DEBUG):
        # The server's own word, which may repeat ours.
        request_id = printable(response.headers.get("logto-core-request-id", "no request id"), request.confidential)
        logger.debug("%s %s answered %d (%s)", request.method, request.place, response.status, request_id)


def _name_only(record: logging.LogRecord) -> bool:
    if _ours.get():
        record.msg, record.args = record.getMessage().partition(" ")[0], ()
    return True


# On each, because a logger's filter does not see what the loggers below it log.
for _name in ("connection", "http11", "proxy"):
    logging.getLogger(f"httpcore2.{_name}").addFilter(_name_only)
