"""`manage.py logto_endsessions <sub>`: signs a user out everywhere."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from logto.errors import LogtoException

from ...site import current_site


class Command(BaseCommand):
    """Ends a user's sessions, and with them Django's logins that stand on them."""

    help = "Ends every session of a user in this application, by the user's id at Logto."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("sub", help="the user's id at Logto: `sub` of a LogtoAccount")

    def handle(self, *_: Any, sub: str, verbosity: int, **_others: Any) -> None:
        """Ends them, and says how many there were."""
        try:
            ended = current_site().sync_pages.sync_sessions.end_sessions(sub=sub)
        except LogtoException as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(f"Ended {ended} {'session' if ended == 1 else 'sessions'}.")
