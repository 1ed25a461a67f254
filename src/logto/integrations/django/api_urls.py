"""Where the API of the settings describes itself: `path("", include("logto.integrations.django.api_urls"))`."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import re_path

from .api import current_api


def metadata(request: Any) -> Any:
    """What the API says of itself (RFC 9728)."""
    return current_api().metadata(request)


urlpatterns = [re_path(r"^[.]well-known/oauth-protected-resource", login_not_required(metadata))]
