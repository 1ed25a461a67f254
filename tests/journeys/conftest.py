"""What a journey needs: the demonstration, as `make demo` runs it, and a person in front of a real browser."""

import signal
import socket
import subprocess
import sys
from contextlib import ExitStack

import pytest
from playwright.sync_api import sync_playwright

from tests.house.repository import ROOT
from tests.journeys.person import Person, Places
from tests.suites import chromium

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync", "--no-first-run"]


def free_ports(count):
    """Ports of this machine that nobody uses, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [listening.getsockname()[1] for listening in sockets]


@pytest.fixture(scope="session")
def places():
    """Where the demonstration's three parts are; it runs in a process of its own."""
    logto, guide, second = free_ports(3)
    options = ["--logto-port", str(logto), "--port", str(guide), "--second-port", str(second)]
    command = [sys.executable, "-m", "examples.guide.demo", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as demo:
        ready = next((line for line in demo.stdout if "Ctrl-C" in line), None)
        assert ready, "the demonstration ended before it was ready"
        yield Places(*(f"http://localhost:{port}/" for port in (logto, guide, second)))
        demo.send_signal(signal.SIGTERM)


# Playwright's blocking interface keeps an event loop running in this thread: no longer than a file of journeys takes.
@pytest.fixture(scope="module")
def playwright():
    """Playwright."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright):
    """The machine's Chromium, with the memory for former pages that Playwright would take from it."""
    launched = playwright.chromium.launch(
        executable_path=chromium(), args=QUIET, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield launched
    launched.close()


@pytest.fixture
def arrive(browser, places):
    """Lets a person come along, with a browser of their own: `arrive(locale="fr-FR")`."""
    with ExitStack() as opened:

        def come(**settings):
            context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **settings})
            opened.callback(context.close)
            context.set_default_timeout(15_000)
            return Person(context.new_page(), places)

        yield come


@pytest.fixture
def person(arrive):
    """Somebody who reads English and is signed in nowhere."""
    return arrive()
