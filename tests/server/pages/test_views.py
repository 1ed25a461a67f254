"""The values behind the pages."""

import pytest

from logto.server.pages.views import (
    ApplicationRow,
    ConsentView,
    DeviceCodeView,
    DeviceConfirmView,
    HomeView,
    RegisterView,
    SignInView,
    UserRow,
)


@pytest.mark.parametrize(
    "view",
    [
        SignInView("/", "sesame", "Guide", ("username",)),
        RegisterView("/", "sesame", "Guide", ("username",)),
        ConsentView("/", "sesame", "Guide", "alice"),
        DeviceCodeView("/device", "sesame"),
        DeviceConfirmView("/device/confirm", "sesame", "Guide", "alice", "XLTQ-QNZH"),
        HomeView(
            "e", "i", (ApplicationRow("Guide", "Traditional", "id", "sesame"),), (UserRow("alice", "sesame", "id"),)
        ),
    ],
    ids=lambda view: type(view).__name__,
)
def test_views_hide_their_secrets(view):
    """No CSRF token, client secret or password stands in the repr of a view, which may end up in a log."""
    assert "sesame" not in repr(view)
