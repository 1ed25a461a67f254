"""The route at which Logto's webhooks arrive."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask.wrappers import Response

from ...client.webhooks import PATH, LogtoWebhooks
from ...protocol.webhook import MAX_BODY, SIGNATURE_HEADER

NAME = "logto_webhooks"


def webhook_blueprint(webhooks: LogtoWebhooks, path: str = PATH) -> Blueprint:
    """A blueprint that receives webhooks: `app.register_blueprint(webhook_blueprint(webhooks))`.

    Flask-WTF's CSRFProtect lets it pass. An exception of a handler is the application's, as one of a view.

    Args:
        webhooks: What is done with them; its handlers are plain functions.
        path: Of the route.
    """
    routes = Blueprint(NAME, __name__)

    def receive() -> Response:
        body = request.stream.read(MAX_BODY + 1)  # one byte too many is enough to be refused
        answer = webhooks.receive(body, request.headers.get(SIGNATURE_HEADER))
        return Response(status=answer.status, headers=dict(answer.headers))

    def exempt(_endpoint: str | None, _values: object) -> None:
        # Before any `before_request`, where CSRFProtect looks: whichever of the two came first.
        csrf = current_app.extensions.get("csrf")
        if csrf is not None:
            csrf.exempt(receive)

    routes.add_url_rule(path, view_func=receive, methods=["POST"])
    routes.url_value_preprocessor(exempt)
    return routes
