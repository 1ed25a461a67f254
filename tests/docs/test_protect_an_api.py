"""The page on protecting an API is true of real tokens."""

import ast
import inspect

import pytest

from logto import AccessTokenSyncVerifier, AccessTokenVerifier
from tests.docs.blocks import blocks
from tests.docs.test_reference import rows
from tests.house.repository import ROOT

PAGE = ROOT / "docs" / "protect-an-api.md"
API = "https://shopping.your-app.com/api"


@pytest.mark.anyio
async def test_the_blocks_run(alice, logto_server, capsys):
    """The page's blocks, run in its order with alice's tokens, print what its text says."""
    acme = logto_server.organizations["Acme"]
    names = {
        "LOGTO_ENDPOINT": logto_server.endpoint,
        "LOGTO_APP_ID": alice.config.app_id,
        "LOGTO_APP_SECRET": alice.config.app_secret,
        "ORGANIZATION_ID": acme,
        "token": alice.get_access_token(API),
        "organization_api_token": alice.get_access_token(API, acme),
        "organization_token": alice.get_organization_token(acme),
        "opaque_token": alice.get_access_token(),
    }
    for block in blocks(PAGE):
        if block.language == "python":
            code = compile(block.code, str(PAGE), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            result = eval(code, names)  # noqa: S307 - our own documentation
            if inspect.iscoroutine(result):
                await result
    printed = capsys.readouterr().out.splitlines()

    user = logto_server.users["alice"].id
    assert printed[0] == f"{user} ['read', 'write']"
    assert printed[1].startswith('403 Bearer error="insufficient_scope"')
    assert printed[1].endswith('scope="delete"')
    assert printed[2] == acme
    assert printed[3] == f"(200, {{}}, b'products for {user}')"
    assert printed[4].startswith("(401, ")
    assert printed[5] == "/.well-known/oauth-protected-resource/api"
    for name in ("verifier", "organizations", "asking"):
        await names[name].close()
    names["blocking"].close()


def test_every_setting_has_a_row():
    """The table names what a verifier takes, but for what is there for tests."""
    for kind in (AccessTokenVerifier, AccessTokenSyncVerifier):
        taken = set(inspect.signature(kind).parameters) - {"transport", "clock"}

        assert set(rows("protect-an-api.md", "What a verifier takes")) == taken
