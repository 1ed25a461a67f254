"""Somebody signed in to an application under test: a real session, made without a server, in either colour."""

import pytest

from logto import LogtoPages, LogtoSyncPages, PageSettings, UserInfoScope
from logto.errors import ConfigurationError, ForbiddenError, LogtoException
from logto.models.requirement import Requirement
from logto.sessions import CookieStore, MemoryStore
from logto.testing.pages import async_sign_in_as, sign_in_as
from tests.flows.dialogue import config
from tests.sessions.visits import KEY, done

LOCAL = "http://localhost/"
SITE = "https://app.example/"


@pytest.fixture(params=[LogtoPages, LogtoSyncPages])
def kind(request):
    """The pages' colour."""
    return request.param


@pytest.fixture(params=[MemoryStore, lambda: CookieStore(KEY)], ids=["store", "cookies"])
def pages(kind, request):
    """An application's pages whose Logto is nowhere: whatever is asked of it fails."""
    return kind(config(endpoint="http://127.0.0.1:9"), request.param(), PageSettings())


def user_with(pages, cookies, url=LOCAL):
    """Whoever a page sees."""
    return pages.user(done(pages.open(cookies, url)))


def test_somebody_is_signed_in_with_the_claims_given(pages):
    """Roles, organizations and names are what the test says, in a page and in its guards."""
    cookies = sign_in_as(pages, "alice", name="Alice", roles=["admin"], organizations=["acme"])
    user = user_with(pages, cookies)

    assert (user.sub, user.display_name, user.roles, user.organizations) == ("alice", "Alice", {"admin"}, {"acme"})
    assert user.claims.iss == pages.config.expected_issuer


def test_whoever_has_no_roles_is_forbidden(kind):
    """Where the application asks for roles and organizations, a user without any has empty lists, as at Logto."""
    scopes = (UserInfoScope.roles, UserInfoScope.organizations, UserInfoScope.organization_roles)
    pages = kind(config(scopes=scopes), MemoryStore(), PageSettings())
    user = user_with(pages, sign_in_as(pages, "bob"))

    for requirement in (Requirement.of(roles="admin"), Requirement.of(organization_id="a", organization_roles="b")):
        with pytest.raises(ForbiddenError):
            requirement.check(user)


def test_a_claim_that_nobody_asks_for_is_missing(pages):
    """A guard by roles in an application without that scope is a mistake, in its tests as well."""
    with pytest.raises(ConfigurationError, match="roles"):
        Requirement.of(roles="admin").check(user_with(pages, sign_in_as(pages, "bob")))


@pytest.mark.anyio
async def test_it_can_be_awaited(kind):
    """For stores that only await, in a test that does."""
    pages = kind(config(), MemoryStore(), PageSettings())

    assert list(await async_sign_in_as(pages, "bob")) == ["logto"]


def test_cookies_are_those_of_the_address(pages):
    """`__Host-` over https; plain on this machine; and what was made for one is nobody's at the other."""
    local, secure = sign_in_as(pages), sign_in_as(pages, url=SITE)

    assert (set(local), set(secure)) == ({"logto"}, {"__Host-logto"})
    assert user_with(pages, secure, SITE).sub == "alice"
    assert not user_with(pages, secure, LOCAL)


def test_two_users_are_two_sessions(pages):
    """Each call makes a session of its own."""
    first, second = sign_in_as(pages, "alice"), sign_in_as(pages, "bob")

    assert [user_with(pages, cookies).sub for cookies in (first, second)] == ["alice", "bob"]


def test_only_this_application_takes_them(kind):
    """Another key, another App ID: nobody. What a test makes opens nothing else."""
    ours, store = CookieStore(KEY), CookieStore("another secret of thirty-two bytes")
    cookies = sign_in_as(kind(config(), ours, PageSettings()))

    assert not user_with(kind(config(), store, PageSettings()), cookies)
    assert not user_with(kind(config(app_id="other"), ours, PageSettings()), cookies)


def test_no_page_asks_logto_about_such_a_session(pages):
    """It lives for long, and getting a token for it fails with an error of ours, at once."""
    session = done(pages.open(sign_in_as(pages), LOCAL))

    assert pages.user(session).claims.exp > pages._context.client.now() + 3600  # noqa: SLF001 - the only clock there is
    with pytest.raises(LogtoException) as caught:
        pages.sync_client(session).get_access_token()
    assert caught.value.code == "refresh_token.missing"


def test_claims_of_another_issuer_are_nobody(pages):
    """A test that says nonsense about issuer or audience gets nobody, as production would."""
    assert not user_with(pages, sign_in_as(pages, iss="https://other.example"))
    assert not user_with(pages, sign_in_as(pages, aud="another"))
