"""The settings: both spellings, what Django's own settings say already, and what the system checks tell."""

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from logto import ConfigurationError
from logto.integrations.django import DjangoStore
from logto.integrations.django.checks import check_database, check_settings
from logto.integrations.django.site import current_site
from logto.sessions import CookieStore, MemoryStore
from logto.testing.django import sign_in_as

LOGTO = {"ENDPOINT": "https://logto.example", "APP_ID": "app", "APP_SECRET": "secret", "SCOPES": ["roles"]}
SAFE = {
    "LOGTO": {**LOGTO, "REDIRECT_URI": "https://shop.example/callback"},
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}
MIDDLEWARE = {
    name.rpartition(".")[2]: name
    for name in (
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
        "logto.integrations.django.middleware.LogtoMiddleware",
    )
}
GOOD = ["SessionMiddleware", "CsrfViewMiddleware", "AuthenticationMiddleware", "LogtoMiddleware"]


def found(**settings):
    """The ids of what the checks say."""
    with override_settings(**settings):
        return sorted(message.id for message in check_settings())


def test_both_spellings_are_read(database):
    """LOGTO and LOGTO_* mean the same, may be mixed, and may not both say the same thing."""
    with override_settings(LOGTO=LOGTO, LOGTO_COOKIE_NAME="mine", LOGTO_TIMEOUT=3):
        pages = current_site().pages
        assert (pages.config.app_id, pages.cookie.name, pages.config.timeout) == ("app", "mine", 3)
    with override_settings(LOGTO=LOGTO, LOGTO_APP_ID="other"), pytest.raises(ConfigurationError, match="LOGTO_APP_ID"):
        current_site()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"LOGTO": {}}, "ENDPOINT"),
        ({"LOGTO": {**LOGTO, "ENDPONT": "x"}}, "LOGTO_ENDPOINT"),
        ({"LOGTO": {**LOGTO, "SIGN_IN_PATH": "/x"}}, "URLconf"),
        ({"LOGTO": {**LOGTO, "STAFF_ROLES": [""]}}, "LOGTO_STAFF_ROLES"),
        ({"LOGTO": {**LOGTO, "ROLE_GROUPS": ["a"]}}, "LOGTO_ROLE_GROUPS"),
        ({"LOGTO": {**LOGTO, "SESSION_STORE": "mysql://"}}, "LOGTO_SESSION_STORE"),
        ({"LOGTO": [LOGTO]}, "LOGTO"),
        ({"LOGTO": LOGTO, "SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"LOGTO": LOGTO, "SECRET_KEY_FALLBACKS": ["short"]}, "SECRET_KEY_FALLBACKS"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch, settings, named):
    """A server does not start with a setting that is missing, unknown or unusable, and says which; so does the check."""
    monkeypatch.delenv("LOGTO_ENDPOINT", raising=False)
    with override_settings(**settings):
        with pytest.raises(ConfigurationError) as caught:
            Client().get("/quiet")
        assert named in str(caught.value)
        assert [message.id for message in check_settings()] == ["logto.E101"]


@pytest.mark.parametrize(
    ("store", "kind"),
    [(None, DjangoStore), ("django:default", DjangoStore), ("cookie", CookieStore), ("memory", MemoryStore)],
)
def test_sessions_are_where_the_settings_say(database, store, kind):
    """In the app's own tables, unless the settings name another store."""
    with override_settings(LOGTO={**LOGTO, **({"SESSION_STORE": store} if store else {})}):
        assert isinstance(current_site().pages.store, kind)


@pytest.mark.parametrize("store", ["cookie", "django"])
def test_a_key_that_follows_another_signs_nobody_out(project, settings_of, store):
    """Sessions of before a change of SECRET_KEY are read while it is one of SECRET_KEY_FALLBACKS, and no longer."""
    client = Client()
    old, new = "an old key of Django, which is long enough", "a new key of Django, which is long enough"
    with settings_of(LOGTO={"SESSION_STORE": store}, SECRET_KEY=old):
        sign_in_as(client, "carol")
    with settings_of(LOGTO={"SESSION_STORE": store}, SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old]):
        assert client.get("/").json()["logto"] == "carol"
    with settings_of(LOGTO={"SESSION_STORE": store}, SECRET_KEY="a third key of Django, which is long enough"):
        assert client.get("/").json()["logto"] is None


def test_a_safe_project_is_told_nothing():
    """With everything as it should be, no check complains."""
    assert found(**SAFE) == []


@pytest.mark.parametrize(
    ("settings", "ids"),
    [
        ({"LOGTO": LOGTO, "ALLOWED_HOSTS": ["*"]}, ["logto.W001"]),
        ({"LOGTO": LOGTO, "DEBUG": True}, []),
        ({"LOGTO": {**LOGTO, "REDIRECT_URI": "https://shop.example/elsewhere"}}, ["logto.E002"]),
        ({"LOGTO": {**LOGTO, "REDIRECT_URI": "http://shop.example/callback"}}, ["logto.E001"]),
        ({"LOGTO": {**SAFE["LOGTO"], "SESSION_STORE": "memory"}}, ["logto.W007"]),
        ({"LOGTO": {**SAFE["LOGTO"], "SESSION_STORE": "cookie"}}, ["logto.W008"]),
        ({"LOGTO": {**SAFE["LOGTO"], "SCOPES": [], "STAFF_ROLES": ["a"]}}, ["logto.W102"]),
        ({"ROOT_URLCONF": "django.contrib.auth.urls"}, ["logto.E102"]),
        ({"MIDDLEWARE": []}, ["logto.E103"]),
        ({"MIDDLEWARE": ["LogtoMiddleware", *GOOD[:3]]}, ["logto.E104"] * 3),
        ({"MIDDLEWARE": [*GOOD[:3], "LoginRequiredMiddleware", "LogtoMiddleware"]}, ["logto.E104"]),
        ({"MIDDLEWARE": ["LogtoMiddleware"]}, ["logto.E105"]),
        ({"AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"]}, ["logto.W101"]),
        ({"LOGIN_URL": "/ways-to-sign-in"}, []),
        ({"LOGIN_URL": "logto:no_such_name"}, ["logto.W103"]),
        ({"SESSION_COOKIE_SECURE": False, "CSRF_COOKIE_SECURE": False}, ["logto.W104", "logto.W105"]),
        ({"SESSION_COOKIE_SAMESITE": "Strict"}, ["logto.W106"]),
        ({"AUTHENTICATION_BACKENDS": ["django.contrib.auth.backends.ModelBackend"], "MIDDLEWARE": []}, []),
    ],
)
def test_each_check_has_its_id(settings, ids):
    """What is missing or unsafe is told under an id that can be silenced."""
    if "MIDDLEWARE" in settings:
        settings = {**settings, "MIDDLEWARE": [MIDDLEWARE[name] for name in settings["MIDDLEWARE"]]}
    assert found(**{**SAFE, **settings}) == ids


