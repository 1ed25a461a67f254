"""`LogtoManagementClient` and `LogtoManagementSyncClient`: their tables, their token, and what they refuse."""

import asyncio
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from logto import (
    ClientAuthenticationError,
    ConfigurationError,
    LogtoApiForbiddenError,
    LogtoApiNotFoundError,
    LogtoApiRateLimitedError,
    LogtoApiUnauthorizedError,
    LogtoConfig,
    LogtoManagementClient,
    LogtoManagementSyncClient,
    TransportError,
    UnexpectedResponseError,
)
from logto.client.api_operation import Group, Listed, Operation
from logto.server.serve import LocalLogto
from logto.testing import LogtoServer
from logto.transports.canned import AsyncCannedTransport, CannedTransport
from tests.client.management.tenant import COLOURS, Tenant, credentials
from tests.flows.dialogue import Clock
from tests.flows.honest_provider import metadata

MANY = 20
ENDPOINT = "https://tenant.example"
SETTINGS = {"endpoint": ENDPOINT, "app_id": "a", "app_secret": "s3cr3t-s3cr3t"}
NOUNS = [
    "users",
    "sessions",
    "personal_access_tokens",
    "subject_tokens",
    "roles",
    "resources",
    "applications",
    "organizations",
    "organization_roles",
    "organization_scopes",
    "invitations",
    "hooks",
]


@pytest.fixture(scope="module")
def server():
    """A local Logto with the sample data."""
    with LocalLogto() as local:
        yield LogtoServer(local)


@pytest.fixture(params=COLOURS)
def tenant(request, server):
    """Its Management API, through each client."""
    with Tenant(request.param, server) as tenant:
        yield tenant


def rows(noun):
    """The rows of a noun's table, by name."""
    return {name: row for name, row in vars(type(noun)).items() if isinstance(row, (Operation, Listed))}


@pytest.mark.parametrize("noun", NOUNS)
def test_each_row_is_one_call_in_both_colours(noun):
    """The same signature and the same description; what the network is asked for is awaited in one colour only."""
    one = getattr(LogtoManagementClient(**SETTINGS), noun)
    other = getattr(LogtoManagementSyncClient(**SETTINGS), noun)

    assert rows(one)
    for name, row in rows(one).items():
        awaited, blocking = getattr(one, name), getattr(other, name)
        assert inspect.signature(awaited) == inspect.signature(blocking)
        assert inspect.signature(awaited).parameters == inspect.signature(row.call).parameters
        assert "Call" not in str(inspect.signature(awaited))
        assert (awaited.__name__, awaited.__qualname__) == (name, f"{type(one).__name__}.{name}")
        assert awaited.__doc__ == blocking.__doc__ == row.__doc__ == row.call.__doc__
        assert inspect.iscoroutinefunction(awaited) is isinstance(row, Operation)
        assert not inspect.iscoroutinefunction(blocking)


def test_every_noun_is_there():
    """The list above is the client's own."""
    client = LogtoManagementSyncClient(**SETTINGS)

    assert sorted(NOUNS) == sorted(name for name, value in vars(client).items() if isinstance(value, Group))


def test_optional_arguments_are_named():
    """Nothing that can be left out of a new user, an organization or an application depends on its place."""
    client = LogtoManagementSyncClient(**SETTINGS)
    for operation in (
        client.users.create,
        client.users.update,
        client.organizations.create,
        client.applications.create,
    ):
        optional = [one for one in inspect.signature(operation).parameters.values() if one.default is not one.empty]
        assert {one.kind for one in optional} == {inspect.Parameter.KEYWORD_ONLY}


def test_the_token_is_fetched_once_for_many_tasks(server):
    """20 tasks at once: one token request, and each gets its own answer."""

    async def visit():
        async with LogtoManagementClient(**credentials(server)) as client:
            ids = [user.id async for user in client.users.list()]
            return ids, await asyncio.gather(*(client.users.get(ids[n % len(ids)]) for n in range(MANY)))

    before = server.count("POST", "/oidc/token")
    ids, users = asyncio.run(visit())

    assert [user.id for user in users] == [ids[n % len(ids)] for n in range(MANY)]
    assert server.count("POST", "/oidc/token") == before + 1


