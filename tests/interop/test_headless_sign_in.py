"""The script that was written for the real server's Experience API, on local Logto."""

import subprocess
import sys
from collections.abc import Iterator

import httpx2
import pytest

from logto import LogtoConfig
from logto.server import LocalLogto
from tests.interop.application import HOME, REDIRECT_URI, Application, running
from tests.interop.conftest import HERE
from tests.interop.headless_sign_in import SignInRefused

ROOT = HERE.parents[1]


@pytest.fixture(params=["LogtoClient", "LogtoSyncClient"])
def application(request, logto) -> Iterator[Application]:
    """An application of local Logto's, on each of our clients."""
    seeded = logto.seeded
    config = LogtoConfig(
        endpoint=seeded["endpoint"], app_id=seeded["appId"], app_secret=seeded["appSecret"], scopes=["email"]
    )
    with running(request.param, config) as application:
        yield application


def run_script(*arguments: str) -> str:
    """The address that the script prints."""
    command = [sys.executable, "-m", "tests.interop.headless_sign_in", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=30).stdout.strip()


def test_sign_in_from_the_command_line(application, logto):
    """The script signs alice in, and our client accepts the callback that it prints."""
    callback = run_script(application.do("sign_in", REDIRECT_URI), "alice", "alice-pass-123")

    application.do("handle_sign_in_callback", callback)

    assert application.do("get_id_token_claims").sub == logto.seeded["users"][0]["id"]


def test_registration_from_the_command_line(application, request):
    """The script signs a new user up, who is signed in at once, and later by password."""
    name = f"script_{request.node.callspec.id}"
    url = application.do("sign_in", REDIRECT_URI, first_screen="register")

    application.do("handle_sign_in_callback", run_script(url, name, "a-long-pass-phrase-1", "--register"))
    first = application.do("get_id_token_claims")
    application.do(
        "handle_sign_in_callback", run_script(application.do("sign_in", REDIRECT_URI), name, "a-long-pass-phrase-1")
    )

    assert first.username == name
    assert application.do("get_id_token_claims").sub == first.sub


@pytest.mark.parametrize(("kind", "value"), [("email", "alice@example.com"), ("phone", "12025550123")])
def test_other_identifiers(application, visitor, kind, value):
    """The script signs in by e-mail address and by phone number."""
    callback = visitor.sign_in(application.do("sign_in", REDIRECT_URI), value, "alice-pass-123", kind)

    application.do("handle_sign_in_callback", callback)

    assert application.do("get_id_token_claims").username == "alice"


def test_wrong_password(application, visitor):
    """A wrong password and an unknown user are refused alike, and the right password is taken afterwards."""
    url = application.do("sign_in", REDIRECT_URI)

    with pytest.raises(SignInRefused) as wrong:
        visitor.sign_in(url, "bob", "wrong-pass-123")
    with pytest.raises(SignInRefused) as unknown:
        visitor.sign_in(url, "nobody_at_all", "wrong-pass-123")

    assert (wrong.value.status, wrong.value.code) == (unknown.value.status, unknown.value.code)
    assert wrong.value.code == "session.invalid_credentials"
    application.do("handle_sign_in_callback", visitor.sign_in(url, "bob", "bob-pass-12345"))
    assert application.do("is_authenticated") is True


def test_taken_name(application, visitor):
    """Nobody registers under a name that is taken."""
    with pytest.raises(SignInRefused) as refused:
        visitor.register(application.do("sign_in", REDIRECT_URI), "alice", "a-long-pass-phrase-1")

    assert refused.value.code == "user.username_already_in_use"


def test_no_interaction(logto, visitor):
    """Without the cookies of an interaction the Experience API refuses to begin."""
    answer = httpx2.put(f"{logto.endpoint}/api/experience", json={"interactionEvent": "SignIn"})

    assert answer.status_code == 400
    assert answer.json()["code"] == "session.not_found"


def test_signed_in_already(application, visitor):
    """The second time the server asks nothing, until a sign-out."""
    application.do("handle_sign_in_callback", visitor.sign_in(application.do("sign_in", REDIRECT_URI)))
    pages = list(visitor.shown)

    application.do("handle_sign_in_callback", visitor.sign_in(application.do("sign_in", REDIRECT_URI)))
    assert visitor.shown == pages

    assert visitor.sign_out(application.do("sign_out", HOME)) == HOME
    visitor.sign_in(application.do("sign_in", REDIRECT_URI))
    assert visitor.shown.count("/sign-in") == 2


def test_consent_to_somebody_elses_application(visitor):
    """The script consents to a third-party application, for which the server shows a page even to a user of its own."""
    application = {
        "id": "somebodyelses",
        "secret": "somebody-elses-secret",
        "name": "Somebody else's",
        "type": "Traditional",
        "isThirdParty": True,
        "userConsentScopes": {"userScopes": ["profile"]},
        "oidcClientMetadata": {"redirectUris": [REDIRECT_URI]},
    }
    seed = {"applications": [application], "users": [{"username": "alice", "password": "alice-pass-123"}]}
    with LocalLogto(seed=seed) as server:
        config = LogtoConfig(endpoint=server.endpoint, app_id=application["id"], app_secret=application["secret"])
        with running("LogtoSyncClient", config) as ours:
            ours.do("handle_sign_in_callback", visitor.sign_in(ours.do("sign_in", REDIRECT_URI)))

            assert ours.do("get_id_token_claims").username == "alice"
    assert visitor.shown == ["/sign-in", "/consent"]
