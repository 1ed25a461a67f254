"""Messages that a real server would send by email or SMS: kept here, where a test finds them."""

import threading
from collections import deque
from dataclasses import dataclass, field

REMEMBERED = 100


@dataclass(frozen=True)
class Message:
    """A code on its way to somebody."""

    kind: str
    to: str
    code: str = field(repr=False)


class Mailbox:
    """The last messages, oldest first; nothing leaves this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: deque[Message] = deque(maxlen=REMEMBERED)

    def put(self, message: Message) -> None:
        """Keep a message."""
        with self._lock:
            self._messages.append(message)

    @property
    def messages(self) -> list[Message]:
        """Return what was sent, oldest first."""
        with self._lock:
            return list(self._messages)

    def code_for(self, to: str) -> str:
        """Return the newest code for an address or a number.

        Raises: LookupError if there is none.
        """
        for message in reversed(self.messages):
            if message.to == to:
                return message.code
        raise LookupError("nothing was sent there")
