"""The claims of ID tokens, read once."""

import pytest

from logto.client.claims_memory import MOST, ClaimsMemory
from logto.errors import StorageError
from tests.rejections.mint import claims, mint


def test_a_token_is_read_once():
    """The same token gives the same object; another token another one."""
    memory = ClaimsMemory()
    one, other = mint(claims(sub="alice")), mint(claims(sub="bob"))

    assert memory.read(one) is memory.read(one)
    assert (memory.read(one).sub, memory.read(other).sub) == ("alice", "bob")


def test_it_is_bounded():
    """Of more tokens than it holds, the oldest is read anew."""
    memory = ClaimsMemory()
    first = mint(claims(sub="first"))
    read = memory.read(first)
    head, _, tail = first.partition(".")
    for number in range(MOST):
        memory.read(f"{head}{number}.{tail}")

    assert memory.read(first) is not read


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "..", "\ud800.\ud800.x", "e30.bnVsbA.x", "e30.W10.x"])
def test_what_is_no_token_is_a_storage_error(token):
    """Garbage is refused, and not remembered."""
    memory = ClaimsMemory()

    for _ in range(2):
        with pytest.raises(StorageError):
            memory.read(token)


def test_what_one_request_does_to_claims_no_other_sees(alice):
    """A role cannot be added to the claims that the next request reads: changing them is refused."""
    claims = alice.get_id_token_claims()

    with pytest.raises(TypeError, match="read-only"):
        claims.roles.append("admin")
    assert "admin" not in alice.get_id_token_claims().roles
    assert '"roles":' in claims.model_dump_json(exclude_unset=True)
