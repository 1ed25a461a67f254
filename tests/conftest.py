"""What holds for every test: the event loop, and which suites this machine can run."""

from pathlib import Path

import pytest

from tests.suites import FRAMEWORKS, JOURNEYS, Suite, asked_for, everything_required, suites, walked_frameworks

pytest_plugins = ["tests.postgresql"]  # real servers, which start when a test first asks for one


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio, which is what the frameworks' users have."""
    return "asyncio"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --fast, with which CI runs the other versions of Python."""
    parser.addoption("--fast", action="store_true", help="leave out the suites that need more than Python")


def why_left_out(suite: Suite, config: pytest.Config) -> str | None:
    """The reason for which this run leaves the suite out, or None where it takes part."""
    named = suite.is_asked_for(config)
    if not suite.found:
        return f"needs {suite.needs}, not found on this machine"
    if config.getoption("fast", default=False) and not named:
        return "left out by --fast"
    if suite.apart and not named:
        return f"has a run of its own: {suite.target}"
    return None


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to start where a tool is missing that this run may not do without."""
    for suite in suites():
        named = suite.is_asked_for(config)
        required = named or (everything_required() and not suite.apart and not config.getoption("fast", default=False))
        if required and not suite.found and suite.path.exists():
            raise pytest.UsageError(f"tests/{suite.folder} needs {suite.needs}, not found on this machine")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out a whole suite, rather than skip its tests one by one."""
    for suite in suites():
        if collection_path == suite.path and why_left_out(suite, config):
            return True
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say plainly what this run left out, and why."""
    lines = [
        f"tests/{suite.folder}: {reason}"
        for suite in suites()
        if suite.path.exists()
        and any(suite.path.is_relative_to(path) for path in asked_for(config))
        and (reason := why_left_out(suite, config))
    ]
    left_out = [name for name in FRAMEWORKS if name not in walked_frameworks(config)]
    if left_out and any(JOURNEYS.is_relative_to(path) for path in asked_for(config)):
        lines.append(f"the walk through the shop on {', '.join(left_out)}: has a run of its own: make journeys")
    if lines:
        terminalreporter.section("left out")
        for line in lines:
            terminalreporter.line(line)
