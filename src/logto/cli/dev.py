"""`logto dev`: local Logto until Ctrl-C."""

import json
import signal
import sys
from queue import SimpleQueue
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from . import missing

if TYPE_CHECKING:
    from logto.server.serve import LocalLogto

LABELS = (
    ("endpoint", "endpoint"),
    ("appId", "appId"),
    ("appSecret", "appSecret"),
)
OTHERS = (
    ("Second application", "app2Id", "app2Secret"),
    ("Single-page application", "spaAppId", None),
    ("Device application", "deviceAppId", None),
    ("Machine-to-machine", "m2mAppId", "m2mAppSecret"),
    ("Management API", "managementAppId", "managementAppSecret"),
)


@click.command("dev")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=3001, show_default=True, help="0 takes any free one.")
@click.option("--database", metavar="PATH-or-URL", help="Keep the data: an SQLite file, or a PostgreSQL URL.")
@click.option("--seed", "seed", metavar="FILE", help="Start with the data of a YAML or JSON file.")
@click.option("--allow-host", multiple=True, metavar="NAME", help="Another name under which it may be addressed.")
@click.option("--faults", metavar="FILE", help="Misbehave as a file says, which is read again when it changes.")
@click.option(
    "--allow-backchannel-logout-beyond-loopback",
    "beyond_loopback",
    is_flag=True,
    help="Let back-channel logout reach other machines.",
)
@click.option(
    "--allow-webhooks-beyond-loopback", "webhooks_anywhere", is_flag=True, help="Let webhooks reach other machines."
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON when ready, and nothing else.")
def command(
    host: str,
    port: int,
    database: str | None,
    seed: str | None,
    allow_host: tuple[str, ...],
    faults: str | None,
    beyond_loopback: bool,
    webhooks_anywhere: bool,
    as_json: bool,
) -> None:
    """Run local Logto: an identity server for development, with sample users and applications."""
    stopped = _stop_on_signals()
    server = _started(
        host=host,
        port=port,
        database=database,
        seed=seed,
        allowed_hosts=allow_host,
        faults=faults,
        allow_backchannel_logout_beyond_loopback=beyond_loopback,
        allow_webhooks_beyond_loopback=webhooks_anywhere,
    )
    if faults is not None:
        click.echo(f"Warning: this server misbehaves as {faults} says, which is read again when it changes.", err=True)
    _announce(server, host, seed, as_json)
    stopped.get()
    server.stop()


def _stop_on_signals() -> SimpleQueue[int]:
    """Return a queue that gets what asks us to stop; an Event's lock is not re-entrant, and a signal may come anywhere."""
    stopped: SimpleQueue[int] = SimpleQueue()

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.put(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped


def _started(**settings: Any) -> "LocalLogto":
    try:
        from logto.server.database import DatabaseError
        from logto.server.seed_file import SeedError
        from logto.server.serve import ListenError, LocalLogto
    except ModuleNotFoundError as error:
        sys.exit(missing(error))
    try:
        return LocalLogto(**settings).start()
    except (DatabaseError, ListenError, SeedError) as error:
        sys.exit(f"logto dev: {error}")


def _announce(server: "LocalLogto", host: str, seed: str | None, as_json: bool) -> None:
    if server.world.any_address:
        click.echo(
            f"Warning: listening on {host}, so others on the network can reach this server. It is made for development: "
            "no TLS, sample passwords, data of no worth.",
            err=True,
        )
    if seed is not None and not server.world.planted:
        click.echo("Note: the database has data already, so the seed file was not used.", err=True)
    click.echo(json.dumps(server.seeded) if as_json else _table(server.seeded))
    sys.stdout.flush()


def _table(seeded: dict[str, Any]) -> str:
    lines = [f"Local Logto is ready: {seeded['endpoint']}", "", "Put into LogtoConfig"]
    lines += [_row(label, seeded[name]) for name, label in LABELS]
    lines += ["", "Other applications"]
    for label, app_id, secret in OTHERS:
        if seeded[app_id]:
            lines.append(_row(label, " / ".join(filter(None, (seeded[app_id], secret and seeded[secret])))))
    lines += ["", "Sample users"]
    lines += [_row(user["username"], user["password"] or "(a password of its own)") for user in seeded["users"]]
    lines += ["", "Organizations"]
    lines += [_row(organization["name"], organization["id"]) for organization in seeded["organizations"]]
    lines += ["", "API resources"]
    lines += [f"  {indicator}" for indicator in seeded["resources"]]
    return "\n".join([*lines, "", "For development only. Press Ctrl-C to stop."])


def _row(label: str, value: str | None) -> str:
    return f"  {label:<24} {value or '(none)'}"
