"""Django's admin, entered and left through Logto."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from . import views
from .answers import path_of


class LogtoAdminSite(AdminSite):
    """An admin without passwords: who is not signed in goes to Logto, who is no member of the staff is refused."""

    @method_decorator(never_cache)  # type: ignore[untyped-decorator]  # Django has no types
    @method_decorator(login_not_required)  # type: ignore[untyped-decorator]
    def login(self, request: Any, extra_context: Any = None) -> Any:  # noqa: ARG002 - there is no page of ours to show it on
        """Sends the browser to Logto, and back to where it was going."""
        index = reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        if request.user.is_authenticated:
            # Logto would not ask again, and the browser would go round in circles.
            raise PermissionDenied("The user is no member of the staff.")
        target = request.GET.get(REDIRECT_FIELD_NAME, index)  # judged by the sign-in view
        return HttpResponseRedirect(f"{path_of('sign_in')}?{urlencode({REDIRECT_FIELD_NAME: target})}")

    def logout(self, request: Any, extra_context: Any = None) -> Any:  # noqa: ARG002 - as above
        """Signs out here and at Logto."""
        return views.sign_out(request)
