"""User info, as a dialogue: with the opaque token, about the user who is signed in."""

import pytest

from logto.errors import InvalidTokenError, NotAuthenticatedError, UnexpectedResponseError
from logto.flows import fetch_user_info
from tests.flows.dialogue import ME, TOKEN, Conversation, Shelf, context, fields, play
from tests.flows.honest_provider import HonestProvider, answer, refusal, signed_in, talk


def test_userinfo_bearer_header():
    """The opaque token travels in the header; absent is absent and null is null in the answer."""
    provider = HonestProvider()
    ours = signed_in(context(), provider)
    conversation = Conversation(fetch_user_info(ours))
    assert conversation.asked.headers["authorization"].startswith("Bearer alice-opaque-")
    assert "alice" not in conversation.asked.url

    info = conversation.answer(provider.answer(conversation.asked)).result

    assert info.model_dump_json(exclude_unset=True) == '{"sub":"alice","name":"Alice","picture":null}'


def test_userinfo_invalid_sub():
    """An answer about somebody else is refused; the session stays."""
    ours = signed_in(context(), HonestProvider())

    with pytest.raises(UnexpectedResponseError) as caught:
        play(fetch_user_info(ours), (("GET", ME), answer({"sub": "bob"})))

    assert caught.value.code == "user_info.subject_mismatch"
    assert ours.claims().sub == "alice"


def test_an_expired_token_is_refreshed_first():
    """After an hour the opaque token is asked for without a resource, and then used."""
    provider = HonestProvider()
    ours = signed_in(context(clock=provider.clock), provider)
    provider.clock.now += 3600

    assert talk(fetch_user_info(ours), provider).sub == "alice"
    token_request = next(request for request in provider.asked if request.url == TOKEN)
    assert "resource" not in fields(token_request)


def test_a_token_that_is_not_accepted_ends_nothing():
    """401 is an InvalidTokenError that says so; the session is as it was."""
    shelf = Shelf()
    ours = signed_in(context(shelf), HonestProvider())
    before = dict(shelf.values)

    with pytest.raises(InvalidTokenError) as caught:
        play(fetch_user_info(ours), (("GET", ME), refusal("invalid_token", 401)))

    assert caught.value.code == "user_info.unauthorized"
    assert shelf.values == before


def test_nobody_has_no_user_info():
    """Without a session nothing is asked."""
    with pytest.raises(NotAuthenticatedError):
        play(fetch_user_info(context()))
