"""Callback (SECURITY.md; RFC 6749, 9207, 7636, 9700): what is refused, with the pending sign-in left as it was."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from logto.errors import (
    AuthorizationDeniedError,
    LogtoException,
    SignInSessionInvalidError,
    SignInSessionNotFoundError,
    TransportError,
    UnexpectedResponseError,
)
from logto.flows import handle_sign_in_callback, sign_in
from logto.protocol.authorization import CheckedCallback
from tests.flows.dialogue import (
    ISSUER,
    REDIRECT_URI,
    TOKEN,
    Conversation,
    Shelf,
    context,
    copied,
    fields,
    play,
)
from tests.flows.honest_provider import answer, refusal, talk
from tests.rejections.visit import Visit

OTHER = "https://other.example/oidc"


def test_ensure_authorization_response_with_invalid_state_fails():
    """A state that no sign-in has is refused, and destroys none."""
    visit = Visit()

    visit.refused(visit.altered(state="x" * 43), "sign_in_session.state_mismatch")


def test_ensure_authorization_response_with_invalid_missing_state_fails():
    """A callback without a state is refused."""
    visit = Visit()

    visit.refused(visit.altered(state=...), "callback.state_missing")


def test_an_empty_state_is_a_missing_one():
    """An empty state is refused."""
    visit = Visit()

    visit.refused(visit.altered(state=""), "callback.state_missing")


@pytest.mark.parametrize("name", ["state", "code", "iss", "error", "error_description"])
def test_a_doubled_parameter_is_refused(name):
    """No parameter may stand twice (RFC 6749, 3.1), also where both are the same."""
    visit = Visit()
    value = dict(parse_qsl(urlsplit(visit.callback).query)).get(name, "x")

    visit.refused(visit.altered(**{name: [value, value]}), "callback.parameter_doubled")


@pytest.mark.parametrize("code", [..., ""], ids=["missing", "empty"])
def test_a_callback_without_a_code_is_refused(code):
    """A missing or empty code is refused, and nothing is sent."""
    visit = Visit()

    visit.refused(visit.altered(code=code), "callback.code_missing")


def test_invalid_authorization_response_iss():
    """A callback that names another issuer is a mix-up (RFC 9207); both names are in the evidence."""
    visit = Visit()

    error = visit.refused(visit.altered(iss=OTHER), "callback.iss_mismatch")
    assert (error.expected, error.actual) == (ISSUER, OTHER)


@pytest.mark.parametrize("iss", [f"{ISSUER}/", ISSUER.upper(), ISSUER[:-1], "", f"{ISSUER} "])
def test_an_issuer_that_looks_alike_is_another_one(iss):
    """The issuer is compared character by character."""
    visit = Visit()

    visit.refused(visit.altered(iss=iss), "callback.iss_mismatch")


def test_remove_authorization_response_iss():
    """A callback without `iss` is refused where the metadata promises one."""
    visit = Visit()

    visit.refused(visit.altered(iss=...), "callback.iss_missing")


def test_an_issuer_that_is_not_promised_may_be_missing_but_not_wrong():
    """Without the promise, a missing `iss` works; a wrong one is refused all the same."""
    visit = Visit(authorization_response_iss_parameter_supported=False)

    with pytest.raises(SignInSessionInvalidError) as caught:
        visit.come_back(visit.altered(iss=OTHER))
    assert caught.value.code == "callback.iss_mismatch"
    visit.come_back(visit.altered(iss=...))
    assert visit.ours.require_claims().sub == "alice"


def test_the_state_of_another_browser_is_refused():
    """A callback of somebody else's sign-in, pasted into this browser, is refused (login CSRF, CVE-2025-68158)."""
    visit, attacker = Visit(), Visit()

    visit.refused(
        attacker.provider.authorize(talk(sign_in(attacker.ours, REDIRECT_URI), attacker.provider)),
        "sign_in_session.state_mismatch",
    )


def test_a_browser_without_a_session_cannot_finish():
    """A right callback in a browser that began nothing is refused, with what usually causes it."""
    visit = Visit()
    elsewhere = copied(visit.ours, Shelf())

    with pytest.raises(SignInSessionNotFoundError) as caught:
        talk(handle_sign_in_callback(elsewhere, visit.callback), visit.provider)

    assert caught.value.code == "sign_in_session.not_found"
    assert "localhost" in caught.value.hint


