"""Who becomes which user of Django, and what roles give."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in
from django.db import connections
from django.test import Client

from logto import ForbiddenError
from logto.integrations.django import LogtoBackend, sign_in_failed, signed_in, signed_out
from logto.integrations.django.models import LogtoAccount
from logto.models.claims import IdTokenClaims
from logto.testing.django import sign_in_as

User = get_user_model()
ISSUER = "https://logto.example/oidc"


class Selective(LogtoBackend):
    """Admits customers."""

    def verify_claims(self, claims):
        """Those with the role."""
        return "customer" in (claims.roles or [])


class NoStrangers(LogtoBackend):
    """Makes nobody."""

    def create_user(self, claims):
        """Nobody."""


class ByNumber(LogtoBackend):
    """Knows users of before by a number that only Logto's administrators write."""

    def filter_users_by_claims(self, claims):
        """By account, or else by the number."""
        number = (claims.custom_data or {}).get("customer_number")
        known = super().filter_users_by_claims(claims)
        return known if known.exists() or number is None else User.objects.filter(username=number)


def backend(kind):
    """Settings with one backend."""
    return [f"{__name__}.{kind.__name__}"]


def claims_of(sub, **claims):
    """Of an ID token."""
    return IdTokenClaims.model_validate({"iss": ISSUER, "sub": sub, "aud": "app", "iat": 1, "exp": 2, **claims})


@pytest.fixture
def told():
    """What signals say: their names and what they came with."""
    heard = []

    def listen(name):
        def note(**given):
            heard.append((name, given))

        return note

    signals = {
        "signed_in": signed_in,
        "signed_out": signed_out,
        "sign_in_failed": sign_in_failed,
        "user_logged_in": user_logged_in,
    }
    receivers = {name: listen(name) for name in signals}
    for name, signal in signals.items():
        signal.connect(receivers[name])
    yield heard
    for name, signal in signals.items():
        signal.disconnect(receivers[name])


def test_signals_tell_of_it(visitor, told):
    """Django's signal and ours tell of a sign-in with user and claims, of a sign-out, and of a sign-in that failed."""
    visitor.sign_in()
    visitor.post("/sign-out")
    visitor.get("/callback?state=a&code=b")
    alice = visitor.logto.users["alice"].id
    names = [name for name, _ in told]
    assert names == ["user_logged_in", "signed_in", "signed_out", "sign_in_failed"]
    assert told[1][1]["user"].get_username() == told[1][1]["claims"].sub == alice
    assert told[2][1]["user"].get_username() == told[2][1]["claims"].sub == alice
    assert told[3][1]["error"].code == "sign_in_session.not_found"


@pytest.mark.parametrize("kind", [Selective, NoStrangers])
def test_who_is_not_admitted_is_refused_and_no_session_stays(visitors, settings_of, kind, told):
    """A hook that admits nobody ends in a 403, not in a circle; nobody is signed in here, and no user is made."""
    with settings_of(AUTHENTICATION_BACKENDS=backend(kind)):
        for place in ("wsgi", "asgi"):
            User.objects.all().delete()
            with visitors(place) as visitor:
                assert visitor.sign_in("/sign-in?next=/members", user="bob").status_code == 403
                assert visitor.who()["logto"] is None
                assert visitor.get("/members").status_code == 303
            assert not LogtoAccount.objects.exists()
    assert {given["error"].code for name, given in told if name == "sign_in_failed"} == {"forbidden.user"}


def test_who_is_no_longer_admitted_is_out(visitors, settings_of):
    """The hook is asked again with a newer token; whoever it does not admit any more is out of both sessions."""
    from logto.integrations.django.site import current_site
    from logto.testing import pages

    with settings_of(AUTHENTICATION_BACKENDS=backend(Selective)):
        for place in ("wsgi", "asgi"):
            with visitors(place) as visitor:
                sign_in_as(visitor.client, "fay", roles=["customer"], iat=1)
                assert visitor.who()["django"] == "fay"
                visitor.client.cookies.load(pages.sign_in_as(current_site().sync_pages, "fay", roles=[], iat=2))
                assert visitor.who()["django"] == ""
                assert visitor.who()["logto"] is None


