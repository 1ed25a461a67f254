"""The tables of `DjangoStore`: sessions, the indexes to find them by, the locks on them."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes them."""

    initial = True

    dependencies = ()

    operations = (
        migrations.CreateModel(
            name="Lock",
            fields=[
                ("name", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("owner", models.CharField(max_length=255)),
                ("until", models.FloatField()),
            ],
            options={
                "indexes": [models.Index(fields=["until"], name="logto_lock_until")],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("key", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("value", models.BinaryField()),
                ("version", models.BigIntegerField()),
                ("expires_at", models.FloatField()),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="logto_session_expires_at")],
            },
        ),
        migrations.CreateModel(
            name="SessionIndex",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("index", models.CharField(max_length=255)),
                (
                    "session",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="found_by",
                        to="logto.session",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["index"], name="logto_sessionindex_index")],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "index"), name="logto_sessionindex_once"),
                ],
            },
        ),
    )
