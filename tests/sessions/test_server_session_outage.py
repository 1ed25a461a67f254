"""A session in a store that fails, or is shared with others."""

import logging
from dataclasses import replace

import pytest

from logto.errors import SignInSessionNotFoundError, StorageError
from tests.flows.dialogue import API, TOKEN
from tests.sessions.visits import URL, Application, Failing, Jar, ProviderWithSid, failing, key_of

NAME = "__Host-logto"


@pytest.fixture
def provider():
    return ProviderWithSid()


@pytest.fixture
def store(provider):
    return Failing(clock=provider.clock)


@pytest.fixture
def application(store, provider):
    return Application(store, provider)


def test_a_store_that_cannot_be_asked_is_an_error_without_its_secrets(application, store):
    """By default a failing store is a StorageError with a code, whose text has nothing of the cause's."""
    jar = application.sign_in(Jar())
    store.fails = failing("load")

    with pytest.raises(StorageError) as caught:
        application.open(jar)

    assert caught.value.code == "storage.failed"
    assert "s3cr3t" not in str(caught.value)


def test_signed_out_without_store_keeps_the_session_for_later(store, provider):
    """Where the application chose it, an outage shows nobody; cookie and row survive it."""
    application = Application(store, provider, signed_out_without_store=True)
    jar = application.sign_in(Jar())
    before = dict(jar)
    store.fails = lambda name, number: True

    assert application.user(jar) is None

    store.fails = lambda name, number: False
    assert jar == before
    assert application.user(jar) == "alice"


def test_a_failed_sign_in_leaves_the_old_state(application, store):
    """When the new row cannot be written, the former user is signed in, in this request and the next."""
    jar = application.sign_in(Jar())
    callback = application.begin(jar, "bob")
    before = dict(jar)
    session = application.open(jar)
    store.fails = lambda name, number: name == "save" and "acquire" not in store.calls and store.calls.count("save") > 4

    with pytest.raises(StorageError):
        application.within(session, "handle_sign_in_callback", callback)
    store.fails = lambda name, number: False

    assert application.within(session, "get_id_token_claims").sub == "alice"
    application.close(jar, session)
    assert jar == before
    assert application.user(jar) == "alice"


def test_sign_out_with_the_store_down_clears_the_browser_and_revokes(application, store, provider, caplog):
    """The user leaves with a cleared cookie and a dead refresh token; that the row stays is logged as an error."""
    jar = application.sign_in(Jar())
    refresh_token = application.visit(jar, "get_refresh_token")
    session = application.open(jar)
    store.fails = lambda name, number: True

    url = application.within(session, "sign_out")
    application.close(jar, session)

    assert "/session/end" in url
    assert jar == {}
    assert provider.revoked == [refresh_token]
    assert [record.levelno for record in caplog.records if "could not be removed" in record.message][:1] == [
        logging.ERROR
    ]


def test_a_row_that_could_not_be_removed_is_tried_again_and_dead_for_this_process(application, store):
    """A store that fails once still ends the session; one that fails longer does not bring it back in this process."""
    jar = application.sign_in(Jar())
    copy = jar.copy()
    failures = iter([True])
    store.fails = lambda name, number: name == "delete" and next(failures, False)
    application.visit(jar, "sign_out")
    assert store.load(key_of(copy)) is None

    application.sign_in(jar)
    copy = jar.copy()
    store.fails = failing("delete")
    application.visit(jar, "sign_out")
    assert store.load(key_of(copy)) is not None
    assert application.user(copy) is None

    store.fails = failing()
    assert application.user(copy) is None
    assert store.load(key_of(copy)) is None


def test_tokens_that_could_not_be_stored_are_stored_at_the_end_of_the_request(application, store):
    """One failed write in a refresh: the token is handed out, and the new refresh token is in the store afterwards."""
    jar = application.sign_in(Jar())
    failures = iter([True])
    store.fails = lambda name, number: name == "save" and next(failures, False)

    session = application.open(jar)
    application.within(session, "get_access_token", API)
    newest = session.identity().refresh_token
    application.close(jar, session)

    assert application.visit(jar, "get_refresh_token") == newest


def test_an_outage_in_the_middle_of_a_refresh_loses_no_session(application, store, provider):
    """Writes fail for ten minutes of refreshing: each token is asked for once, and the store gets the last one."""
    jar = application.sign_in(Jar())
    store.fails = failing("save")
    for resource in (API, "", API):
        provider.clock.now += 3600
        application.visit(jar, "get_access_token", resource)
    assert provider.count(TOKEN) == 3
    store.fails = failing()

    newest = application.visit(jar, "get_refresh_token")
    provider.clock.now += 3601

    fresh = Application(store, provider)
    assert fresh.visit(jar, "get_refresh_token") == newest
    assert fresh.visit(jar, "get_access_token", API)


def test_a_lock_that_cannot_be_had_stops_nobody(application, store, provider):
    """With the store's locks down, the process refreshes alone, and once."""
    jar = application.sign_in(Jar())
    store.fails = failing("acquire", "release")

    application.visit(jar, "get_access_token", API)

    assert provider.count(TOKEN) == 1
    assert application.user(jar) == "alice"


def test_pending_sign_ins_are_found_only_through_the_browser_s_own_cookie(application):
    """With a shared store, too, another browser cannot finish a sign-in (CVE-2025-68158), signed in or not."""
    victim, attacker = Jar(), Jar()
    callback = application.begin(attacker)
    application.begin(victim)

    for browser in (Jar(), application.sign_in(Jar(), "carol")):
        before = application.user(browser)
        with pytest.raises(SignInSessionNotFoundError):
            application.visit(browser, "handle_sign_in_callback", callback)
        assert application.user(browser) == before
    assert application.user(victim) is None


def test_a_session_of_another_application_on_the_same_store_is_nobody_s_here(application, store, provider):
    """Two applications share store, key and cookie name: each believes only tokens that were made for it."""
    jar = application.sign_in(Jar())
    other = Application(store, provider)
    other.client._context = replace(  # noqa: SLF001 - the same client under another application's id
        other.client._context,  # noqa: SLF001 - as above
        config=other.client.config.model_copy(update={"app_id": "another"}),
    )

    assert other.visit(jar, "is_authenticated") is False
    assert application.user(jar) == "alice"


def test_another_scheme_is_another_cookie(application):
    """A session of https is not looked for under the name that plain http on this machine uses."""
    jar = application.sign_in(Jar())

    assert application.visit(Jar([("logto", jar[NAME])])) is False
    assert application.visit(jar, url="http://localhost:3000/") is False
    assert application.visit(jar, url=URL) is True
