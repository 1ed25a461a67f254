"""The guide's application on local Logto: the same source on the published package and on ours."""

import json
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.interop.conftest import HERE, LOGS, SHOPPING
from tests.interop.headless_sign_in import Visitor
from tests.interop.program import Program


@pytest.fixture(params=["published", "ours"])
def application(request, logto) -> Iterator[Program]:
    """The guide's application, whose configuration is local Logto's."""
    python = [sys.executable] if request.param == "ours" else request.getfixturevalue("published_python")
    names = {"LOGTO_ENDPOINT": "endpoint", "LOGTO_APP_ID": "appId", "LOGTO_APP_SECRET": "appSecret"}
    environment = {name: logto.seeded[value] for name, value in names.items()}
    command = [*python, HERE / "programs" / "guide_visitor.py"]
    with Program(command, LOGS / f"guide-{request.param}.log", environment) as program:
        yield program


def sign_in(application: Program, visitor: Visitor) -> None:
    """Click on "Sign in", and come back."""
    back = urlsplit(visitor.sign_in(application.ask("/sign-in")["location"]))
    assert application.ask(f"{back.path}?{back.query}")["location"] == "/"


def test_checkpoint(application, visitor):
    """The guide's checkpoint: the sign-in link, Logto's page, back, the sign-out link, signed out."""
    assert "/sign-in" in application.ask("/")["text"]

    sign_in(application, visitor)
    assert "/sign-out" in application.ask("/")["text"]

    assert visitor.sign_out(application.ask("/sign-out")["location"]) == "http://localhost:3000/"
    assert "/sign-in" in application.ask("/")["text"]


def test_strangers_are_kept_out(application):
    """The guide's decorator redirects a stranger, or answers 401."""
    assert application.ask("/protected/userinfo")["location"] == "/sign-in"
    assert application.ask("/protected/claims")["status"] == 401


def test_user_information(application, visitor, logto):
    """The guide's pages show user info, claims and custom data."""
    sign_in(application, visitor)

    assert '"email": "alice@example.com"' in application.ask("/protected/userinfo")["text"]
    claims = json.loads(application.ask("/protected/claims")["text"])
    assert (claims["sub"], claims["phone_number"]) == (logto.seeded["users"][0]["id"], "12025550123")
    assert "custom_data" not in claims
    assert json.loads(application.ask("/protected/custom-data")["text"])["plan"] == "gold"


def test_tokens(application, visitor, logto):
    """The guide's calls bring a token for an API resource and one for an organization."""
    sign_in(application, visitor)
    acme = logto.seeded["organizations"][0]["id"]

    resource = json.loads(application.ask("/protected/token")["text"])
    organization = json.loads(application.ask(f"/protected/organizations/{acme}")["text"])

    assert resource["claims"]["aud"] == SHOPPING
    assert "read" in resource["claims"]["scope"].split()
    assert organization["claims"]["aud"] == f"urn:logto:organization:{acme}"


def test_sign_up_first(application, visitor):
    """The guide's `interactionMode="signUp"` shows the sign-up page."""
    visitor.open(application.ask("/sign-up")["location"])

    assert visitor.shown == ["/register"]
