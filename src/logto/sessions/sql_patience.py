"""A blocking connection to PostgreSQL that gives up on a server which does not answer.

psycopg waits for an answer without end, and a server's own limits are of no use when it is the server that hangs, or the
network. The socket is therefore watched with a limit, and closed when it has passed: what the server made of the statement
is then unknown, and a transaction that was not committed is rolled back.
"""

from __future__ import annotations

import math
import select
import time
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

T = TypeVar("T")


class PatientConnection(psycopg.Connection[Any]):
    """A connection on which no statement takes longer than `patience` seconds."""

    patience: float = 5.0

    def wait(self, gen: PQGen[T], *args: Any, **kwargs: Any) -> T:
        """Carries psycopg's conversation with the server to its end, or gives up and closes the connection.

        Raises:
            psycopg.OperationalError: The time is over.
        """
        return super().wait(self._bounded(gen), *args, **kwargs)

    def _bounded(self, gen: PQGen[T]) -> PQGen[T]:
        deadline = time.monotonic() + self.patience
        try:
            state = next(gen)
            while True:
                ready = yield state  # psycopg comes back ten times a second, also when there is nothing to read
                if not ready and time.monotonic() > deadline:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"no answer within {self.patience:g} seconds")
                state = gen.send(ready)
        except StopIteration as end:
            result: T = end.value
            return result


def make_patient(engine: Engine, patience: float) -> None:
    """Has an engine open such connections, and look before it uses an idle one again.

    Args:
        engine: Of psycopg, and our own.
        patience: Seconds for a statement.
    """

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, args: Any, kwargs: Any) -> PatientConnection:
        # libpq takes whole seconds, and two at least.
        connection = PatientConnection.connect(*args, connect_timeout=max(2, math.ceil(patience)), **kwargs)
        connection.patience = patience
        return connection

    @event.listens_for(engine, "checkout")
    def look(connection: Any, _record: Any, _proxy: Any) -> None:
        # A server that went away has left word, or an end, in the socket: cheaper to see than a question is to ask, and
        # after a restart nobody meets an error for it.
        if _has_something_to_say(connection.fileno()):
            raise InvalidatePoolError


def _has_something_to_say(number: int) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))