def test_an_address_makes_nobody_somebody_else(project):
    """Whoever has the address, or the name, of another user at Logto is another user here."""
    User.objects.all().delete()
    owner = User.objects.create_user("gil", email="owner@example.com", is_superuser=True)
    found = authenticate(None, logto_claims=claims_of("gil", email="owner@example.com", email_verified=True))
    assert found.pk != owner.pk
    assert not found.is_superuser
    assert found.email == "owner@example.com"
    assert authenticate(None, logto_claims=claims_of("gil")).pk == found.pk


def test_an_address_that_somebody_has_stays_his(project):
    """Where addresses are unique, whoever comes with another's is let in without it; the rest is brought up to date."""
    owner = User.objects.create_user("nina", email="one@example.com")
    with connections["default"].cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX one_address ON auth_user(email) WHERE email = 'one@example.com'")
    try:
        found = authenticate(None, logto_claims=claims_of("otto", email="one@example.com", given_name="Otto"))
        found.refresh_from_db()
        assert (found.pk == owner.pk, found.first_name, found.email) == (False, "Otto", "")
    finally:
        with connections["default"].cursor() as cursor:
            cursor.execute("DROP INDEX one_address")


def test_the_same_id_at_another_logto_is_somebody_else(project):
    """Issuer and id together name a user."""
    one = authenticate(None, logto_claims=claims_of("hal"))
    other = authenticate(None, logto_claims=claims_of("hal", iss="https://other.example/oidc"))
    assert one.pk != other.pk


def test_an_account_can_be_linked_by_a_hook(project, settings_of):
    """A user of before, found by what only administrators write, is linked for good."""
    former = User.objects.create_user("4711")
    with settings_of(AUTHENTICATION_BACKENDS=backend(ByNumber)):
        assert (
            authenticate(None, logto_claims=claims_of("ida", custom_data={"customer_number": "4711"})).pk == former.pk
        )
        assert authenticate(None, logto_claims=claims_of("ida")).pk == former.pk


def test_two_tabs_make_one_user(project):
    """Two first sign-ins of the same person at once end with the same user."""
    User.objects.filter(username="jan").delete()

    def first(_):
        try:
            return authenticate(None, logto_claims=claims_of("jan")).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(first, range(4)))) == 1
    assert LogtoAccount.objects.filter(sub="jan").count() == 1


def test_roles_give_groups_and_the_staff(project, settings_of):
    """What roles stand for in the settings is given and taken; what they do not name stays."""
    roles = {"STAFF_ROLES": ["admin", "editor"], "SUPERUSER_ROLES": "admin", "ROLE_GROUPS": {"editor": "Editors"}}
    with settings_of(LOGTO=roles):
        user = authenticate(None, logto_claims=claims_of("kim", roles=["editor"]))
        user.groups.add(Group.objects.get_or_create(name="Chess")[0])
        assert (user.is_staff, user.is_superuser) == (True, False)
        assert set(user.groups.values_list("name", flat=True)) == {"Editors", "Chess"}
        user = authenticate(None, logto_claims=claims_of("kim", roles=["admin"]))
        assert (user.is_staff, user.is_superuser) == (True, True)
        user = authenticate(None, logto_claims=claims_of("kim"))
        assert (user.is_staff, user.is_superuser) == (False, False)
        assert set(user.groups.values_list("name", flat=True)) == {"Chess"}


def test_without_such_settings_roles_change_nothing(project):
    """Who was made staff by hand stays it."""
    user = authenticate(None, logto_claims=claims_of("lea"))
    User.objects.filter(pk=user.pk).update(is_staff=True)
    assert authenticate(None, logto_claims=claims_of("lea", roles=["nothing"])).is_staff


def test_long_ids_and_names_fit(project):
    """An id longer than the model's names, and a name of 300 characters, are shortened, and known again."""
    claims = claims_of("x" * 255, name="n" * 300)
    user = authenticate(None, logto_claims=claims)
    assert len(user.username) == 30
    assert len(user.first_name) == 150
    assert authenticate(None, logto_claims=claims).pk == user.pk


def test_a_password_is_no_way_in(project):
    """The backend takes no password, and Django's own does not take the user's empty one."""
    authenticate(None, logto_claims=claims_of("mia"))
    assert authenticate(None, username="mia", password="") is None
    assert Client().login(username="mia", password="") is False


def test_a_test_is_told_that_nobody_is_admitted(project, settings_of):
    """`sign_in_as` refuses whom the application would refuse."""
    with settings_of(AUTHENTICATION_BACKENDS=backend(NoStrangers)), pytest.raises(ForbiddenError):
        sign_in_as(Client(), "nobody")
