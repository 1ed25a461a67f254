"""The options that name an application."""

from collections.abc import Callable
from typing import Any

import click

ENDPOINT = click.option(
    "--endpoint", envvar="LOGTO_ENDPOINT", metavar="URL", help="Logto's address.  [env: LOGTO_ENDPOINT]"
)
APP_ID = click.option(
    "--app-id",
    envvar="LOGTO_APP_ID",
    metavar="ID",
    help="The application's App ID, one for the device flow.  [env: LOGTO_APP_ID]",
)


def named_application(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `--endpoint` and `--app-id`, without which a command takes the last sign-in's."""
    return ENDPOINT(APP_ID(command))
