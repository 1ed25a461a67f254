"""The public face: nothing leaks, nothing vanishes, and nothing heavy is imported before it is used."""

import itertools
import subprocess
import sys

import pytest

import logto

PUBLIC = [
    "AccessTokenClaims",
    "AccessTokenSyncVerifier",
    "AccessTokenVerifier",
    "ApiAnswer",
    "ApiGuard",
    "ApiSyncGuard",
    "AuthorizationDeniedError",
    "ClientAuthenticationError",
    "ConfigurationError",
    "DeviceCode",
    "ExpiredTokenError",
    "FileStorage",
    "FirstScreen",
    "ForbiddenError",
    "IdTokenClaims",
    "Identifier",
    "InsufficientScopeError",
    "InteractionMode",
    "Introspection",
    "IntrospectionUnavailableError",
    "InvalidRequestError",
    "InvalidTokenError",
    "KeyringStorage",
    "LockingStorage",
    "LogtoAccountClient",
    "LogtoAccountSyncClient",
    "LogtoApiConflictError",
    "LogtoApiError",
    "LogtoApiForbiddenError",
    "LogtoApiInputError",
    "LogtoApiNotFoundError",
    "LogtoApiRateLimitedError",
    "LogtoApiUnauthorizedError",
    "LogtoAuth",
    "LogtoClient",
    "LogtoConfig",
    "LogtoDevice",
    "LogtoException",
    "LogtoMachineClient",
    "LogtoMachineSyncClient",
    "LogtoManagementClient",
    "LogtoManagementSyncClient",
    "LogtoPages",
    "LogtoSessions",
    "LogtoSyncClient",
    "LogtoSyncDevice",
    "LogtoSyncPages",
    "LogtoSyncSessions",
    "LogtoUser",
    "LogtoWebhooks",
    "MemoryStorage",
    "MfaRequiredError",
    "MissingScopeError",
    "MissingTokenError",
    "NOT_GIVEN",
    "NoRefreshTokenError",
    "NotAMemberError",
    "NotAuthenticatedError",
    "NotGiven",
    "OAuthScope",
    "OidcProviderMetadata",
    "PageAnswer",
    "PageRequest",
    "PageSettings",
    "PersistKey",
    "Prompt",
    "ProtectedResource",
    "Requirement",
    "ReservedResource",
    "ResourceNotGrantedError",
    "Scope",
    "SessionEndedError",
    "SignInError",
    "SignInSessionInvalidError",
    "SignInSessionNotFoundError",
    "Storage",
    "StorageError",
    "TokenError",
    "TokenRequestError",
    "TokenRequirement",
    "TokenResponse",
    "TokenType",
    "TransportError",
    "UnexpectedResponseError",
    "UserInfoResponse",
    "UserInfoScope",
    "WebhookError",
    "WebhookEvent",
]
HEAVY = ["pydantic", "httpx2", "httpcore2", "cryptography", "joserfc", "asyncio", "ssl", "flask", "starlette"]

PUBLISHED = [
    "from logto import LogtoClient",
    "from logto import Storage, LogtoException",
    "import logto.LogtoClient",
    "import logto.Storage",
    "import logto.LogtoException",
    "from logto.LogtoClient import LogtoClient, LogtoConfig, InteractionMode",
    "from logto.Storage import MemoryStorage, PersistKey",
]
"""Ways to import, of which any two may come in any order."""

STAYS = """
import sys
import logto
assert isinstance(logto.LogtoClient, type) and logto.LogtoClient.__name__ == "LogtoClient"
assert isinstance(logto.Storage, type) and isinstance(logto.LogtoException, type)
from logto import LogtoClient, Storage, LogtoException
from logto.LogtoClient import LogtoClient as same
from logto.Storage import Storage as storage
from logto.LogtoException import LogtoException as exception
assert LogtoClient is same is logto.LogtoClient and Storage is storage and LogtoException is exception
assert type(sys.modules["logto.LogtoClient"]) is type(sys)
"""


def run(source):
    """What a fresh Python prints."""
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_public_names_are_these():
    """The list is sorted, complete, and what dir() shows; a new name is added here on purpose."""
    assert list(logto.__all__) == dir(logto) == sorted(logto.__all__)
    assert [name for name in PUBLIC if name not in logto.__all__] == []
    assert [name for name in logto.__all__ if name not in PUBLIC] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_is_there_and_documented(name):
    """Each can be imported; each class of ours says what it is."""
    value = getattr(logto, name)

    assert not isinstance(value, type) or (value.__doc__ and value.__module__.startswith("logto."))


def test_an_unknown_name_is_an_attribute_error():
    """A name that is not public does not come out of nowhere."""
    with pytest.raises(AttributeError, match="'Logto'"):
        _ = logto.Logto


def test_a_type_checker_sees_the_same_names():
    """The imports under TYPE_CHECKING are those that happen at run time."""
    import ast
    from pathlib import Path

    tree = ast.parse(Path(logto.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {alias.asname: (node.module, alias.name) for node in block.body for alias in node.names}

    assert sorted(seen) == list(logto.__all__)
    for name, (module, original) in seen.items():
        assert name == original
        assert getattr(sys.modules.get(f"logto.{module}") or __import__(f"logto.{module}", fromlist=[name]), name)


def test_star_import_brings_the_public_names():
    """`from logto import *` brings what is public, and nothing else."""
    names = run("from logto import *\nprint(*sorted(name for name in dir() if not name.startswith('__')))")

    assert names.split() == PUBLIC


@pytest.mark.parametrize("statement", ["import logto", "from logto import LogtoException", "import logto.errors"])
def test_importing_the_package_loads_nothing_heavy(statement):
    """Neither models nor HTTP nor cryptography is loaded before it is used."""
    loaded = run(f"import sys\n{statement}\nprint(*(name for name in {HEAVY} if name in sys.modules))")

    assert loaded.split() == []


def test_importing_the_client_loads_no_http_engine():
    """`LogtoClient` can be imported and subclassed without an HTTP library; the pool comes with the first client."""
    loaded = run(
        "import sys\nfrom logto import LogtoClient\nprint(*(n for n in ['httpx2', 'httpcore2'] if n in sys.modules))"
    )

    assert loaded.split() == []


def test_published_paths_keep_working_in_every_order():
    """Whichever way comes first, `logto.LogtoClient` is the class, and the module of that name can be imported from."""
    orders = [*itertools.permutations(PUBLISHED, 2), PUBLISHED, PUBLISHED[::-1]]
    fresh = "for name in [name for name in sys.modules if name.partition('.')[0] == 'logto']: del sys.modules[name]"
    script = "\n".join(["import sys", *(f"{fresh}\n" + "\n".join(order) + STAYS for order in orders)])

    run(script)


@pytest.mark.parametrize("statement", PUBLISHED)
def test_each_published_path_works_first_in_a_fresh_interpreter(statement):
    """One way alone, in a process of its own."""
    run(statement + STAYS)


def test_the_published_modules_offer_what_they_offered():
    """The names that 0.2.1's modules had, where this version has them."""
    from logto.models.oidc import IdTokenClaims, ReservedResource, Scope, UserInfoScope
    from logto.models.response import TokenResponse, UserInfoResponse

    public = (IdTokenClaims, ReservedResource, Scope, UserInfoScope, TokenResponse, UserInfoResponse)
    assert all(getattr(logto, one.__name__) is one for one in public)
