"""Sessions of the guide's storage, carried over into a store."""

import pytest

from logto.errors import StorageError
from logto.sessions import CookieStore
from tests.flows.dialogue import API, Shelf, context
from tests.flows.honest_provider import signed_in
from tests.rejections.mint import ISSUER, NOW, mint
from tests.sessions.visits import KEY, Application, Failing, Jar, ProviderWithSid, failing


@pytest.fixture
def provider():
    return ProviderWithSid()


@pytest.fixture(params=["store", "cookies"])
def application(request, provider):
    """With sessions in a store, and in cookies."""
    return Application(Failing(clock=provider.clock) if request.param == "store" else CookieStore(KEY), provider)


def published(application: Application, sub: str = "alice") -> Shelf:
    """The four strings of somebody who signed in with the guide's storage."""
    shelf = Shelf()
    signed_in(context(shelf, application.provider.clock), application.provider, sub)
    return shelf


def carry(application: Application, jar: Jar, shelf: Shelf) -> bool:
    """A request that carries an old session over."""
    session = application.open(jar)
    moved = application.manage("carry_over", session, shelf)
    application.close(jar, session)
    return moved


def test_an_old_session_is_carried_over_once(application):
    """Who was signed in stays signed in, with a new session whose tokens work; the old storage is emptied."""
    shelf, jar = published(application), Jar()

    assert carry(application, jar, shelf) is True
    assert not any(shelf.values.values())
    assert application.user(jar) == "alice"
    assert application.visit(jar, "get_access_token", API)
    assert carry(application, jar, shelf) is False


def test_what_the_published_sdk_wrote_is_carried_over(application):
    """The four keys as version 0.2.1 writes them: an access token map with seconds, and empty strings for nothing."""
    shelf, jar = published(application), Jar()
    token = application.provider.jwt("alice", API, None)
    shelf.values = {
        "idToken": shelf.values["idToken"],
        "refreshToken": shelf.values["refreshToken"],
        "accessTokenMap": f'{{"x":{{"{API}":{{"token":"{token}","scope":"read","expiresAt":{NOW + 3000}}}}}}}',
        "signInSession": "",
    }

    assert carry(application, jar, shelf)
    assert application.user(jar) == "alice"
    assert application.visit(jar, "get_access_token", API) == token


def test_a_signed_in_session_is_not_replaced_and_the_old_one_is_emptied(application):
    """What is left in the old storage is removed, or it would sign the user in again after sign-out."""
    jar, shelf = application.sign_in(Jar(), "bob"), published(application)

    assert carry(application, jar, shelf) is False
    assert application.user(jar) == "bob"
    application.visit(jar, "sign_out")
    assert carry(application, jar, shelf) is False
    assert application.user(jar) is None


def test_a_copy_of_an_old_session_does_not_undo_a_sign_out(application):
    """A request that came with the former cookie before the sign-out, and ends after it, brings nobody back."""
    shelf, jar = published(application), Jar()
    late = Shelf(shelf.values)
    carry(application, jar, shelf)
    application.visit(jar, "sign_out")

    assert carry(application, Jar(), late) is False


@pytest.mark.parametrize("id_token", ["garbage", "a.b.c", mint({"iss": ISSUER, "aud": "another", "sub": "x"})])
def test_an_old_session_of_somebody_else_is_left_behind(application, id_token):
    """What cannot be read, or was made for another application, signs nobody in, breaks no page, and goes."""
    shelf, jar = Shelf({"idToken": id_token, "refreshToken": "r"}), Jar()

    assert carry(application, jar, shelf) is False
    assert application.user(jar) is None
    assert not shelf.values.get("idToken")


def test_nothing_to_carry_over(application):
    """An empty storage moves nobody and sets no cookie."""
    jar = Jar()

    assert carry(application, jar, Shelf()) is False
    assert jar.headers == []


def test_a_store_that_fails_while_carrying_over_keeps_the_old_session(provider):
    """Nothing is removed from the old storage before the new one has it."""
    store = Failing(clock=provider.clock)
    application, jar = Application(store, provider), Jar()
    shelf = published(application)
    store.fails = failing("save")

    with pytest.raises(StorageError):
        carry(application, jar, shelf)
    store.fails = failing()

    assert carry(application, jar, shelf) is True
    assert application.user(jar) == "alice"
