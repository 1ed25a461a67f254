"""Webhooks from local Logto over a socket to an application of ours, which is not always well."""

import socket
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from logto import LogtoSyncClient, LogtoWebhooks, MemoryStorage
from logto.integrations.starlette import webhook_route
from logto.server import LocalLogto, webhooks
from logto.server.http_server import ABORT, HttpServer
from logto.testing import LogtoServer
from tests.server.manager import Manager

PATIENT = 10
CALLBACK = "http://localhost:3000/callback"


class Shop:
    """An application that receives webhooks, at a port of this machine.

    Attributes:
        events: What its handler saw.
        answers: The status of each delivery, in the order of the answers; None where the connection was dropped.
        deliveries: What came: the header that signs it, and the body.
        illnesses: What is to go wrong with the next deliveries: `fail` in the handler, or `drop` the connection.
    """

    def __init__(self, *keys: str) -> None:
        self.events, self.answers = SimpleQueue(), SimpleQueue()
        self.deliveries, self.illnesses = [], []
        self.receive_with(*keys)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._server = HttpServer(self)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()
        assert self._server.ready.wait(PATIENT)

    @property
    def url(self) -> str:
        """Where webhooks arrive."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/webhooks/logto"

    def receive_with(self, *keys: str) -> None:
        """Starts anew, with these signing keys."""
        self._app: ASGIApp = Starlette()
        if keys:
            receiving = LogtoWebhooks(keys)
            receiving.on_any(self._handle)
            self._app = Starlette(routes=[webhook_route(receiving)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        body = bytearray()

        async def heard() -> dict:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def answer(message: dict) -> None:
            if message["type"] == "http.response.start":
                self.deliveries.append((signature_of(scope), bytes(body)))
                self.answers.put(message["status"])
            await send(message)

        if self.illnesses[:1] == ["drop"]:
            self.illnesses.pop(0)
            self.answers.put(None)
            scope["state"][ABORT]()
            return
        await self._app(scope, heard, answer)

    def _handle(self, event) -> None:
        if self.illnesses[:1] == ["fail"]:
            self.illnesses.pop(0)
            raise RuntimeError("the database is down")
        self.events.put(event)

    def close(self) -> None:
        """Closes it."""
        self._server.ask_to_stop()
        self._thread.join(PATIENT)
        self._socket.close()


def signature_of(scope: Scope) -> dict[str, str]:
    """The header that signs a delivery."""
    return {name.decode(): value.decode() for name, value in scope["headers"] if name.startswith(b"logto-")}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """Retries follow at once."""
    monkeypatch.setattr(webhooks, "PAUSES", (0, 0, 0))


@pytest.fixture(scope="module")
def server() -> Iterator[LocalLogto]:
    """A local Logto."""
    with LocalLogto() as local:
        yield local


@pytest.fixture(scope="module")
def manager(server) -> Iterator[Manager]:
    """Whoever configures it."""
    made = Manager(server)
    yield made
    made.close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    """The application, which knows no key yet."""
    made = Shop()
    yield made
    made.close()


@pytest.fixture
def hook(manager, shop) -> Iterator[Callable[..., dict]]:
    """Adds webhooks for some events, which go to the application, and takes them away after the test."""
    made = []

    def hook(*events: str, **members) -> dict:
        body = {"name": "shop", "events": events, "config": {"url": shop.url}, **members}
        made.append(manager.call(201, "POST", "/hooks", body))
        return made[-1]

    yield hook
    for row in made:
        manager.ask("DELETE", f"/hooks/{row['id']}")


def told(shop):
    """The next event that the application's handler sees."""
    return shop.events.get(timeout=PATIENT)


def answered(shop, times):
    """How the next deliveries were answered."""
    return [shop.answers.get(timeout=PATIENT) for _ in range(times)]


def test_a_new_user_and_a_suspension(manager, shop, hook):
    """The handler sees who was added and who was suspended, typed, and Logto is told that it need not come again."""
    shop.receive_with(hook("User.Created", "User.SuspensionStatus.Updated")["signingKey"])

    user = manager.user(username="carol", name="Zoë")
    created = told(shop)
    manager.call(200, "PATCH", f"/users/{user['id']}/is-suspended", {"isSuspended": True})
    suspended = told(shop)

    assert (created.event, created.data["id"], created.data["name"]) == ("User.Created", user["id"], "Zoë")
    assert (created.method, created.path, created.is_about_data) == ("POST", "/users", True)
    assert (suspended.event, suspended.data["isSuspended"]) == ("User.SuspensionStatus.Updated", True)
    assert suspended.params == {"userId": user["id"]}
    assert answered(shop, 2) == [200, 200]


