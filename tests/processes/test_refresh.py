"""One expired token, many processes: one token request, and everybody has the token (SECURITY.md, Refresh 16)."""

import os

import pytest

from tests.processes.crew import signed_in

EXPIRY = 3700
ROUNDS = int(os.environ.get("LOGTO_ROUNDS", "3"))
STORES = ["redis", "postgresql", "sqlite", "django"]


def token_requests(server):
    """How many token requests came so far."""
    return server.count("POST", "/oidc/token")


@pytest.mark.parametrize("store", STORES, indirect=True)
@pytest.mark.parametrize("do", ["threads", "tasks"])
def test_one_request_however_many_processes_ask(server, hire, do):
    """4 processes × 12 threads or tasks make one token request a round under strict rotation, and no session is lost."""
    crew = hire(4)
    jar = signed_in(crew, server, offset=server.ahead())
    for _ in range(ROUNDS):
        offset = server.ahead(EXPIRY)
        asked = token_requests(server)
        heard = crew.all(do=do, cookies=jar, resource=server.resources[0], times=12, offset=offset)
        answers = [answer for process in heard for answer in process]
        assert [answer for answer in answers if "error" in answer] == []
        assert len(answers) == 48
        assert len({answer["result"] for answer in answers}) == 1
        assert token_requests(server) - asked == 1


@pytest.mark.parametrize("store", STORES, indirect=True)
def test_different_resources_of_one_session_take_turns(server, hire):
    """Two processes want one API's token and two another's: one token request for each API, and no session is lost."""
    crew = hire(4)
    jar = signed_in(crew, server, offset=server.ahead())
    offset = server.ahead(EXPIRY)
    asked = token_requests(server)
    commands = [
        {"do": "threads", "cookies": jar, "resource": server.resources[number % 2], "times": 5, "offset": offset}
        for number in range(4)
    ]
    heard = crew.each(commands)
    answers = [[answer.get("result") for answer in process] for process in heard]
    assert all(None not in process for process in answers)
    assert len({*answers[0], *answers[2]}) == len({*answers[1], *answers[3]}) == 1
    assert token_requests(server) - asked == 2