def test_another_application_on_the_same_storage_cannot_finish():
    """A sign-in is bound to the configuration that made it: another app id derives another state."""
    visit = Visit()

    with pytest.raises(SignInSessionInvalidError) as caught:
        play(handle_sign_in_callback(context(visit.shelf, app_id="another"), visit.callback))

    assert caught.value.code == "sign_in_session.state_mismatch"


@pytest.mark.parametrize(
    "place",
    [
        "https://app.example/other",
        "https://app.example/callback/",
        "https://app.example/Callback",
        "https://app.example/",
        "https://www.app.example/callback",
        "https://app.example.evil.example/callback",
        "https://app.example:8443/callback",
        "http://app.example/callback",
        "https://x@app.example/callback",
        "https://app.example:x/callback",
        "//app.example/callback",
        "/callback",
        "",
    ],
)
def test_another_place_than_the_redirect_uri_is_refused(place):
    """Path, host, port, scheme and user information must be the redirect URI's; the hint names the proxy."""
    visit = Visit()

    error = visit.refused(visit.moved(place), "callback.redirect_uri_mismatch")
    assert "ProxyFix" in error.hint


@pytest.mark.parametrize(
    ("redirect_uri", "place"),
    [
        ("https://app.example/callback", "HTTPS://APP.example:443/callback"),
        ("http://localhost:80/cb", "http://localhost/cb"),
        ("https://app.example", "https://app.example/"),
        ("http://[::1]:3000/cb", "http://[::1]:3000/cb"),
        ("com.example.app:/callback", "com.example.app:/callback"),
    ],
)
def test_the_same_place_in_another_spelling_is_accepted(redirect_uri, place):
    """Case of scheme and host, the default port and an empty path make no difference (RFC 3986, 6.2)."""
    visit = Visit(redirect_uri)

    visit.come_back(visit.moved(place))

    assert visit.ours.require_claims().sub == "alice"


def test_the_redirect_uri_s_own_query_must_come_back():
    """A parameter of the redirect URI that is missing or changed is refused; with it, the callback works."""
    visit = Visit("https://app.example/callback")
    provider = visit.provider
    ours = context(Shelf())
    url = talk(sign_in(ours, "https://app.example/callback?tenant=a"), provider)
    query = urlsplit(provider.authorize(url).replace("?tenant=a?", "?")).query

    for wrong in ("", "tenant=b&"):
        with pytest.raises(SignInSessionInvalidError) as caught:
            talk(handle_sign_in_callback(ours, f"https://app.example/callback?{wrong}{query}"), provider)
        assert caught.value.code == "callback.redirect_uri_mismatch"
    talk(handle_sign_in_callback(ours, f"https://app.example/callback?tenant=a&{query}"), provider)
    assert ours.require_claims().sub == "alice"


@pytest.mark.parametrize(
    "callback",
    [
        f"{REDIRECT_URI}?state=%ff&code=x",
        f"{REDIRECT_URI}?state=x&code=\ud800",
        f"{REDIRECT_URI}?state=\udcff",
        f"{REDIRECT_URI}?code=x\r\nset-cookie: a=b&state=x",
        f"{REDIRECT_URI}?state=x\0",
        f"{REDIRECT_URI}?{'&'.join(f'a{n}=1' for n in range(200))}&state=x",
        f"{REDIRECT_URI}?state={'x' * 17_000}",
        f"{REDIRECT_URI}?state={'x' * (1 << 20)}",
        "http://[?state=x",
    ],
)
def test_a_malformed_or_megabyte_url_is_refused(callback):
    """Bytes that are no text, controls, too many parameters, too long: refused as malformed."""
    visit = Visit()

    visit.refused(callback, "callback.malformed")


def test_a_url_that_is_no_text_is_a_configuration_error():
    """An object in the URL's place, such as Starlette's, is explained."""
    with pytest.raises(LogtoException) as caught:
        play(handle_sign_in_callback(context(), urlsplit(REDIRECT_URI)))

    assert "str(request.url)" in caught.value.hint


def test_an_error_is_believed_only_with_the_right_state():
    """A forged error neither ends the sign-in nor reaches the application as one."""
    visit = Visit()

    visit.refused(visit.altered(code=..., error="access_denied", state="forged"), "sign_in_session.state_mismatch")


def test_an_error_from_another_issuer_is_not_believed():
    """With the right state but another issuer, the error is a mix-up (RFC 9207, 2.4)."""
    visit = Visit()

    visit.refused(visit.altered(code=..., error="access_denied", iss=OTHER), "callback.iss_mismatch")


