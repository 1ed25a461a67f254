"""The pages on the Management API's and the Account API's clients: their blocks run, at local Logto."""

import re

import pytest

from logto import LogtoAccountClient, LogtoClient, LogtoManagementClient, MemoryStorage
from tests.docs.blocks import blocks
from tests.docs.test_python_blocks import run_untitled
from tests.house.repository import ROOT

MANAGEMENT = ROOT / "docs" / "management.md"
ACCOUNT = ROOT / "docs" / "account.md"


async def run(page, names):
    """A page's blocks, in its order."""
    for step in run_untitled(page, names):
        if step is not None:
            await step


@pytest.mark.anyio
async def test_the_page_on_the_management_api_runs(logto_server, monkeypatch, capsys):
    """Carol is created, found, made a member and refused a second time; what begins with test- is gone."""
    seeded = logto_server.local.seeded
    monkeypatch.setenv("LOGTO_ENDPOINT", logto_server.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", seeded["managementAppId"])
    monkeypatch.setenv("LOGTO_APP_SECRET", seeded["managementAppSecret"])
    names = {"__name__": "page"}
    await run(MANAGEMENT, names)
    management = names["management"]
    members = await management.organizations.list_members(names["bakery"].id).all()
    await management.close()

    assert [(one.username, one.organization_roles[0].name) for one in members] == [("carol", "baker")]
    printed = capsys.readouterr().out
    assert "api.conflict\nuser.username_already_in_use" in printed
    assert printed.endswith("gone\n")


@pytest.mark.anyio
async def test_the_page_on_the_account_runs(logto_server, capsys):
    """Alice changes her name, her password and her address."""
    client = LogtoClient(
        logto_server.config(scopes=["email", "custom_data", "urn:logto:scope:sessions"]), MemoryStorage()
    )
    callback = logto_server.sign_in(await client.sign_in("http://localhost:3000/callback"), "alice")
    await client.handle_sign_in_callback(callback)
    names = {
        "__name__": "page",
        "client": client,
        "password": logto_server.users["alice"].password,
        "typed_by_the_user": lambda _question: logto_server.local.mailbox.code_for("alice@new.example"),
    }
    await run(ACCOUNT, names)
    me = await names["account"].get()
    await client.close()

    assert (me.name, me.primary_email, me.custom_data) == ("Alice", "alice@new.example", {"theme": "dark"})
    assert "this one" in capsys.readouterr().out


def named(page, variable):
    """The operations that a page names, such as `users.list`."""
    text = page.read_text(encoding="utf-8")
    return set(re.findall(rf"\b{variable}\.([a-z_]+(?:\.[a-z_]+)?)\(", text))


def test_every_operation_that_the_pages_name_is_there(logto_server):
    """In tables, too."""
    management = LogtoManagementClient(endpoint=logto_server.endpoint, app_id="a", app_secret="s")
    account = LogtoAccountClient(LogtoClient(logto_server.config(), MemoryStorage()))
    assert len(named(MANAGEMENT, "management")) > 15
    assert len(named(ACCOUNT, "account")) > 8

    for client, names in ((management, named(MANAGEMENT, "management")), (account, named(ACCOUNT, "account"))):
        for name in names:
            found = client
            for part in name.split("."):
                found = getattr(found, part)
            assert callable(found)


def test_every_noun_is_named():
    """The page on the Management API lists them all."""
    nouns = {
        name
        for name in vars(LogtoManagementClient(endpoint="https://a.example", app_id="a", app_secret="s"))
        if not name.startswith("_")
    }

    assert nouns
    assert {noun for noun in nouns if f"`{noun}`" not in MANAGEMENT.read_text(encoding="utf-8")} == set()


def test_the_pages_have_blocks():
    """Neither page lost its code."""
    assert all(len([one for one in blocks(page) if one.language == "python"]) >= 4 for page in (MANAGEMENT, ACCOUNT))
