"""`webhook_view` and `awebhook_view`: Logto's webhooks arrive in Django, and nobody else's."""

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client, override_settings

from logto.protocol.webhook import SIGNATURE_HEADER
from tests.integrations.deliveries import REFUSED, delivery
from tests.integrations.django_pages import webhook_urls

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "logto.integrations.django.middleware.LogtoMiddleware",
]


@pytest.fixture(autouse=True)
def arrived(project):
    """What handlers saw, of an application where everybody must be logged in, and forms need a token."""
    webhook_urls.ARRIVED.clear()
    with override_settings(ROOT_URLCONF=webhook_urls.__name__, MIDDLEWARE=MIDDLEWARE):
        yield webhook_urls.ARRIVED


@pytest.fixture(params=["WSGI", "ASGI"])
def post(request):
    """Sends a delivery."""
    asking = {"enforce_csrf_checks": True, "raise_request_exception": False}
    if request.param == "WSGI":
        client = Client(**asking)
        return lambda path, body, headers: client.post(path, body, headers["Content-Type"], headers=headers)
    client = AsyncClient(**asking)
    return lambda path, body, headers: async_to_sync(client.post)(path, body, headers["Content-Type"], headers=headers)


COLOURS = ["/plain", "/awaited"]


@pytest.mark.parametrize("path", COLOURS)
def test_a_delivery_is_handled_once(post, arrived, path):
    """Without a login, a form's token and a session; the same one again is acknowledged and not handled."""
    sent = delivery()

    answers = [post(path, *sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert [bool(answer.cookies) for answer in answers] == [False, False]
    assert arrived == ["x"]


@pytest.mark.parametrize("path", COLOURS)
@pytest.mark.parametrize(("body", "headers", "status"), REFUSED)
def test_anything_else_is_refused(post, arrived, path, body, headers, status):
    """Forged, unsigned, altered, or endless."""
    answer = post(path, body, {"Content-Type": "application/json", **headers})

    assert (answer.status_code, answer.headers["Cache-Control"], arrived) == (status, "no-store", [])


@pytest.mark.parametrize("path", COLOURS)
def test_two_signatures_are_none(arrived, path):
    """Of two headers, which servers join, each reader could believe another; and nobody looks at the route with GET."""
    body, headers = delivery()
    doubled = {name: f"{value},{'0' * 64}" if name == SIGNATURE_HEADER else value for name, value in headers.items()}

    assert Client().post(path, body, "application/json", headers=doubled).status_code == 401
    assert Client().get(path).status_code == 405
    assert arrived == []


@pytest.mark.parametrize("path", COLOURS)
def test_a_handler_that_fails_is_asked_again(post, arrived, path):
    """Its exception is answered 500, and Logto's next try reaches it."""
    sent = delivery("User.Deleted")

    assert [post(path, *sent).status_code for _ in range(2)] == [500, 500]
    assert arrived == ["broken", "broken"]
