"""The template environment: everything escaped, nothing undefined, only URLs that a page may lead to."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from logto.server.pages import static


def safe_url(url: str) -> str:
    """The URL itself, if a link or a form may lead to it: a path on this server, or http(s); else a ValueError."""
    parts = urlsplit(url)
    elsewhere = parts.scheme in ("http", "https") and parts.netloc
    # A browser reads "//host" and "/\host" as other hosts, and drops control characters from a URL before it looks.
    here = not parts.scheme and url.startswith("/") and url[1:2] not in ("/", "\\")
    if not url.isprintable() or not (elsewhere or here):
        raise ValueError("a page may lead only to a path on this server or to an http(s) URL")
    return url


def python_literal(text: str) -> str:
    """A string as one would type it in Python, in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("logto.server.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["safe_url"] = safe_url
    environment.filters["python_literal"] = python_literal
    environment.globals["asset"] = static.url
    return environment


environment: Final = _environment()