def test_the_token_is_fetched_once_for_many_threads(server):
    """The same for 20 threads, which all begin without one."""
    before = server.count("POST", "/oidc/token")
    started = threading.Barrier(MANY)

    def ask(_):
        started.wait(10)
        return client.users.list(username="alice").first().username

    with LogtoManagementSyncClient(**credentials(server)) as client, ThreadPoolExecutor(MANY) as pool:
        assert set(pool.map(ask, range(MANY))) == {"alice"}
    assert server.count("POST", "/oidc/token") == before + 1


def test_a_token_that_is_no_longer_good_is_replaced(tenant, server):
    """Two hours pass at the server and not here: a POST works all the same, with one new token."""
    tenant.do(tenant.management.roles.list())
    before, posts = server.count("POST", "/oidc/token"), server.count("POST", "/api/users")
    server.clock.advance(7200)
    assert tenant.user().id

    assert server.count("POST", "/oidc/token") == before + 1
    assert server.count("POST", "/api/users") == posts + 2


def test_too_many_requests_are_waited_for(tenant, server):
    """A first 429 is answered with a pause, and the caller sees the result only."""
    with server.faults.fail("/api/roles", 429, headers={"Retry-After": "0"}, times=1):
        assert tenant.do(tenant.management.roles.list())


def test_a_long_pause_is_left_to_the_caller(tenant, server):
    """The error says how long it is."""
    with (
        server.faults.fail("/api/users", 429, headers={"Retry-After": "600"}),
        pytest.raises(LogtoApiRateLimitedError) as refused,
    ):
        tenant.user()
    assert refused.value.retry_after == 600.0


def test_a_server_out_of_order_is_not_asked_twice_to_create(tenant, server):
    """Nobody knows whether the first request worked."""
    before = server.count("POST", "/api/users")
    with server.faults.fail("/api/users", 503), pytest.raises(UnexpectedResponseError):
        tenant.user()

    assert server.count("POST", "/api/users") == before + 1


def test_a_route_without_a_method_here_can_be_called(tenant):
    """The answer is JSON as it came, or None."""
    assert "enabled" in tenant.do(tenant.management.request("GET", "/account-center"))
    user = tenant.user()

    assert tenant.do(tenant.management.request("DELETE", f"/users/{user.id}")) is None
    with pytest.raises(LogtoApiNotFoundError):
        tenant.do(tenant.management.request("GET", f"/users/{user.id}"))


@pytest.mark.parametrize("colour", COLOURS)
def test_a_program_without_the_role_is_told_so(server, colour):
    """The hint names the role's place; the secret is nowhere."""
    seeded = server.local.seeded
    given = {"app_id": seeded["m2mAppId"], "app_secret": seeded["m2mAppSecret"]}
    with Tenant(colour, server, **given) as tenant, pytest.raises(LogtoApiForbiddenError) as refused:
        tenant.user()

    assert "scope `all`" in refused.value.hint
    assert seeded["m2mAppSecret"] not in str(refused.value)


@pytest.mark.parametrize("colour", COLOURS)
def test_a_wrong_secret_is_told_before_anything_is_called(server, colour):
    """There is no token to call with."""
    with Tenant(colour, server, app_secret="wrong") as tenant, pytest.raises(ClientAuthenticationError):
        tenant.user()


@pytest.mark.parametrize("colour", COLOURS)
def test_a_token_for_another_api_is_refused_with_a_hint(server, colour):
    """`resource` names the wrong API: asked twice, and then told."""
    (resource, *_) = server.resources
    with Tenant(colour, server, resource=resource) as tenant, pytest.raises(LogtoApiUnauthorizedError) as refused:
        tenant.user()

    assert "`resource`" in refused.value.hint


def test_nothing_confidential_in_a_repr(tenant, server):
    """Neither the secret nor a token, whatever the client holds."""
    tenant.do(tenant.management.roles.list())
    shown = repr(tenant.management) + repr(vars(tenant.management)) + repr(tenant.management.users)

    assert server.local.seeded["managementAppSecret"] not in shown
    assert "eyJ" not in shown


