"""Pages of each kind, plain and asynchronous, guarded by Django's means and by ours."""

import threading
from typing import ClassVar

from django.contrib import admin
from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponse, HttpResponseServerError, JsonResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.urls import include, path
from django.views import View
from django.views.decorators.cache import cache_page
from django.views.decorators.csrf import csrf_protect

from logto.integrations.django import LogtoRequiredMixin, logto_required

RESOURCE = "https://shopping.your-app.com/api"


def described(request, user):
    """Whoever the request is of, to Django and to Logto, and the thread that says so."""
    return JsonResponse(
        {
            "django": user.get_username(),
            "logto": request.logto.user.sub,
            "staff": getattr(user, "is_staff", False),
            "thread": threading.get_ident(),
        }
    )


def home(request):
    """For everybody."""
    return described(request, request.user)


async def ahome(request):
    """For everybody."""
    return described(request, await request.auser())


def quiet(request):
    """Looks at nobody."""
    return HttpResponse("quiet")


def token(request):
    """Needs a token of the user's."""
    return HttpResponse(request.logto.sync_client.get_access_token(RESOURCE))


async def atoken(request):
    """Needs a token of the user's."""
    return HttpResponse(await request.logto.client.get_access_token(RESOURCE))


def broken(request):
    """Breaks after a refresh."""
    request.logto.sync_client.get_access_token(RESOURCE)
    raise ZeroDivisionError


def stream(request):
    """Refreshes tokens while it is on its way."""

    def parts():
        yield b"first "
        yield request.logto.sync_client.get_access_token(RESOURCE).encode()[:3]

    return StreamingHttpResponse(parts())


async def astream(request):
    """Refreshes tokens while it is on its way."""

    async def parts():
        yield b"first "
        yield (await request.logto.client.get_access_token(RESOURCE)).encode()[:3]

    return StreamingHttpResponse(parts())


def organization(request, organization_id):
    """For members."""
    return HttpResponse(organization_id)


def cached(request):
    """Wants to be kept, though it looks at the user."""
    return HttpResponse(request.logto.user.sub, headers={"Cache-Control": "max-age=60"})


def late(request):
    """Looks at the user while it is on its way."""

    def parts():
        yield str(request.logto.user.sub).encode()

    return StreamingHttpResponse(parts())


async def alate(request):
    """Looks at the user while it is on its way."""

    async def parts():
        yield str(request.logto.user.sub).encode()

    return StreamingHttpResponse(parts())


async def aname(request):
    """Whoever is signed in."""
    return HttpResponse(request.logto.user.sub)


def missing(request):
    """Looks at the user, and is not there."""
    raise Http404(request.user.get_username())


def as_other(request):
    """Logs in somebody else, by another backend."""
    user, _ = get_user_model().objects.get_or_create(username="root")
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse("in")


def form(request):
    """A page with a token for forms."""
    return HttpResponse(get_token(request))


def leave(request):
    """Signs out of Django, and says nothing to Logto."""
    logout(request)
    return HttpResponse("left")


class Page(LoginRequiredMixin, View):
    """For who is logged in to Django."""

    def get(self, request):
        """A greeting."""
        return HttpResponse(request.user.get_username())


class Clerks(LogtoRequiredMixin, View):
    """For clerks."""

    logto_required: ClassVar = {"roles": "clerk"}

    def get(self, request):
        """A greeting."""
        return HttpResponse("clerks")


class AsyncClerks(LogtoRequiredMixin, View):
    """For clerks, awaiting."""

    logto_required: ClassVar = {"roles": "clerk"}

    async def get(self, request):
        """A greeting."""
        return HttpResponse("clerks")


@logto_required
async def amembers(request):
    """For who is signed in with Logto."""
    return HttpResponse("members")


def own_500(request):
    """The application's own page."""
    return HttpResponseServerError("sorry")


handler500 = own_500

urlpatterns = [
    path("", home),
    path("ahome", ahome),
    path("quiet", quiet),
    path("token", token),
    path("atoken", atoken),
    path("broken", broken),
    path("stream", stream),
    path("astream", astream),
    path("cached", cached),
    path("late", late),
    path("alate", alate),
    path("kept", cache_page(60)(login_required(home))),
    path("akept", cache_page(60)(logto_required(aname))),
    path("missing", missing),
    path("as-other", as_other),
    path("form", csrf_protect(form)),
    path("leave", leave),
    path("page", login_required(home), name="page"),
    path("class-page", Page.as_view()),
    path("adders", permission_required("auth.add_user")(quiet)),
    path("members", logto_required(home)),
    path("amembers", amembers),
    path("clerks", Clerks.as_view()),
    path("aclerks", AsyncClerks.as_view()),
    path("bosses", logto_required(any_role=["boss", "chief"])(quiet)),
    path("organizations/<organization_id>", logto_required(organization_from="organization_id")(organization)),
    path("organizations/<organization_id>/admin", logto_required(organization_roles="admin")(organization)),
    path("nameless", logto_required(organization_from="organization_id")(quiet)),
    path("admin/", admin.site.urls),
    path("", include("logto.integrations.django.urls")),
]
