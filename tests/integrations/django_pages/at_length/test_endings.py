"""When the session at Logto ends, so does Django's login that stands on it; and the other way round."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db import connections

from logto.integrations.django.login import MARK
from logto.integrations.django.models import Session
from logto.integrations.django.site import current_site
from logto.testing import pages
from logto.testing.django import sign_in_as
from tests.server.receiver import Receiver

FORM = "application/x-www-form-urlencoded"
REFUSED = {"body": '{"error": "invalid_grant"}', "headers": {"content-type": "application/json"}}
NOBODY = {"django": "", "logto": None, "staff": False}


def shown(visitor, path="/"):
    """Whom a page knows."""
    found = visitor.get(path).json()
    found.pop("thread")
    return found


@pytest.fixture
def receiver():
    """Where Logto sends logout tokens."""
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_a_sign_out_at_logto_ends_the_login(visitor, logto, receiver):
    """A back-channel logout ends the session here; at the next request Django knows nobody, and its session is empty."""
    logto.configure(backchannelLogoutUri=receiver.uri)
    visitor.sign_in()
    visitor.browser.follow(f"{logto.issuer}/session/end?client_id={logto.config().app_id}")
    body = receiver.take().body
    assert shown(visitor)["django"] == logto.users["alice"].id
    logto.configure(backchannelLogoutUri=None)
    cookies = visitor.cookies
    answer = visitor.post("/backchannel-logout", body, headers={}, content_type=FORM)
    assert (answer.status_code, answer["Cache-Control"], answer.cookies) == (200, "no-store", {})
    assert visitor.cookies == cookies
    assert shown(visitor) == shown(visitor, "/ahome") == NOBODY
    assert visitor.post("/backchannel-logout", body, headers={}, content_type=FORM).status_code == 400


@pytest.mark.parametrize("data", ["logout_token=a.b.c", "", "logout_token=" + "a" * 70_000])
def test_a_forged_logout_ends_nothing(visitor, data):
    """A forged logout token, none, and a body of 70 kB are answered 400."""
    sign_in_as(visitor.client, "carol")
    answer = visitor.post("/backchannel-logout", data, headers={}, content_type=FORM)
    assert (answer.status_code, answer["Cache-Control"]) == (400, "no-store")
    assert visitor.get("/backchannel-logout").status_code == 405
    assert shown(visitor)["django"] == "carol"


def test_a_refused_refresh_ends_the_login(visitor, logto):
    """A page whose token is refused sends the browser to sign in again, and nobody is logged in any more."""
    for path in ("/token", "/atoken"):
        visitor.sign_in()
        with logto.faults.fail("/oidc/token", 400, **REFUSED):
            answer = visitor.get(path)
        assert (answer.status_code, answer["Location"]) == (303, f"/sign-in?next={path}")
        assert shown(visitor) == NOBODY


def test_ended_from_elsewhere(visitor):
    """`end_sessions` ends Django's logins, too, in every browser."""
    sign_in_as(visitor.client, "carol")
    assert current_site().sync_pages.sync_sessions.end_sessions(sub="carol") >= 1
    assert shown(visitor, "/ahome") == shown(visitor) == NOBODY


def test_a_logout_of_djangos_ends_the_session_at_logto(visitor):
    """Whatever calls Django's `logout()`, the session here ends with it, and its refresh token is revoked."""
    visitor.sign_in()
    before = Session.objects.count()
    assert visitor.get("/leave").content == b"left"
    assert Session.objects.count() == before - 1
    assert shown(visitor) == NOBODY


def test_who_else_signed_in_is_not_taken_for_the_former(visitor):
    """Where the session at Logto has become somebody else's, Django's former login is over, and only that."""
    sign_in_as(visitor.client, "carol")
    django = visitor.client.cookies["sessionid"].value
    sign_in_as(visitor.client, "dora")
    visitor.client.cookies["sessionid"] = django
    assert shown(visitor) == {"django": "", "logto": "dora", "staff": False}
    assert visitor.get("/page").status_code == 302


def test_other_backends_users_are_left_alone(visitor):
    """Who logged in by password stays, whatever becomes of a session at Logto; signing out by our view logs him out."""
    user, _ = get_user_model().objects.get_or_create(username="root")
    visitor.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert shown(visitor)["django"] == shown(visitor, "/ahome")["django"] == "root"
    assert visitor.get("/members").status_code == 303
    out = visitor.post("/sign-out")
    assert out["Location"] == "/"
    assert shown(visitor) == NOBODY


