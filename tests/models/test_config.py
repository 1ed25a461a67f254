"""The configuration: both spellings, the environment, and what each refusal says."""

import pickle

import pytest

from logto import LogtoConfig, UserInfoScope
from logto.errors import ConfigurationError
from tests.flows.dialogue import CLIENT_ID, ENDPOINT, ISSUER

GIVEN = {"endpoint": ENDPOINT, "appId": CLIENT_ID}


def refused(**settings):
    """The error that settings get, beside good ones; `...` leaves one out."""
    given = {name: value for name, value in {**GIVEN, **settings}.items() if value is not ...}
    with pytest.raises(ConfigurationError) as caught:
        LogtoConfig(**given)
    return caught.value


def test_the_guide_s_three_settings_suffice():
    """Endpoint, id and secret; a trailing slash is taken off, and the issuer follows."""
    config = LogtoConfig(endpoint=f"{ENDPOINT}/", appId=CLIENT_ID, appSecret="s")

    assert config.endpoint == ENDPOINT
    assert config.expected_issuer == ISSUER
    assert config.prompt == ("consent",)
    assert (config.timeout, config.clock_tolerance) == (8, 60)


def test_an_explicit_issuer_is_kept_byte_for_byte():
    """Neither slash nor case of an issuer is touched."""
    assert LogtoConfig(**GIVEN, issuer="https://ID.example/").expected_issuer == "https://ID.example/"


def test_scopes_are_asked_for_without_duplicates_in_a_stable_order():
    """The reserved ones first, then the given ones, members and strings alike."""
    config = LogtoConfig(**GIVEN, scopes=["read", UserInfoScope.email, "email", "openid", "offline_access", "read"])

    assert config.requested_scopes == ("openid", "profile", "offline_access", "read", "email")
    assert {type(scope) for scope in config.scopes} == {str}


def test_reserved_scopes_can_be_left_out_but_for_openid():
    """The opt-out asks for openid and what is given."""
    assert LogtoConfig(**GIVEN, scopes=["email"], includeReservedScopes=False).requested_scopes == ("openid", "email")


def test_organizations_add_their_reserved_resource_once():
    """With the scope, the resource is asked for, also if it was given."""
    reserved = "urn:logto:resource:organizations"

    for resources in ([], [reserved]):
        config = LogtoConfig(**GIVEN, scopes=[UserInfoScope.organizations], resources=resources)
        assert config.requested_resources == (reserved,)
    assert LogtoConfig(**GIVEN).requested_resources == ()


@pytest.mark.parametrize("prompt", ["login consent", ["login", "consent"], ("login", "consent", "login")])
def test_prompts_are_one_text_or_a_list(prompt):
    """Several prompts in either form mean the same."""
    assert LogtoConfig(**GIVEN, prompt=prompt).prompt == ("login", "consent")


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        ({"endpoint": ...}, "LogtoConfig needs `endpoint`.", "https://foo.logto.app"),
        ({"appId": ...}, "LogtoConfig needs `appId` (or `app_id`).", "App ID"),
        ({"appID": "x"}, "LogtoConfig has no setting `appID`.", "Did you mean `appId`?"),
        ({"app_secert": "x"}, "LogtoConfig has no setting `app_secert`.", "Did you mean `app_secret`?"),
        ({"scope": []}, "LogtoConfig has no setting `scope`.", "Did you mean `scopes`?"),
        ({"zzzzzz": 1}, "LogtoConfig has no setting `zzzzzz`.", "Known are: "),
        ({"app_id": "x"}, "`appId` and `app_id` are one setting.", "once"),
        ({"appId": ""}, "LogtoConfig's `app_id` is not usable: must not be empty", "Console"),
        ({"appId": " x"}, "LogtoConfig's `app_id` is not usable: must not be empty or hold spaces", "App ID"),
        ({"appId": 7}, "LogtoConfig's `app_id` is not usable: Input should be a valid string", "App ID"),
        ({"appSecret": ""}, "LogtoConfig's `app_secret` is not usable: must not be empty", "App secret"),
        ({"appSecret": "a\nb"}, "LogtoConfig's `app_secret` is not usable", "App secret"),
        ({"scopes": ["a b"]}, "LogtoConfig's `scopes` is not usable: 'a b' is no scope", ""),
        ({"scopes": ['"']}, "LogtoConfig's `scopes` is not usable", ""),
        ({"scopes": 7}, "LogtoConfig's `scopes` is not usable: is a list of texts", ""),
        ({"scopes": None}, "LogtoConfig's `scopes` is not usable: is a list of texts", ""),
        ({"scopes": [None]}, "LogtoConfig's `scopes` is not usable: is a list of texts", ""),
        ({"scopes": {"a": 1}}, "LogtoConfig's `scopes` is not usable: is a list of texts", ""),
        ({"resources": "https://api"}, "LogtoConfig's `resources` is not usable: is a list: write resources=[…]", ""),
        ({"resources": ["api"]}, "LogtoConfig's `resources` is not usable: 'api' is no API identifier", ""),
        ({"resources": ["https://a#b"]}, "LogtoConfig's `resources` is not usable", ""),
        ({"resources": ["https://a,https://b"]}, "LogtoConfig's `resources` is not usable", ""),
        ({"resources": ["http://["]}, "LogtoConfig's `resources` is not usable", ""),
        ({"resources": 7}, "LogtoConfig's `resources` is not usable: is a list of texts", ""),
        ({"prompt": "select_account"}, "LogtoConfig's `prompt` is not usable: Input should be 'consent'", ""),
        ({"prompt": "none login"}, "LogtoConfig's `prompt` is not usable: `none` must be used alone", ""),
        ({"prompt": 7}, "LogtoConfig's `prompt` is not usable: is a list of texts", ""),
        ({"timeout": 0}, "LogtoConfig's `timeout` is not usable", ""),
        ({"timeout": float("nan")}, "LogtoConfig's `timeout` is not usable", ""),
        ({"timeout": 301}, "LogtoConfig's `timeout` is not usable", ""),
        ({"clockTolerance": -1}, "LogtoConfig's `clock_tolerance` is not usable", ""),
        ({"clockTolerance": float("nan")}, "LogtoConfig's `clock_tolerance` is not usable", ""),
        ({"issuer": "tenant.example/oidc"}, "LogtoConfig's `issuer` is not usable: must be an address", ""),
    ],
)
def test_each_refusal_says_what_is_wrong_and_where_to_find_it(settings, message, hint):
    """The message names the setting; the hint its place in the Console, or the nearest known name."""
    error = refused(**settings)

    assert error.message.startswith(message)
    assert hint in error.hint
    assert error.code.startswith("configuration")


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "foo.logto.app",
        "foo.logto.app:3001",
        "ftp://foo.logto.app",
        "javascript:alert(1)",
        "https://",
        "https:///oidc",
        "https://foo.logto.app?x",
        "https://foo.logto.app#x",
        "https://me:secret@foo.logto.app",
        "https://foo .logto.app",
        "https://foo.logto.app\r\n.evil.example",
        "https://foo.logto.app:0",
        "https://foo.logto.app:x",
        "https://[",
    ],
)
def test_an_endpoint_that_is_no_address_is_refused_with_an_example(endpoint):
    """The message shows what one looks like, and does not repeat the value, which may hold a password."""
    error = refused(endpoint=endpoint)

    assert "such as https://foo.logto.app" in error.message
    assert "secret" not in str(error)