def test_missing_tables_are_told(database):
    """Tables that were not made are an error, with the command that makes them."""
    with override_settings(**SAFE):
        assert check_database(databases=["default"]) == []
        call_command("migrate", "logto", "0001", verbosity=0)
        try:
            (message,) = check_database(databases=["default"])
        finally:
            call_command("migrate", "logto", verbosity=0)
    assert (message.id, message.level, "migrate logto" in message.hint) == ("logto.E106", checks.ERROR, True)


def test_logto_check_asks_logto(project, logto, capsys):
    """The command tells where sessions are, and whether Logto answers."""
    call_command("logto_check")
    assert "DjangoStore" in (said := capsys.readouterr().out)
    assert logto.issuer in said
    with (
        override_settings(LOGTO={**LOGTO, "ENDPOINT": "http://localhost:1"}),
        pytest.raises(CommandError, match="localhost:1"),
    ):
        call_command("logto_check")
    with override_settings(LOGTO={}), pytest.raises(CommandError, match="not usable"):
        call_command("logto_check")


def test_logto_endsessions_ends_them(project, capsys):
    """The command signs a user out of every browser, and counts."""
    clients = [Client(), Client()]
    for client in clients:
        sign_in_as(client, "quentin")
    call_command("logto_endsessions", "quentin")
    assert "Ended 2 sessions." in capsys.readouterr().out
    assert [client.get("/").json()["django"] for client in clients] == ["", ""]
    with override_settings(LOGTO={**LOGTO, "SESSION_STORE": "cookie"}), pytest.raises(CommandError):
        call_command("logto_endsessions", "quentin")
