"""The settings of an integration: read from the framework, then from the environment; each error names its setting."""

import dataclasses
import datetime

import pytest

from logto import LogtoConfig
from logto.client import page_configuration as module
from logto.client.page_configuration import page_configuration
from logto.errors import ConfigurationError
from logto.sessions import CookieStore, MemoryStore
from tests.sessions.visits import KEY, OTHER_KEY

GIVEN = {"LOGTO_ENDPOINT": "https://tenant.example", "LOGTO_APP_ID": "app", "LOGTO_APP_SECRET": "s3cr3t-of-the-app"}


def configured(environ=None, **given):
    """What is read, with what every application has."""
    options = {name: given.pop(name) for name in [*given] if not name.startswith("LOGTO_")}
    return page_configuration({**GIVEN, **given}, environ or {}, **{"secret": KEY, **options})


def refused(environ=None, **given):
    """The error for settings that are not usable."""
    with pytest.raises(ConfigurationError) as caught:
        configured(environ, **given)
    assert "s3cr3t" not in str(caught.value)
    return caught.value


def test_three_settings_and_a_secret_are_enough():
    """Everything else has a default that is safe."""
    found = configured()

    assert (found.config.endpoint, found.config.app_id) == ("https://tenant.example", "app")
    assert isinstance(found.store, CookieStore)
    assert (found.cookie.secure, found.cookie.http_only, found.cookie.same_site) == (None, True, "Lax")
    assert (found.settings.renew_claims, found.settings.allow_sign_out_by_get, found.settings.show_hints) == (
        True,
        False,
        False,
    )
    assert (found.signed_out_without_store, found.has_own_key) == (False, False)


def test_the_framework_s_settings_win_over_the_environment_s():
    """Each setting by itself; an empty variable is none, and names of others are nobody's business."""
    environ = {"LOGTO_APP_ID": "other", "LOGTO_CALLBACK_PATH": "/cb", "LOGTO_SIGN_IN_PATH": "", "LOGTO_UNHEARD_OF": "1"}
    found = page_configuration({**GIVEN, "SECRET_KEY": "x", "LOGTO_APP_ID": "mine"}, environ, secret=KEY)

    assert (found.config.app_id, found.settings.callback_path, found.settings.sign_in_path) == (
        "mine",
        "/cb",
        "/sign-in",
    )


def test_an_integration_s_defaults_give_way_to_settings():
    """What an integration proposes holds only where nobody said anything."""
    assert configured(after_sign_in="/home").settings.after_sign_in == "/home"
    assert configured(after_sign_in="/home", LOGTO_AFTER_SIGN_IN="/x").settings.after_sign_in == "/x"


def test_every_setting_of_pages_cookies_and_sessions_has_a_name():
    """Nothing that can be set in code is missing among the names, but what has no text form."""
    arguments = {argument for _, (argument, _) in module._PAGES.items()}  # noqa: SLF001 - the table itself
    cookie = {argument for argument, _ in module._COOKIE.values()}  # noqa: SLF001 - as above

    assert arguments == {field.name for field in dataclasses.fields(module.PageSettings)}
    assert cookie == {field.name for field in dataclasses.fields(module.CookieSettings)}
    assert {argument for argument, _ in module._CONFIG.values()} == set(LogtoConfig.model_fields)  # noqa: SLF001


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("LOGTO_SCOPES", "email, roles  organizations", ("email", "roles", "organizations")),
        ("LOGTO_SCOPES", ["email"], ("email",)),
        ("LOGTO_PROMPT", "login consent", ("login", "consent")),
        ("LOGTO_PROMPT", "login", ("login",)),
        ("LOGTO_CLOCK_TOLERANCE", "5", 5.0),
        ("LOGTO_INCLUDE_RESERVED_SCOPES", "off", False),
    ],
)
def test_the_client_s_settings_are_read(name, value, read):
    """Words, numbers and flags, as text or as what they are."""
    argument = module._CONFIG[name][0]  # noqa: SLF001 - as above

    assert getattr(configured(**{name: value}).config, argument) == read
    if isinstance(value, str):
        assert getattr(configured({name: str(value)}).config, argument) == read


@pytest.mark.parametrize(
    ("name", "value", "argument", "read"),
    [
        ("LOGTO_ALLOWED_HOSTS", "a.example b.example:8443", "allowed_hosts", ("a.example", "b.example:8443")),
        ("LOGTO_REDIRECT_URI", " https://a.example/callback\n", "redirect_uri", "https://a.example/callback"),
        ("LOGTO_SIGN_IN_OPTIONS", '{"ui_locales": "fr"}', "sign_in_options", {"ui_locales": "fr"}),
        ("LOGTO_SIGN_IN_OPTIONS", {"ui_locales": "fr"}, "sign_in_options", {"ui_locales": "fr"}),
        ("LOGTO_RENEW_CLAIMS", "No", "renew_claims", False),
        ("LOGTO_SHOW_HINTS", True, "show_hints", True),
    ],
)
def test_the_pages_settings_are_read(name, value, argument, read):
    """From either place, with white space at the ends gone."""
    assert getattr(configured(**{name: value}).settings, argument) == read


