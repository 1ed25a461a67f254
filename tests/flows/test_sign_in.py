"""Signing in, as a dialogue: where the browser is sent, and what its coming back leads to."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from logto import UserInfoScope
from logto.errors import ConfigurationError, LogtoException, TransportError
from logto.flows import handle_sign_in_callback, sign_in, sign_out
from logto.protocol.base64url import encode_base64url
from logto.protocol.pkce import derive_secrets
from tests.flows.dialogue import (
    API,
    DISCOVERY,
    ISSUER,
    JWKS,
    REDIRECT_URI,
    TOKEN,
    Conversation,
    Shelf,
    context,
    copied,
    play,
)
from tests.flows.honest_provider import KEYS, METADATA, HonestProvider, answer, signed_in, talk
from tests.rejections.mint import CLIENT_ID, claims, mint

FIRST = derive_secrets(
    encode_base64url((1).to_bytes(32, "big")), issuer=ISSUER, client_id=CLIENT_ID, redirect_uri=REDIRECT_URI
)
"""The secrets of a context's first sign-in."""

CALLBACK = f"{REDIRECT_URI}?code=c0de&state={FIRST.state}&iss=https%3A%2F%2Ftenant.example%2Foidc"


def test_sign_in_asks_the_provider_where_to_go():
    """The first sign-in reads the discovery document, then builds the URL, parameter by parameter."""
    url = play(sign_in(context(), REDIRECT_URI, first_screen="register"), (("GET", DISCOVERY), METADATA))

    assert url.startswith(f"{ISSUER}/auth?")
    assert parse_qsl(urlsplit(url).query) == [
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("response_type", "code"),
        ("scope", "openid profile offline_access"),
        ("resource", API),
        ("state", FIRST.state),
        ("nonce", FIRST.nonce),
        ("code_challenge", FIRST.code_challenge),
        ("code_challenge_method", "S256"),
        ("prompt", "consent"),
        ("first_screen", "register"),
    ]


def test_the_second_sign_in_asks_nobody():
    """Metadata that is known is not fetched again, and each sign-in has secrets of its own."""
    ours = context()
    first = play(sign_in(ours, REDIRECT_URI), (("GET", DISCOVERY), METADATA))
    second = play(sign_in(ours, REDIRECT_URI))

    assert first != second
    assert len(ours.session.sign_ins()) == 2


def test_the_callback_exchanges_the_code_and_stores_who_it_is():
    """The callback sends code, verifier and redirect URI, verifies the ID token, and stores the tokens."""
    storage = Shelf()
    ours = context(storage)
    play(sign_in(ours, REDIRECT_URI, post_redirect_uri="/profile"), (("GET", DISCOVERY), METADATA))
    id_token = mint(claims(nonce=FIRST.nonce))
    tokens = {"access_token": "at", "token_type": "bearer", "expires_in": 3600, "id_token": id_token}
    form = {
        "grant_type": "authorization_code",
        "code": "c0de",
        "redirect_uri": REDIRECT_URI,
        "code_verifier": FIRST.code_verifier,
    }

    returned = play(
        handle_sign_in_callback(ours, CALLBACK),
        (("POST", TOKEN, form), answer({**tokens, "refresh_token": "rt"})),
        (("GET", JWKS), KEYS),
    )

    assert returned == "/profile"
    assert storage.get("idToken") == id_token
    assert storage.get("refreshToken") == "rt"
    assert storage.get("signInSession") is None
    assert ours.session.identity().access_tokens[""].token == "at"


def test_organizations_ask_for_their_reserved_resource():
    """The scope `organizations`, as member or as string, adds the reserved resource once."""
    for scope in (UserInfoScope.organizations, "urn:logto:scope:organizations"):
        url = play(sign_in(context(scopes=[scope]), REDIRECT_URI), (("GET", DISCOVERY), METADATA))

        resources = [value for name, value in parse_qsl(urlsplit(url).query) if name == "resource"]
        assert resources == [API, "urn:logto:resource:organizations"]


def test_beginning_signs_nobody_out():
    """Starting an attempt leaves whoever is signed in alone, until the callback replaces them as a whole."""
    provider = HonestProvider()
    ours = signed_in(context(), provider, "alice")
    former = ours.session.identity()
    url = talk(sign_in(ours, REDIRECT_URI), provider)
    assert ours.session.identity() == former

    talk(handle_sign_in_callback(ours, provider.authorize(url, "bob")), provider)

    assert ours.require_claims().sub == "bob"
    assert ours.session.identity().refresh_token.startswith("bob")
    assert list(ours.session.identity().access_tokens) == [""]


