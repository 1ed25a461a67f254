"""What went wrong, in one line on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from logto.errors import LogtoException, NotAuthenticatedError


@contextmanager
def told(command: str) -> Iterator[None]:
    """End with exit code 1 and one line for whatever Logto refuses; a mistake of ours keeps its traceback."""
    try:
        yield
    except NotAuthenticatedError as error:
        _end(command, f"{error.message} Run `logto login`.")
    except LogtoException as error:
        _end(command, str(error))


def _end(command: str, what: str) -> NoReturn:
    click.echo(f"logto {command}: {what}", err=True)
    sys.exit(1)
