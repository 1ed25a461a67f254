"""`manage.py logto_clearsessions`: forgets the sessions that are over."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from logto.errors import LogtoException

from ...store import BATCH, DjangoStore


class Command(BaseCommand):
    """Sweeps the tables of `DjangoStore`; to be run once a day or so."""

    help = "Forgets Logto sessions and locks whose time is over, a few at a time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The database, and how much at once."""
        parser.add_argument("--database", metavar="ALIAS", help="where they are; by default where the routers say")
        parser.add_argument("--batch", type=int, default=BATCH, help="rows forgotten in one transaction (%(default)s)")

    def handle(self, *_: Any, database: str | None, batch: int, verbosity: int, **_others: Any) -> None:
        """Sweeps, and says how many there were."""
        if batch < 1:
            raise CommandError("--batch must be at least 1.")
        try:
            swept = DjangoStore(using=database).sweep(batch=batch)
        except LogtoException as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"Forgot {swept} {'row' if swept == 1 else 'rows'}.")
