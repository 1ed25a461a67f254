"""Signing out, as a dialogue: here first, then at the server."""

import pytest

from logto.errors import ConfigurationError, TransportError
from logto.flows import sign_out
from logto.protocol.http import HttpResponse
from tests.flows.dialogue import DISCOVERY, ISSUER, REVOCATION, Conversation, Shelf, context, play
from tests.flows.honest_provider import HonestProvider, answer, metadata, signed_in
from tests.rejections.mint import CLIENT_ID

OK = HttpResponse(200)


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def ours(shelf):
    return signed_in(context(shelf), HonestProvider())


def test_sign_out_revokes_and_says_where_to_go(ours, shelf):
    """The refresh token is revoked by name and kind; the URL carries the application and where to return to."""
    form = {"token": shelf.values["refreshToken"], "token_type_hint": "refresh_token"}

    url = play(sign_out(ours, "https://app.example/bye?a=b"), (("POST", REVOCATION, form), OK))

    assert url == (
        f"{ISSUER}/session/end?client_id={CLIENT_ID}&post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye%3Fa%3Db"
    )
    assert shelf.values == {}


def test_the_session_is_cleared_before_anything_is_asked(ours, shelf):
    """While the first request is under way, nobody is signed in any more."""
    conversation = Conversation(sign_out(ours))

    assert conversation.asked.url == REVOCATION
    assert conversation.asked.timeout == 2
    assert shelf.values == {}


def test_nobody_signing_out_revokes_nothing():
    """Without a session the URL is returned all the same."""
    url = play(sign_out(context()), (("GET", DISCOVERY), answer(metadata())))

    assert url == f"{ISSUER}/session/end?client_id={CLIENT_ID}"


@pytest.mark.parametrize("answered", [HttpResponse(400), HttpResponse(500), TransportError("slow")])
def test_a_revocation_that_fails_holds_nothing_up(ours, shelf, answered):
    """The URL is returned, whatever became of the courtesy."""
    assert play(sign_out(ours), (("POST", REVOCATION), answered)).startswith(f"{ISSUER}/session/end?")


def test_a_provider_without_revocation_is_not_asked(shelf):
    """No revocation endpoint, no request."""
    provider = HonestProvider()
    provider.faults[DISCOVERY] = lambda _: answer(metadata(revocation_endpoint=...))
    ours = signed_in(context(shelf), provider)

    assert play(sign_out(ours))
    assert shelf.values == {}


def test_a_provider_without_an_end_session_page_is_explained(shelf):
    """The session is cleared, and the error says so."""
    provider = HonestProvider()
    provider.faults[DISCOVERY] = lambda _: answer(metadata(end_session_endpoint=...))
    ours = signed_in(context(shelf), provider)

    with pytest.raises(ConfigurationError) as caught:
        play(sign_out(ours), (("POST", REVOCATION), OK))

    assert caught.value.code == "configuration.no_end_session"
    assert shelf.values == {}


def test_a_wrong_return_address_is_refused_by_its_own_name(ours, shelf):
    """The argument's name is in the message; nothing was sent or cleared."""
    before = dict(shelf.values)

    with pytest.raises(ConfigurationError) as caught:
        play(sign_out(ours, "/relative"))

    assert "`post_logout_redirect_uri`" in caught.value.message
    assert shelf.values == before


def test_garbage_in_the_session_is_cleared_too():
    """A session that cannot be read is signed out like any other."""
    shelf = Shelf({"idToken": b"x", "refreshToken": "y"})

    play(sign_out(context(shelf)), (("GET", DISCOVERY), answer(metadata())))

    assert shelf.values == {}
