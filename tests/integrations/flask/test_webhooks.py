"""`webhook_blueprint`: Logto's webhooks arrive in Flask, and nobody else's."""

import pytest
from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.datastructures import Headers

from logto import LogtoWebhooks
from logto.integrations.flask import webhook_blueprint
from logto.protocol.webhook import SIGNATURE_HEADER
from tests.integrations.deliveries import KEY, PATH, REFUSED, delivery


@pytest.fixture
def arrived():
    """The events that a handler saw."""
    return []


@pytest.fixture(params=["before", "after"])
def logto(request, arrived):
    """Whoever sends to an application whose forms need a token of CSRFProtect, set up before the route or after."""
    webhooks = LogtoWebhooks(KEY)
    webhooks.on("User.Created")(lambda event: arrived.append(event.data["id"]))

    @webhooks.on("User.Deleted")
    def broken(event):
        arrived.append("broken")
        raise ZeroDivisionError

    app = Flask(__name__)
    app.config["SECRET_KEY"] = "of no use outside these tests"
    if request.param == "before":
        CSRFProtect(app)
    app.register_blueprint(webhook_blueprint(webhooks))
    if request.param == "after":
        CSRFProtect(app)
    app.add_url_rule("/form", view_func=lambda: "sent", methods=["POST"])
    return app.test_client()


def test_a_delivery_is_handled_once(logto, arrived):
    """Without a form's token, and without a session's cookie; the same one again is acknowledged and not handled."""
    body, headers = delivery()

    answers = [logto.post(PATH, data=body, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert ["Set-Cookie" in answer.headers for answer in answers] == [False, False]
    assert arrived == ["x"]
    assert logto.post("/form").status_code == 400  # CSRFProtect is on


@pytest.mark.parametrize(("body", "headers", "status"), REFUSED)
def test_anything_else_is_refused(logto, arrived, body, headers, status):
    """Forged, unsigned, altered, or endless."""
    answer = logto.post(PATH, data=body, headers=headers)

    assert (answer.status_code, answer.headers["Cache-Control"], arrived) == (status, "no-store", [])


def test_two_signatures_are_none(logto, arrived):
    """Of two headers, each reader could believe another."""
    body, headers = delivery()
    doubled = Headers([*headers.items(), (SIGNATURE_HEADER, "0" * 64)])

    assert logto.post(PATH, data=body, headers=doubled).status_code == 401
    assert logto.get(PATH).status_code == 405
    assert arrived == []


def test_a_handler_that_fails_is_asked_again(logto, arrived):
    """Its exception is answered 500, and Logto's next try reaches it."""
    body, headers = delivery("User.Deleted")

    assert [logto.post(PATH, data=body, headers=headers).status_code for _ in range(2)] == [500, 500]
    assert arrived == ["broken", "broken"]
