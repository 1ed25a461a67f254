"""Django's admin as an app that is entered through Logto."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class LogtoAdminConfig(AdminConfig):
    """Stands in INSTALLED_APPS in place of `django.contrib.admin`."""

    default_site = "logto.integrations.django.admin_site.LogtoAdminSite"
