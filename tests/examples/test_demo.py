"""The demonstration as a process: what it prints, and how it ends."""

import re
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack

import httpx2
import pytest

from examples.application import SHOPS
from tests.house.repository import ROOT
from tests.suites import FRAMEWORKS


@pytest.fixture
def ports():
    """Four free ports: local Logto's, the first application's, the second one's, the API's."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(4)]
        return [str(listening.getsockname()[1]) for listening in sockets]


def command(ports, *more):
    """The demonstration on these ports."""
    options = zip(("--logto-port", "--port", "--second-port", "--api-port"), ports, strict=True)
    return [sys.executable, "-m", "examples.guide.demo", *(word for option in options for word in option), *more]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_to_go_and_ends_cleanly(ports, ending):
    """It prints three addresses that answer and the sample users; a signal ends all three with exit code 0."""
    with subprocess.Popen(command(ports), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as demo:
        printed = []
        for line in demo.stdout:
            printed.append(line)
            if "Ctrl-C" in line:
                break
        addresses = re.findall(r"http://localhost:\d+/", "".join(printed))
        assert [httpx2.get(url, follow_redirects=True).status_code for url in addresses] == [200, 200, 200]
        demo.send_signal(ending)
        rest, errors = demo.communicate(timeout=30)

    assert demo.returncode == 0
    assert errors == ""
    assert "All ended." in rest
    assert "alice    alice-pass-123" in "".join(printed)
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", int(port)))


def test_it_starts_the_shop_on_a_framework(ports):
    """With `--framework` the shop and its API run instead of the guide's application, and the shop leads to local Logto."""
    with subprocess.Popen(
        command(ports, "--framework", "fastapi"), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as demo:
        printed = "".join(
            iter(demo.stdout.readline, "  Everything is in memory, for this machine only. Ctrl-C ends it.\n")
        )
        shop, api = (f"http://localhost:{port}/" for port in (ports[1], ports[3]))
        sign_in = httpx2.get(f"{shop}sign-in")
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=30)

    assert demo.returncode == 0
    assert f"{shop}" in printed
    assert "the shop of examples/fastapi" in printed
    assert f"{api}docs" in printed
    assert sign_in.headers["location"].startswith(f"http://localhost:{ports[0]}/oidc/auth?")


def test_it_has_a_shop_for_every_framework():
    """The frameworks to choose from are those that the journeys walk through."""
    assert tuple(SHOPS) == FRAMEWORKS


@pytest.mark.parametrize(("taken", "option"), [(0, "--logto-port"), (1, "--port"), (2, "--second-port")])
def test_a_taken_port_is_one_line(ports, taken, option):
    """A port that somebody else has is one line that names it and says how to choose another; exit code 1."""
    with socket.create_server(("127.0.0.1", int(ports[taken]))):
        result = subprocess.run(command(ports), cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)

    assert result.returncode == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert f"port {ports[taken]}" in line
    assert option in line