def test_lifetimes_are_seconds_or_durations():
    """A number, its text, or the timedelta that frameworks keep."""
    found = configured(LOGTO_SESSION_IDLE=datetime.timedelta(hours=1), LOGTO_SESSION_ABSOLUTE="7200")

    assert (found.lifetimes.idle, found.lifetimes.absolute) == (3600, 7200)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOGTO_RENEW_CLAIMS", "maybe"),
        ("LOGTO_RENEW_CLAIMS", 2),
        ("LOGTO_SESSION_IDLE", "an hour"),
        ("LOGTO_SESSION_IDLE", [1]),
        ("LOGTO_TIMEOUT", "soon"),
        ("LOGTO_SCOPES", 7),
        ("LOGTO_SIGN_IN_OPTIONS", "fr"),
        ("LOGTO_SIGN_IN_OPTIONS", "[1]"),
        ("LOGTO_SIGN_IN_PATH", 7),
        ("LOGTO_APP_ID", b"app"),
    ],
)
def test_a_value_of_the_wrong_form_names_its_setting(name, value):
    """And says what form it has; the value itself is not repeated."""
    error = refused(**{name: value})

    assert error.code == "configuration.invalid"
    assert name in error.message
    assert error.hint.startswith("It is ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOGTO_SIGN_IN_PATH", "sign-in"),
        ("LOGTO_URL_PREFIX", "/auth/"),
        ("LOGTO_COOKIE_NAME", "a b"),
        ("LOGTO_COOKIE_SAMESITE", "lax"),
        ("LOGTO_COOKIE_DOMAIN", "a;b"),
        ("LOGTO_SESSION_IDLE", "-1"),
        ("LOGTO_TIMEOUT", "-1"),
        ("LOGTO_TIMEOUT", "nan"),
        ("LOGTO_ENDPOINT", "tenant.example"),
        ("LOGTO_PROMPT", "maybe"),
    ],
)
def test_a_value_that_does_not_do_names_its_setting(name, value):
    """Whoever reads the error knows which line of their settings to change."""
    assert name in str(refused(**{name: value}))


@pytest.mark.parametrize("name", ["LOGTO_ENDPOINT", "LOGTO_APP_ID"])
def test_a_setting_that_is_missing_is_named(name):
    """Without endpoint or App ID nothing starts."""
    assert name in str(refused(**{name: None}))


@pytest.mark.parametrize(
    ("name", "near"), [("LOGTO_ENDPONT", "LOGTO_ENDPOINT"), ("LOGTO_COOKIE_SAME_SITE", "LOGTO_COOKIE_SAMESITE")]
)
def test_a_misspelt_setting_is_refused(name, near):
    """A framework's own settings are the developer's: what nobody reads is a mistake, and the nearest name is told."""
    error = refused(**{name: "x"})

    assert error.code == "configuration.unknown"
    assert near in error.hint


@pytest.mark.parametrize("secret", [None, "", b"", []])
def test_sessions_in_cookies_need_a_secret(secret):
    """The error names the framework's setting and ours, and says how to make one."""
    error = refused(secret=secret, secret_name="SECRET_KEY")

    assert error.code == "configuration.secret_key"
    assert "SECRET_KEY" in error.message
    assert "LOGTO_SESSION_KEY" in error.message
    assert "secrets.token_urlsafe" in error.hint


def test_a_secret_that_is_too_short_is_named():
    """Whichever of the two it was; it is not repeated."""
    short = refused(secret="s3cr3t", secret_name="SECRET_KEY")
    own = refused(LOGTO_SESSION_KEY="s3cr3t", secret_name="SECRET_KEY")

    assert "It is SECRET_KEY." in short.hint
    assert "It is LOGTO_SESSION_KEY." in own.hint


def test_a_key_of_its_own_wins_over_the_framework_s():
    """A ring of keys too; and that it is one is told to the checks."""
    found = configured(LOGTO_SESSION_KEY=[OTHER_KEY, KEY])
    sealed = CookieStore(OTHER_KEY).keys.seal(b"x", purpose="p", place="q")

    assert found.has_own_key
    assert found.store.keys.open(sealed, purpose="p", place="q") == (b"x", True)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("cookie", "CookieStore"),
        ("memory", "MemoryStore"),
        ("redis://localhost:6379/0", "RedisStore"),
        ("rediss://localhost", "RedisStore"),
        ("sqlite:///sessions.db", "SqlStore"),
        ("postgresql://localhost/app", "SqlStore"),
        ("postgresql+psycopg://localhost/app", "SqlStore"),
    ],
)
def test_a_store_is_named_in_words_or_by_its_url(value, kind):
    """No connection is made for it."""
    assert type(configured({"LOGTO_SESSION_STORE": value}).store).__name__ == kind


def test_a_store_of_one_s_own_is_taken_as_it_is():
    """As a setting or as an argument, without any secret."""
    store = MemoryStore()

    assert configured(LOGTO_SESSION_STORE=store, secret=None).store is store
    assert configured(store=store, secret=None).store is store


@pytest.mark.parametrize("value", ["mongodb://user:s3cr3t@host", "disk", 7, object])
def test_an_unknown_store_is_refused(value):
    """The error lists what there is, and repeats no password."""
    error = refused(LOGTO_SESSION_STORE=value)

    assert error.code == "configuration.store"
    assert "redis://" in error.hint


def test_a_configuration_of_one_s_own_is_taken_as_it_is():
    """Then none of its settings is needed."""
    config = LogtoConfig(endpoint="https://other.example", app_id="b")

    assert page_configuration({}, {}, secret=KEY, config=config).config is config


def test_nothing_secret_is_in_the_repr():
    """Neither the application's secret nor a key."""
    shown = repr(configured(LOGTO_SESSION_KEY=OTHER_KEY))

    assert not [secret for secret in ("s3cr3t", KEY, OTHER_KEY) if secret in shown]
