"""Stopping: everything is closed when `stop` returns."""

import socket
import threading
from urllib.parse import urlsplit

import httpx2

from logto.server import LocalLogto


def test_stopping_closes_what_is_kept_alive():
    """A connection that idles reads its end, and the thread is gone."""
    others = set(threading.enumerate())  # such as servers of other tests
    with LocalLogto() as server:
        started = set(threading.enumerate()) - others
        assert "local-logto" in {thread.name for thread in started}
        address = (urlsplit(server.endpoint).hostname, urlsplit(server.endpoint).port)
        with socket.create_connection(address, timeout=10) as idle:
            idle.sendall(b"GET /oidc/jwks HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert idle.recv(12) == b"HTTP/1.1 200"
            server.stop()
            while idle.recv(65536):
                pass
        assert not any(thread.is_alive() for thread in started)


def test_the_port_is_free_again_at_once():
    """The next server takes it, though clients of the first one are still connected."""
    with LocalLogto() as first, httpx2.Client(base_url=first.endpoint) as http:
        http.get("/oidc/jwks")
        port = urlsplit(first.endpoint).port
        first.stop()
        with LocalLogto(port=port) as second:
            assert httpx2.get(f"{second.endpoint}/oidc/jwks").status_code == 200


def test_answers_carry_the_date():
    """The Date header is there, though the loop that renews it is our own."""
    with LocalLogto() as server:
        assert httpx2.get(f"{server.endpoint}/oidc/jwks").headers["date"].endswith("GMT")
