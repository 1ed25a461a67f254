"""A whole visit: to a guarded page, through Logto, back to the page, with tokens, and out again."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto.integrations.django.models import LogtoAccount, Session
from logto.sessions.packing import UnpackError, unpack
from logto.testing.django import sign_in_as
from tests.integrations.django_pages.visitor import PROGRAM


def test_a_visit(visitor, logto):
    """A guarded page sends the browser to Logto and gets it back; Django knows the user until he signs out, by POST."""
    sent = visitor.get("/page?tab=2")
    assert (sent.status_code, sent["Location"]) == (302, "/sign-in?next=/page%3Ftab%3D2")
    back = visitor.sign_in(sent["Location"])
    assert (back.status_code, back["Location"]) == (303, "/page?tab=2")

    alice = logto.users["alice"].id
    assert visitor.get("/page").json()["django"] == visitor.get("/ahome").json()["django"] == alice
    user = get_user_model().objects.get(username=alice)
    assert (user.first_name, user.last_name, user.email) == ("Alice", "Liddell", "alice@example.com")
    assert not user.has_usable_password()
    assert LogtoAccount.objects.get(user=user).iss == logto.issuer

    assert visitor.get("/token").content.count(b".") == visitor.get("/atoken").content.count(b".") == 2
    out = visitor.post("/sign-out")
    assert (out.status_code, set(visitor.cookies)) == (303, {"csrftoken"})
    assert visitor.browser.follow(out["Location"]) == "http://localhost:3000/"
    assert visitor.who() | {"thread": 0} == {"django": "", "logto": None, "staff": False, "thread": 0}


def test_the_same_person_is_the_same_user(visitors, logto):
    """A second sign-in, in another browser, makes no second user."""
    with visitors("wsgi") as visitor, visitors("asgi") as other:
        visitor.sign_in()
        other.sign_in()
        assert other.who()["django"] == visitor.who()["django"]
    assert LogtoAccount.objects.filter(sub=logto.users["alice"].id).count() == 1


def test_sign_up_asks_for_the_page_for_new_users(visitor):
    """The sign-up view sends the browser to Logto's page for new users."""
    assert "first_screen=register" in visitor.get("/sign-up")["Location"]


def test_the_session_ids_change_at_sign_in(visitors):
    """What is in Django's session of a visitor lives on under a new key; our session has a new id, too."""
    with visitors() as visitor:
        session = visitor.client.session
        session["basket"] = ["soap"]
        session.save()
        callback = visitor.begin()
        before = visitor.cookies
        visitor.get(callback)
        after = visitor.cookies
        assert {name for name in before if before[name] == after[name]} <= {"csrftoken"}
        assert visitor.client.session["basket"] == ["soap"]


def test_another_user_gets_an_empty_session(visitors):
    """Who signs in after somebody else, in the same browser, finds nothing of the former user's in Django's session."""
    with visitors() as visitor:
        visitor.sign_in()
        session = visitor.client.session
        session["basket"] = ["soap"]
        session.save()
        visitor.browser.close()
        visitor.browser = type(visitor.browser)()
        visitor.sign_in(user="bob")
        assert "basket" not in visitor.client.session
        assert visitor.who()["django"] == visitor.logto.users["bob"].id


def test_programs_are_told_in_json(visitor):
    """A program that may not see a page of ours is answered 401 and 403, not sent around."""
    refused = visitor.get("/members", headers=PROGRAM)
    assert (refused.status_code, refused.json()["error"]) == (401, "not_authenticated")
    sign_in_as(visitor.client, "carol", roles=[])
    refused = visitor.get("/bosses", headers=PROGRAM)
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")


def test_a_session_in_the_database_is_sealed(project):
    """Without another key, sessions are sealed with SECRET_KEY."""
    Session.objects.all().delete()
    sign_in_as(Client(), "carol")
    with pytest.raises(UnpackError):
        unpack(bytes(Session.objects.get().value))
