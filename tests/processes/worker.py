"""One worker process of an application, told what to do in JSON lines; it dies where it is told to.

`python -m tests.processes.worker` reads its settings, then commands, and answers each in one line. A command is handled in
a child that is forked for it, so that thousands of deaths cost no thousand starts.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from logto import LogtoClient, LogtoConfig, LogtoException, LogtoSessions, LogtoSyncClient, LogtoSyncSessions
from logto.sessions import NoSession, SessionStore
from logto.transports.httpcore2 import AsyncPooledTransport, PooledTransport
from tests.processes.stores import open_store

URL = "http://localhost:3000/"


class Clock:
    """This machine's clock, moved ahead as the parent says."""

    offset = 0.0

    def __call__(self):
        return time.time() + self.offset


class Deaths:
    """Kills this process when it comes to a point for the n-th time."""

    point = ""
    countdown = 1

    def at(self, point):
        if point == self.point:
            self.countdown -= 1
            if self.countdown == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class MortalTransport(PooledTransport):
    """A transport whose process may die around a request of the token endpoint."""

    def __init__(self, deaths):
        super().__init__()
        self._deaths = deaths

    def send(self, request, timeout):
        token = request.url.endswith("/oidc/token")
        if token:
            self._deaths.at("before the token request")
        response = super().send(request, timeout)
        if token:
            self._deaths.at("after the token answer")
        return response


class MortalStore(SessionStore):
    """A store whose process may die around what it does."""

    def __init__(self, store, deaths):
        super().__init__()
        self._store = store
        self._deaths = deaths
        self.keys = store.keys

    def load(self, key):
        return self._store.load(key)

    def save(self, key, stored):
        self._deaths.at("before a save")
        kept = self._store.save(key, stored)
        self._deaths.at("after a save")
        return kept

    def delete(self, key):
        self._deaths.at("before a delete")
        self._store.delete(key)
        self._deaths.at("after a delete")

    def find(self, index):
        return self._store.find(index)

    def acquire(self, key, owner, lease):
        owned = self._store.acquire(key, owner, lease)
        self._deaths.at("after the lock was taken")
        return owned

    def release(self, key, owner):
        self._deaths.at("before the lock is released")
        self._store.release(key, owner)


class Worker:
    """The application's half that matters: open a session, do something, close it."""

    def __init__(self, settings):
        self.clock, self.deaths = Clock(), Deaths()
        config = LogtoConfig(**settings["config"])
        store = open_store(settings["store"], self.clock)
        self.client = LogtoSyncClient(config, NoSession(), clock=self.clock, transport=MortalTransport(self.deaths))
        self.sessions = LogtoSyncSessions(self.client, MortalStore(store, self.deaths))
        self.async_client = LogtoClient(config, NoSession(), clock=self.clock, transport=AsyncPooledTransport())
        self.async_sessions = LogtoSessions(self.async_client, store)

    def handle(self, command):
        self.clock.offset = command.get("offset", 0.0)
        self.deaths.point, self.deaths.countdown = command.get("die", ""), command.get("countdown", 1)
        return getattr(self, command["do"])(command)

    def begin(self, command):
        """Begins a sign-in and returns where to go, with the cookies."""
        return self._with_session(command["cookies"], lambda client: client.sign_in(f"{URL}callback"))

    def callback(self, command):
        """Finishes a sign-in."""
        return self._with_session(command["cookies"], lambda client: client.handle_sign_in_callback(command["url"]))

    def look(self, command):
        """Who is signed in, and a live token if anybody is."""

        def ask(client):
            if not client.is_authenticated():
                return None
            return [client.get_id_token_claims().username, digest(client.get_access_token(command["resource"]))]

        return self._with_session(command["cookies"], ask)

    def sign_out(self, command):
        """Signs out."""
        return self._with_session(command["cookies"], lambda client: client.sign_out(URL))

    def threads(self, command):
        """So many threads ask for one token at once."""
        with ThreadPoolExecutor(command["times"]) as pool:
            asked = [
                pool.submit(
                    self._with_session,
                    command["cookies"],
                    lambda client: digest(client.get_access_token(command["resource"])),
                )
                for _ in range(command["times"])
            ]
            return [each.result() for each in asked]

    def tasks(self, command):
        """So many tasks ask for one token at once."""

        async def ask():
            session = await self.async_sessions.open(command["cookies"], URL)
            client = self.async_client.with_session(session)
            try:
                result = digest(await client.get_access_token(command["resource"]))
            except LogtoException as error:
                return {"error": error.code, "text": str(error)}
            await self.async_sessions.close(session)
            return {"result": result}

        async def all_of_them():
            found = await asyncio.gather(*(ask() for _ in range(command["times"])))
            await self.async_client.close()
            return found

        return asyncio.run(all_of_them())

    def _with_session(self, cookies, use):
        session = self.sessions.open(cookies, URL)
        try:
            result = use(self.client.with_session(session))
        except LogtoException as error:
            answer = {"error": error.code, "text": str(error)}
        else:
            answer = {"result": result}
        return {**answer, "set_cookie": list(self.sessions.close(session))}


def digest(token):
    """What can be compared, and shows no token."""
    return hashlib.sha256(token.encode()).hexdigest()[:12]


def say(message):
    """One line to the parent."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main():
    """Answers commands until standard input ends."""
    worker = Worker(json.loads(sys.stdin.readline()))
    say({"ready": os.getpid()})
    for line in iter(sys.stdin.readline, ""):
        command = json.loads(line)
        if not command.get("die"):
            say(worker.handle(command))
            continue
        child = os.fork()
        if child == 0:
            answer = worker.handle(command)
            say({"survived": answer})
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            say({"died": os.WTERMSIG(status)})


if __name__ == "__main__":
    main()
