"""The guide's own style beside the app: a client in a module, a `Storage` written by hand, a decorator."""

from functools import wraps

from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, override_settings
from django.urls import include, path

from logto import LogtoSyncClient, Storage

request_now = None
client = None


class SessionStorage(Storage):
    """In Django's session of the current request."""

    def get(self, key):
        """Reads."""
        return request_now.session.get(key)

    def set(self, key, value):
        """Writes."""
        request_now.session[key] = value

    def delete(self, key):
        """Removes."""
        request_now.session.pop(key, None)


def current(view):
    """Makes the request known to the storage, as a middleware would."""

    @wraps(view)
    def kept(request):
        global request_now  # noqa: PLW0603 - the guide's style
        request_now = request
        return view(request)

    return kept


@current
def page(_request):
    """The user's name, or nobody's."""
    return HttpResponse(client.getIdTokenClaims().username if client.isAuthenticated() else "nobody")


@current
def sign_in(_request):
    """The guide's route."""
    return HttpResponseRedirect(client.signIn(redirectUri="http://localhost:3000/callback"))


@current
def callback(request):
    """The route that the guide forgets."""
    client.handleSignInCallback(f"http://localhost:3000{request.get_full_path()}")
    return HttpResponseRedirect("/page")


urlpatterns = [
    path("page", page),
    path("callback", callback),
    path("by-hand/sign-in", sign_in),
    path("auth/", include("logto.integrations.django.urls")),
]


def test_the_guides_style_works_beside_the_app(project, logto):
    """A user who signs in by hand is known to the guide's client, and to nobody else."""
    global client  # noqa: PLW0603 - the guide's style
    client = LogtoSyncClient(logto.config(), storage=SessionStorage())
    with override_settings(ROOT_URLCONF=__name__):
        browser = Client()
        assert browser.get("/page").content == b"nobody"
        begun = browser.get("/by-hand/sign-in")
        browser.get(logto.sign_in(begun["Location"]).removeprefix("http://localhost:3000"))
        assert browser.get("/page").content == b"alice"
        assert browser.get("/auth/sign-in")["Location"].startswith(logto.issuer)
