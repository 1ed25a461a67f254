"""The guide's storage, and the one that a client makes for itself."""

import warnings

import pytest

from logto import LogtoClient, LogtoSyncClient, MemoryStorage, Storage
from tests.flows.dialogue import config


def test_memory_keeps_what_it_is_given():
    """Set, get and delete; None removes; deleting what is not there is no error."""
    storage = MemoryStorage()
    storage.set("idToken", "a")
    storage.set("refreshToken", "b")
    storage.set("refreshToken", None)
    storage.delete("signInSession")

    assert (storage.get("idToken"), storage.get("refreshToken"), storage.get("signInSession")) == ("a", None, None)


def test_memory_s_repr_names_keys_only():
    """No token is in the repr."""
    storage = MemoryStorage()
    storage.set("idToken", "eyJsecret")

    assert repr(storage) == "MemoryStorage(idToken)"


def test_a_storage_must_have_all_three_methods():
    """The base class cannot be instantiated half-way."""

    class Half(Storage):
        def get(self, key):
            return None

    with pytest.raises(TypeError):
        Half()


@pytest.mark.parametrize("kind", [LogtoClient, LogtoSyncClient])
def test_a_client_without_storage_has_its_own_and_warns_once_where_it_was_made(kind):
    """Each client has a memory of its own; the warning points at the user's line, and none comes with a storage."""
    with pytest.warns(UserWarning, match="all visitors of the process would share one user") as caught:
        clients = [kind(config()), kind(config())]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kind(config(), MemoryStorage())
        kind(config(), storage=MemoryStorage())

    assert [warning.filename for warning in caught] == [__file__, __file__]
    clients[0]._context.session._storage.set("idToken", "x")  # noqa: SLF001 - what must not be shared has no other name
    assert clients[1].get_id_token() is None