def test_an_error_ends_the_sign_in_and_nothing_else():
    """`access_denied` with the right state is an AuthorizationDeniedError; who was signed in stays; the state is dead."""
    visit = Visit()
    visit.come_back(visit.callback)
    url = talk(sign_in(visit.ours, REDIRECT_URI), visit.provider)
    callback = visit.provider.authorize(url, "bob")
    denied = callback.replace("code=", "error=access_denied&error_description=no+thanks&x=")

    with pytest.raises(AuthorizationDeniedError) as caught:
        visit.come_back(denied)
    assert (caught.value.error, caught.value.error_description) == ("access_denied", "no thanks")
    with pytest.raises(SignInSessionNotFoundError):
        visit.come_back(callback)
    assert visit.ours.require_claims().sub == "alice"


def test_an_error_s_description_is_bounded_and_on_one_line():
    """What anybody could put into the URL is cut, and loses line breaks and controls."""
    visit = Visit()

    with pytest.raises(AuthorizationDeniedError) as caught:
        visit.come_back(visit.altered(code=..., error="x" * 900, error_description="<b>\n\x1b[31m\u202e" + "y" * 5000))

    assert len(caught.value.error_description) <= 200
    assert len(caught.value.error) <= 200
    assert str(caught.value).isprintable()


def test_tokens_in_the_callback_are_ignored():
    """An access token or ID token in the URL is not looked at: the code is exchanged."""
    visit = Visit()

    visit.come_back(visit.altered(access_token="forged", id_token="forged", refresh_token="forged"))

    assert visit.provider.count(TOKEN) == 1
    assert "forged" not in "".join(visit.shelf.values.values())


def test_a_replay_is_refused_and_the_session_stays():
    """The same callback again is refused as used, without a request, and nobody is signed out."""
    visit = Visit()
    visit.come_back(visit.callback)
    before = dict(visit.shelf.values)

    with pytest.raises(SignInSessionNotFoundError) as caught:
        visit.come_back(visit.callback)

    assert caught.value.code == "sign_in_session.already_used"
    assert visit.provider.count(TOKEN) == 1
    assert visit.shelf.values == before


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (lambda _: refusal("invalid_grant"), LogtoException),
        (lambda _: answer({}), UnexpectedResponseError),
        (lambda _: answer({"access_token": "a", "token_type": "Bearer"}), UnexpectedResponseError),
        (lambda _: answer({"access_token": "a", "token_type": "Bearer", "id_token": "a.b.c"}), LogtoException),
    ],
    ids=["refused", "nonsense", "no id_token", "bad id_token"],
)
def test_a_state_is_dead_after_a_failed_exchange(fault, kind):
    """Whatever the answer was, the code may be spent: the callback is not tried again, also not from a copy."""
    visit = Visit()
    copy = copied(visit.ours, visit.shelf)
    visit.provider.faults[TOKEN] = fault
    with pytest.raises(kind):
        visit.come_back(visit.callback)
    del visit.provider.faults[TOKEN]

    for again in (visit.ours, copy):
        with pytest.raises(SignInSessionNotFoundError):
            talk(handle_sign_in_callback(again, visit.callback), visit.provider)
    assert visit.provider.count(TOKEN) == 1
    assert visit.shelf.values == {}


def test_no_answer_to_the_exchange_ends_the_sign_in_and_not_the_session():
    """The connection breaks during the exchange: the state is dead, and who was signed in before still is."""
    visit = Visit()
    visit.come_back(visit.callback)
    callback = visit.provider.authorize(talk(sign_in(visit.ours, REDIRECT_URI), visit.provider), "bob")

    with pytest.raises(TransportError):
        play(handle_sign_in_callback(visit.ours, callback), (("POST", TOKEN), TransportError("reset")))

    assert visit.ours.require_claims().sub == "alice"
    assert visit.ours.session.sign_ins() == ()


def test_pkce_is_always_s256():
    """Metadata that offers `plain` or nothing changes nothing: the challenge is S256 and the verifier is sent."""
    for offered in (["plain"], []):
        visit = Visit(code_challenge_methods_supported=offered)
        assert dict(parse_qsl(urlsplit(visit.url).query))["code_challenge_method"] == "S256"
        conversation = Conversation(handle_sign_in_callback(visit.ours, visit.callback))
        assert len(fields(conversation.asked)["code_verifier"]) == 43


def test_only_a_checked_callback_can_be_exchanged():
    """Nobody but check_callback() makes the value that an exchange takes."""
    with pytest.raises(TypeError):
        CheckedCallback("code", REDIRECT_URI, "verifier", proof=object())
