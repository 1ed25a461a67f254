"""Which certificates are trusted."""

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor

import httpcore2
import pytest
from cryptography.hazmat.primitives import serialization

from logto.errors import TransportError
from logto.protocol.http import HttpRequest
from logto.transports.trust import Trust
from tests.transports.wire import always, answer, serving


def test_a_private_authority_can_be_trusted(send, authority):
    """With a context that knows the authority, TLS works and the answer comes."""
    with serving(always(answer(b"hello")), tls=authority.server()) as server:
        response = send(HttpRequest("GET", server.url(host="localhost")), verify=authority.trusted())
    assert response.body == b"hello"


def test_an_authority_from_the_environment_is_trusted(send, authority, monkeypatch, tmp_path):
    """SSL_CERT_FILE names the certificates, as it does for httpx2 and for OpenSSL's own tools."""
    path = tmp_path / "authority.pem"
    path.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with serving(always(answer(b"hello")), tls=authority.server()) as server:
        assert send(HttpRequest("GET", server.url(host="localhost"))).body == b"hello"


@pytest.mark.parametrize("case", ["unknown authority", "other host", "expired"])
def test_a_certificate_that_is_not_good_is_refused(send, authority, case):
    """Nothing is sent to a server whose certificate is from a stranger, for another host, or expired."""
    tls = {"other host": authority.server("elsewhere"), "expired": authority.server(expired=True)}.get(
        case, authority.server()
    )
    verify = None if case == "unknown authority" else authority.trusted()
    with serving(always(answer()), tls=tls) as server, pytest.raises(TransportError) as caught:
        send(HttpRequest("GET", server.url(host="localhost")), verify=verify)
    assert caught.value.code == "transport.tls"
    assert "certificate" in caught.value.message
    assert "`verify`" in caught.value.hint
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    assert server.requests == []


def test_the_context_is_built_once(monkeypatch):
    """Eight threads that need it at the same time get one and the same."""
    built = []
    monkeypatch.setattr(httpcore2, "default_ssl_context", lambda: built.append(1) or ssl.create_default_context())
    trust = Trust()
    assert trust.built is None
    ready = threading.Barrier(8)

    def context() -> ssl.SSLContext:
        ready.wait()
        return trust.context()

    with ThreadPoolExecutor(8) as threads:
        contexts = {id(found.result()) for found in [threads.submit(context) for _ in range(8)]}
    assert (len(contexts), len(built)) == (1, 1)


def test_no_certificates_are_read_for_http(send, monkeypatch):
    """Plain http, as on a developer's machine, does not wait for the system's certificates."""
    monkeypatch.setattr(httpcore2, "default_ssl_context", lambda: pytest.fail("certificates were read"))
    with serving(always(answer(b"hello"))) as server:
        assert send(HttpRequest("GET", server.url())).body == b"hello"


def test_a_lock_held_over_a_fork_does_not_hold_the_child():
    """A child of a process whose other thread was reading certificates can still read them."""
    trust = Trust(ssl.create_default_context())
    trust._building.acquire()  # noqa: SLF001 - what the other thread had done
    trust.after_fork()
    assert trust.context() is trust.built
