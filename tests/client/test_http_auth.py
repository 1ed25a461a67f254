"""`LogtoAuth`: where a token goes, where it never goes, and when a refused one is replaced."""

import asyncio

import httpx2
import pytest

from logto import (
    ConfigurationError,
    LogtoAuth,
    LogtoClient,
    LogtoMachineClient,
    LogtoMachineSyncClient,
    LogtoSyncClient,
    TransportError,
)
from logto.transports.canned import AsyncCannedTransport, CannedTransport
from tests.client.either import Either
from tests.flows.dialogue import API, Clock, Shelf, config, fields
from tests.flows.honest_provider import HonestProvider, metadata

COLOURS = ("blocking", "awaiting")
REFUSED = {"www-authenticate": 'Bearer realm="api", error="invalid_token", error_description="expired"'}


class Api:
    """An API, what it was asked with, and how it answers: each in its turn, the last one again and again."""

    def __init__(self, *answers):
        self.hosts = []
        self.brought = []
        self.bodies = []
        self.answers = list(answers or [httpx2.Response(200)])

    def answer(self, request):
        self.hosts.append(request.url.host)
        self.brought.append(request.headers.get("authorization", "").removeprefix("Bearer "))
        self.bodies.append(request.content)
        written = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return httpx2.Response(written.status_code, headers=written.headers)


class Program:
    """A machine and its HTTP client in one of the colours; tokens are t1, t2, t3."""

    def __init__(self, colour, **arguments):
        self.colour = colour
        self.canned = {"blocking": CannedTransport, "awaiting": AsyncCannedTransport}[colour]()
        self.canned.answer("GET", "/oidc/.well-known/openid-configuration", metadata())
        for number in (1, 2, 3):
            token = {"access_token": f"t{number}", "token_type": "Bearer", "expires_in": 3600}
            self.canned.answer("POST", "/oidc/token", token)
        kind = {"blocking": LogtoMachineSyncClient, "awaiting": LogtoMachineClient}[colour]
        self.machine = kind(config(), transport=self.canned, clock=Clock())
        self.auth = LogtoAuth(self.machine, **{"resource": API, **arguments})

    def send(self, api, method="GET", url=f"{API}/orders", **arguments):
        """One request to the API."""
        transport = httpx2.MockTransport(api.answer)
        if self.colour == "blocking":
            with httpx2.Client(auth=self.auth, transport=transport, follow_redirects=True) as http:
                return http.request(method, url, **arguments)
        return asyncio.run(self._send(transport, method, url, arguments))

    async def _send(self, transport, method, url, arguments):
        async with httpx2.AsyncClient(auth=self.auth, transport=transport, follow_redirects=True) as http:
            return await http.request(method, url, **arguments)

    @property
    def asked(self):
        """What the token endpoint was asked."""
        return [fields(request) for request in self.canned.asked("POST", "/oidc/token")]


@pytest.fixture(params=COLOURS)
def colour(request):
    return request.param


def refused(challenge=REFUSED, status=401):
    """An API's refusal."""
    return httpx2.Response(status, headers=challenge)


def test_the_token_is_added(colour):
    """Each request carries the token, which is asked for once, as it was asked for."""
    program, api = Program(colour, organization_id="acme", scopes=["read"]), Api()
    for _ in range(3):
        assert program.send(api).status_code == 200

    assert api.brought == ["t1"] * 3
    assert [(one["resource"], one["organization_id"], one["scope"]) for one in program.asked] == [(API, "acme", "read")]


def test_a_refused_token_is_replaced_and_the_request_repeated_once(colour):
    """A 401 with `invalid_token`: a new token, the same body, and then whatever comes."""
    program, api = Program(colour), Api(refused(), httpx2.Response(201))
    answer = program.send(api, "POST", json={"pear": 3})

    assert answer.status_code == 201
    assert api.brought == ["t1", "t2"]
    assert api.bodies == [b'{"pear":3}'] * 2


def test_a_second_refusal_stands(colour):
    """The request is repeated once, however often the API says no."""
    program, api = Program(colour), Api(refused())

    assert program.send(api).status_code == 401
    assert api.brought == ["t1", "t2"]


def test_an_api_that_refuses_everything_is_not_answered_with_ever_more_tokens(colour):
    """After two replacements the API's 401 stands, without another token request."""
    program, api = Program(colour), Api(refused())
    for _ in range(5):
        program.send(api)

    assert len(program.asked) == 3


@pytest.mark.parametrize(
    "answer",
    [
        refused({}),
        refused({"www-authenticate": "Bearer"}),
        refused({"www-authenticate": 'Basic realm="invalid_token"'}),
        refused({"www-authenticate": 'Bearer error="insufficient_scope"'}, 403),
        refused(status=403),
        httpx2.Response(500),
    ],
    ids=["no challenge", "no error", "basic", "scope", "403", "500"],
)
def test_other_refusals_stand(colour, answer):
    """Another token would not help: nothing is repeated."""
    program, api = Program(colour), Api(answer)

    assert program.send(api).status_code == answer.status_code
    assert api.brought == ["t1"]


def test_a_stream_is_not_repeated():
    """What was sent once cannot be sent again: the 401 stands, and no token is asked for."""
    blocking, awaiting = Program("blocking"), Program("awaiting")

    async def chunks():
        yield b"a"
        yield b"b"

    for program, content in ((blocking, iter([b"a", b"b"])), (awaiting, chunks())):
        api = Api(refused())
        assert program.send(api, "POST", content=content).status_code == 401
        assert api.brought == ["t1"]
        assert len(program.asked) == 1


