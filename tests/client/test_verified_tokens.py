"""Covers client/verified_tokens.py."""

import gc
import threading
import tracemalloc
from copy import deepcopy
from types import FunctionType, ModuleType

import pytest

from logto import AccessTokenClaims
from logto.client.verified_tokens import VerifiedTokens
from tests.rejections.api import access_token, claims
from tests.rejections.mint import key, key_set

CLAIMS = AccessTokenClaims.model_validate(claims())
KEYS = key_set(key())


def put(memory, keys, token, claims=CLAIMS):
    """Remembers a token, if it is one that is remembered."""
    name = memory.name(token)
    if name is not None:
        memory.put(keys, name, claims, len(token))


def get(memory, keys, token):
    """What is remembered of a token."""
    name = memory.name(token)
    return None if name is None else memory.get(keys, name)


def forget(memory, token):
    """Forgets a token."""
    memory.forget(memory.name(token))


def test_a_token_is_found_with_the_keys_that_verified_it():
    """By the whole token; with the same keys fetched anew too, and with other keys no more."""
    memory = VerifiedTokens(10)
    put(memory, KEYS, "a.b.c")

    assert get(memory, KEYS, "a.b.c") is CLAIMS
    assert get(memory, KEYS, "a.b.C") is None
    assert get(memory, key_set(key()), "a.b.c") is CLAIMS
    assert get(memory, key_set(key("ES384", "key-2")), "a.b.c") is None
    assert get(memory, KEYS, "a.b.c") is None


def test_the_oldest_make_room():
    """No more tokens than said, and no more bytes."""
    memory = VerifiedTokens(3)
    for number in range(10):
        put(memory, KEYS, f"a.b.{number}")
    assert [get(memory, KEYS, f"a.b.{number}") is not None for number in range(10)] == [False] * 7 + [True] * 3

    small = VerifiedTokens(1000, most_bytes=100_000)
    for number in range(1000):
        put(small, KEYS, f"a.b.{number}")
    assert 10 < len(small) < 34


def test_a_token_that_would_take_all_the_room_is_not_remembered():
    """Neither is one that is none."""
    memory = VerifiedTokens(10, most_bytes=100_000)
    for token in ("x" * 10_000, "\u2603", "x" * 70_000, None, 7):
        put(memory, KEYS, token)
        assert get(memory, KEYS, token) is None

    assert len(memory) == 0


def test_no_request_changes_what_another_sees():
    """Neither the request that brought a token first nor a later one gives a role to whoever brings it next."""
    memory = VerifiedTokens(10)
    custom = {"roles": ["reader"], "plan": {"limits": [1]}, "act": {"sub": "x"}, "aud": ["https://a.example"]}
    first = AccessTokenClaims.model_validate(claims(**deepcopy(custom)))
    put(memory, KEYS, "a.b.c", first)

    for change in (
        lambda brought: brought.roles.append("admin"),
        lambda brought: brought.plan["limits"].append(2),
        lambda brought: brought.model_extra.update(more=True),
        lambda brought: brought.act.update(sub="y"),
        lambda brought: brought.aud.append("https://b.example"),
    ):
        for brought in (first, get(memory, KEYS, "a.b.c")):
            with pytest.raises(TypeError, match="read-only"):
                change(brought)

    found = get(memory, KEYS, "a.b.c")
    assert {name: getattr(found, name) for name in custom} == custom
    assert "more" not in found.model_extra


def test_a_token_can_be_forgotten_and_remembered_again():
    """The room it took is free again."""
    memory = VerifiedTokens(10)
    for _ in range(3):
        put(memory, KEYS, "a.b.c")
        put(memory, KEYS, "a.b.c")
        assert len(memory) == 1
        forget(memory, "a.b.c")
        forget(memory, "a.b.c")
        assert get(memory, KEYS, "a.b.c") is None
    assert memory.size == 0


def test_it_holds_no_token():
    """What a token opens cannot be read out of the memory."""
    token = access_token()
    memory = VerifiedTokens(10)
    put(memory, KEYS, token)

    seen, waiting = [], [memory]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, (str, bytes)):
            seen.append(thing)
        elif not isinstance(thing, (type, ModuleType, FunctionType)) and id(thing) not in map(id, seen):
            seen.append(thing)
            waiting += [inner for inner in gc.get_referents(thing) if not isinstance(inner, (type, ModuleType))]
    texts = [thing for thing in seen if isinstance(thing, (str, bytes))]
    assert CLAIMS.jti in texts
    assert token not in texts
    assert token.encode() not in texts
    assert token.split(".")[2] not in texts


def test_the_estimate_of_bytes_is_careful():
    """4,096 tokens, small and large, take less memory than the memory believes."""
    made = [claims(jti=str(number), groups=list(range(number % 300))) for number in range(600)]
    tokens = [access_token(**each) for each in made[:5]]
    lengths = [len(tokens[0]) + len(str(each["groups"])) * 4 // 3 for each in made]
    memory = VerifiedTokens(4096)
    gc.collect()
    tracemalloc.start()
    try:
        for each, length in zip(made, lengths, strict=True):
            found = AccessTokenClaims.model_validate({**each, "groups": [10_000 + n for n in each["groups"]]})
            assert found.scopes
            put(memory, KEYS, str(each["jti"]).rjust(length, "x"), found)
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(memory) == 600
    assert taken < memory.size


def test_threads_share_it():
    """Eight threads that put and forget at once leave a memory within its bounds."""
    memory, other = VerifiedTokens(50), key_set(key("ES384", "key-2"))

    def work(number):
        for turn in range(300):
            keys = other if (turn + number) % 40 == 0 else KEYS
            put(memory, keys, f"a.b.{turn % 100}")
            get(memory, keys, f"a.b.{turn % 70}")
            forget(memory, f"a.b.{turn % 90}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(memory) <= 50
    for keys in (KEYS, other):
        for token in range(100):
            put(memory, keys, "a.b.c")
            forget(memory, f"a.b.{token}")
    forget(memory, "a.b.c")
    assert (len(memory), memory.size) == (0, 0)
