"""What is FastAPI's own in an application: its way to tell errors."""

from __future__ import annotations

import json

from starlette.responses import JSONResponse, Response

from ...models.pages import PageAnswer
from ..starlette.application import LogtoApplication


class FastAPIApplication(LogtoApplication):
    """An application whose programs expect `detail` in the JSON of an error."""

    def response(self, refused: PageAnswer) -> Response:
        """What a refusal is, with `detail` where it is JSON."""
        if refused.headers.get("Content-Type") != "application/json":
            return super().response(refused)
        body = json.loads(refused.body)
        return JSONResponse({"detail": body["error_description"], **body}, refused.status, dict(refused.headers))