def test_from_env_reads_every_variable():
    """Each of the nine variables, lists by spaces or commas; blank ones count as absent."""
    config = LogtoConfig.from_env(
        {
            "LOGTO_ENDPOINT": f" {ENDPOINT}/ ",
            "LOGTO_APP_ID": "id",
            "LOGTO_APP_SECRET": "secret",
            "LOGTO_SCOPES": "email, read  write",
            "LOGTO_RESOURCES": "https://a,https://b",
            "LOGTO_PROMPT": "login consent",
            "LOGTO_ISSUER": "https://id.example/oidc",
            "LOGTO_CLOCK_TOLERANCE": "5",
            "LOGTO_TIMEOUT": "2.5",
        }
    )

    assert config == LogtoConfig(
        endpoint=ENDPOINT,
        app_id="id",
        app_secret="secret",
        scopes=["email", "read", "write"],
        resources=["https://a", "https://b"],
        prompt=["login", "consent"],
        issuer="https://id.example/oidc",
        clock_tolerance=5,
        timeout=2.5,
    )


def test_from_env_lets_arguments_win_in_both_spellings():
    """What is given in the call counts; a blank secret in the environment is a public client."""
    environment = {"LOGTO_ENDPOINT": ENDPOINT, "LOGTO_APP_ID": "id", "LOGTO_APP_SECRET": " "}

    assert LogtoConfig.from_env(environment, appId="mine", scopes=["email"]).app_id == "mine"
    assert LogtoConfig.from_env(environment).app_secret is None


def test_from_env_reads_the_process_environment(monkeypatch):
    """Without an argument, os.environ is read."""
    monkeypatch.setenv("LOGTO_ENDPOINT", ENDPOINT)
    monkeypatch.setenv("LOGTO_APP_ID", "from the environment")

    assert LogtoConfig.from_env().app_id == "from the environment"


@pytest.mark.parametrize("environment", [{}, {"LOGTO_ENDPOINT": "x", "LOGTO_APP_ID": "y"}])
def test_from_env_names_the_variables(environment):
    """The hint of a refusal tells what the variables are called."""
    with pytest.raises(ConfigurationError) as caught:
        LogtoConfig.from_env(environment)

    assert "LOGTO_ENDPOINT, LOGTO_APP_ID, LOGTO_APP_SECRET" in caught.value.hint


def test_the_secret_is_in_no_text():
    """Neither repr nor str nor any refusal shows the secret; a copy by pickle still has it."""
    config = LogtoConfig(**GIVEN, appSecret="hush-hush")
    assert "hush" not in f"{config!r} {config!s} {config}"
    assert pickle.loads(pickle.dumps(config)) == config  # noqa: S301 - our own bytes

    for wrong in ({"endpoint": "x"}, {"prompt": "x"}, {"nope": 1}, {"app_secret": "hush-2"}, {"appSecret": " hush"}):
        error = refused(**{"appSecret": "hush-hush", **wrong})
        assert "hush" not in f"{error!r} {error} {vars(error)}"
        assert error.__context__ is None or error.__suppress_context__


def test_it_cannot_be_changed():
    """A configuration that is in use stays what it is."""
    with pytest.raises(ValueError, match="frozen"):
        LogtoConfig(**GIVEN).endpoint = "https://other.example"
