"""The suites that are not always run: which tool each needs, and when it is run."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
JOURNEYS = TESTS / "journeys"
FRAMEWORKS = ("flask", "quart", "starlette", "fastapi", "django")


def asked_for(config: pytest.Config) -> list[Path]:
    """The files and folders on the command line, without the names of tests in them."""
    return [(config.invocation_params.dir / argument.split("::")[0]).resolve() for argument in config.args]


def walked_frameworks(config: pytest.Config) -> tuple[str, ...]:
    """On which frameworks a browser walks through the shop: on one, or on all where journeys are asked for."""
    journeys = any(path.is_relative_to(JOURNEYS) for path in asked_for(config))
    return FRAMEWORKS if journeys else FRAMEWORKS[:1]


def chromium() -> str | None:
    """The path of the Chromium to drive: `LOGTO_CHROMIUM`, or the first that the machine has."""
    named = os.environ.get("LOGTO_CHROMIUM")
    if named:
        return shutil.which(named)
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for path in map(shutil.which, names) if path), None)


def node() -> str | None:
    """The path of Node, where npm is there too."""
    return shutil.which("node") if shutil.which("npm") else None


@dataclass(frozen=True)
class Suite:
    """One folder of tests and the tool without which it cannot run."""

    folder: str
    needs: str
    found: bool
    target: str
    apart: bool  # run by its own target only, never by a plain `make test`

    @property
    def path(self) -> Path:
        """Where its tests are."""
        return TESTS / self.folder


def suites() -> list[Suite]:
    """Every such suite, with what this machine has."""
    return [
        Suite("journeys", needs="Chromium", found=chromium() is not None, target="make journeys", apart=False),
        Suite("interop", needs="Node and npm", found=node() is not None, target="make interop", apart=True),
        Suite("processes", needs="", found=True, target="make slow", apart=True),
        Suite("benchmarks", needs="", found=True, target="make slow", apart=True),
        Suite("integrations/django", needs="", found=True, target="make slow", apart=True),
        Suite("integrations/django_pages/at_length", needs="", found=True, target="make slow", apart=True),
        Suite("rejections/test_transport.py", needs="", found=True, target="make slow", apart=True),
        Suite("properties", needs="", found=True, target="make slow", apart=True),
    ]


def everything_required() -> bool:
    """Whether a missing tool is a failure: in CI, and where LOGTO_REQUIRE_ALL=1."""
    return os.environ.get("CI", "").lower() in {"1", "true"} or os.environ.get("LOGTO_REQUIRE_ALL") == "1"