def test_who_logs_in_otherwise_has_no_session_of_the_former(visitor):
    """Somebody else who logs in by another backend in the same browser gets neither the roles nor the tokens of the former."""
    visitor.sign_in()
    sessions = Session.objects.count()
    assert visitor.get("/as-other").content == b"in"
    assert (shown(visitor)["django"], shown(visitor)["logto"]) == ("root", None)
    assert Session.objects.count() == sessions - 1


def test_a_forced_login_of_a_test_stays(visitor):
    """Django's own `force_login` works with our backend: nothing binds that login to a session at Logto."""
    user, _ = get_user_model().objects.get_or_create(username="tester")
    visitor.client.force_login(user, backend="logto.integrations.django.LogtoBackend")
    assert shown(visitor)["django"] == "tester"


def test_a_cleared_django_session_is_not_logged_in(visitor):
    """Without Django's session, Django knows nobody; one sign-in later, without a password, it does."""
    visitor.sign_in()
    del visitor.client.cookies["sessionid"]
    assert shown(visitor)["django"] == ""
    assert visitor.get("/members").status_code == 303
    visitor.sign_in()
    assert visitor.get("/members").status_code == 200


def test_a_newer_token_is_heeded(visitor, settings_of):
    """What a newer ID token says, of names and of the staff, is in Django at the next request."""
    with settings_of(LOGTO={"STAFF_ROLES": ["admin"], "SESSION_STORE": "cookie"}):
        sign_in_as(visitor.client, "erin", roles=["admin"], iat=1)
        assert shown(visitor)["staff"] is True
        newer = pages.sign_in_as(current_site().sync_pages, "erin", roles=[], name="Erin", iat=2)
        visitor.client.cookies.load(newer)
        assert shown(visitor, "/ahome")["staff"] is False
    assert get_user_model().objects.get(username="erin").first_name == "Erin"


def test_a_new_address_is_heeded(visitor):
    """So is an e-mail address."""
    sign_in_as(visitor.client, "gus", email="old@example.com", iat=1)
    cookies = pages.sign_in_as(current_site().sync_pages, "gus", email="new@example.com", iat=2)
    visitor.client.cookies.load(cookies)
    shown(visitor)
    assert get_user_model().objects.get(username="gus").email == "new@example.com"


def test_an_older_token_gives_nothing_back(visitor, settings_of):
    """Who kept the cookie of a former token does not get back by it what a newer one took away."""
    with settings_of(LOGTO={"STAFF_ROLES": ["admin"], "SESSION_STORE": "cookie"}):
        kept = pages.sign_in_as(current_site().sync_pages, "ike", roles=["admin"], iat=1)
        sign_in_as(visitor.client, "ike", roles=[], iat=2)
        visitor.client.cookies.load(kept)
        assert shown(visitor)["staff"] is False


def test_a_newer_token_is_heeded_also_where_the_view_fails(visitor, settings_of, monkeypatch):
    """With ATOMIC_REQUESTS, what a newer token takes away stays away, though what the view wrote is undone."""
    monkeypatch.setitem(connections["default"].settings_dict, "ATOMIC_REQUESTS", True)
    with settings_of(LOGTO={"STAFF_ROLES": ["admin"], "SESSION_STORE": "cookie"}):
        sign_in_as(visitor.client, "joe", roles=["admin"], iat=1)
        visitor.client.cookies.load(pages.sign_in_as(current_site().sync_pages, "joe", roles=[], iat=2))
        assert visitor.get("/missing").status_code == 404
        assert get_user_model().objects.get(username="joe").is_staff is False


def test_nobody_is_told_of_a_logout_that_is_none(visitor):
    """A session at Logto that goes on sends no signal of Django's."""
    told = []
    sign_in_as(visitor.client, "carol")

    def note(user, **_):
        told.append(user.get_username())

    user_logged_out.connect(note)
    try:
        shown(visitor)
        assert told == []
        current_site().sync_pages.sync_sessions.end_sessions(sub="carol")
        shown(visitor)
    finally:
        user_logged_out.disconnect(note)
    assert told == ["carol"]


def test_djangos_session_says_whose_login_it_is(visitor):
    """The mark in Django's session names issuer and user, and holds no token."""
    sign_in_as(visitor.client, "carol", iat=7)
    if visitor.kind == "wsgi":
        assert visitor.client.session[MARK] == [visitor.logto.issuer, "carol", 7]
