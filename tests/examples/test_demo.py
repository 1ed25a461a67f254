"""The demonstration as a process: what it prints, and how it ends."""

import re
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack

import httpx2
import pytest

from tests.house.repository import ROOT


@pytest.fixture
def ports():
    """Three free ports: local Logto's, the guide's application's, the second one's."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(3)]
        return [str(listening.getsockname()[1]) for listening in sockets]


def command(ports):
    """The demonstration on these ports."""
    options = zip(("--logto-port", "--port", "--second-port"), ports, strict=True)
    return [sys.executable, "-m", "examples.guide.demo", *(word for option in options for word in option)]


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
