"""An application of the examples in a process of its own, started as its page in the documentation says."""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOGS = ROOT / "build" / "demo"

SHOPS = {
    "flask": "flask --app examples.flask.app run --port",
    "quart": "quart --app examples.quart.app run --port",
    "starlette": "uvicorn examples.starlette.app:app --port",
    "fastapi": "uvicorn examples.fastapi.app:app --port",
    "django": "examples.django.app runserver --noreload",
}
"""By framework, the command of the shop's pages, which ends with the port."""

SHOPPING_API = "uvicorn examples.shopping_api.app:app --port"
"""The command of the API that all of them call."""


@dataclass(frozen=True, eq=False)
class Application:
    """A web application that Python runs as a module, and what it is told through its environment.

    Args:
        name: What people and its log file call it.
        command: What follows `python -m`, up to the port.
        port: Where it listens.
        settings: Environment variables.
    """

    name: str
    command: str
    port: int
    settings: Mapping[str, str] = field(repr=False)

    @classmethod
    def shop(cls, framework: str, port: int, logto: Mapping[str, str], orders_api: str) -> "Application":
        """The shop's pages on a framework.

        Args:
            framework: One of `SHOPS`.
            port: Where it listens.
            logto: LOGTO_ENDPOINT, LOGTO_APP_ID and LOGTO_APP_SECRET.
            orders_api: The address of the API's orders.
        """
        settings = {
            **logto,
            "LOGTO_REDIRECT_URI": f"http://localhost:{port}/callback",
            "SECRET_KEY": secrets.token_hex(32),
            "ORDERS_API": orders_api,
        }
        return cls(framework, SHOPS[framework], port, settings)

    @property
    def url(self) -> str:
        """Where to open it."""
        return f"http://localhost:{self.port}/"

    @property
    def log(self) -> Path:
        """What it writes goes here."""
        return LOGS / f"{self.name.replace(' ', '-')}.log"

    def start(self) -> subprocess.Popen:
        """Starts it, with the environment that a person would set by hand."""
        LOGS.mkdir(parents=True, exist_ok=True)
        # What this terminal has set for another Logto must not get in.
        foreign = ("LOGTO_", "FLASK_", "QUART_", "DJANGO_", "UVICORN_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        with self.log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", *self.command.split(), str(self.port)],
                cwd=ROOT,
                env={**environment, **self.settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def answers(self) -> bool:
        """Whether it listens by now."""
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