def canned(colour, resource="", **settings):
    """A client and its canned answers."""
    transport = {"blocking": CannedTransport, "awaiting": AsyncCannedTransport}[colour]()
    kind = {"blocking": LogtoManagementSyncClient, "awaiting": LogtoManagementClient}[colour]
    config = LogtoConfig(**{**SETTINGS, **settings})
    transport.answer("GET", "/oidc/.well-known/openid-configuration", metadata())
    transport.answer("POST", "/oidc/token", {"access_token": "t1", "token_type": "Bearer", "expires_in": 3600})
    return kind(config, resource=resource, transport=transport, clock=Clock()), transport


@pytest.mark.parametrize(
    ("endpoint", "given", "resource"),
    [
        ("https://abc123.logto.app", "", "https://abc123.logto.app/api"),
        ("https://auth.example.com", "", "https://default.logto.app/api"),
        ("https://logto.app.example.com", "", "https://default.logto.app/api"),
        ("https://auth.example.com", "https://abc123.logto.app/api", "https://abc123.logto.app/api"),
    ],
)
def test_the_token_is_for_the_management_api_of_the_tenant(endpoint, given, resource):
    """In Logto Cloud it has the tenant's name; elsewhere the default one; or it is given."""
    client, transport = canned("blocking", endpoint=endpoint, resource=given, issuer=f"{ENDPOINT}/oidc")
    transport.answer("GET", "/api/users/u", {"id": "u"})
    client.users.get("u")

    form = transport.asked("POST", "/oidc/token")[0].body.decode()
    assert f"resource={resource.replace(':', '%3A').replace('/', '%2F')}" in form
    assert "scope=all" in form
    assert transport.asked("GET", "/api/users/u")[0].url == f"{endpoint}/api/users/u"


@pytest.mark.parametrize("colour", COLOURS)
def test_a_lost_answer_is_told_and_not_asked_for_again(colour):
    """A POST whose answer is lost may have worked."""
    client, transport = canned(colour)
    transport.fail("POST", "/api/users", TransportError("reset", code="transport.failed"))
    create = client.users.create
    with pytest.raises(TransportError):
        asyncio.run(_result(create(username="a"))) if colour == "awaiting" else create(username="a")

    assert len(transport.asked("POST", "/api/users")) == 1


async def _result(made):
    return await made


def test_pages_are_fetched_one_by_one_as_they_are_read():
    """Of two pages, only the first is asked for until its last item was read."""
    client, transport = canned("blocking")
    transport.answer("GET", "/api/roles", [{"id": f"r{n}"} for n in range(100)], headers={"total-number": "101"})
    transport.answer("GET", "/api/roles", [{"id": "last"}], headers={"total-number": "101"})
    roles = iter(client.roles.list())
    assert transport.asked("GET", "/api/roles") == []
    assert [next(roles).id for _ in range(100)][-1] == "r99"
    assert len(transport.asked("GET", "/api/roles")) == 1

    assert [role.id for role in roles] == ["last"]
    assert len(transport.asked("GET", "/api/roles")) == 2


@pytest.mark.parametrize("colour", COLOURS)
def test_pages_can_be_smaller(server, colour):
    """Of one user each: as many requests as users, and the same users."""
    with Tenant(colour, server) as tenant:
        before = server.count("GET", "/api/users")
        everybody = tenant.do(tenant.management.users.list("example.com"))
        assert tenant.do(tenant.management.users.list("example.com").in_pages_of(1)) == everybody

    assert len(everybody) > 1
    assert server.count("GET", "/api/users") == before + 1 + len(everybody)


@pytest.mark.parametrize("kind", [LogtoManagementClient, LogtoManagementSyncClient])
@pytest.mark.parametrize(
    ("config", "settings", "code"),
    [
        (None, {}, "configuration.missing"),
        (None, {"endpoint": ENDPOINT, "app_id": "a"}, "configuration.app_secret"),
        (LogtoConfig(endpoint=ENDPOINT, app_id="a"), {}, "configuration.app_secret"),
        (LogtoConfig(endpoint=ENDPOINT, app_id="a", app_secret="s"), {"app_id": "b"}, "configuration.client"),
        (ENDPOINT, {}, "configuration.client"),
        (None, {**SETTINGS, "endpoint": "tenant.example"}, "configuration.invalid"),
    ],
)
def test_a_client_that_could_not_work_is_not_made(kind, config, settings, code):
    """The settings are looked at before any request."""
    with pytest.raises(ConfigurationError) as refused:
        kind(config, **settings)

    assert refused.value.code == code
