"""Guards of Flask's views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from ..pallets.configuration import is_login_disabled
from ..pallets.guard import Guard
from ..pallets.login_required import LoginRequired
from .current import visit


def demand(guard: Guard, arguments: Mapping[str, Any]) -> None:
    """Refuses the current request, unless it meets what a guard asks for.

    Args:
        guard: What is asked for.
        arguments: The view's.

    Raises:
        NotAuthenticatedError: Nobody is signed in.
        ForbiddenError: The user may not.
        ConfigurationError: The claim that decides was never asked for.
    """
    here = visit()
    if not is_login_disabled(here.installed.settings):
        here.check(guard, request, arguments)


login_required = LoginRequired(demand)
"""Lets a view be seen by whoever is signed in: `@login_required`, `@login_required(roles=["admin"])`."""