def test_two_tabs_both_finish_in_any_order():
    """Eight sign-ins under way in one session all finish, last begun first."""
    provider = HonestProvider()
    ours = context()
    urls = [talk(sign_in(ours, REDIRECT_URI, post_redirect_uri=f"/{tab}"), provider) for tab in range(8)]
    callbacks = [provider.authorize(url) for url in urls]

    finished = [talk(handle_sign_in_callback(ours, callback), provider) for callback in reversed(callbacks)]

    assert finished == [f"/{tab}" for tab in reversed(range(8))]


def test_at_most_ten_sign_ins_are_kept():
    """The eleventh makes the oldest go, and only that one."""
    provider = HonestProvider()
    ours = context()
    callbacks = [provider.authorize(talk(sign_in(ours, REDIRECT_URI), provider)) for _ in range(11)]

    with pytest.raises(LogtoException) as caught:
        talk(handle_sign_in_callback(ours, callbacks[0]), provider)
    assert caught.value.code == "sign_in_session.state_mismatch"
    talk(handle_sign_in_callback(ours, callbacks[1]), provider)
    assert len(ours.session.sign_ins()) == 9


def test_a_sign_in_dies_after_an_hour():
    """A callback works 59 minutes after the beginning, and is refused after 61."""
    provider = HonestProvider()
    ours = context(clock=provider.clock)
    first, second = (provider.authorize(talk(sign_in(ours, REDIRECT_URI), provider)) for _ in range(2))

    provider.clock.now += 59 * 60
    talk(handle_sign_in_callback(ours, first), provider)
    provider.clock.now += 2 * 60
    with pytest.raises(LogtoException) as caught:
        talk(handle_sign_in_callback(ours, second), provider)

    assert caught.value.code == "sign_in_session.already_used"
    assert ours.require_claims().sub == "alice"


def test_a_double_click_exchanges_the_code_once():
    """Two callbacks of one sign-in at a time: one exchange, both succeed."""
    provider = HonestProvider()
    ours = context()
    callback = provider.authorize(talk(sign_in(ours, REDIRECT_URI), provider))

    first = Conversation(handle_sign_in_callback(ours, callback))
    second = Conversation(handle_sign_in_callback(ours, callback))
    assert second.queues
    while first.asked is not None:
        first.answer(provider.answer(first.asked))
    second.go_on()

    assert (first.result, second.result) == (None, None)
    assert provider.count(TOKEN) == 1
    assert ours.require_claims().sub == "alice"


def test_a_double_click_over_cookies_exchanges_the_code_once():
    """Each request has its own copy of the session: the second one gets the identity that the first one got."""
    provider = HonestProvider()
    shelf = Shelf()
    ours = context(shelf)
    callback = provider.authorize(talk(sign_in(ours, REDIRECT_URI), provider))
    copies = [copied(ours, shelf), copied(ours, shelf)]

    for copy in copies:
        talk(handle_sign_in_callback(copy, callback), provider)

    assert provider.count(TOKEN) == 1
    assert copies[0].session.identity() == copies[1].session.identity()


def test_who_repeats_a_callback_without_its_code_gets_nobody_s_identity():
    """Cookie and state may be an attacker's own, planted in the user's browser: without the user's code they are worth nothing."""
    provider = HonestProvider()
    shelf = Shelf()
    ours = context(shelf)
    callback = provider.authorize(talk(sign_in(ours, REDIRECT_URI), provider))
    planted = copied(ours, shelf)
    talk(handle_sign_in_callback(ours, callback), provider)

    with pytest.raises(LogtoException) as caught:
        talk(handle_sign_in_callback(planted, re.sub(r"code=[^&]*", "code=guessed", callback)), provider)

    assert caught.value.code == "sign_in_session.already_used"
    assert planted.session.identity() is None
    assert provider.count(TOKEN) == 1


def test_a_late_click_does_not_undo_a_sign_out():
    """The second click of a double one, handled after a sign-out, brings nobody back."""
    provider = HonestProvider()
    shelf = Shelf()
    ours = context(shelf)
    callback = provider.authorize(talk(sign_in(ours, REDIRECT_URI), provider))
    late = copied(ours, shelf)
    talk(handle_sign_in_callback(ours, callback), provider)
    talk(sign_out(ours), provider)

    with pytest.raises(LogtoException) as caught:
        talk(handle_sign_in_callback(late, callback), provider)

    assert caught.value.code == "sign_in_session.already_used"
    assert late.session.identity() is None


