"""Who is who at Logto, and the tables in which `DjangoStore` keeps sessions, their indexes, and the locks on them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

# Indexes stand in `Meta` rather than as `db_index=True`: PostgreSQL would get a second one of each, for LIKE.


class LogtoAccount(models.Model):
    """Who a user of Django is at Logto. Nothing else is kept of it."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="logto_accounts")
    iss = models.CharField("issuer", max_length=255)
    sub = models.CharField("user id at Logto", max_length=255)

    class Meta:
        """One user of Django may have several accounts; an account belongs to one."""

        verbose_name = "Logto account"
        constraints = (models.UniqueConstraint(fields=["iss", "sub"], name="logto_account_once"),)

    def __str__(self) -> str:
        return f"{self.sub}"


class Session(models.Model):
    """One session: sealed bytes, under the hash of its id."""

    key = models.CharField(max_length=255, primary_key=True)
    value = models.BinaryField()
    version = models.BigIntegerField()
    # Seconds since the epoch, as every store has them: no time zone, no rounding.
    expires_at = models.FloatField()

    class Meta:
        """The index is for the sweep."""

        indexes = (models.Index(fields=["expires_at"], name="logto_session_expires_at"),)

    def __str__(self) -> str:
        return f"session {self.key:.8}…"


class SessionIndex(models.Model):
    """One digest by which a session is found: of the user, or of the session at the provider."""

    id = models.BigAutoField(primary_key=True)
    # No constraint: the store writes both tables in one transaction, the session first, and so never waits for itself.
    session = models.ForeignKey(
        Session, on_delete=models.DO_NOTHING, related_name="found_by", db_constraint=False, db_index=False
    )
    index = models.CharField(max_length=255)

    class Meta:
        """The constraint serves the way from a session to its indexes, the index the way back."""

        constraints = (models.UniqueConstraint(fields=["session", "index"], name="logto_sessionindex_once"),)
        indexes = (models.Index(fields=["index"], name="logto_sessionindex_index"),)

    def __str__(self) -> str:
        return f"index {self.index:.8}…"


class Lock(models.Model):
    """Who may refresh a session, and until when; or a logout token that came already."""

    name = models.CharField(max_length=255, primary_key=True)
    owner = models.CharField(max_length=255)
    until = models.FloatField()

    class Meta:
        """The index is for the sweep."""

        indexes = (models.Index(fields=["until"], name="logto_lock_until"),)

    def __str__(self) -> str:
        return f"lock {self.name:.8}…"
