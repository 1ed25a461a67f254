"""The style sheet and the pictures, under names that carry a hash of their content."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import PurePosixPath
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

PREFIX: Final = "/logto-static"

_MEDIA_TYPES: Final = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
# The name changes with the content, so an answer may be kept for good.
_HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def _read() -> tuple[dict[str, str], dict[str, tuple[bytes, str]]]:
    names, contents = {}, {}
    for file in resources.files("logto.server.pages").joinpath("assets").iterdir():
        path = PurePosixPath(file.name)
        if path.suffix not in _MEDIA_TYPES:
            continue
        body = file.read_bytes()
        name = f"{path.stem}.{hashlib.sha256(body).hexdigest()[:12]}{path.suffix}"
        names[file.name] = name
        contents[name] = (body, _MEDIA_TYPES[path.suffix])
    return names, contents


_NAMES, _CONTENTS = _read()


def url(asset: str) -> str:
    """The path of an asset ("pages.css"); an unknown one is a KeyError."""
    return f"{PREFIX}/{_NAMES[asset]}"


async def serve(request: Request) -> Response:
    """An asset by its hashed name, from memory: no part of a request ever becomes a file path."""
    found = _CONTENTS.get(request.path_params["name"])
    if found is None:
        return PlainTextResponse("Not found", 404, headers={"X-Content-Type-Options": "nosniff"})
    body, media_type = found
    return Response(body, media_type=media_type, headers=_HEADERS)


routes: Final = [Route(f"{PREFIX}/{{name:path}}", serve, methods=["GET"])]
