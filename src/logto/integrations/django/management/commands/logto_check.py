"""`manage.py logto_check`: whether the settings are usable, the tables there, and Logto within reach."""

from __future__ import annotations

from typing import Any

from django.core import checks
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from logto.errors import LogtoException

from ...answers import path_of
from ...checks import check_api, check_database, check_settings
from ...site import current_site


class Command(BaseCommand):
    """Tells what a new deployment gets wrong, before its first visitor does."""

    help = "Checks Logto's settings and tables, and asks Logto for its metadata."
    requires_system_checks = ()

    def handle(self, *_: Any, **_others: Any) -> None:
        """Checks, and says what it found."""
        found = [*check_settings(), *check_api(), *check_database(databases=list(connections))]
        for message in found:
            self.stderr.write(str(message))
        if any(message.level >= checks.ERROR for message in found):
            raise CommandError("The settings are not usable yet.")
        site = current_site()
        self.stdout.write(
            f"Sessions are in {type(site.pages.store).__name__}; the callback view is {path_of('callback')}."
        )
        try:
            metadata = site.sync_pages.metadata()
        except LogtoException as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Logto answers: {metadata.issuer}")
