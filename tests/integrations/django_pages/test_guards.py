"""Who may see which page: Django's means, and ours."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import RequestFactory

from logto import ConfigurationError
from logto.integrations.django import LogtoRequiredMixin, logto_required
from logto.testing.django import sign_in_as
from tests.integrations.django_pages.visitor import PROGRAM

LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"
PAGES = ["/page", "/class-page", "/adders", "/members", "/amembers", "/clerks", "/aclerks", "/bosses", "/nameless"]


@pytest.mark.parametrize("path", [*PAGES, "/organizations/acme", "/organizations/acme/admin"])
def test_nobody_is_sent_to_sign_in(visitor, path):
    """A browser in which nobody is signed in is sent to the sign-in, and back, whatever guards the page."""
    answer = visitor.get(path)
    assert answer.status_code in (302, 303)
    assert answer["Location"] == f"/sign-in?next={path}"


@pytest.mark.parametrize(
    ("path", "claims", "status"),
    [
        ("/members", {}, 200),
        ("/amembers", {}, 200),
        ("/clerks", {"roles": ["clerk"]}, 200),
        ("/aclerks", {"roles": ["clerk"]}, 200),
        ("/clerks", {"roles": ["boss"]}, 403),
        ("/aclerks", {"roles": []}, 403),
        ("/bosses", {"roles": ["chief"]}, 200),
        ("/bosses", {"roles": ["clerk"]}, 403),
        ("/organizations/acme", {"organizations": ["acme"]}, 200),
        ("/organizations/acme", {"organizations": ["beta"]}, 403),
        ("/organizations/acme/admin", {"organizations": ["acme"], "organization_roles": ["acme:admin"]}, 200),
        ("/organizations/acme/admin", {"organizations": ["acme"], "organization_roles": ["beta:admin"]}, 403),
        ("/nameless", {"organizations": ["acme"]}, 403),
    ],
)
def test_roles_and_organizations(visitor, path, claims, status):
    """Roles, membership and roles in the organization of the path decide; a request that names none is refused."""
    sign_in_as(visitor.client, "carol", **claims)
    assert visitor.get(path).status_code == visitor.get(path, headers=PROGRAM).status_code == status


def test_a_claim_that_was_never_asked_for_is_a_mistake(visitor, settings_of):
    """A page guarded by roles, which the settings do not ask for, is the developer's mistake: Django's handler500 answers."""
    with settings_of(LOGTO={"SCOPES": ["email"]}):
        sign_in_as(visitor.client, "carol")
        answer = visitor.get("/clerks")
    assert (answer.status_code, answer.content) == (500, b"sorry")


def test_permissions_are_djangos(visitor):
    """`permission_required` and permissions of users who came by Logto work as Django's own."""
    user = sign_in_as(visitor.client, "dora")
    user.user_permissions.add(Permission.objects.get(codename="add_user"))
    assert visitor.get("/adders").content == b"quiet"


def test_a_page_that_sends_signed_in_users_to_sign_in_does_not_send_them_round_in_circles(visitor):
    """Who lacks a permission is sent to Logto, back, back once more, and then told 403."""
    answers = []
    path = "/adders"
    for _ in range(8):
        answer = visitor.get(path)
        path = answer.get("Location", "")
        answers.append(answer.status_code)
        if path.startswith("http"):
            path = visitor.logto.sign_in(path, browser=visitor.browser)
        if answer.status_code == 403:
            break
    assert answers == [302, 303, 303, 302, 302, 302, 403]


def test_login_required_middleware_leaves_our_views_open(visitors, settings_of):
    """With LoginRequiredMiddleware all pages but ours want a login, and one can sign in."""
    with settings_of(MIDDLEWARE=[*settings.MIDDLEWARE, LOGIN_REQUIRED]):
        for kind in ("wsgi", "asgi"):
            with visitors(kind) as visitor:
                assert visitor.get("/quiet")["Location"] == "/sign-in?next=/quiet"
                visitor.sign_in()
                assert visitor.get("/quiet").content == b"quiet"
                assert visitor.post("/backchannel-logout").status_code == 400


def test_who_is_not_active_is_nobody(visitor):
    """A user whom Django deactivates is out at once, of Django's guards and of ours, and is refused when he comes again."""
    user = sign_in_as(visitor.client, visitor.logto.users["bob"].id)
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    assert [visitor.get(path).status_code for path in ("/page", "/members", "/amembers")] == [302, 303, 303]
    assert visitor.sign_in(user="bob").status_code == 403
    assert visitor.who()["logto"] is None
    get_user_model().objects.filter(pk=user.pk).update(is_active=True)


def test_demands_are_judged_when_they_are_written():
    """A guard that demands nothing of somebody, or an organization twice, is refused at import."""
    with pytest.raises(ConfigurationError):
        logto_required(roles=[])
    with pytest.raises(ConfigurationError):
        logto_required(organization_id="acme", organization_from="organization_id")
    with pytest.raises(ConfigurationError):
        type("View", (LogtoRequiredMixin,), {"logto_required": {"any_role": [""]}})


def test_without_the_middleware_a_guard_says_so():
    """A request without `request.logto` is told which line of the settings is missing."""
    with pytest.raises(ConfigurationError, match="LogtoMiddleware"):
        logto_required(lambda request: None)(RequestFactory().get("/"))
