"""`protocol/webhook.py`: is it Logto who tells this?"""

import hmac
import json
from hashlib import sha256

import pytest

from logto import ConfigurationError, WebhookError
from logto.protocol.webhook import MAX_BODY, delivery_name, signing_keys, verify_webhook

KEY = "the-signing-key-of-the-hook"
EVENT = {
    "event": "User.Created",
    "hookId": "h1",
    "createdAt": "2026-11-22T10:00:00.000Z",
    "data": {"id": "u1"},
    "path": "/users",
    "matchedRoute": "/users",
    "novelty": 1,
}


def sign(body: bytes, key: str = KEY) -> str:
    return hmac.new(key.encode(), body, sha256).hexdigest()


def verified(body: bytes, signature: str | None = None, keys=KEY):
    return verify_webhook(body, sign(body) if signature is None else signature, signing_keys(keys))


def refused(body: bytes, signature: str | None, keys=KEY) -> WebhookError:
    with pytest.raises(WebhookError) as error:
        verify_webhook(body, signature, signing_keys(keys))
    assert KEY not in str(error.value)
    return error.value


def test_a_signed_event_is_read_in_pythons_spelling():
    """The members have Python's names, and what has no field is kept."""
    event = verified(json.dumps(EVENT).encode())

    assert (event.event, event.hook_id, event.data, event.matched_route) == (
        "User.Created",
        "h1",
        {"id": "u1"},
        "/users",
    )
    assert event.model_extra == {"novelty": 1}
    assert event.created_at.year == 2026
    assert event.is_about_data


def test_the_user_and_the_application_of_an_interaction_are_typed():
    """An interaction tells who signed in, and where."""
    body = json.dumps(
        {
            **EVENT,
            "event": "PostSignIn",
            "userIp": "::1",
            "user": {"id": "u1", "primaryEmail": "a@example.com", "avatar": None},
            "application": {"id": "a1", "name": "Shop"},
        }
    ).encode()

    event = verified(body)

    assert event.user is not None
    assert (event.user.primary_email, event.user.avatar, event.user_ip) == ("a@example.com", None, "::1")
    assert event.application is not None
    assert event.application.name == "Shop"
    assert not event.is_about_data


def test_any_of_several_keys_may_have_signed():
    """While a key is exchanged, both are good."""
    body = json.dumps(EVENT).encode()

    assert verified(body, sign(body, "new"), ["new", KEY]).hook_id == "h1"
    assert verified(body, sign(body), ["new", KEY]).hook_id == "h1"
    assert refused(body, sign(body, "third"), ["new", KEY]).code == "webhook.signature_invalid"


BODY = json.dumps(EVENT).encode()


@pytest.mark.parametrize(
    "signature",
    [
        sign(BODY, "another key"),
        sign(BODY).upper(),
        sign(BODY)[:-1],
        sign(BODY) + "0",
        f"sha256={sign(BODY)}",
        f" {sign(BODY)}",
        f"{sign(BODY)},{sign(BODY)}",
        "0" * 64,
        "é" * 64,
        "\0" * 64,
        "x",
    ],
)
def test_a_wrong_signature_is_refused(signature):
    """Only the exact hexadecimal digits of this body's own signature pass."""
    error = refused(BODY, signature)

    assert (error.code, error.status) == ("webhook.signature_invalid", 401)


@pytest.mark.parametrize("signature", [None, ""])
def test_a_missing_signature_is_refused(signature):
    """A body that nobody signed is not read."""
    assert (refused(BODY, signature).code, refused(BODY, signature).status) == ("webhook.signature_missing", 401)


@pytest.mark.parametrize("place", range(0, len(BODY), 7))
def test_an_altered_body_is_refused(place):
    """One flipped bit anywhere is enough."""
    altered = bytearray(BODY)
    altered[place] ^= 1

    assert refused(bytes(altered), sign(BODY)).code == "webhook.signature_invalid"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b"\xff",
        b'{"event": "x", "event": "y"}',
        b"[" * 5000,
        json.dumps({**EVENT, "event": 1}).encode(),
        json.dumps({**EVENT, "hookId": None}).encode(),
        json.dumps({**EVENT, "createdAt": "yesterday"}).encode(),
        json.dumps({**EVENT, "createdAt": "2026-11-22T10:00:00"}).encode(),
        json.dumps({**EVENT, "user": "u1"}).encode(),
        json.dumps({name: value for name, value in EVENT.items() if name != "createdAt"}).encode(),
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(body):
    """Even signed, only an event is taken for one."""
    assert (refused(body, sign(body)).code, refused(body, sign(body)).status) == ("webhook.malformed", 400)


def test_a_body_of_megabytes_is_refused_unread():
    """Size is judged before the signature."""
    body = b" " * (MAX_BODY + 1)

    assert (refused(body, sign(body)).code, refused(body, sign(body)).status) == ("webhook.too_large", 413)


@pytest.mark.parametrize("keys", ["", b"", [], ["good", ""]])
def test_an_empty_key_is_refused(keys):
    """With an empty key, anybody could sign."""
    with pytest.raises(ConfigurationError) as error:
        signing_keys(keys)

    assert error.value.code == "configuration.webhook_key"


def test_deliveries_are_told_apart_by_their_bodies():
    """The same bytes have the same name, others another."""
    assert delivery_name(BODY) == delivery_name(bytes(BODY)) != delivery_name(BODY + b" ")
