"""The command-line program against local Logto and a shop of the test's own."""

import time

import httpx2

from examples.command_line.orders import client, orders, sign_in
from logto.protocol.access_token import read_access_token
from tests.server.devices import Person

ADDRESS = "http://localhost:8000"


def test_a_person_signs_in_once_and_sees_the_orders(logto_server, tmp_path, monkeypatch):
    """The code is shown the first time only; requests carry the person's token."""
    monkeypatch.setenv("LOGTO_ENDPOINT", logto_server.endpoint)
    monkeypatch.setenv("LOGTO_APP_ID", logto_server.local.seeded["deviceAppId"])
    monkeypatch.setattr(time, "sleep", lambda _: None)
    shown, brought = [], []

    def show(text):
        shown.append(text)
        with Person(logto_server) as person:
            person.answer(text.split()[-1])

    def api(request):
        brought.append(read_access_token(request.headers["authorization"].removeprefix("Bearer ")))
        return httpx2.Response(200, json=[{"item": "pear", "count": 2}])

    for _ in range(2):
        with client(tmp_path / "session.json") as logto:
            sign_in(logto, show)
            found = orders(logto, ADDRESS, transport=httpx2.MockTransport(api))
            assert found == [{"item": "pear", "count": 2}]

    assert len(shown) == 1
    assert {claims.sub for claims in brought} == {logto_server.users["alice"].id}
