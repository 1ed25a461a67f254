"""`webhook_blueprint`: Logto's webhooks arrive in Quart, and nobody else's."""

import pytest
from quart import Quart
from werkzeug.datastructures import Headers

from logto import LogtoWebhooks
from logto.integrations.quart import webhook_blueprint
from logto.protocol.webhook import SIGNATURE_HEADER
from tests.integrations.deliveries import KEY, PATH, REFUSED, delivery

pytestmark = pytest.mark.anyio


@pytest.fixture
def arrived():
    """The events that a handler saw."""
    return []


class Protection:
    """What Quart-WTF's CSRFProtect has in common with Flask-WTF's: which views need no form's token."""

    def __init__(self):
        self.exempted = []

    def exempt(self, view):
        self.exempted.append(view.__name__)


@pytest.fixture
def app(arrived):
    """An application with the route."""
    webhooks = LogtoWebhooks(KEY)

    @webhooks.on("User.Created")
    async def welcome(event):
        arrived.append(event.data["id"])

    @webhooks.on("User.Deleted")
    async def broken(event):
        arrived.append("broken")
        raise ZeroDivisionError

    app = Quart(__name__)
    app.register_blueprint(webhook_blueprint(webhooks))
    return app


@pytest.fixture
def logto(app):
    """Whoever sends to it."""
    return app.test_client()


async def test_a_delivery_is_handled_once(logto, arrived):
    """The handler is awaited; the same delivery again is acknowledged and not handled, and no cookie is set."""
    body, headers = delivery()

    answers = [await logto.post(PATH, data=body, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert ["Set-Cookie" in answer.headers for answer in answers] == [False, False]
    assert arrived == ["x"]


async def test_no_form_s_token_is_needed(app, logto):
    """Whatever protects forms is told to leave the route alone."""
    app.extensions["csrf"] = protection = Protection()
    body, headers = delivery()

    await logto.post(PATH, data=body, headers=headers)

    assert protection.exempted == ["receive"]


@pytest.mark.parametrize(("body", "headers", "status"), REFUSED)
async def test_anything_else_is_refused(logto, arrived, body, headers, status):
    """Forged, unsigned, altered, or endless."""
    answer = await logto.post(PATH, data=body, headers=headers)

    assert (answer.status_code, answer.headers["Cache-Control"], arrived) == (status, "no-store", [])


async def test_two_signatures_are_none(logto, arrived):
    """Of two headers, each reader could believe another."""
    body, headers = delivery()
    doubled = Headers([*headers.items(), (SIGNATURE_HEADER, "0" * 64)])

    assert (await logto.post(PATH, data=body, headers=doubled)).status_code == 401
    assert (await logto.get(PATH)).status_code == 405
    assert arrived == []


async def test_a_handler_that_fails_is_asked_again(logto, arrived):
    """Its exception is answered 500, and Logto's next try reaches it."""
    body, headers = delivery("User.Deleted")

    assert [(await logto.post(PATH, data=body, headers=headers)).status_code for _ in range(2)] == [500, 500]
    assert arrived == ["broken", "broken"]