def test_a_provider_that_cannot_be_reached_at_the_callback_costs_nothing():
    """Without metadata, the code is not sent, and the same callback works once the provider is back."""
    provider = HonestProvider()
    shelf = Shelf()
    callback = provider.authorize(talk(sign_in(context(shelf), REDIRECT_URI), provider))
    other = context(shelf)  # another process, which knows nothing of the provider yet

    with pytest.raises(TransportError):
        play(handle_sign_in_callback(other, callback), (("GET", DISCOVERY), TransportError("down")))

    talk(handle_sign_in_callback(other, callback), provider)
    assert other.require_claims().sub == "alice"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"first_screen": "sign-in"}, "configuration.first_screen"),
        ({"interaction_mode": "register"}, "configuration.interaction_mode"),
        ({"identifiers": "email"}, "configuration"),
        ({"identifiers": ["mail"]}, "configuration.identifiers"),
        ({"direct_sign_in": "google"}, "configuration.direct_sign_in"),
        ({"direct_sign_in": "social:"}, "configuration.direct_sign_in"),
        ({"prompt": "select_account"}, "configuration.prompt"),
        ({"prompt": ["none", "login"]}, "configuration"),
        ({"max_age": -1}, "configuration.max_age"),
        ({"max_age": "60"}, "configuration.max_age"),
        ({"max_age": True}, "configuration.max_age"),
        ({"login_hint": "\ud800"}, "configuration.not_text"),
        ({"ui_locales": ["fr", "en"]}, "configuration.not_text"),
        ({"extra_params": {"a": 1}}, "configuration.not_text"),
        ({"extra_params": {"state": "x"}}, "configuration.reserved_parameter"),
        ({"extra_params": {"redirect_uri": "x"}}, "configuration.reserved_parameter"),
        ({"extra_params": {"request": "x"}}, "configuration.reserved_parameter"),
        ({"extra_params": {"login_hint": "x"}, "login_hint": "y"}, "configuration.reserved_parameter"),
        ({"post_redirect_uri": "https://evil.example/"}, "configuration.post_redirect_uri"),
        ({"post_redirect_uri": "http://["}, "configuration.post_redirect_uri"),
        ({"post_redirect_uri": f"{REDIRECT_URI[:19]}.evil.example/"}, "configuration.post_redirect_uri"),
    ],
)
def test_an_argument_that_the_server_would_not_understand_is_refused_at_once(arguments, code):
    """A wrong argument is an error before anything is sent or stored."""
    ours = context()

    with pytest.raises(ConfigurationError) as caught:
        play(sign_in(ours, REDIRECT_URI, **arguments))

    assert caught.value.code == code
    assert ours.session.sign_ins() == ()


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "",
        "/callback",
        "callback",
        "//app.example/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://app.example/callback#x",
        "https://user@app.example/callback",
        "https://app.example:0/callback",
        "https://app.example:x/callback",
        "https://app example/callback",
        "https://app.example/call\nback",
        "http://[",
        None,
    ],
)
def test_a_redirect_uri_that_cannot_be_one_is_refused(redirect_uri):
    """Relative, executable, with a fragment, with a user or malformed: refused before anything is sent."""
    with pytest.raises(ConfigurationError) as caught:
        play(sign_in(context(), redirect_uri))

    assert caught.value.code == "configuration.redirect_uri"


def test_what_the_user_meets_is_said_in_logtos_words():
    """Each argument becomes the parameter of LOGTO.md 3.6; extra ones follow."""
    url = play(
        sign_in(
            context(),
            REDIRECT_URI,
            first_screen="identifier:register",
            identifiers=["email", "phone"],
            direct_sign_in="social:google",
            login_hint="a@b.c",
            ui_locales="fr en",
            prompt="login consent",
            max_age=0,
            interaction_mode="signUp",
            extra_params={"theme": "dark"},
        ),
        (("GET", DISCOVERY), METADATA),
    )

    assert parse_qsl(urlsplit(url).query)[9:] == [
        ("prompt", "login consent"),
        ("max_age", "0"),
        ("first_screen", "identifier:register"),
        ("interaction_mode", "signUp"),
        ("identifier", "email phone"),
        ("direct_sign_in", "social:google"),
        ("login_hint", "a@b.c"),
        ("ui_locales", "fr en"),
        ("theme", "dark"),
    ]