def test_a_sign_in(server, shop, hook):
    """The handler sees who signed in, and with which application."""
    shop.receive_with(hook("PostSignIn")["signingKey"])
    logto = LogtoServer(server)
    client = LogtoSyncClient(logto.config(), MemoryStorage())

    client.handle_sign_in_callback(logto.sign_in(client.sign_in(CALLBACK)))
    event = told(shop)
    client.close()

    assert (event.event, event.interaction_event, event.is_about_data) == ("PostSignIn", "SignIn", False)
    assert (event.user.id, event.user.username) == (logto.users["alice"].id, "alice")
    assert (event.user_id, event.application.id) == (event.user.id, server.seeded["appId"])


def test_a_member(manager, shop, hook):
    """The handler sees who joined an organization, and who left it."""
    shop.receive_with(hook("Organization.Membership.Updated")["signingKey"])
    organization, user = manager.organization("Joined")["id"], manager.user()["id"]

    manager.call(201, "POST", f"/organizations/{organization}/users", {"userIds": [user]})
    joined = told(shop)
    manager.call(204, "DELETE", f"/organizations/{organization}/users/{user}")
    left = told(shop)

    assert (joined.organization_id, joined.added_user_ids) == (organization, [user])
    assert (left.organization_id, left.removed_user_ids) == (organization, [user])


@pytest.mark.parametrize(
    ("illnesses", "statuses"),
    [(["fail"], [500, 200]), (["drop"], [None, 200]), (["drop", "fail", "drop"], [None, 500, None, 200])],
    ids=str,
)
def test_an_application_that_was_not_well(manager, shop, hook, illnesses, statuses):
    """After a handler that failed and connections that broke, Logto comes again, and the event is handled once."""
    shop.receive_with(hook("User.Created")["signingKey"])
    shop.illnesses = illnesses

    user = manager.user()

    assert answered(shop, len(statuses)) == statuses
    assert told(shop).data["id"] == user["id"]
    assert shop.events.empty()


def test_a_delivery_that_is_sent_again(manager, shop, hook):
    """What was recorded on its way and is sent again is acknowledged and not handled; altered, it is refused."""
    shop.receive_with(hook("User.Created")["signingKey"])
    manager.user()
    told(shop)
    assert answered(shop, 1) == [200]
    ((headers, body),) = shop.deliveries

    with httpx2.Client(trust_env=False) as http:
        replayed = http.post(shop.url, content=body, headers=headers).status_code
        altered = http.post(shop.url, content=body.replace(b"POST", b"post"), headers=headers).status_code

    assert (replayed, altered) == (200, 401)
    assert shop.events.empty()


def test_the_signing_key_is_exchanged(manager, shop, hook):
    """While the application knows both keys, it takes what either signed; then the former one opens nothing."""
    made = hook("User.Created")
    former = made["signingKey"]
    current = manager.call(200, "PATCH", f"/hooks/{made['id']}/signing-key")["signingKey"]
    assert current != former
    shop.receive_with(former)
    manager.user(name="signed with a key that the application does not know")
    assert answered(shop, 1) == [401]

    shop.receive_with(current, former)
    manager.user(name="signed with the new one")
    assert told(shop).data["name"] == "signed with the new one"
    assert answered(shop, 1) == [200]


def test_a_second_webhook_takes_over(manager, shop, hook):
    """Exchanged by way of a second webhook, no delivery is lost and none comes twice."""
    first, second = hook("User.Created"), hook("User.Created", enabled=False)
    shop.receive_with(second["signingKey"], first["signingKey"])

    names = []
    for name, enabled in (("one", first), ("two", second)):
        manager.call(200, "PATCH", f"/hooks/{first['id']}", {"enabled": enabled is first})
        manager.call(200, "PATCH", f"/hooks/{second['id']}", {"enabled": enabled is second})
        manager.user(name=name)
        event = told(shop)
        names.append((event.data["name"], event.hook_id))
    shop.receive_with(second["signingKey"])
    manager.user(name="three")

    assert names == [("one", first["id"]), ("two", second["id"])]
    assert (told(shop).data["name"], shop.events.empty()) == ("three", True)


def test_logto_s_test_button(manager, shop, hook):
    """The test that the Console's button sends arrives as an event, and a refusal comes back to whoever pressed it."""
    made = hook("User.Created")
    shop.receive_with(made["signingKey"])
    pressed = {"events": ["User.Created"], "config": {"url": shop.url}}

    manager.call(204, "POST", f"/hooks/{made['id']}/test", pressed)
    assert told(shop).event == "User.Created"

    shop.receive_with("another key")
    manager.call(422, "POST", f"/hooks/{made['id']}/test", pressed)
    assert shop.events.empty()
