"""Access tokens, as a dialogue: what is handed out, what is asked for, and what a refusal means."""

import pytest

from logto.errors import (
    ConfigurationError,
    LogtoException,
    MfaRequiredError,
    MissingScopeError,
    NoRefreshTokenError,
    NotAMemberError,
    NotAuthenticatedError,
    ResourceNotGrantedError,
    TokenRequestError,
)
from logto.flows import (
    get_access_token,
    get_access_token_claims,
    get_organization_token,
    get_organization_token_claims,
)
from logto.models.session import CachedToken, Identity
from tests.flows.dialogue import API, TOKEN, Conversation, Shelf, context, fields, play
from tests.flows.honest_provider import HonestProvider, answer, refusal, signed_in, talk

ORGANIZATIONS = {"scopes": ["urn:logto:scope:organizations"]}


def test_a_live_token_is_handed_out_and_nobody_asked():
    """The opaque token of the sign-in is returned while it lives."""
    provider = HonestProvider()
    ours = signed_in(context(), provider)

    assert play(get_access_token(ours)).startswith("alice-opaque")


def test_a_resource_s_token_is_asked_for_once_and_then_kept():
    """The first call refreshes with the resource, the second one asks nobody; claims come from the same token."""
    provider = HonestProvider()
    ours = signed_in(context(), provider)
    form = {"grant_type": "refresh_token", "resource": API, "refresh_token": ours.session.identity().refresh_token}

    token = talk(get_access_token(ours, API), provider)

    assert [fields(request) for request in provider.asked] == [form]
    assert play(get_access_token(ours, API)) == token
    assert play(get_access_token_claims(ours, API)).aud == API


def test_an_organization_s_token_is_asked_for_by_its_id_alone():
    """An organization token sends organization_id and no resource, and has two names."""
    provider = HonestProvider()
    ours = signed_in(context(**ORGANIZATIONS), provider)

    token = talk(get_organization_token(ours, "acme"), provider)

    assert fields(provider.asked[0])["organization_id"] == "acme"
    assert "resource" not in fields(provider.asked[0])
    assert play(get_access_token(ours, "urn:logto:organization:acme")) == token
    assert play(get_organization_token_claims(ours, "acme")).aud == "urn:logto:organization:acme"


def test_a_resource_within_an_organization_is_a_token_of_its_own():
    """(resource), (resource, organization) and (organization) are three tokens, each asked for once."""
    provider = HonestProvider()
    ours = signed_in(context(**ORGANIZATIONS), provider)
    wanted = [(API, None), (API, "acme"), (API, "beta"), ("", "acme"), ("", None)]

    tokens = {talk(get_access_token(ours, *names), provider) for names in wanted}
    again = {play(get_access_token(ours, *names)) for names in wanted}

    assert len(tokens) == 5
    assert again == tokens
    assert provider.count(TOKEN) == 4


@pytest.mark.parametrize(
    ("lifetime", "lives"), [(3600, 3540), (600, 540), (100, 90), (10, 9)], ids=["hour", "ten minutes", "100 s", "10 s"]
)
def test_a_token_is_renewed_a_minute_or_a_tenth_of_its_life_before_its_end(lifetime, lives):
    """The renewal margin is min(60 s, 10 % of the lifetime)."""
    provider = HonestProvider()
    ours = signed_in(context(clock=provider.clock), provider)
    provider.lifetime = lifetime
    token = talk(get_access_token(ours, API), provider)

    provider.clock.now += lives - 0.5
    assert play(get_access_token(ours, API)) == token
    provider.clock.now += 1
    assert talk(get_access_token(ours, API), provider) != token


def test_a_refresh_token_that_does_not_come_is_kept():
    """A response without a refresh token or ID token keeps both former ones."""
    provider = HonestProvider()
    ours = signed_in(context(), provider)
    former = ours.session.identity()

    token = play(
        get_access_token(ours, API),
        (("POST", TOKEN), answer({"access_token": "new", "token_type": "Bearer", "expires_in": 3600})),
    )

    assert token == "new"
    assert ours.session.identity().refresh_token == former.refresh_token
    assert ours.session.identity().id_token == former.id_token


def test_nobody_has_no_token():
    """Without a session, an access token is refused before anything is asked."""
    with pytest.raises(NotAuthenticatedError) as caught:
        play(get_access_token(context(), API))

    assert caught.value.code == "not_authenticated"


def test_without_a_refresh_token_the_hint_says_how_to_get_one():
    """No refresh token and no live token: an error that names `prompt` and `offline_access`; the session stays."""
    provider = HonestProvider()
    shelf = Shelf()
    ours = signed_in(context(shelf), provider)
    shelf.delete("refreshToken")

    with pytest.raises(NoRefreshTokenError) as caught:
        play(get_access_token(ours, API))

    assert "prompt" in caught.value.hint
    assert "offline_access" in caught.value.hint
    assert ours.claims() is not None


