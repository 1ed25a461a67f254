"""The views at which Logto's webhooks arrive."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ...client.webhooks import LogtoWebhooks
from ...flows.webhooks import WebhookAnswer
from ...protocol.webhook import MAX_BODY, SIGNATURE_HEADER


def webhook_view(webhooks: LogtoWebhooks) -> Any:
    """A view that receives webhooks.

    In a URLconf: `path("webhooks/logto", webhook_view(webhooks))`.
    An exception of a handler is Django's, as one of a view; with `ATOMIC_REQUESTS` it undoes what the handler wrote.

    Args:
        webhooks: What is done with them; its handlers are plain functions.
    """

    def receive(request: Any) -> HttpResponse:
        return _response(webhooks.receive(*_delivery(request)))

    return _open(receive)


def awebhook_view(webhooks: LogtoWebhooks) -> Any:
    """`webhook_view`, for `async` handlers; plain ones are called in the event loop, where Django's ORM refuses to block."""

    async def receive(request: Any) -> HttpResponse:
        return _response(await webhooks.areceive(*_delivery(request)))

    return _open(receive)


def _delivery(request: Any) -> tuple[bytes, str | None]:
    body: bytes = request.read(MAX_BODY + 1)  # one byte too many is enough to be refused
    return body, request.headers.get(SIGNATURE_HEADER)


def _response(answer: WebhookAnswer) -> HttpResponse:
    return HttpResponse(status=answer.status, headers=dict(answer.headers))


def _open(view: Any) -> Any:
    """For Logto alone, which has neither a session nor a token for forms."""
    return login_not_required(csrf_exempt(require_POST(view)))
