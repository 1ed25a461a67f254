"""`flask logto …`, `quart logto …`: what an operator asks of an application's sign-in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any

import click
from flask.sansio.app import App

from ...client.pages import LogtoPages, LogtoSyncPages
from ...errors import LogtoException
from .configuration import problems_of
from .extension import NAME, Installed


def commands(app: App, installed: Installed[Any]) -> click.Group:
    """The group of commands of one application."""
    pages = installed.pages

    @click.group(NAME)
    def group() -> None:
        """Look after sign-in with Logto."""

    @group.command("check")
    def check() -> None:
        """Say what is missing or unsafe in the settings, and ask Logto whether it is there."""
        found = problems_of(app, pages)
        for problem in found:
            click.echo(f"{problem.level}: {problem}")
        metadata = _answer(pages.metadata)
        click.echo(f"{metadata.issuer} answers.")
        if any(problem.level == "error" for problem in found):
            raise click.exceptions.Exit(1)

    group.add_command(_sessions(pages))
    return group


def _sessions(pages: LogtoPages | LogtoSyncPages) -> click.Group:
    @click.group("sessions")
    def sessions() -> None:
        """Look at, and end, sessions of users."""

    @sessions.command("list")
    @click.argument("sub")
    def list_sessions(sub: str) -> None:
        """List the sessions of the user with the id SUB."""
        for info in _answer(pages.sync_sessions.list_sessions, sub):
            click.echo(f"{info.key[:12]}  signed in {_time(info.signed_in_at)}  seen {_time(info.seen_at)}")

    @sessions.command("end")
    @click.argument("sub")
    def end_sessions(sub: str) -> None:
        """End all sessions of the user with the id SUB, here; at Logto, suspend them."""
        ended = _answer(pages.sync_sessions.end_sessions, sub=sub)
        click.echo(f"{ended} ended." if ended else "Ended, if there were any.")

    @sessions.command("clear")
    def clear_sessions() -> None:
        """Remove the rows of sessions that are over, where a database does not forget them by itself."""
        sweep = getattr(pages.store, "sweep", None)
        if sweep is None:
            click.echo(f"{type(pages.store).__name__} forgets them by itself.")
            return
        removed = 0
        while count := _answer(sweep):
            removed += count
        click.echo(f"{removed} removed.")

    return sessions


def _answer(asked: Any, *args: Any, **kwargs: Any) -> Any:
    """What an operation returns, in whichever colour; its error in the words of a command line."""
    try:
        result = asked(*args, **kwargs)
        return asyncio.run(_whole(result)) if isinstance(result, Awaitable) else result
    except LogtoException as error:
        raise click.ClickException(f"{error.code}: {error}") from error


async def _whole(result: Awaitable[Any]) -> Any:
    return await result


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
