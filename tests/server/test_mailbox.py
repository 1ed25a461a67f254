"""Where codes arrive."""

import pytest

from logto.server.mailbox import REMEMBERED, Mailbox, Message


def test_the_newest_code_for_an_address_is_found():
    """Others' are not, and an address that got none is an error."""
    mailbox = Mailbox()
    for to, code in (("a@b.c", "1"), ("d@e.f", "2"), ("a@b.c", "3")):
        mailbox.put(Message("email", to, code))
    assert mailbox.code_for("a@b.c") == "3"
    with pytest.raises(LookupError):
        mailbox.code_for("nobody@b.c")


def test_old_messages_are_forgotten():
    """Memory stays bounded."""
    mailbox = Mailbox()
    for number in range(REMEMBERED + 5):
        mailbox.put(Message("email", f"{number}@b.c", "1"))
    assert [len(mailbox.messages), mailbox.messages[0].to] == [REMEMBERED, "5@b.c"]
