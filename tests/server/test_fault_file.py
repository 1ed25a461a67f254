"""The file of faults: switched by editing it."""

import json
import logging
import os

import httpx2
import pytest

from logto.server import LocalLogto
from logto.server.seed_file import SeedError


@pytest.fixture
def write(tmp_path):
    """Writes the file, each time with a modification time of its own; returns its path."""
    path, moments = tmp_path / "faults.json", iter(range(10**9, 10**9 + 100))

    def write(content):
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        os.utime(path, (moment := next(moments), moment))
        return str(path)

    return write


def statuses(server, *paths):
    return [httpx2.get(server.endpoint + path).status_code for path in paths]


def test_the_file_is_in_force_and_read_again_when_it_changes(write):
    """What it says holds from the start; edited, the next request meets the new content; emptied, none."""
    with LocalLogto(faults=write({"faults": [{"fault": "fail", "path": "/oidc/jwks", "status": 502}]})) as server:
        assert statuses(server, "/oidc/jwks", "/") == [502, 200]
        write({"faults": [{"fault": "fail", "path": "*", "times": 1, "body": "x", "headers": {"A": "b"}}]})
        assert statuses(server, "/", "/oidc/jwks") == [503, 200]
        write({"faults": [{"fault": "refuse", "path": "/"}, {"fault": "slow", "path": "/oidc/jwks", "seconds": 0}]})
        with pytest.raises(httpx2.TransportError):
            statuses(server, "/")
        assert statuses(server, "/oidc/jwks") == [200]
        write({"faults": [{"fault": "drop_after_processing", "path": "/", "method": "GET"}]})
        with pytest.raises(httpx2.TransportError):
            statuses(server, "/")
        write({})
        assert statuses(server, "/", "/oidc/jwks") == [200, 200]


def test_the_clock_is_set_by_it(write):
    """`clockAhead` is what the server's clock is ahead by, not what is added each time."""
    with LocalLogto(faults=write({"clockAhead": 3600})) as server:
        start = server.clock.now()
        write({"clockAhead": 7200})
        statuses(server, "/")
        assert 3600 <= server.clock.now() - start < 3700
        write({})
        statuses(server, "/")
        assert -3700 < server.clock.now() - start < -3500


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not valid JSON"),
        ([], "the file: an object is expected"),
        ({"fault": []}, "fault: is not known here"),
        ({"clockAhead": "1h"}, "the file.clockAhead: a number is expected"),
        ({"faults": {}}, "the file.faults: a list is expected"),
        ({"faults": ["slow"]}, "faults[0]: an object is expected"),
        ({"faults": [{"path": "/"}]}, "faults[0].fault: slow, fail, refuse, drop_after_processing is expected"),
        ({"faults": [{"fault": "clear", "path": "/"}]}, "faults[0].fault: slow, fail"),
        ({"faults": [{"fault": "hold", "path": "/"}]}, "faults[0].fault: slow, fail"),
        ({"faults": [{"fault": "fail"}]}, "faults[0].path: is missing"),
        ({"faults": [{"fault": "slow", "path": "/"}]}, "faults[0].seconds: is missing"),
        ({"faults": [{"fault": "slow", "path": "/", "seconds": -1}]}, "faults[0].seconds: a number of seconds"),
        ({"faults": [{"fault": "fail", "path": "/", "status": 99}]}, "faults[0].status: an HTTP status"),
        ({"faults": [{"fault": "fail", "path": "/", "times": 0}]}, "faults[0].times: a whole number above zero"),
        ({"faults": [{"fault": "fail", "path": "/", "headers": {"a": 1}}]}, "faults[0].headers: an object with texts"),
        ({"faults": [{"fault": "refuse", "path": "/", "seconds": 1}]}, "faults[0].seconds: is not known here"),
    ],
)
def test_a_wrong_file_names_the_place(write, content, message):
    """At the start it is one line with the file's name and the place in it."""
    path = write(content)
    with pytest.raises(SeedError) as caught:
        LocalLogto(faults=path).start()
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


def test_a_file_that_becomes_wrong_changes_nothing(write, tmp_path, caplog):
    """The faults stay as they were, with one warning for each wrong version, also for a file that is gone."""
    with LocalLogto(faults=write({"faults": [{"fault": "fail", "path": "/"}]})) as server:
        with caplog.at_level(logging.WARNING, "logto.server"):
            write("{")
            assert statuses(server, "/", "/") == [503, 503]
            (tmp_path / "faults.json").unlink()
            assert statuses(server, "/", "/") == [503, 503]
        warned = [record.getMessage() for record in caplog.records if record.name == "logto.server"]
        assert [text.partition(":")[0] for text in warned] == ["the faults stay as they were"] * 2
        write({})
        assert statuses(server, "/") == [200]
