"""Sessions: how large their cookie is, what it costs to write and read, and how often processes refresh it."""

import time
from collections.abc import Callable
from functools import partial

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from logto import LogtoSyncClient, MemoryStorage, UserInfoScope
from logto.models.session import Identity
from logto.protocol.base64url import encode_base64url
from logto.server.serve import LocalLogto
from logto.sessions import CookieStore
from logto.sessions.packing import pack, unpack
from logto.sessions.record import SessionRecord
from logto.sessions.storage_session import StorageSession
from logto.testing import LogtoServer
from tests.processes.crew import Crew, signed_in
from tests.sessions.valkey import Valkey

from ..figure import OURS, PUBLISHED, Figure
from ..interleave import interleaved, least
from ..settings import Settings

REDIRECT_URI = "http://localhost:3000/callback"
KEY = "a key of thirty-two bytes or more"
PLACE = "session"
CALLS = 100
PROCESSES, THREADS = 4, 25


def measure(settings: Settings) -> list[Figure]:
    """The cookie beside the one that the guide's `SessionStorage` makes with the published package, which Flask signs."""
    with LocalLogto() as local:
        server = LogtoServer(local)
        storage = MemoryStorage()
        identity = _identity(server, storage)
        return [*_cookie(settings, identity, storage), *_processes(settings, server)]


def _identity(server: LogtoServer, storage: MemoryStorage) -> Identity:
    """A user's session: an ID token, two resource tokens and an organization token, of ES384."""
    config = server.config(
        scopes=[UserInfoScope.email, UserInfoScope.organizations, "read", "write"], resources=server.resources
    )
    with LogtoSyncClient(config, storage) as client:
        client.handle_sign_in_callback(server.sign_in(client.sign_in(REDIRECT_URI)))
        for resource in server.resources:
            client.get_access_token(resource)
        client.get_organization_token(server.organizations["Acme"])
    identity = StorageSession(storage).identity()
    if identity is None:
        raise RuntimeError("the sign-in failed")
    return identity


def _cookie(settings: Settings, identity: Identity, storage: MemoryStorage) -> list[Figure]:
    record = SessionRecord(int(time.time()), int(time.time()), identity)
    keys = CookieStore(KEY).keys
    sealed = keys.seal(pack(record), purpose=PLACE, place=PLACE)

    app = Flask("benchmark")
    app.secret_key = KEY
    flask = SecureCookieSessionInterface().get_signing_serializer(app)
    if flask is None:
        raise RuntimeError("Flask does not sign")
    stored = {key: value for key in ("idToken", "refreshToken", "accessTokenMap") if (value := storage.get(key))}
    theirs = flask.dumps(stored)

    contenders = {
        f"{OURS} encode": partial(_timed, lambda: keys.seal(pack(record), purpose=PLACE, place=PLACE)),
        f"{OURS} decode": partial(_timed, lambda: unpack(keys.open(sealed, purpose=PLACE, place=PLACE)[0])),
        "flask encode": partial(_timed, lambda: flask.dumps(stored)),
        "flask decode": partial(_timed, lambda: flask.loads(theirs)),
    }
    interleaved(contenders, 1)  # to warm up
    samples = interleaved(contenders, settings.times(settings.rounds * 4))
    return [
        Figure(
            "session cookie with four tokens",
            "bytes",
            {OURS: float(_cookie_size(sealed)), PUBLISHED: float(len(theirs))},
            1900,
        ),
        *(
            Figure(
                f"session cookie, {what}",
                "Flask's own, which anybody can read",
                {OURS: least(samples, f"{OURS} {what}", f"flask {what}"), PUBLISHED: 1.0},
            )
            for what in ("encode", "decode")
        ),
    ]


def _cookie_size(sealed: bytes) -> int:
    """What a browser keeps: the cookie's name, the count of chunks, and the value."""
    return len("__Host-logto=1") + len(encode_base64url(sealed))


def _timed(call: Callable[[], object]) -> float:
    started = time.process_time()
    for _ in range(CALLS):
        call()
    return time.process_time() - started


def _processes(settings: Settings, server: LogtoServer) -> list[Figure]:
    """An hour later, every thread of every process asks for the token of one session, under strict rotation."""
    server.rotate_strictly()
    valkey = Valkey()
    valkey.start()
    processes, threads = settings.times(PROCESSES), settings.times(THREADS)
    config = server.config(scopes=[UserInfoScope.organizations, "read"], resources=server.resources)
    crew = Crew({"kind": "redis", "url": valkey.url}, config, processes)
    try:
        jar = signed_in(crew, server)
        server.clock.advance(3700)
        before = server.count("POST", "/oidc/token")
        heard = crew.all(do="threads", cookies=jar, resource=server.resources[0], times=threads, offset=3700.0)
        requests = server.count("POST", "/oidc/token") - before
    finally:
        crew.stop()
        valkey.remove()
    failures = sum("error" in answer for process in heard for answer in process)
    what = f"{processes} processes × {threads}, strict rotation, Valkey"
    return [
        Figure(f"{what}: token requests", "a count", {OURS: float(requests)}, 1),
        Figure(f"{what}: failures", "a count", {OURS: float(failures)}, 0),
    ]
