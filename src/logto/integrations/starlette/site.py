"""What a request needs to know of the application: its pages, its hooks, its form of an answer."""

from __future__ import annotations

from starlette.responses import Response

from ...client.pages import LogtoPages
from ...models.pages import PageAnswer
from .hooks import Hooks


class Site:
    """An application, as its requests see it.

    Args:
        pages: Its sign-in routes, as conversations.
    """

    def __init__(self, pages: LogtoPages) -> None:
        self.pages = pages
        self.hooks = Hooks()

    def response(self, refused: PageAnswer) -> Response:
        """What a refusal is, in the framework's own form.

        Args:
            refused: What a browser or a program is answered.
        """
        return response(refused)


def response(answer: PageAnswer) -> Response:
    """What a conversation answers, as Starlette has it."""
    return Response(answer.body, answer.status, headers=dict(answer.headers))
