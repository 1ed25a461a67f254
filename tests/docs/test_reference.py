"""The tables of the documentation are complete: errors, settings, options, operations, seed file."""

import ast
import inspect
import re
from functools import cache

import pytest

from logto import LogtoClient, LogtoConfig, LogtoException, UserInfoResponse, errors
from logto.cli.dev import command
from logto.server.seed_file import SeedError, check
from tests.house.repository import ROOT, modules

CODE = re.compile(
    r"(access_token|api|authorization|callback|configuration|device|discovery|forbidden|introspection|jwks|organization|"
    r"refresh_token|request|response|session|sign_in_session|storage|token|token_request|token_response|transport|user_info|webhook)\.[a-z_]+"
)
# What clients and integrations raise; stores tell of their own errors where they are described.
FOLDERS = ("models", "protocol", "transports", "client", "integrations")
FLOWS = (
    "access_token",
    "api",
    "introspection",
    "provider",
    "sign_in",
    "sign_out",
    "tokens",
    "user_info",
    "context",
    "machine",
    "machine_tokens",
    "exchange",
    "device",
    "pages",
    "webhooks",
)
KEPT = ("storage", "storage_session", "cookie_session", "private_file", "file_storage", "keyring_storage")


def rows(page, heading=None):
    """The words in code type that begin each row of a page's tables, below a heading if one is given."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    if heading:
        text = re.split(rf"^#+ {heading}$", text, flags=re.MULTILINE)[1]
        text = re.split(r"^#+ ", text, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `([^`]+)`", text, flags=re.MULTILINE)


@cache
def codes():
    """Every code that stands in the client's source."""
    paths = [*modules("src/logto/errors"), *(ROOT / f"src/logto/flows/{name}.py" for name in FLOWS)]
    paths += [ROOT / f"src/logto/sessions/{name}.py" for name in KEPT]
    paths += [path for folder in FOLDERS for path in modules(f"src/logto/{folder}")]
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text for text in texts if CODE.fullmatch(text)}


def kinds():
    """Every exception class that `logto.errors` has."""
    return {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, LogtoException) and value is not LogtoException
    }


def test_every_error_class_has_a_row():
    """The page on errors has each exception class, and no other."""
    assert set(rows("errors.md", "By class")) == kinds()


def test_every_code_has_a_row():
    """The page on errors says of each code of the client what to do."""
    listed = rows("errors.md")

    assert codes() - set(listed) == set()
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("code", [code for code in rows("errors.md") if CODE.fullmatch(code)])
def test_no_row_is_out_of_date(code):
    """A code on the page is raised somewhere; those of an argument's name are put together when they are raised."""
    put_together = {"redirect_uri", "post_logout_redirect_uri", "first_screen"}

    assert code in codes() or code.removeprefix("configuration.") in put_together


def test_every_setting_has_a_row():
    """The page on the client has each setting of LogtoConfig, in the guide's spelling."""
    spelled = {re.sub(r"_(.)", lambda found: found[1].upper(), name) for name in LogtoConfig.model_fields}

    assert set(rows("client.md", "Configuration")) == spelled


def test_every_operation_has_a_row():
    """The page on the client names each public method of LogtoClient, in both spellings."""
    text = (ROOT / "docs/client.md").read_text(encoding="utf-8")
    public = {name for name in dir(LogtoClient) if not name.startswith("_")} - {"config"}
    unnamed = {name for name in public if re.search(rf"`{name}\b", text) is None}

    assert unnamed == set()


def test_every_claim_is_named():
    """The page on the client names each claim of the user info."""
    text = (ROOT / "docs/client.md").read_text(encoding="utf-8")

    assert [name for name in UserInfoResponse.model_fields if f"`{name}`" not in text] == []


def test_every_option_has_a_row():
    """The page on local Logto has each option of `logto dev`."""
    listed = {row.split()[0] for row in rows("local-logto.md", "Options")}

    assert listed == {option for parameter in command.params for option in parameter.opts}


def known_members(data):
    """The members that local Logto names when it meets one that it does not know."""
    with pytest.raises(SeedError) as caught:
        check(data)
    return str(caught.value).split("known are ")[1].split(", ")


def test_every_member_of_a_seed_file_has_a_row():
    """The page on local Logto names each list of a seed file, and each member of its objects."""
    text = (ROOT / "docs/local-logto.md").read_text(encoding="utf-8")
    missing = []
    for kind in known_members({"?": []}):
        row = re.search(rf"^\| `{kind}` .*$", text, flags=re.MULTILINE)
        assert row, kind
        missing += [f"{kind}.{name}" for name in known_members({kind: [{"?": 1}]}) if f"`{name}`" not in row[0]]

    assert missing == []


@pytest.mark.parametrize(
    "path",
    [("oidcClientMetadata",), ("customClientMetadata",), ("customClientMetadata", "localLogto")],
    ids=".".join,
)
def test_every_setting_of_an_application_is_named(path):
    """The page on local Logto names each setting that an application in a seed file may have."""
    text = (ROOT / "docs/local-logto.md").read_text(encoding="utf-8")
    inner = {"?": 1}
    for name in reversed(path):
        inner = {name: inner}
    known = known_members({"applications": [{"name": "x", "type": "SPA", **inner}]})

    assert [name for name in known if f"`{name}`" not in text] == []
