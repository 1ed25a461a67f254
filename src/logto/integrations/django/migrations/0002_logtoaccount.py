"""The table of who is who at Logto, whatever the application's user model is."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes it."""

    dependencies = (
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("logto", "0001_initial"),
    )

    operations = (
        migrations.CreateModel(
            name="LogtoAccount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("iss", models.CharField(max_length=255, verbose_name="issuer")),
                ("sub", models.CharField(max_length=255, verbose_name="user id at Logto")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="logto_accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "Logto account",
                "constraints": [models.UniqueConstraint(fields=("iss", "sub"), name="logto_account_once")],
            },
        ),
    )
