"""Running local Logto in this process, on a socket of this machine."""

import asyncio
import errno
import socket
import threading
from collections.abc import Collection, Mapping
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Self

from . import home
from .app import create_app
from .clock import Clock
from .fault_file import FaultFile
from .faults import Faults
from .http_server import HttpServer
from .mailbox import Mailbox
from .messenger import Messenger
from .middleware import Guard, ReceivedRequest
from .webhooks import Webhooks
from .world import World

DEFAULT_HOST = "127.0.0.1"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ATTEMPTS = 10


class ListenError(Exception):
    """The address cannot be listened on; the text is one line for a person."""


class LocalLogto:
    """An identity server in a thread of this process: `with LocalLogto() as server: … server.endpoint`."""

    def __init__(
        self,
        port: int = 0,
        host: str = DEFAULT_HOST,
        database: str | None = None,
        seed: Any = None,
        clock: Clock | None = None,
        allowed_hosts: Collection[str] = (),
        faults: str | None = None,
        allow_backchannel_logout_beyond_loopback: bool = False,
        allow_webhooks_beyond_loopback: bool = False,
    ) -> None:
        """Describe the server; nothing is opened before `start`.

        Args:
            port: 0 for any free one.
            host: the address to listen on; the default is this machine only.
            database: a path or URL; None keeps everything in memory.
            seed: a seed file's path, or its content; None for the sample data.
            clock: a clock that a test moves; the server's own if None.
            allowed_hosts: names beside localhost and `host` under which the server may be addressed.
            faults: a fault file's path, read again whenever it changes.
            allow_backchannel_logout_beyond_loopback: let logout tokens go to other machines as well.
            allow_webhooks_beyond_loopback: let webhooks go to other machines as well.
        """
        self.clock = clock or Clock()
        self._port, self._host = port, host
        self._database, self._seed = database, seed
        self._fault_file = faults
        self._messenger = Messenger(beyond_loopback=allow_backchannel_logout_beyond_loopback)
        self._webhooks_beyond_loopback = allow_webhooks_beyond_loopback
        self.faults = Faults()
        self._allowed_hosts = frozenset(name.lower() for name in allowed_hosts)
        self._running: _Running | None = None

    def start(self) -> Self:
        """Open database and sockets, and return when requests are answered.

        Raises: DatabaseError, SeedError, ListenError.
        """
        fault_file = FaultFile(self._fault_file, self.faults, self.clock) if self._fault_file is not None else None
        sockets = _listen(self._host, self._port)
        try:
            world = World(self._database, self._seed, self.clock)
        except BaseException:
            _close(sockets)
            raise
        port = sockets[0].getsockname()[1]
        world.endpoint = f"http://{_shown_host(self._host)}:{port}"
        world.allowed_hosts = self._allowed_hosts | {_bracketed(self._host.lower())}
        world.any_address = self._host not in _LOOPBACK
        world.messenger = self._messenger
        world.webhooks = Webhooks(beyond_loopback=self._webhooks_beyond_loopback)
        self._running = _Running(world, sockets, self.faults, fault_file)
        return self

    def stop(self) -> None:
        """Stop answering and close everything; stopping twice is fine."""
        running, self._running = self._running, None
        if running is not None:
            self.faults.clear()
            running.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def world(self) -> World:
        """Return what the server works on, for tests that change it behind its back."""
        if self._running is None:
            raise RuntimeError("local Logto is not running: use it as `with LocalLogto() as server:`")
        return self._running.world

    def configure(self, application_id: str, **settings: Any) -> None:
        """Change settings of an application while the server runs, such as `idTokenTtl=60`; None undoes one.

        Raises: LookupError for an unknown application, SeedError for a setting that cannot be.
        """
        self.world.configure(application_id, settings)

    def create_subject_token(self, user_id: str, context: Mapping[str, Any] | None = None) -> str:
        """Return a token with which an application may act for a user: for one token exchange, within ten minutes.

        Raises: LookupError for an unknown user.
        """
        return self.world.create_subject_token(user_id, context)

    def create_personal_access_token(self, user_id: str, name: str, expires_at: float | None = None) -> str:
        """Return a user's token for programs, for any number of token exchanges.

        Args:
            user_id: Whose.
            name: What the user knows it by.
            expires_at: Seconds since 1970, by the server's clock; None for never.
        Raises: LookupError for an unknown user, ValueError for a name that another token of theirs has.
        """
        return self.world.create_personal_access_token(user_id, name, expires_at)

    @property
    def endpoint(self) -> str:
        """Return the endpoint for a client's configuration, such as `http://localhost:3001`."""
        return self.world.endpoint

    @property
    def issuer(self) -> str:
        """Return the issuer."""
        return self.world.issuer

    @property
    def seeded(self) -> dict[str, Any]:
        """Return what `logto dev --json` prints: application ids and secrets, users, organizations, resources."""
        return home.seeded(self.world)

    @property
    def mailbox(self) -> Mailbox:
        """Return the codes that a real server would have sent by email or SMS."""
        return self.world.mailbox

    @property
    def requests(self) -> list[ReceivedRequest]:
        """Return the last requests (method, path, status), oldest first."""
        if self._running is None:
            return []
        return list(self._running.guard.requests)


class _Running:
    """The sockets, the thread and the event loop of a server that has been started."""

    def __init__(
        self, world: World, sockets: list[socket.socket], faults: Faults, fault_file: FaultFile | None
    ) -> None:
        self.world = world
        self.guard = Guard(create_app(world), world)
        app = faults.around(self.guard, self.guard.record)
        self._server = HttpServer(app if fault_file is None else fault_file.around(app))
        self._sockets = sockets
        self._thread = threading.Thread(target=self._run, name="local-logto", daemon=True)
        self._thread.start()
        self._server.ready.wait()

    def stop(self) -> None:
        self._server.ask_to_stop()
        self._thread.join()
        _close(self._sockets)
        self.world.close()

    def _run(self) -> None:
        asyncio.run(self._server.serve(self._sockets))


def _listen(host: str, port: int) -> list[socket.socket]:
    """Open the sockets: for loopback both of its addresses, because `localhost` may mean either to a browser."""
    try:
        if host not in ("127.0.0.1", "localhost"):
            return [_bound(host, port)]
        return _bound_twice(port)
    except OSError as error:
        shown = f"port {port}" if error.errno == errno.EADDRINUSE else f"{host}, port {port}"
        reason = "something else listens there already" if error.errno == errno.EADDRINUSE else error.strerror
        raise ListenError(f"cannot listen on {shown}: {reason or error}") from error


def _bound_twice(port: int) -> list[socket.socket]:
    for attempt in range(_ATTEMPTS):
        first = _bound("127.0.0.1", port)
        try:
            return [first, _bound("::1", first.getsockname()[1])]
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return [first]  # a machine without IPv6
            first.close()
            if port != 0 or attempt == _ATTEMPTS - 1:
                raise  # else somebody has the free port's twin, and another port will do
    raise AssertionError("the last attempt returns or raises")


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only for sockets that say they are TCP; with it, each answer waits 40 ms.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((host, port))
        made.listen(128)
    except OSError:
        made.close()
        raise
    return made


def _close(sockets: list[socket.socket]) -> None:
    for opened in sockets:
        opened.close()


def _shown_host(host: str) -> str:
    """Return the name for the endpoint: localhost for this machine and for "every address"."""
    if host in _LOOPBACK or _is_wildcard(host):
        return "localhost"
    return _bracketed(host)


def _is_wildcard(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
