"""The routes for webhooks, in both colours, and what their handlers saw."""

from django.contrib.auth.models import Group
from django.urls import path

from logto import LogtoWebhooks
from logto.integrations.django import awebhook_view, webhook_view
from tests.integrations.deliveries import KEY

ARRIVED = []

plain, awaited = LogtoWebhooks(KEY), LogtoWebhooks(KEY)


@plain.on("User.Created")
def welcome(event):
    """Writes to the database."""
    Group.objects.get_or_create(name=event.data["id"])
    ARRIVED.append(event.data["id"])


@awaited.on("User.Created")
async def awelcome(event):
    """Writes to the database, awaiting."""
    await Group.objects.aget_or_create(name=event.data["id"])
    ARRIVED.append(event.data["id"])


@plain.on("User.Deleted")
@awaited.on("User.Deleted")
def broken(event):
    """Fails."""
    ARRIVED.append("broken")
    raise ZeroDivisionError


urlpatterns = [path("plain", webhook_view(plain)), path("awaited", awebhook_view(awaited))]
