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
    within: str = ""  # the folder that, asked for, means this too

    @property
    def path(self) -> Path:
        """Where its tests are."""
        return (TESTS / self.folder).resolve()

    def is_asked_for(self, config: pytest.Config) -> bool:
        """Whether the command line names it."""
        folder = TESTS / self.within if self.within else self.path
        return any(path.is_relative_to(self.path) or path == folder for path in asked_for(config))


SLOWER = (
    "processes",
    "properties",
    "benchmarks",
    "integrations/django",
    "rejections/test_transport.py",
    "rejections/test_machine.py",
    "sessions/test_redis_conformance.py",
    "sessions/test_sql_store.py",
    "sessions/test_sql_schema.py",
    "sessions/test_sql_database.py",
    "server/test_database.py",
    "server/test_refresh.py",
    "server/management",
    "server/account",
    "server/device",
    "server/test_messenger.py",
    "server/test_world.py",
    "cli/test_dev.py",
    "examples/test_demo.py",
    "docs/test_flask_pages.py",
    "docs/test_django_page.py",
)
"""What `make slow` runs: processes that are killed, databases, programs that are started, lies told to each conversation."""

ALONE = ("integrations/django_pages/at_length", "../examples/django")
"""Each in a process of its own, because Django takes one set of settings a process."""

LATER_JOURNEYS = ("test_pages.py", "test_sign_in.py", "test_sessions.py", "test_tokens.py", "test_authorize_button.py")
"""Those of the journeys that only `make journeys` makes."""


def suites() -> list[Suite]:
    """Every such suite, with what this machine has."""
    browser = chromium() is not None
    return [
        Suite("journeys", needs="Chromium", found=browser, target="make journeys", apart=False),
        *(
            Suite(
                f"journeys/{name}",
                needs="Chromium",
                found=browser,
                target="make journeys",
                apart=True,
                within="journeys",
            )
            for name in LATER_JOURNEYS
        ),
        Suite("interop", needs="Node and npm", found=node() is not None, target="make interop", apart=True),
        *(Suite(folder, needs="", found=True, target="make slow", apart=True) for folder in (*SLOWER, *ALONE)),
    ]


def everything_required() -> bool:
    """Whether a missing tool is a failure: in CI, and where LOGTO_REQUIRE_ALL=1."""
    return os.environ.get("CI", "").lower() in {"1", "true"} or os.environ.get("LOGTO_REQUIRE_ALL") == "1"


if __name__ == "__main__":
    # For `make slow`: the paths of one process a line.
    for group in (SLOWER, *((folder,) for folder in ALONE)):
        print(" ".join(f"tests/{folder}" for folder in group))  # noqa: T201 - a command prints
