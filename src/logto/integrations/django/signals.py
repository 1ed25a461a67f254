"""What an application can listen to, beside Django's `user_logged_in` and `user_logged_out`."""

from __future__ import annotations

from django.dispatch import Signal

signed_in = Signal()
"""Somebody has signed in with Logto: `request`, `user` (Django's, or None without our backend), `claims`."""

signed_out = Signal()
"""Somebody has signed out by our view: `request`, `user` (whoever Django knew), `claims` (or None)."""

sign_in_failed = Signal()
"""A sign-in did not succeed: `request`, `error` (a `LogtoException`)."""