@pytest.mark.parametrize(
    ("names", "answered", "error", "setting"),
    [
        ((API, None), refusal("invalid_target"), ResourceNotGrantedError, "resources"),
        (("", "x"), refusal("access_denied", 403, "user is not a member of the organization"), NotAMemberError, "id"),
        (
            ("", "x"),
            refusal("access_denied", 403, "organization requires MFA but user has no MFA configured"),
            MfaRequiredError,
            "MFA",
        ),
        (("", "x"), refusal("insufficient_scope", 403, "missing"), MissingScopeError, "UserInfoScope.organizations"),
        ((API, None), refusal("invalid_client", 401), TokenRequestError, "app_secret"),
    ],
    ids=["resource", "member", "mfa", "scope", "client"],
)
def test_each_refusal_says_what_to_do(names, answered, error, setting):
    """Each of LOGTO.md 3.3's refusals is an error of its own whose hint names the setting; the session stays."""
    ours = signed_in(context(**ORGANIZATIONS), HonestProvider())
    before = ours.session.identity()

    with pytest.raises(error) as caught:
        play(get_access_token(ours, *names), (("POST", TOKEN), answered))

    assert setting in caught.value.hint
    assert ours.session.identity() == before


def test_organizations_that_were_not_asked_for_are_refused_at_once():
    """Without the scope in the configuration, nothing is sent, and the hint names it."""
    ours = signed_in(context(), HonestProvider())

    with pytest.raises(MissingScopeError) as caught:
        play(get_organization_token(ours, "acme"))

    assert "UserInfoScope.organizations" in caught.value.hint


@pytest.mark.parametrize(
    "names",
    [(None, None), (f"{API}#acme", None), ("a\nb", None), ("\ud800", None), (API, ""), ("", "a\0"), ("", 7)],
)
def test_names_that_no_token_can_have_are_refused_at_once(names):
    """A resource with a fragment cannot pass for another token's name; nothing is sent."""
    ours = signed_in(context(**ORGANIZATIONS), HonestProvider())

    with pytest.raises(ConfigurationError) as caught:
        play(get_access_token(ours, *names))

    assert caught.value.code in {"configuration.resource", "configuration.organization_id"}


def test_the_opaque_token_has_no_claims_and_says_so():
    """Asking for the claims of the token without a resource explains that it is opaque."""
    ours = signed_in(context(), HonestProvider())

    with pytest.raises(ConfigurationError) as caught:
        play(get_access_token_claims(ours))

    assert caught.value.code == "access_token.opaque"


def test_a_storage_that_fails_keeps_the_token_for_the_next_request():
    """A refresh whose result cannot be stored raises, and the next request stores it without asking again."""
    provider = HonestProvider()
    shelf = FailingShelf()
    ours = signed_in(context(shelf), provider)
    before = dict(shelf.values)
    shelf.broken = True
    with pytest.raises(LogtoException) as caught:
        talk(get_access_token(ours, API), provider)
    assert caught.value.code == "storage.failed"
    assert shelf.values == before
    shelf.broken = False

    talk(get_access_token(ours, API), provider)

    assert provider.count(TOKEN) == 1
    assert ours.session.identity().refresh_token.startswith("alice-refresh")
    assert ours.session.identity().refresh_token != before["refreshToken"]


def test_what_a_store_brings_that_is_newer_is_used():
    """Tokens that another request stored meanwhile are taken instead of asked for."""
    provider = HonestProvider()
    ours = signed_in(context(), provider)
    first = Conversation(get_access_token(ours, API))
    second = Conversation(get_access_token(ours, API))
    assert second.queues

    first.answer(provider.answer(first.asked))

    assert second.go_on().result == first.result
    assert provider.count(TOKEN) == 1


def test_a_memory_of_a_copy_is_merged_by_lifetime():
    """Of two copies of one session the longer-lived token of each name wins."""
    old = Identity("id", "rt", {"a": CachedToken("a1", 10), "b": CachedToken("b1", 30)})
    new = Identity("id", "rt", {"a": CachedToken("a2", 20), "b": CachedToken("b2", 20)})

    assert old.with_newer_tokens_of(new).access_tokens == {"a": CachedToken("a2", 20), "b": CachedToken("b1", 30)}


class FailingShelf(Shelf):
    """A storage that refuses to store, while it is broken; what was there can be put back."""

    broken = False

    def set(self, key, value):
        if self.broken and self.values.get(key) != value:
            raise OSError("disk full")
        super().set(key, value)
