"""The URLs: `path("", include("logto.integrations.django.urls"))`, with any prefix."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "logto"

urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-up", views.sign_up, name="sign_up"),
    path("callback", views.callback, name="callback"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("backchannel-logout", views.backchannel_logout, name="backchannel_logout"),
]
