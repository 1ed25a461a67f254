"""`logto dev` as a process: what it prints, how it ends."""

import json
import signal
import subprocess
import sys

import httpx2
import pytest

DEV = [sys.executable, "-m", "logto", "dev", "--port", "0"]


def started(*arguments):
    return subprocess.Popen([*DEV, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_json_is_one_line_and_a_signal_ends_it_with_zero(number):
    """Ready when the line is there; nothing else on stdout; exit code 0."""
    process = started("--json")
    try:
        seeded = json.loads(process.stdout.readline())
        metadata = httpx2.get(f"{seeded['endpoint']}/oidc/.well-known/openid-configuration").json()
        assert metadata["issuer"] == f"{seeded['endpoint']}/oidc"
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (0, "", "")
    finally:
        process.kill()


def test_the_table_shows_what_to_put_into_logto_config():
    """Endpoint, app id, secret and the sample users."""
    process = started()
    try:
        text = ""
        while "Ctrl-C" not in text:
            line = process.stdout.readline()
            assert line, "the process ended before it was ready"
            text += line
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        for word in ("endpoint", "appId", "appSecret", "alice-pass-123", "Acme"):
            assert word in text
    finally:
        process.kill()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--database", "/nowhere/at/all.sqlite3"], "cannot open the database"),
        (["--seed", "/nowhere.yaml"], "/nowhere.yaml: cannot be read"),
        (["--host", "192.0.2.1"], "cannot listen on 192.0.2.1"),
        (["--faults", "/nowhere.yaml"], "/nowhere.yaml: cannot be read"),
    ],
)
def test_what_cannot_work_is_one_line_on_stderr(arguments, words):
    """Exit code 1, nothing on stdout, no traceback."""
    result = subprocess.run([*DEV, *arguments], capture_output=True, text=True, timeout=30, check=False)
    assert (result.returncode, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    assert words in result.stderr


def test_beyond_loopback_there_is_a_warning():
    """--host 0.0.0.0 listens, and says aloud what it is not."""
    process = started("--host", "0.0.0.0", "--json")  # noqa: S104  # what is tested
    try:
        assert json.loads(process.stdout.readline())["endpoint"].startswith("http://localhost:")
        process.send_signal(signal.SIGTERM)
        assert "Warning: listening on 0.0.0.0" in process.communicate(timeout=20)[1]
        assert process.returncode == 0
    finally:
        process.kill()


def test_faults_come_from_a_file_and_are_announced(tmp_path):
    """--faults FILE makes it misbehave, says so on stderr, and leaves the JSON line alone."""
    path = tmp_path / "faults.json"
    path.write_text('{"faults": [{"fault": "fail", "path": "/oidc/jwks", "status": 502}]}')
    process = started("--json", "--faults", str(path))
    try:
        endpoint = json.loads(process.stdout.readline())["endpoint"]
        assert httpx2.get(f"{endpoint}/oidc/jwks").status_code == 502
        process.send_signal(signal.SIGTERM)
        assert f"Warning: this server misbehaves as {path} says" in process.communicate(timeout=20)[1]
    finally:
        process.kill()
