"""What a client works on while no request's session is open."""

import pytest

from logto.errors import StorageError
from logto.sessions import NoSession
from tests.client.either import COLOURS, Either
from tests.flows.dialogue import REDIRECT_URI
from tests.flows.honest_provider import HonestProvider


@pytest.mark.parametrize("key", ["idToken", "refreshToken", "accessTokenMap", "signInSession"])
def test_every_use_says_what_to_do(key):
    """Reading, writing and deleting are refused, with the call that was forgotten."""
    storage = NoSession()

    for use in (lambda: storage.get(key), lambda: storage.set(key, "v"), lambda: storage.delete(key)):
        with pytest.raises(StorageError) as caught:
            use()
        assert caught.value.code == "storage.no_session"
        assert "with_session(" in caught.value.hint


@pytest.mark.parametrize("colour", COLOURS)
def test_a_client_without_an_open_session_knows_nobody_and_begins_nothing(colour):
    """Nobody is authenticated, and a sign-in is refused rather than lost."""
    client = Either(colour, HonestProvider(), NoSession())

    assert client.client.is_authenticated() is False
    with pytest.raises(StorageError) as caught:
        client.do("sign_in", REDIRECT_URI)
    assert caught.value.code == "storage.no_session"