def test_a_token_that_cannot_be_replaced_leaves_the_apis_answer(colour, caplog):
    """Logto is down: the caller sees the API's 401, and the log says why."""
    program, api = Program(colour), Api(httpx2.Response(200), refused())
    program.send(api)
    program.canned._answers.clear()  # noqa: SLF001 - from now on nobody answers
    program.canned.fail("POST", "/oidc/token", TransportError("down", code="transport.refused"))

    assert program.send(api).status_code == 401
    assert "transport.refused" in caplog.text


def test_a_first_token_that_does_not_come_is_an_error(colour):
    """Without a token no request leaves."""
    program, api = Program(colour), Api()
    program.canned._answers.clear()  # noqa: SLF001 - nobody answers

    with pytest.raises(TransportError):
        program.send(api)
    assert api.hosts == []


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/orders",
        "http://shopping.your-app.com/api/orders",
        "https://shopping.your-app.com:8443/api/orders",
        "https://shopping.your-app.com.evil.example/api",
        "https://shopping.your-app.com@evil.example/api",
        "https://sub.shopping.your-app.com/api",
    ],
)
def test_a_request_elsewhere_is_refused(colour, url):
    """Another host, port or scheme: no request leaves, and no token is asked for."""
    program, api = Program(colour), Api()
    with pytest.raises(ConfigurationError) as caught:
        program.send(api, url=url)

    assert caught.value.code == "configuration.origin"
    assert (api.hosts, program.asked) == ([], [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_elsewhere_does_not_take_the_token_along(colour, status):
    """The other origin is asked without it, and its refusal brings it no token either."""
    away = httpx2.Response(status, headers={"location": "https://evil.example/collect"})
    program, api = Program(colour), Api(away, refused())

    assert program.send(api).status_code == 401
    assert api.hosts == ["shopping.your-app.com", "evil.example"]
    assert api.brought == ["t1", ""]


def test_a_redirect_within_the_origin_keeps_the_token(colour):
    """`/orders` to `/orders/`, as frameworks do."""
    program, api = (
        Program(colour),
        Api(httpx2.Response(307, headers={"location": "/api/orders/"}), httpx2.Response(200)),
    )

    assert program.send(api).status_code == 200
    assert api.brought == ["t1", "t1"]


def test_origins_are_where_the_token_goes_instead(colour):
    """With `origins`, the resource's own is out, unless it is named too; a default port is none."""
    program, api = Program(colour, origins=["http://localhost:8000", "https://other.example:443/"]), Api()
    program.send(api, url="http://localhost:8000/orders")
    program.send(api, url="https://other.example/orders")
    with pytest.raises(ConfigurationError):
        program.send(api)

    assert api.brought == ["t1", "t1"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"resource": "urn:shopping"}, "configuration.origin"),
        ({"resource": "", "organization_id": "acme"}, "configuration.origin"),
        ({"origins": ["https://a.example/path"]}, "configuration.origin"),
        ({"origins": ["a.example"]}, "configuration.origin"),
        ({"origins": "https://a.example"}, "configuration.origin"),
        ({"origins": ["ftp://a.example"]}, "configuration.origin"),
        ({"origins": ["https://u:p@a.example"]}, "configuration.origin"),
    ],
)
def test_it_must_be_known_where_the_token_goes(colour, arguments, code):
    """Otherwise the mistake is told at once."""
    with pytest.raises(ConfigurationError) as caught:
        Program(colour, **arguments)
    assert caught.value.code == code


def test_an_organizations_token_goes_to_the_named_origin(colour):
    """It has no address of its own."""
    program, api = Program(colour, resource="", organization_id="acme", origins=["https://api.example"]), Api()
    program.send(api, url="https://api.example/members")

    assert api.brought == ["t1"]
    assert "resource" not in program.asked[0]


def test_the_wrong_colour_is_told(colour):
    """A client that awaits cannot serve one that blocks, nor the reverse."""
    program = Program(colour)
    program.colour = COLOURS[1 - COLOURS.index(colour)]
    with pytest.raises(ConfigurationError) as caught:
        program.send(Api())
    assert caught.value.code == "configuration.client"


def test_something_else_than_a_client_is_told():
    """Such as the configuration itself."""
    with pytest.raises(ConfigurationError) as caught:
        LogtoAuth(config(), resource=API)
    assert caught.value.code == "configuration.client"


def test_a_users_token_is_added_too(colour):
    """With a client that signs users in, requests go in the user's name; a refusal stands."""
    provider = HonestProvider()
    either = Either(colour, provider, Shelf())
    either.sign_in("alice")
    program, api = Program(colour), Api(refused())
    program.auth = LogtoAuth(either.client, resource=API)

    assert program.send(api).status_code == 401
    assert api.brought == [either.do("get_access_token", API)]


def test_a_user_has_the_scopes_of_the_sign_in():
    """`scopes` has no meaning there, and is refused."""
    for client in (LogtoClient(config(), Shelf()), LogtoSyncClient(config(), Shelf())):
        with pytest.raises(ConfigurationError):
            LogtoAuth(client, resource=API, scopes=["read"])


def test_no_token_in_a_repr(colour):
    """Nor the secret."""
    program = Program(colour)
    program.send(Api())

    assert "t1" not in repr(program.auth)
    assert config().app_secret not in repr(program.auth)
