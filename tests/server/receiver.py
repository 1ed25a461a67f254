"""What an application sees of back-channel logout and webhooks: a receiver on loopback that keeps what it is sent."""

import json
import threading
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from urllib.parse import parse_qs

PATIENT = 10


@dataclass
class Received:
    """One request."""

    method: str
    path: str
    headers: Message
    form: dict[str, list[str]]
    body: bytes

    @property
    def token(self):
        """The logout token, of which there must be exactly one."""
        (token,) = self.form["logout_token"]
        return token

    @property
    def json(self):
        """The body of a webhook."""
        return json.loads(self.body)


class Receiver:
    """Answers the first requests with `statuses`, others with `status`, and `headers`; not before `answering` is set."""

    def __init__(self):
        self.status, self.headers, self.statuses = 200, {}, []
        self.answers = 0
        self.answering = threading.Event()
        self.answering.set()
        self._requests = SimpleQueue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                form = parse_qs(body.decode())
                receiver._requests.put(Received(self.command, self.path, self.headers, form, body))
                receiver.answering.wait(PATIENT)
                receiver.answers += 1
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST  # noqa: N815  # the base class's name

            def log_message(self, *args):
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def uri(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/backchannel-logout"

    def take(self):
        """The next request, waited for."""
        return self._requests.get(timeout=PATIENT)

    @property
    def is_empty(self):
        """Whether nothing has come that was not taken."""
        return self._requests.empty()

    def close(self):
        """Stop listening."""
        self.answering.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
