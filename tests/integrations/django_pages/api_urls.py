"""The same API in plain Django, in DRF and in django-ninja."""

from django.http import JsonResponse
from django.urls import include, path
from ninja import NinjaAPI
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from logto.integrations.django.api import api_required
from logto.integrations.django.drf import (
    HasAnyScope,
    HasRole,
    HasScopes,
    InOrganization,
    LogtoAuthentication,
    LogtoUserAuthentication,
)
from logto.integrations.django.ninja import AsyncLogtoBearer, LogtoBearer, install


@api_required(scopes=["read"])
def plain(request):
    """For tokens that may read."""
    return JsonResponse({"sub": request.auth.sub})


@api_required(scopes=["read"])
async def awaiting(request):
    """For tokens that may read."""
    return JsonResponse({"sub": request.auth.sub})


@api_required(scopes=["delete"])
def delete(request):
    """For tokens that nobody has."""
    return JsonResponse({})


@api_required(organization_from="organization_id")
def organization(request, organization_id):
    """For tokens of the organization."""
    return JsonResponse({"organization": request.auth.organization_id})


def view(*permissions, authentication=LogtoAuthentication):
    """A view of DRF."""

    class Orders(APIView):
        authentication_classes = (authentication,)
        permission_classes = permissions or (IsAuthenticated,)

        def get(self, request, **_):
            """Who calls."""
            return Response({"sub": request.auth.sub, "user": request.user.get_username()})

        post = get

    return Orders.as_view()


ninja = NinjaAPI(auth=LogtoBearer(), urls_namespace="orders")
install(ninja)


@ninja.get("/plain", auth=LogtoBearer(scopes=["read"]))
def ninja_plain(request):
    """For tokens that may read."""
    return {"sub": request.auth.sub}


@ninja.get("/awaiting", auth=AsyncLogtoBearer(scopes=["read"]))
async def ninja_awaiting(request):
    """For tokens that may read."""
    return {"sub": request.auth.sub}


@ninja.get("/delete", auth=LogtoBearer(scopes=["delete"]))
def ninja_delete(request):
    """For tokens that nobody has."""
    return {}


@ninja.get("/organizations/{organization_id}", auth=LogtoBearer(organization_from="organization_id"))
def ninja_organization(request, organization_id: str):
    """For tokens of the organization."""
    return {"organization": request.auth.organization_id}


urlpatterns = [
    path("plain", plain),
    path("awaiting", awaiting),
    path("delete", delete),
    path("organizations/<organization_id>", organization),
    path("drf/plain", view(HasScopes("read"))),
    path("drf/any", view(HasAnyScope("delete", "read"))),
    path("drf/signed-in", view()),
    path("drf/account", view(authentication=LogtoUserAuthentication)),
    path("drf/delete", view(HasScopes("delete"))),
    path("drf/either", view(HasScopes("delete") | HasScopes("read"))),
    path("drf/neither", view(HasScopes("delete") | HasScopes("erase"))),
    path("drf/role", view(HasRole("boss"))),
    path("drf/in-any", view(InOrganization())),
    path("drf/organizations/<organization_id>", view(InOrganization("organization_id"))),
    path("ninja/", ninja.urls),
    path("", include("logto.integrations.django.api_urls")),
]
