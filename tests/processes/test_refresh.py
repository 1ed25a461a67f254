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
